package access_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"earshot/survey"
	"earshot/survey/access"
)

// codeAt is what an authenticator app with that secret shows then.
func codeAt(tb testing.TB, secret string, at time.Time) string {
	tb.Helper()
	code, err := totp.GenerateCode(secret, at)
	return must(tb, code, err)
}

// step is how long a code is shown.
const step = 30 * time.Second

// enrolApp gives a rep an authenticator app and returns its secret and the recovery codes. Its first code is used up, so the
// clock goes on.
func (h *house) enrolApp(id survey.RepID) (secret string, recovery []string) {
	h.Helper()
	must(h, 0, h.OfferApp(h.Context(), id))
	rep, err := h.Rep(h.Context(), id)
	offer, failed := h.OfferedApp(must(h, rep, err), "Brunnen AG")
	secret = must(h, offer, failed).Secret
	recovery, err = h.ConfirmApp(h.Context(), id, codeAt(h, secret, h.clock()))
	must(h, recovery, err)
	h.pass(2 * step)
	return secret, recovery
}

// halfway is a log-in whose password was right.
func (h *house) halfway(email string) string {
	h.Helper()
	entry, err := h.Login(h.Context(), access.Credentials{Email: email, Password: password}, access.Browser{Remote: "192.0.2.1"})
	if must(h, entry, err).Session != "" || entry.Pending == "" {
		h.Fatalf("the password of somebody with a second factor gave %+v, want no session", entry)
	}
	return entry.Pending
}

func TestAuthenticatorApp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mia := h.hire("mia@example.com", access.LevelRep)
	_, err := h.ConfirmApp(t.Context(), mia, "000000")
	wantKind(t, "a code of no app", err, survey.NotFound)
	must(t, 0, h.OfferApp(t.Context(), mia))
	h.logIn("mia@example.com") // an app that was not confirmed is none yet
	secret, recovery := h.enrolApp(mia)
	if len(recovery) != access.RecoveryCodes {
		t.Errorf("the first factor gave %d recovery codes, want %d", len(recovery), access.RecoveryCodes)
	}
	for _, row := range []struct {
		name string
		off  time.Duration
		want survey.Kind
	}{
		{"two steps early", -2 * step, survey.Invalid},
		{"one step early", -step, ""},
		{"now", 0, ""},
		{"one step late", step, ""},
		{"two steps late", 2 * step, survey.Invalid},
	} {
		h.pass(10 * step)
		_, err := h.SecondStep(t.Context(), h.halfway("mia@example.com"), access.Proof{Code: codeAt(t, secret, h.clock().Add(row.off))}, access.Browser{})
		wantKind(t, row.name, err, row.want)
	}
	h.pass(10 * step)
	code := codeAt(t, secret, h.clock())
	entry, err := h.SecondStep(t.Context(), h.halfway("mia@example.com"), access.Proof{Code: code[:3] + " " + code[3:]}, access.Browser{})
	_, known := h.SessionRep(t.Context(), must(t, entry, err).Session)
	wantKind(t, "the session that it gives", known, "")
	_, err = h.process().SecondStep(t.Context(), h.halfway("mia@example.com"), access.Proof{Code: code}, access.Browser{})
	wantKind(t, "the same code once more, in another process", err, survey.Invalid)
	_, err = h.SecondStep(t.Context(), h.halfway("mia@example.com"), access.Proof{Code: codeAt(t, secret, h.clock().Add(-step))}, access.Browser{})
	wantKind(t, "the code before one that was used", err, survey.Invalid)
}

func TestHalfALogInLetsNobodyIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire("ada@example.com", access.LevelAdmin)
	mia := h.hire("mia@example.com", access.LevelRep)
	secret, _ := h.enrolApp(mia)
	pending := h.halfway("mia@example.com")
	good := func() access.Proof { return access.Proof{Code: codeAt(t, secret, h.clock())} }
	_, err := h.SessionRep(t.Context(), pending)
	wantKind(t, "as a session", err, survey.Unauthenticated)
	_, err = h.Confirmed(t.Context(), pending)
	wantKind(t, "as a session that was confirmed", err, survey.Unauthenticated)
	_, err = h.ComeIn(t.Context(), pending, access.Browser{})
	wantKind(t, "as a way in", err, survey.Unauthenticated)
	for name, token := range map[string]string{"nothing": "", "another": strings.Repeat("a", 32), "long": strings.Repeat("a", 60_000)} {
		_, err = h.SecondStep(t.Context(), token, good(), access.Browser{})
		wantKind(t, name, err, survey.Unauthenticated)
	}
	_, err = h.SecondStep(t.Context(), pending, access.Proof{}, access.Browser{})
	wantKind(t, "no proof", err, survey.Invalid)
	_, err = h.SecondStep(t.Context(), pending, good(), access.Browser{})
	wantKind(t, "the right one", err, "")
	h.pass(step)
	_, err = h.SecondStep(t.Context(), pending, good(), access.Browser{})
	wantKind(t, "the same token once more", err, survey.Unauthenticated)

	late := h.halfway("mia@example.com")
	h.pass(access.SecondStepLasts)
	_, err = h.SecondStepOf(t.Context(), late)
	wantKind(t, "its page, too late", err, survey.Unauthenticated)
	_, err = h.SecondStep(t.Context(), late, good(), access.Browser{})
	wantKind(t, "too late", err, survey.Unauthenticated)

	stale := h.halfway("mia@example.com")
	h.pass(time.Second)
	must(t, 0, h.ChangePassword(t.Context(), mia, password, "another good password"))
	_, err = h.SecondStep(t.Context(), stale, good(), access.Browser{})
	wantKind(t, "with a password that is none any more", err, survey.Unauthenticated)
	must(t, 0, h.ChangePassword(t.Context(), mia, "another good password", password))

	gone := h.halfway("mia@example.com")
	_, err = h.ChangeRep(t.Context(), mia, access.RepChange{Disabled: new(true)})
	must(t, 0, err)
	_, err = h.SecondStep(t.Context(), gone, good(), access.Browser{})
	wantKind(t, "disabled meanwhile", err, survey.Unauthenticated)
}

func TestCodesCannotBeGuessed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mia := h.hire("mia@example.com", access.LevelRep)
	session := h.logIn("mia@example.com")
	secret, recovery := h.enrolApp(mia)
	rep, err := h.Rep(t.Context(), mia)
	must(t, rep, err)
	wrong := access.Proof{Code: "abcdefgh"}
	looked := 0
	for range 200 {
		err := h.Confirm(t.Context(), rep, session, "", wrong)
		if survey.KindOf(err) == survey.Invalid {
			looked++
		}
		h.pass(time.Minute)
	}
	if looked > 16 {
		t.Errorf("%d wrong codes were looked at in 200 minutes", looked)
	}
	_, err = h.process().SecondStep(t.Context(), h.halfway("mia@example.com"), access.Proof{Code: recovery[0]}, access.Browser{})
	wantKind(t, "a right one meanwhile, in another process", err, survey.RateLimited)
	if told := survey.AsError(err); told.RetryAfter <= 0 || told.RetryAfter > time.Hour {
		t.Errorf("told to come again in %v", told.RetryAfter)
	}
	h.pass(time.Hour)
	_, err = h.SecondStep(t.Context(), h.halfway("mia@example.com"), access.Proof{Code: codeAt(t, secret, h.clock())}, access.Browser{})
	wantKind(t, "a right one later", err, "")
	_, err = h.SecondStep(t.Context(), h.halfway("mia@example.com"), wrong, access.Browser{})
	wantKind(t, "a slip after that", err, survey.Invalid)

	one := h.halfway("mia@example.com")
	for range 5 {
		_, err = h.SecondStep(t.Context(), one, access.Proof{Passkey: "{}"}, access.Browser{})
		wantKind(t, "a passkey that is none", err, survey.Conflict)
	}
	h.pass(time.Hour - time.Minute)
	_, err = h.SecondStep(t.Context(), one, access.Proof{Code: recovery[0]}, access.Browser{})
	wantKind(t, "the sixth try of one log-in", err, survey.Unauthenticated)
}

func TestACodeCountsOnceHoweverManyTry(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, recovery := h.enrolApp(h.hire("mia@example.com", access.LevelRep))
	var all sync.WaitGroup
	var mu sync.Mutex
	in := 0
	for range 4 {
		pending, process := h.halfway("mia@example.com"), h.process()
		all.Go(func() {
			if _, err := process.SecondStep(t.Context(), pending, access.Proof{Code: recovery[0]}, access.Browser{}); err == nil {
				mu.Lock()
				defer mu.Unlock()
				in++
			}
		})
	}
	all.Wait()
	if in != 1 {
		t.Errorf("one recovery code let %d in", in)
	}
}

