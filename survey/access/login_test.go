package access_test

import (
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/access"
)

func TestLogin(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire("ada@example.com", access.LevelAdmin)
	mia := h.hire("Mia@Example.com", access.LevelRep)
	h.hire("gone@example.com", access.LevelRep)
	reps, err := h.Reps(t.Context())
	for _, rep := range must(t, reps, err) {
		if rep.Email == "gone@example.com" {
			_, err := h.ChangeRep(t.Context(), survey.RepID(rep.ID), access.RepChange{Disabled: new(true)})
			must(t, 0, err)
		}
	}
	for _, c := range []struct {
		name, email, password string
		want                  survey.Kind
	}{
		{"right", "mia@example.com", password, ""},
		{"right, as a phone types it", " MIA@example.com ", password, ""},
		{"wrong password", "mia@example.com", "correct horse battery", survey.Unauthenticated},
		{"no password", "mia@example.com", "", survey.Unauthenticated},
		{"nobody", "eve@example.com", password, survey.Unauthenticated},
		{"nothing", "", "", survey.Unauthenticated},
		{"disabled", "gone@example.com", password, survey.Unauthenticated},
		{"a long address", strings.Repeat("x", 60_000), password, survey.Invalid},
		{"a long password", "mia@example.com", strings.Repeat("x", 60_000), survey.Invalid},
	} {
		entry, err := h.Login(t.Context(), access.Credentials{Email: c.email, Password: c.password}, access.Browser{Remote: "192.0.2.1"})
		wantKind(t, c.name, err, c.want)
		if err == nil && (entry.Session == "" || entry.Rep.ID != string(mia)) {
			t.Errorf("%s: got %+v", c.name, entry)
		}
	}
}

// TestOverlongLoginsCostNothing is not parallel, for it measures.
func TestOverlongLoginsCostNothing(t *testing.T) {
	h := newHouse(t)
	long := strings.Repeat("x", 60_000)
	got := allocated(func() {
		for range 5000 {
			_, err := h.Login(t.Context(), access.Credentials{Email: long, Password: password}, access.Browser{Remote: "192.0.2.1"})
			wantKind(t, "a long address", err, survey.Invalid)
		}
	})
	if got > 10 {
		t.Errorf("5,000 log-ins with long addresses allocated %d MiB", got)
	}
	wantKind(t, "a real one from the same place", func() error {
		h.hire("mia@example.com", access.LevelRep)
		_, err := h.Login(t.Context(), access.Credentials{Email: "mia@example.com", Password: password}, access.Browser{Remote: "192.0.2.1"})
		return err
	}(), "")
}

func TestTheRightPasswordWaitsToo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mia := h.hire("mia@example.com", access.LevelRep)
	pair, _, _, _ := access.Free()
	for range pair + 1 {
		_, err := h.try("mia@example.com", "not my password", "192.0.2.1", "")
		wantKind(t, "wrong", err, survey.Unauthenticated)
	}
	_, err := h.try("mia@example.com", password, "192.0.2.1", "")
	wantKind(t, "right, from there", err, survey.RateLimited)
	_, err = h.try("mia@example.com", password, "198.51.100.7", "")
	wantKind(t, "right, from elsewhere", err, "")
	wantKind(t, "who is logged in changes it", h.ChangePassword(t.Context(), mia, password, "another good password"), "")
	h.pass(survey.AsError(func() error { _, err := h.try("mia@example.com", "x", "192.0.2.1", ""); return err }()).RetryAfter)
	_, err = h.try("mia@example.com", "another good password", "192.0.2.1", "")
	wantKind(t, "right, later", err, "")
}

