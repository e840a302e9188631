package access_test

import (
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"earshot/survey"
	"earshot/survey/access"
)

// site is where the passkeys of the tests belong to.
var site = virtualwebauthn.RelyingParty{ID: "feedback.example.com", Name: "Earshot", Origin: "https://feedback.example.com"}

// device is somebody's phone.
type device struct {
	virtualwebauthn.Authenticator
	key virtualwebauthn.Credential
}

func newDevice(rep survey.RepID) *device {
	return &device{
		virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: []byte(rep)}),
		virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2),
	}
}

// make answers what a page asks for a new passkey.
func (d *device) make(tb testing.TB, options string, err error) string {
	tb.Helper()
	asked, failed := virtualwebauthn.ParseAttestationOptions(must(tb, options, err))
	return virtualwebauthn.CreateAttestationResponse(site, d.Authenticator, d.key, *must(tb, asked, failed))
}

// sign answers what a page asks of a passkey, as a page at that site. The passkey counts.
func (d *device) sign(tb testing.TB, at virtualwebauthn.RelyingParty, options string, err error) string {
	tb.Helper()
	asked, failed := virtualwebauthn.ParseAssertionOptions(must(tb, options, err))
	d.key.Counter++
	return virtualwebauthn.CreateAssertionResponse(at, d.Authenticator, d.key, *must(tb, asked, failed))
}

// passkeyHouse is a house that is reached at the site, with a rep who has a passkey.
func passkeyHouse(t *testing.T) (h *house, mia survey.RepID, phone *device) {
	t.Helper()
	h = newHouse(t)
	h.Service = h.processWith(access.Options{BaseURL: site.Origin})
	h.hire("ada@example.com", access.LevelAdmin)
	mia = h.hire("mia@example.com", access.LevelRep)
	phone = newDevice(mia)
	h.enrolPasskey(mia, phone, access.RecoveryCodes)
	return h, mia, phone
}

func (h *house) enrolPasskey(id survey.RepID, d *device, codes int) {
	h.Helper()
	options, err := h.EnrolOptions(h.Context(), h.rep(id))
	recovery, err := h.AddPasskey(h.Context(), id, "Phone", d.make(h, options, err))
	if len(must(h, recovery, err)) != codes {
		h.Fatalf("a passkey gave %d recovery codes, want %d", len(recovery), codes)
	}
	d.AddCredential(d.key)
	h.pass(time.Minute)
}

// rep returns a rep as they are now.
func (h *house) rep(id survey.RepID) *access.Rep {
	h.Helper()
	rep, err := h.Rep(h.Context(), id)
	return must(h, rep, err)
}

func TestPasskeyAlone(t *testing.T) {
	t.Parallel()
	h, mia, phone := passkeyHouse(t)
	options, err := h.EntryOptions(t.Context())
	answer := phone.sign(t, site, options, err)
	entry, err := h.processWith(access.Options{BaseURL: site.Origin}).LoginByPasskey(t.Context(), answer, access.Browser{})
	if must(t, entry, err).Rep.ID != string(mia) || entry.Session == "" {
		t.Errorf("got %+v", entry)
	}
	if used := h.rep(mia).Factors.Passkeys[0].UsedAt; used.IsZero() {
		t.Error("it is not written down that the passkey was used")
	}
	_, err = h.LoginByPasskey(t.Context(), answer, access.Browser{})
	wantKind(t, "the same answer once more", err, survey.Unauthenticated)
}

func TestPasskeysThatAreRefused(t *testing.T) {
	t.Parallel()
	h, mia, phone := passkeyHouse(t)
	entry := func() (string, error) { h.pass(time.Second); return h.EntryOptions(t.Context()) }
	answered := func(d *device, at virtualwebauthn.RelyingParty) string {
		options, err := entry()
		return d.sign(t, at, options, err)
	}
	elsewhere, other := site, site
	elsewhere.Origin = "https://feedback.example.com.evil.example"
	other.ID = "evil.example"
	nobody, unasked, stranger := *phone, *phone, newDevice("rep_none")
	nobody.Options.UserHandle = nil
	unasked.Options.UserNotVerified = true
	stranger.AddCredential(stranger.key)
	impostor := newDevice(mia)
	impostor.key.ID = phone.key.ID
	late := answered(phone, site)
	h.pass(10 * time.Minute)
	confirm, err := h.ConfirmOptions(t.Context(), h.rep(mia))
	for name, answer := range map[string]string{
		"nothing": "", "nonsense": "{}", "too late": late,
		"at another origin":            answered(phone, elsewhere),
		"for another site":             answered(phone, other),
		"that names nobody":            answered(&nobody, site),
		"that asked for no finger":     answered(&unasked, site),
		"of somebody who is unknown":   answered(stranger, site),
		"of another key":               answered(impostor, site),
		"to a challenge of elsewhere":  phone.sign(t, site, `{"publicKey":{"challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","rpId":"feedback.example.com"}}`, nil),
		"to what was asked to confirm": phone.sign(t, site, confirm, err),
	} {
		_, err := h.LoginByPasskey(t.Context(), answer, access.Browser{})
		wantKind(t, "an answer "+name, err, survey.Unauthenticated)
	}
	phone.key.Counter = 0
	_, err = h.LoginByPasskey(t.Context(), answered(phone, site), access.Browser{}) // the counter is where it was at first
	wantKind(t, "a counter that goes on", err, "")
	phone.key.Counter = 0
	_, err = h.LoginByPasskey(t.Context(), answered(phone, site), access.Browser{})
	wantKind(t, "a counter that stands still", err, survey.Unauthenticated)
	phone.key.Counter = 40
	_, err = h.processWith(access.Options{BaseURL: site.Origin, SignOn: access.SignOnRules{Only: true}}).LoginByPasskey(t.Context(), answered(phone, site), access.Browser{})
	wantKind(t, "where single sign-on alone lets in", err, survey.Forbidden)
	_, err = h.ChangeRep(t.Context(), mia, access.RepChange{Disabled: new(true)})
	must(t, 0, err)
	_, err = h.LoginByPasskey(t.Context(), answered(phone, site), access.Browser{})
	wantKind(t, "of somebody whose access was taken away", err, survey.Unauthenticated)
}