func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mia := h.hire("mia@example.com", access.LevelRep)
	_, err := h.RenewRecovery(t.Context(), mia)
	wantKind(t, "without a factor", err, survey.Conflict)
	_, old := h.enrolApp(mia)
	enter := func(code string) error {
		_, err := h.SecondStep(t.Context(), h.halfway("mia@example.com"), access.Proof{Code: code}, access.Browser{})
		return err
	}
	wantKind(t, "one", enter(old[3]), "")
	wantKind(t, "the same again", enter(old[3]), survey.Invalid)
	wantKind(t, "another, as people type it", enter(" "+strings.ToUpper(strings.ReplaceAll(old[4], "-", " "))), "")
	rep, err := h.Rep(t.Context(), mia)
	if left := must(t, rep, err).Factors.Recovery; len(left) != access.RecoveryCodes-2 || strings.Contains(strings.Join(left, " "), tidied(old[0])) {
		t.Errorf("stored are %d codes: %v", len(left), left)
	}
	fresh, err := h.RenewRecovery(t.Context(), mia)
	must(t, fresh, err)
	wantKind(t, "one of those before", enter(old[5]), survey.Invalid)
	wantKind(t, "a fresh one", enter(fresh[0]), "")
	must(t, 0, h.RemoveApp(t.Context(), mia))
	rep, err = h.Rep(t.Context(), mia)
	if f := must(t, rep, err).Factors; f.Any() || len(f.Recovery) != 0 {
		t.Errorf("without the last factor there are %+v", f)
	}
}

func tidied(code string) string { return strings.ReplaceAll(code, "-", "") }

func TestFactorsStay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mia := h.hire("mia@example.com", access.LevelRep)
	secret, _ := h.enrolApp(mia)
	must(t, 0, h.ChangePassword(t.Context(), mia, password, "another good password"))
	entry, err := h.Login(t.Context(), access.Credentials{Email: "mia@example.com", Password: "another good password"}, access.Browser{})
	if must(t, entry, err).Session != "" {
		t.Fatal("a new password took the second factor away")
	}
	_, err = h.ChangeRep(t.Context(), mia, access.RepChange{Password: new(password), Name: new("Mia B.")})
	must(t, 0, err)
	entry, err = h.SecondStep(t.Context(), h.halfway("mia@example.com"), access.Proof{Code: codeAt(t, secret, h.clock())}, access.Browser{})
	session := must(t, entry, err).Session
	must(t, 0, h.RemoveFactors(t.Context(), mia))
	_, err = h.SessionRep(t.Context(), session)
	wantKind(t, "a session from before the factors were taken away", err, survey.Unauthenticated)
	h.logIn("mia@example.com")
	wantKind(t, "nobody's factors", h.RemoveFactors(t.Context(), "rep_none"), survey.NotFound)
}

func TestConfirming(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mia, ada := h.hire("mia@example.com", access.LevelRep), h.hire("ada@example.com", access.LevelAdmin)
	session := h.logIn("mia@example.com")
	confirmed := func() bool {
		ok, err := h.process().Confirmed(t.Context(), session)
		return must(t, ok, err)
	}
	if !confirmed() {
		t.Error("who has just logged in is to prove it again")
	}
	h.pass(access.ConfirmedFor)
	if confirmed() {
		t.Error("a log-in counts for ever")
	}
	rep, err := h.Rep(t.Context(), mia)
	must(t, 0, err)
	other, err := h.Rep(t.Context(), ada)
	must(t, 0, err)
	wantKind(t, "a wrong password", h.Confirm(t.Context(), rep, session, "not my password", access.Proof{}), survey.Invalid)
	wantKind(t, "nothing", h.Confirm(t.Context(), rep, session, "", access.Proof{}), survey.Invalid)
	wantKind(t, "somebody else", h.Confirm(t.Context(), other, session, password, access.Proof{}), survey.Unauthenticated)
	if confirmed() {
		t.Error("confirmed by what was refused")
	}
	wantKind(t, "the password", h.Confirm(t.Context(), rep, session, password, access.Proof{}), "")
	if !confirmed() {
		t.Error("not confirmed by the password")
	}
	secret, _ := h.enrolApp(mia)
	h.pass(access.ConfirmedFor)
	wantKind(t, "a code", h.Confirm(t.Context(), rep, session, "", access.Proof{Code: codeAt(t, secret, h.clock())}), "")
	if !confirmed() {
		t.Error("not confirmed by a code")
	}
}

