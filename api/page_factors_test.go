package api_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/descope/virtualwebauthn"
	"github.com/pquerna/otp/totp"

	"earshot/api"
	"earshot/survey"
	"earshot/survey/access"
)

// withDoors gives a world other rules of who comes in, and a provider of single sign-on; nil is none.
func (w *world) withDoors(t testing.TB, o access.Options, signOn api.SignOn) {
	t.Helper()
	o.Store, o.Clock, o.BaseURL = w.store, func() time.Time { return *w.clock.Load() }, "https://feedback.example.com"
	var err error
	w.access, err = access.New(o)
	must(t, 0, err)
	w.Handler, err = api.New(api.Config{Service: w.service, Access: w.access, Audit: w.audit, Repeats: w.repeats, Frontend: pages(), SignOn: signOn})
	must(t, 0, err)
}

// codeOf is what an app with the secret on a page shows at that time in the world.
func (w *world) codeOf(t testing.TB, secret string) string {
	t.Helper()
	code, err := totp.GenerateCode(strings.ReplaceAll(secret, " ", ""), *w.clock.Load())
	return must(t, code, err)
}

// pass moves the world's clock on.
func (w *world) pass(d time.Duration) { w.at(w.clock.Load().Add(d)) }

// enrolApp sets an authenticator app up on the pages, and returns its secret and the recovery codes.
func (w *world) enrolApp(b *browser) (secret string, codes []string) {
	b.Helper()
	shown := b.get("/account/factors").want(http.StatusOK, "Authenticator app").submit("form[action='/account/factors/app']").want(http.StatusOK, "Or type this secret")
	secret = shown.words("code.secret")
	if shown.Find("svg.qr path").AttrOr("d", "") == "" {
		b.Error("there is no picture for the app")
	}
	shown.submit("form", "code", "12").want(http.StatusBadRequest)
	done := shown.submit("form", "code", w.codeOf(b, secret)).want(http.StatusCreated, "Your recovery codes", "In use")
	done.Find(".codes code").Each(func(_ int, code *goquery.Selection) { codes = append(codes, code.Text()) })
	if file, err := url.PathUnescape(done.link("a[download]")); err != nil || !strings.Contains(file, codes[0]) || len(codes) != access.RecoveryCodes {
		b.Errorf("the file is %q (%v), the codes are %v", file, err, codes)
	}
	if again := b.get("/account/factors").body; strings.Contains(again, codes[0]) {
		b.Error("recovery codes are shown twice")
	}
	return secret, codes
}

// password types the password on the log-in page and returns what comes.
func (b *browser) password(path, email string) *screen {
	b.Helper()
	return b.get(path).submit("form[action='/login']", "email", email, "password", testPassword)
}

func TestSecondStepByForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secret, recovery := w.enrolApp(repBrowser(t, w))
	w.pass(time.Minute)

	b := newBrowser(t, w)
	step := b.password("/login?next=%2Fresponses%2F"+w.response, "mia@example.com").want(http.StatusOK, "One more step", "or a recovery code")
	if b.cookies["__Host-earshot_session"] != "" {
		t.Fatal("a password alone gave a session")
	}
	for _, path := range []string{"/", "/account", "/account/factors", "/settings"} {
		b.get(path).want(http.StatusOK, "Log in to go on.")
	}
	b.cookies["__Host-earshot_session"] = b.cookies["__Host-earshot_second_step"]
	b.get("/").want(http.StatusOK, "Log in to go on.")
	delete(b.cookies, "__Host-earshot_session")
	step.submit("form", "code", "000000").want(http.StatusBadRequest, "Is not right")
	if got := step.submit("form", "code", w.codeOf(t, secret)).want(http.StatusOK, "Answer from Ana Ruiz").at; got != "/responses/"+w.response {
		t.Errorf("got to %s, want back to the answer", got)
	}
	if b.get("/login/second").want(http.StatusOK).at != "/" {
		t.Error("the second step can be repeated")
	}

	other := newBrowser(t, w)
	other.get("/login/second?next=//evil.example").want(http.StatusOK, "Log in")
	step = other.password("/login?next=//evil.example", "mia@example.com")
	if at := step.submit("form", "code", recovery[0], "next", "//evil.example").want(http.StatusOK, "You came in by a recovery code").at; at != "/?notice=by_recovery" {
		t.Errorf("led to %s", at)
	}
	other.get("/account/factors").want(http.StatusOK, "9 codes of 10 are left")
	late := newBrowser(t, w)
	step = late.password("/login", "mia@example.com")
	late.site = "cross-site"
	step.submit("form", "code", recovery[1]).want(http.StatusForbidden)
	late.site = "same-origin"
	w.pass(access.SecondStepLasts)
	step.submit("form", "code", recovery[1]).want(http.StatusUnauthorized, "took too long")
	if log := w.log.String(); strings.Contains(log, recovery[0]) || strings.Contains(log, secret) {
		t.Error("the log holds what lets people in")
	}
}