// TestAPasswordThatIsChangedMeanwhile: who waits to have an old password looked at while its owner sets a new one stays out.
func TestAPasswordThatIsChangedMeanwhile(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire("ada@example.com", access.LevelAdmin)
	mia := h.hire("mia@example.com", access.LevelRep)
	s, full, open := h.process(), make(chan struct{}), make(chan struct{})
	for range access.HashesAtOnce {
		go func() { _ = s.Hashing(t.Context(), func() { full <- struct{}{}; <-open }) }()
		<-full
	}
	came := make(chan error)
	go func() {
		_, err := s.Login(t.Context(), access.Credentials{Email: "mia@example.com", Password: password}, access.Browser{Remote: "192.0.2.1"})
		came <- err
	}()
	time.Sleep(100 * time.Millisecond) // until it stands before the gate, with the rep in its hands
	_, err := h.ChangeRep(t.Context(), mia, access.RepChange{Password: new("another good password")})
	must(t, 0, err)
	h.pass(time.Second)
	close(open)
	wantKind(t, "the old password", <-came, survey.Unauthenticated)
	logins, err := h.Sessions(t.Context(), mia, "")
	if must(t, logins, err); len(logins) > 0 {
		t.Errorf("a session is left: %+v", logins[0].Session)
	}
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mia := h.hire("mia@example.com", access.LevelRep)
	token := h.logIn("mia@example.com")
	const fresh = "another good password"
	wantKind(t, "wrong present one", h.ChangePassword(t.Context(), mia, "not my password", fresh), survey.Invalid)
	wantKind(t, "endless present one", h.ChangePassword(t.Context(), mia, strings.Repeat("x", access.MaxPassword+1), fresh), survey.Invalid)
	wantKind(t, "short new one", h.ChangePassword(t.Context(), mia, password, "short"), survey.Invalid)
	_, err := h.SessionRep(t.Context(), token)
	wantKind(t, "the session before", err, "")
	long := strings.Repeat("жизнь без мыла хороша, но пахнет ", 10)[:2*access.MaxPassword]
	long = string([]rune(long + strings.Repeat("ъ", access.MaxPassword))[:access.MaxPassword]) // two bytes each
	wantKind(t, "too long a new one", h.ChangePassword(t.Context(), mia, password, long+"ж"), survey.Invalid)
	wantKind(t, "the longest new one", h.ChangePassword(t.Context(), mia, password, long), "")
	wantKind(t, "right", h.ChangePassword(t.Context(), mia, long, fresh), "")
	_, err = h.SessionRep(t.Context(), token)
	wantKind(t, "the session afterwards", err, survey.Unauthenticated)
	_, err = h.Login(t.Context(), access.Credentials{Email: "mia@example.com", Password: password}, access.Browser{Remote: "192.0.2.1"})
	wantKind(t, "the old password", err, survey.Unauthenticated)
	_, err = h.Login(t.Context(), access.Credentials{Email: "mia@example.com", Password: fresh}, access.Browser{Remote: "192.0.2.1"})
	wantKind(t, "the new password", err, "")
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire("mia@example.com", access.LevelRep)
	first := h.logIn("mia@example.com")
	h.pass(time.Hour)
	second := h.logIn("mia@example.com")
	for range 2 {
		h.pass(access.SessionLength/2 - time.Hour/2)
		_, err := h.SessionRep(t.Context(), second)
		wantKind(t, "used now and then", err, "")
	}
	_, err := h.SessionRep(t.Context(), first)
	wantKind(t, "expired", err, survey.Unauthenticated)
	_, err = h.SessionRep(t.Context(), second)
	wantKind(t, "not yet", err, "")
	third := h.logIn("mia@example.com")
	h.pass(access.SessionIdle + time.Second)
	_, err = h.SessionRep(t.Context(), third)
	wantKind(t, "not used for long", err, survey.Unauthenticated)
	second = h.logIn("mia@example.com")
	for _, token := range []string{"", "x", strings.Repeat("0", 32), strings.Repeat("0", 60_000)} {
		_, err := h.SessionRep(t.Context(), token)
		wantKind(t, "no token of ours", err, survey.Unauthenticated)
	}
	must(t, 0, h.Logout(t.Context(), second))
	must(t, 0, h.Logout(t.Context(), second))
	_, err = h.SessionRep(t.Context(), second)
	wantKind(t, "logged out", err, survey.Unauthenticated)
}
