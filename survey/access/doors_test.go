package access_test

import (
	"fmt"
	"testing"

	"earshot/survey"
	"earshot/survey/access"
)

// try logs in with a password from somewhere, with the cookie of a device.
func (h *house) try(email, typed, remote, device string) (*access.Entry, error) {
	return h.Login(h.Context(), access.Credentials{Email: email, Password: typed}, access.Browser{Remote: remote, Device: device})
}

// attack guesses at an account from many networks until strangers have to wait.
func (h *house) attack(email string) {
	h.Helper()
	for i := range 1000 {
		err := h.Guessed(email, access.Browser{Remote: fmt.Sprintf("203.0.%d.%d", i/200, i%200)})
		if err != nil {
			wantKind(h, "an attack", err, survey.RateLimited)
			return
		}
	}
	h.Fatal("a thousand guesses at one account were looked at without a wait")
}

func TestKnownDevicesComeInWhileOthersAttack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire("mia@example.com", access.LevelRep)
	h.hire("tom@example.com", access.LevelRep)
	mine, err := h.try("mia@example.com", password, "192.0.2.1", "")
	must(t, mine, err)
	toms, err := h.try("tom@example.com", password, "192.0.2.1", mine.Device)
	must(t, toms, err)
	h.attack("mia@example.com")
	for _, c := range []struct {
		name, device string
		want         survey.Kind
	}{
		{"her browser", mine.Device, ""},
		{"her browser once more", mine.Device, ""},
		{"a new browser of hers", "", survey.RateLimited},
		{"Tom's browser", toms.Device, survey.RateLimited},
		{"a made-up cookie", mine.Device[:31] + "!", survey.RateLimited},
		{"nonsense", "x", survey.RateLimited},
	} {
		_, err := h.try("mia@example.com", password, "192.0.2.1", c.device)
		wantKind(t, c.name, err, c.want)
	}
	_, err = h.process().Login(t.Context(), access.Credentials{Email: "mia@example.com", Password: password}, access.Browser{Remote: "192.0.2.9", Device: mine.Device})
	wantKind(t, "her browser at another process", err, "")
	_, device, _, _ := access.Free()
	for range device + 1 {
		_, err := h.try("mia@example.com", "not my password", "192.0.2.1", mine.Device)
		wantKind(t, "who sits before her browser guesses", err, survey.Unauthenticated)
	}
	_, err = h.try("mia@example.com", password, "192.0.2.1", mine.Device)
	wantKind(t, "and waits too", err, survey.RateLimited)
	h.pass(access.DeviceLength)
	h.attack("mia@example.com")
	_, err = h.try("mia@example.com", password, "192.0.2.1", mine.Device)
	wantKind(t, "her browser after a year", err, survey.RateLimited)
}

// TestNobodyLocksOthersOutBehindAProxy: a proxy that nobody told us of stands for all who come by it.
func TestNobodyLocksOthersOutBehindAProxy(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire("mia@example.com", access.LevelRep)
	proxy := access.Browser{Remote: "10.0.0.1", Shared: true}
	_, _, _, network := access.Free()
	for i := range 2 * network {
		wantKind(t, "wrong ones at many accounts", h.Guessed(fmt.Sprintf("r%d@example.com", i), proxy), "")
	}
	_, err := h.Login(t.Context(), access.Credentials{Email: "mia@example.com", Password: password}, proxy)
	wantKind(t, "the right one of another", err, "")
}

func TestDevicesAreFew(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.hire("mia@example.com", access.LevelRep)
	mia, err := h.Rep(t.Context(), id)
	must(t, mia, err)
	first, err := h.try("mia@example.com", password, "192.0.2.1", "")
	must(t, first, err)
	again, err := h.try("mia@example.com", password, "192.0.2.1", first.Device)
	if must(t, again, err).Device != first.Device {
		t.Error("a browser that is known got another cookie")
	}
	for range access.DevicesKept {
		h.pass(1e9)
		_, err := h.Enter(t.Context(), mia, access.Browser{})
		must(t, 0, err)
	}
	h.attack("mia@example.com")
	_, err = h.try("mia@example.com", password, "192.0.2.1", first.Device)
	wantKind(t, "the oldest of too many", err, survey.RateLimited)
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mia := h.hire("mia@example.com", access.LevelRep)
	tom := h.hire("tom@example.com", access.LevelRep)
	toms := h.logIn("tom@example.com")
	enter := func(agent, remote string) *access.Entry {
		entry, err := h.Login(t.Context(), access.Credentials{Email: "mia@example.com", Password: password}, access.Browser{Remote: remote, Agent: agent})
		h.pass(1e9)
		return must(t, entry, err)
	}
	phone, desk, lost := enter("Phone", "198.51.100.77"), enter("Desk", "2001:db8:1:2:3::4"), enter("Lost", "nonsense")
	list := func(token string) []access.Login {
		t.Helper()
		found, err := h.Sessions(t.Context(), mia, token)
		return must(t, found, err)
	}
	found := list(desk.Session)
	if len(found) != 3 || found[0].Agent != "Lost" || found[0].Network != "" || found[1].Network != "2001:db8:1::/48" || !found[1].Here ||
		found[2].Here || found[2].Network != "198.51.100.0/24" {
		t.Fatalf("got %+v, want three, the latest first", found)
	}
	must(t, 0, h.EndSession(t.Context(), tom, found[0].ID))
	if len(list("")) != 3 {
		t.Error("Tom ended a session of Mia's")
	}
	for _, id := range []string{found[0].ID, found[0].ID, "", "nonsense", "\x00"} {
		must(t, 0, h.EndSession(t.Context(), mia, id))
	}
	_, err := h.SessionRep(t.Context(), lost.Session)
	wantKind(t, "the one that was ended", err, survey.Unauthenticated)
	must(t, 0, h.EndSessions(t.Context(), mia, desk.Session, desk.Device))
	_, err = h.SessionRep(t.Context(), phone.Session)
	wantKind(t, "elsewhere", err, survey.Unauthenticated)
	_, err = h.SessionRep(t.Context(), desk.Session)
	wantKind(t, "here", err, "")
	_, err = h.SessionRep(t.Context(), toms)
	wantKind(t, "another rep's", err, "")
	h.attack("mia@example.com")
	_, err = h.try("mia@example.com", password, "192.0.2.1", phone.Device)
	wantKind(t, "the browser elsewhere is a stranger", err, survey.RateLimited)
	_, err = h.try("mia@example.com", password, "192.0.2.1", desk.Device)
	wantKind(t, "the one here is known", err, "")
}

// TestUseIsNotedOnceAnHour: a page that is looked at must not cost a write.
func TestUseIsNotedOnceAnHour(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mia := h.hire("mia@example.com", access.LevelRep)
	token := h.logIn("mia@example.com")
	versions := map[int64]bool{}
	for range 6 * 10 { // ten hours in steps of ten minutes
		h.pass(10 * 60e9)
		_, err := h.SessionRep(t.Context(), token)
		must(t, 0, err)
		found, err := h.Sessions(t.Context(), mia, token)
		versions[must(t, found, err)[0].Version] = true
		if ago := h.clock().Sub(found[0].LastUsed()); ago >= 60*60e9 {
			t.Fatalf("used now, and said to be used %s ago", ago)
		}
	}
	if len(versions) != 11 {
		t.Errorf("ten hours of use made %d writes, want 10", len(versions)-1)
	}
}