func TestWhoMustHaveASecondFactor(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule  access.Requirement
		level access.Level
		want  bool
	}{
		{"", access.LevelAdmin, false}, {access.RequiredOfNobody, access.LevelAdmin, false},
		{access.RequiredOfAdmins, access.LevelAdmin, true}, {access.RequiredOfAdmins, access.LevelRep, false},
		{access.RequiredOfAll, access.LevelRep, true},
	} {
		h := newHouse(t)
		s := h.processWith(access.Options{SecondFactor: row.rule})
		id := h.hire("mia@example.com", row.level)
		session := h.logIn("mia@example.com")
		must := func() bool {
			rep, err := h.Rep(t.Context(), id)
			must(t, 0, err)
			got, err := s.MustEnrol(t.Context(), rep, session)
			return must(t, got, err)
		}
		if got := must(); got != row.want {
			t.Errorf("%s of %s: must enrol: %v, want %v", row.rule, row.level, got, row.want)
		}
		h.enrolApp(id)
		if must() {
			t.Errorf("%s of %s: must enrol again", row.rule, row.level)
		}
		want := survey.Kind("")
		if row.want {
			want = survey.Conflict
		}
		wantKind(t, string(row.rule)+": removing the last", s.RemoveApp(t.Context(), id), want)
	}
}

func TestWayIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire("ada@example.com", access.LevelAdmin)
	mia := h.hire("mia@example.com", access.LevelRep)
	h.enrolApp(mia)
	_, err := h.ChangeRep(t.Context(), mia, access.RepChange{Disabled: new(true)})
	must(t, 0, err)
	_, err = h.WayIn(t.Context(), "nobody@example.com")
	wantKind(t, "nobody", err, survey.NotFound)
	link, err := h.WayIn(t.Context(), " MIA@example.com")
	must(t, link, err)
	only := h.processWith(access.Options{SignOn: access.SignOnRules{Only: true}})
	wantKind(t, "looked at", only.WayInOpen(t.Context(), link), "")
	_, err = h.SecondStep(t.Context(), link, access.Proof{Code: "000000"}, access.Browser{})
	wantKind(t, "as half a log-in", err, survey.Unauthenticated)
	entry, err := only.ComeIn(t.Context(), link, access.Browser{})
	rep, failed := h.SessionRep(t.Context(), must(t, entry, err).Session)
	if must(t, rep, failed).Access != access.LevelAdmin || rep.Factors.Any() {
		t.Errorf("came in as %+v", rep)
	}
	_, err = h.ComeIn(t.Context(), link, access.Browser{})
	wantKind(t, "once more", err, survey.Unauthenticated)
	late, err := h.WayIn(t.Context(), "mia@example.com")
	must(t, late, err)
	h.pass(access.WayInLasts)
	_, err = h.ComeIn(t.Context(), late, access.Browser{})
	wantKind(t, "too late", err, survey.Unauthenticated)
}

// TestAWayInEndsWhatWasOpen: a session of a rep must not become one of an admin, whoever has it.
func TestAWayInEndsWhatWasOpen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire("mia@example.com", access.LevelRep)
	before := h.logIn("mia@example.com")
	_, reset, err := h.NewReset(t.Context(), "mia@example.com")
	must(t, reset, err)
	link, err := h.WayIn(t.Context(), "mia@example.com")
	must(t, link, err)
	h.pass(1)
	entry, err := h.ComeIn(t.Context(), link, access.Browser{Remote: "192.0.2.1"})
	must(t, entry, err)
	_, err = h.SessionRep(t.Context(), before)
	wantKind(t, "the session before", err, survey.Unauthenticated)
	wantKind(t, "a link to set a password", h.ResetOpen(t.Context(), reset), survey.Gone)
	_, err = h.SessionRep(t.Context(), entry.Session)
	wantKind(t, "the one that came in", err, "")
}