func TestFactorsWantAFreshProof(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	w.enrolApp(b)
	w.pass(access.ConfirmedFor)
	for _, path := range []string{
		"/account/factors/app", "/account/factors/app/confirm", "/account/factors/app/remove", "/account/factors/passkeys", "/account/factors/passkeys/remove", "/account/factors/recovery",
	} {
		if at := b.post(path, url.Values{"code": {"000000"}}).want(http.StatusOK, "Is it you?").at; at != "/account/confirm?next=%2Faccount%2Ffactors" {
			t.Errorf("%s led to %s", path, at)
		}
	}
	b.get("/account/factors/app").want(http.StatusOK, "Is it you?")
	ask := b.get("/account/confirm?next=/account/factors")
	ask.submit("form:has([name=password])", "password", "not my password").want(http.StatusBadRequest, "Is not your password")
	ask.submit("form:has([name=password])", "password", testPassword).want(http.StatusOK, "Ways to log in")
	b.get("/account/factors").submit("form[action$='/recovery']").want(http.StatusCreated, "Your recovery codes")
	b.get("/account/factors").submit("form[action$='/remove']").want(http.StatusOK, "Deleted.", "Set up an app")
	b.get("/account/factors/app").want(http.StatusNotFound)
}

func TestASecondFactorIsWanted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.withDoors(t, access.Options{SecondFactor: access.RequiredOfAll}, nil)
	b := repBrowser(t, w)
	for _, path := range []string{"/", "/customers", "/account", "/responses/" + w.response} {
		if at := b.get(path).want(http.StatusOK, "This installation wants a second factor of you").at; at != "/account/factors" {
			t.Errorf("%s led to %s", path, at)
		}
	}
	b.post("/customers", url.Values{"name": {"X"}}).want(http.StatusForbidden, "second factor")
	b.post("/account", url.Values{"current_password": {testPassword}}).want(http.StatusForbidden)
	other := repBrowser(t, w)
	other.get("/").submit("form[action='/logout']").want(http.StatusOK, "You are logged out.")
	w.enrolApp(b)
	b.get("/customers").want(http.StatusOK, "Customers")
	b.get("/account/factors").submit("form[action$='/app/remove']").want(http.StatusConflict, "set up another one first")
}

func TestFactorsAreTakenAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mia, ada := repBrowser(t, w), adminBrowser(t, w)
	if page := ada.get("/settings/reps/" + w.rep).want(http.StatusOK); page.Find("form[action$='/factors/remove']").Length() > 0 {
		t.Error("there is a button to take away what is not there")
	}
	w.enrolApp(mia)
	w.pass(access.ConfirmedFor)
	page := ada.get("/settings/reps/"+w.rep).want(http.StatusOK, "with an authenticator app beside the password")
	asked := page.submit("form[action$='/factors/remove']").want(http.StatusOK, "Is it you?")
	asked.submit("form:has([name=password])", "password", testPassword).want(http.StatusOK, "Edit Mia Berg").
		submit("form[action$='/factors/remove']").want(http.StatusOK, "The second factor is taken away")
	mia.get("/customers").want(http.StatusOK, "Log in to go on.")
	mia.password("/login", "mia@example.com").want(http.StatusOK, "Today")
}