func TestPasskeyAsSecondStep(t *testing.T) {
	t.Parallel()
	h, mia, phone := passkeyHouse(t)
	ben := h.hire("ben@example.com", access.LevelRep)
	his := newDevice(ben)
	h.enrolPasskey(ben, his, access.RecoveryCodes)
	tablet := newDevice(mia)
	h.enrolPasskey(mia, tablet, 0)
	asked := func(pending string) string {
		second, err := h.SecondStepOf(t.Context(), pending)
		if must(t, second, err).App || !second.Recovery {
			t.Errorf("asked for %+v", second)
		}
		return second.Passkey
	}
	pending := h.halfway("mia@example.com")
	_, err := h.SecondStep(t.Context(), pending, access.Proof{Passkey: his.sign(t, site, asked(pending), nil)}, access.Browser{})
	wantKind(t, "somebody else's passkey", err, survey.Unauthenticated)
	_, err = h.SecondStep(t.Context(), pending, access.Proof{Passkey: his.sign(t, site, asked(h.halfway("ben@example.com")), nil)}, access.Browser{})
	wantKind(t, "somebody else's answer", err, survey.Unauthenticated)
	entry, err := h.SecondStep(t.Context(), pending, access.Proof{Passkey: tablet.sign(t, site, asked(pending), nil)}, access.Browser{})
	session := must(t, entry, err).Session

	h.pass(access.ConfirmedFor)
	options, err := h.ConfirmOptions(t.Context(), h.rep(mia))
	wantKind(t, "confirmed by a passkey", h.Confirm(t.Context(), h.rep(mia), session, "", access.Proof{Passkey: phone.sign(t, site, options, err)}), "")
	keys := h.rep(mia).Factors.Passkeys
	must(t, 0, h.RemovePasskey(t.Context(), mia, keys[1].ID))
	wantKind(t, "removed once more", h.RemovePasskey(t.Context(), mia, keys[1].ID), survey.NotFound)
	pending = h.halfway("mia@example.com")
	_, err = h.SecondStep(t.Context(), pending, access.Proof{Passkey: tablet.sign(t, site, asked(pending), nil)}, access.Browser{})
	wantKind(t, "a passkey that was removed", err, survey.Unauthenticated)
}

func TestMakingPasskeys(t *testing.T) {
	t.Parallel()
	h, mia, phone := passkeyHouse(t)
	ben := h.hire("ben@example.com", access.LevelRep)
	options, err := h.EnrolOptions(t.Context(), h.rep(mia))
	made := newDevice(mia).make(t, options, err)
	for _, row := range []struct {
		name, label, made string
		by                survey.RepID
		want              survey.Kind
	}{
		{"without a name", " ", made, mia, survey.Invalid},
		{"nonsense", "Phone", "{}", mia, survey.Unauthenticated},
		{"what was asked of somebody else", "Phone", made, ben, survey.Unauthenticated},
		{"one that is there", "Phone", phone.make(t, options, err), mia, survey.Conflict},
		{"a new one", "Tablet", made, mia, ""},
	} {
		_, err := h.AddPasskey(t.Context(), row.by, row.label, row.made)
		wantKind(t, row.name, err, row.want)
	}
	for address, want := range map[string]bool{
		"https://feedback.example.com": true, "https://feedback.example.com:8443/x": true, "http://localhost:8080": true,
		"http://feedback.example.com": false, "http://127.0.0.1:8080": false, "https://[::1]": false, "": false,
	} {
		if got := h.processWith(access.Options{BaseURL: address}).HasPasskeys(); got != want {
			t.Errorf("passkeys at %q: %v, want %v", address, got, want)
		}
	}
	none := h.processWith(access.Options{})
	_, err = none.AddPasskey(t.Context(), mia, "Phone", made)
	wantKind(t, "where there are none", err, survey.Conflict)
}