// passkeySite is where passkeys of the world belong to.
var passkeySite = virtualwebauthn.RelyingParty{ID: "feedback.example.com", Name: "Earshot", Origin: "https://feedback.example.com"}

func TestPasskeysByForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	page := b.get("/account/factors").want(http.StatusOK, "Passkeys")
	if policy := page.header.Get("Content-Security-Policy"); !strings.HasSuffix(policy, "; script-src 'self'") || strings.Contains(policy, "unsafe") {
		t.Errorf("the policy of a page with passkeys is %s", policy)
	}
	if policy := b.get("/account").header.Get("Content-Security-Policy"); strings.Contains(policy, "script") {
		t.Errorf("the policy of a page without is %s", policy)
	}
	if res := b.once(http.MethodGet, page.Find("script").AttrOr("src", ""), nil); !strings.HasPrefix(res.Header().Get("Content-Type"), "text/javascript") {
		t.Errorf("the script comes as %s: %d", res.Header().Get("Content-Type"), res.Code)
	}
	phone := virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: []byte(w.rep)})
	key := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
	phone.AddCredential(key)
	asked, err := virtualwebauthn.ParseAttestationOptions(optionsOn(page, "/account/factors/passkeys"))
	made := virtualwebauthn.CreateAttestationResponse(passkeySite, phone, key, *must(t, asked, err))
	add := "form[action='/account/factors/passkeys']"
	page.submit(add, "name", "Phone", "passkey", "{}").want(http.StatusBadRequest, "could not be read")
	page.submit(add, "name", " ", "passkey", made).want(http.StatusBadRequest, "1 to 100")
	page.submit(add, "name", "<Phone>", "passkey", made).want(http.StatusCreated, "Your recovery codes", "<Phone>", "never")

	sign := func(s *screen, action string) string {
		w.pass(time.Second)
		asked, err := virtualwebauthn.ParseAssertionOptions(optionsOn(s, action))
		key.Counter++
		return virtualwebauthn.CreateAssertionResponse(passkeySite, phone, key, *must(t, asked, err))
	}
	alone := newBrowser(t, w)
	login := alone.get("/login?next=/customers").want(http.StatusOK, "Log in with a passkey")
	answer := sign(login, "/login/passkey")
	alone.site = "cross-site"
	login.submit("form[action='/login/passkey']", "passkey", answer).want(http.StatusForbidden)
	alone.site = "same-origin"
	login.submit("form[action='/login/passkey']", "passkey", "{}").want(http.StatusUnauthorized, "could not be read", "Log in with a passkey")
	if at := login.submit("form[action='/login/passkey']", "passkey", answer).want(http.StatusOK, "Customers").at; at != "/customers" {
		t.Errorf("led to %s", at)
	}
	newBrowser(t, w).get("/login").submit("form[action='/login/passkey']", "passkey", answer).want(http.StatusUnauthorized)

	second := newBrowser(t, w)
	step := second.password("/login", "mia@example.com").want(http.StatusOK, "Use a passkey", "Recovery code")
	step.submit("form[data-passkey]", "passkey", sign(step, "/login/second")).want(http.StatusOK, "Today")
	second.get("/account/factors").submit("form[action$='/passkeys/remove']").want(http.StatusOK, "Deleted.")
}

// optionsOn is what a page asks of a passkey.
func optionsOn(s *screen, action string) string {
	return s.Find("form[action='"+action+"'][data-passkey]").AttrOr("data-options", "")
}

func TestWayInByLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secret, err := w.access.WayIn(context.Background(), "mia@example.com")
	must(t, secret, err)
	b := newBrowser(t, w)
	page := b.get("/way-in/"+secret).want(http.StatusOK, "Whoever runs this machine")
	b.get("/way-in/"+secret).want(http.StatusOK, "Come in")
	page.submit("form").want(http.StatusOK, "You are in, as an admin.")
	b.get("/settings").want(http.StatusOK, "API keys")
	page.submit("form").want(http.StatusGone, "earshot way-in")
	if strings.Contains(w.log.String(), secret) {
		t.Error("the log holds the secret of the link")
	}
}

// vouching is a provider that tells of one person whatever it is sent.
type vouching struct{ access.Person }

func (vouching) Name() string { return "Acme account" }
func (vouching) Begin(context.Context, bool) (*access.SignOnBegun, error) {
	return &access.SignOnBegun{URL: "https://id.example.com/auth?x=1", State: "s", Nonce: "n", Verifier: "v"}, nil
}
func (p vouching) Finish(_ context.Context, begun access.SignOnBegun, answer access.SignOnAnswer) (*access.Person, error) {
	if begun.State != answer.State || begun.Verifier != "v" || answer.Code != "c" {
		return nil, survey.Errorf(survey.Unauthenticated, "the provider’s answer could not be taken")
	}
	return &p.Person, nil
}
func (vouching) LogoutURL(context.Context) (string, error) { return "https://id.example.com/end", nil }

func TestSignOnByPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rules := access.SignOnRules{Only: true, Roles: []access.GroupRole{{Group: "sales", Role: access.LevelRep}}}
	mia := access.Person{Issuer: "i", Subject: "s1", Email: "mia@example.com", EmailVerified: true, Groups: []string{"sales"}}
	w.withDoors(t, access.Options{SignOn: rules}, vouching{mia})
	b := newBrowser(t, w)
	login := b.get("/login?next=/customers").want(http.StatusOK, "Log in with Acme account", "only")
	if login.Find("form").Length() > 0 {
		t.Error("there are forms although single sign-on alone lets people in")
	}
	b.post("/login", url.Values{"email": {"mia@example.com"}, "password": {testPassword}}).want(http.StatusForbidden, "single sign-on only")
	b.post("/login/passkey", url.Values{"passkey": {"{}"}}).want(http.StatusForbidden)
	b.get("/login/sso/callback?code=c&state=s").want(http.StatusUnauthorized, "not begun in this browser")
	begun := b.once(http.MethodGet, login.link("a[href^='/login/sso']"), nil)
	if to := begun.Header().Get("Location"); begun.Code != http.StatusSeeOther || to != "https://id.example.com/auth?x=1" {
		t.Fatalf("got %d to %s", begun.Code, to)
	}
	cookie := begun.Result().Cookies()[0]
	if cookie.Name != "__Host-earshot_sign_on" || !cookie.HttpOnly || !cookie.Secure || cookie.Path != "/" || cookie.MaxAge > 600 {
		t.Errorf("the cookie is %+v", cookie)
	}
	if at := b.get("/login/sso/callback?code=c&state=s").want(http.StatusOK, "Customers").at; at != "/customers" {
		t.Errorf("led to %s", at)
	}
	b.get("/login/sso/callback?code=c&state=s").want(http.StatusUnauthorized, "begin again")
	b.post("/logout", url.Values{}).want(http.StatusOK, "You are logged out here.")
	if to := b.once(http.MethodGet, b.get("/login?notice=signed_out").link("a[href='/logout/sso']"), nil).Header().Get("Location"); to != "https://id.example.com/end" {
		t.Errorf("led to %s", to)
	}

	mia.Groups = []string{"<b>cleaning</b>"}
	w.withDoors(t, access.Options{SignOn: rules}, vouching{mia})
	other := newBrowser(t, w)
	other.once(http.MethodGet, "/login/sso?next=//evil.example", nil)
	other.get("/login/sso/callback?code=c&state=s").want(http.StatusForbidden, "of your groups (<b>cleaning</b>) none has a role", "-oidc-roles")
	newBrowser(t, newWorld(t)).get("/login/sso").want(http.StatusNotFound, "-oidc-issuer")
}
