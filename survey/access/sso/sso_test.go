package sso_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/access/sso"
)

// liar is a provider that tells what a test wants it to.
type liar struct {
	*httptest.Server
	testing.TB
	key *rsa.PrivateKey
	// claims are those of the next ID token, over the usual ones; a nil value leaves one out.
	claims map[string]any
	// sign makes the ID token; nil signs it rightly.
	sign func(claims map[string]any) string
	// info is what UserInfo tells; nil has none.
	info map[string]any
	// down answers nothing.
	down atomic.Bool
	// extra is added to the configuration.
	extra map[string]any
	// codes that were redeemed already.
	redeemed map[string]bool
	nonce    string
	verifier string
}

var signingKey = func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}()

func newLiar(tb testing.TB) *liar {
	tb.Helper()
	l := &liar{TB: tb, key: signingKey, redeemed: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		config := map[string]any{
			"issuer": l.URL, "authorization_endpoint": l.URL + "/auth", "token_endpoint": l.URL + "/token", "jwks_uri": l.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
		}
		if l.info != nil {
			config["userinfo_endpoint"] = l.URL + "/info"
		}
		for name, value := range l.extra {
			config[name] = value
		}
		l.answer(w, config)
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		l.answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &l.key.PublicKey, KeyID: "k1", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("GET /info", func(w http.ResponseWriter, _ *http.Request) { l.answer(w, l.info) })
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		code := r.FormValue("code")
		if l.verifier = r.FormValue("code_verifier"); code == "" || l.redeemed[code] {
			w.WriteHeader(http.StatusBadRequest)
			l.answer(w, map[string]any{"error": "invalid_grant"})
			return
		}
		l.redeemed[code] = true
		l.answer(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": l.token()})
	})
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.down.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	tb.Cleanup(l.Close)
	return l
}

func (l *liar) answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(body); err != nil {
		l.Error(err)
	}
}

// token is the ID token for the log-in under way.
func (l *liar) token() string {
	all := map[string]any{
		"iss": l.URL, "aud": "earshot", "sub": "s1", "nonce": l.nonce, "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(),
		"email": "mia@example.com", "email_verified": true, "name": "Mia Berg", "groups": []string{"sales", "all"},
	}
	for name, value := range l.claims {
		if all[name] = value; value == nil {
			delete(all, name)
		}
	}
	if l.sign != nil {
		return l.sign(all)
	}
	return l.signed(all, jose.SigningKey{Algorithm: jose.RS256, Key: l.key}, "k1")
}

func (l *liar) signed(claims map[string]any, key jose.SigningKey, id string) string {
	signer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType("JWT").WithHeader("kid", id))
	if err != nil {
		l.Error(err)
		return ""
	}
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		l.Error(err)
	}
	return token
}

// unsigned is a token that says of itself that nobody has signed it.
func unsigned(claims map[string]any) string {
	body, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + encode(body) + "."
}

func (l *liar) provider(change ...func(*sso.Options)) *sso.Provider {
	l.Helper()
	o := sso.Options{Issuer: l.URL, ClientID: "earshot", ClientSecret: "s", BaseURL: "https://feedback.example.com", GroupsClaim: "groups"}
	for _, c := range change {
		c(&o)
	}
	p, err := sso.New(o)
	if err != nil {
		l.Fatal(err)
	}
	return p
}

// begin begins a log-in and remembers its nonce, as the real page of a provider does.
func (l *liar) begin(p *sso.Provider) *access.SignOnBegun {
	l.Helper()
	begun, err := p.Begin(l.Context(), false)
	if err != nil {
		l.Fatal(err)
	}
	l.nonce = begun.Nonce
	return begun
}

func TestWhomTheProviderTellsOf(t *testing.T) {
	t.Parallel()
	l := newLiar(t)
	begun := l.begin(l.provider())
	to, err := url.Parse(begun.URL)
	if err != nil {
		t.Fatal(err)
	}
	asked := to.Query()
	for name, want := range map[string]string{
		"client_id": "earshot", "response_type": "code", "redirect_uri": "https://feedback.example.com/login/sso/callback", "scope": "openid profile email",
		"state": begun.State, "nonce": begun.Nonce, "code_challenge_method": "S256",
	} {
		if asked.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, asked.Get(name), want)
		}
	}
	got, err := l.provider().Finish(t.Context(), *begun, access.SignOnAnswer{Code: "c", State: begun.State})
	want := &access.Person{Issuer: l.URL, Subject: "s1", Name: "Mia Berg", Email: "mia@example.com", EmailVerified: true, Groups: []string{"all", "sales"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v (%v), want %+v", got, err, want)
	}
	anew, err := l.provider().Begin(t.Context(), true)
	if err != nil || !strings.Contains(anew.URL, "prompt=login") || !strings.Contains(anew.URL, "max_age=0") || asked.Has("prompt") {
		t.Errorf("asked anew by %+v (%v)", anew, err)
	}
	if l.verifier != begun.Verifier {
		t.Error("the code was redeemed without the verifier")
	}
}

// TestWhenTheyProvedIt: the provider tells when somebody proved who they are, or does not.
func TestWhenTheyProvedIt(t *testing.T) {
	t.Parallel()
	l := newLiar(t)
	for i, row := range []struct {
		told any
		want time.Time
	}{{nil, time.Time{}}, {1_790_000_000, time.Unix(1_790_000_000, 0).UTC()}, {"yesterday", time.Time{}}, {-5, time.Time{}}} {
		l.claims = map[string]any{"auth_time": row.told}
		begun := l.begin(l.provider())
		got, err := l.provider().Finish(t.Context(), *begun, access.SignOnAnswer{Code: fmt.Sprint("c", i), State: begun.State})
		if err != nil || !got.ProvenAt.Equal(row.want) {
			t.Errorf("told %v: got %+v (%v), want %v", row.told, got, err, row.want)
		}
	}
}

// TestAttacks: what a stranger, another provider or another client could send never lets anybody in.
func TestAttacks(t *testing.T) {
	t.Parallel()
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name   string
		claims map[string]any
		sign   func(l *liar) func(map[string]any) string
		answer func(*access.SignOnAnswer)
		begun  func(*access.SignOnBegun)
		extra  map[string]any
	}{
		{name: "another nonce", claims: map[string]any{"nonce": "other"}},
		{name: "no nonce", claims: map[string]any{"nonce": nil}, begun: func(b *access.SignOnBegun) { b.Nonce = "" }},
		{name: "another audience", claims: map[string]any{"aud": "someone-else"}},
		{name: "two audiences, made for nobody", claims: map[string]any{"aud": []string{"earshot", "someone-else"}}},
		{name: "made for another party", claims: map[string]any{"azp": "someone-else"}},
		{name: "another issuer", claims: map[string]any{"iss": "https://evil.example.com"}},
		{name: "expired", claims: map[string]any{"exp": time.Now().Add(-time.Minute).Unix()}},
		{name: "not valid yet", claims: map[string]any{"nbf": time.Now().Add(time.Hour).Unix()}},
		{name: "signed by another key", sign: func(l *liar) func(map[string]any) string {
			return func(c map[string]any) string {
				return l.signed(c, jose.SigningKey{Algorithm: jose.RS256, Key: other}, "k1")
			}
		}},
		{name: "signed with the client's secret", sign: func(l *liar) func(map[string]any) string {
			return func(c map[string]any) string {
				return l.signed(c, jose.SigningKey{Algorithm: jose.HS256, Key: []byte(strings.Repeat("s", 32))}, "k1")
			}
		}},
		{name: "signed with the public key as if it were a secret", sign: func(l *liar) func(map[string]any) string {
			return func(c map[string]any) string {
				return l.signed(c, jose.SigningKey{Algorithm: jose.HS256, Key: l.key.N.Bytes()}, "k1")
			}
		}},
		{name: "signed by nobody", sign: func(*liar) func(map[string]any) string { return unsigned }},
		{name: "no token", sign: func(*liar) func(map[string]any) string { return func(map[string]any) string { return "" } }},
		{name: "another state", answer: func(a *access.SignOnAnswer) { a.State = "other" }},
		{name: "no state", answer: func(a *access.SignOnAnswer) { a.State = "" }, begun: func(b *access.SignOnBegun) { b.State = "" }},
		{name: "no code", answer: func(a *access.SignOnAnswer) { a.Code = "" }},
		{name: "a code that was redeemed", answer: func(a *access.SignOnAnswer) { a.Code = "used" }},
		{name: "an answer of another provider", answer: func(a *access.SignOnAnswer) { a.Issuer = "https://evil.example.com" }},
		{name: "an answer that does not say whose it is", extra: map[string]any{"authorization_response_iss_parameter_supported": true}},
		{name: "an error", answer: func(a *access.SignOnAnswer) { a.Error, a.Description = "server_error", "<b>" }},
		{name: "refused by the provider", answer: func(a *access.SignOnAnswer) { a.Error = "access_denied" }},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			l := newLiar(t)
			l.claims, l.extra, l.redeemed["used"] = row.claims, row.extra, true
			if row.sign != nil {
				l.sign = row.sign(l)
			}
			p := l.provider()
			begun := l.begin(p)
			answer := access.SignOnAnswer{Code: "c", State: begun.State}
			if row.begun != nil {
				row.begun(begun)
			}
			if row.answer != nil {
				row.answer(&answer)
			}
			person, err := p.Finish(t.Context(), *begun, answer)
			if survey.KindOf(err) != survey.Unauthenticated || person != nil {
				t.Fatalf("got %+v and %v, want to be refused", person, err)
			}
			if told := survey.AsError(err).Message; strings.Contains(told, "<") {
				t.Errorf("the refusal tells more than it should: %s", told)
			}
		})
	}
}

func TestClaims(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		claims map[string]any
		info   map[string]any
		option func(*sso.Options)
		want   func(*access.Person) bool
	}{
		{name: "verified, as a text", claims: map[string]any{"email_verified": "true"}, want: func(p *access.Person) bool { return p.EmailVerified }},
		{name: "not verified", claims: map[string]any{"email_verified": false}, want: func(p *access.Person) bool { return !p.EmailVerified }},
		{name: "not said", claims: map[string]any{"email_verified": nil}, want: func(p *access.Person) bool { return !p.EmailVerified }},
		{name: "not said, and trusted", claims: map[string]any{"email_verified": nil}, option: func(o *sso.Options) { o.TrustEmail = true },
			want: func(p *access.Person) bool { return p.EmailVerified }},
		{name: "roles deep inside", claims: map[string]any{"realm_access": map[string]any{"roles": []any{"boss", 7}}},
			option: func(o *sso.Options) { o.GroupsClaim = "realm_access.roles" },
			want:   func(p *access.Person) bool { return reflect.DeepEqual(p.Groups, []string{"boss"}) }},
		{name: "a name with dots", claims: map[string]any{"https://x.example/roles": "boss"},
			option: func(o *sso.Options) { o.GroupsClaim = "https://x.example/roles" },
			want:   func(p *access.Person) bool { return reflect.DeepEqual(p.Groups, []string{"boss"}) }},
		{name: "no groups wanted", option: func(o *sso.Options) { o.GroupsClaim = "" }, want: func(p *access.Person) bool { return len(p.Groups) == 0 }},
		{name: "told only when asked", claims: map[string]any{"email": nil, "groups": nil}, info: map[string]any{"sub": "s1", "email": "m@example.com", "groups": []string{"boss"}},
			want: func(p *access.Person) bool {
				return p.Email == "m@example.com" && p.Groups[0] == "boss" && p.Name == "Mia Berg"
			}},
		{name: "verified is another address", claims: map[string]any{"email": nil}, info: map[string]any{"sub": "s1", "email": "m@example.com", "email_verified": false},
			want: func(p *access.Person) bool { return p.Email == "m@example.com" && !p.EmailVerified }},
		{name: "asked of another person", claims: map[string]any{"email": nil}, info: map[string]any{"sub": "s2", "email": "eve@example.com"}},
	} {
		l := newLiar(t)
		l.claims, l.info = row.claims, row.info
		p := l.provider()
		if row.option != nil {
			p = l.provider(row.option)
		}
		begun := l.begin(p)
		got, err := p.Finish(t.Context(), *begun, access.SignOnAnswer{Code: "c", State: begun.State})
		if row.want == nil && err == nil || row.want != nil && (err != nil || !row.want(got)) {
			t.Errorf("%s: got %+v (%v)", row.name, got, err)
		}
	}
}

func TestAProviderThatIsDown(t *testing.T) {
	t.Parallel()
	l := newLiar(t)
	now := time.Now()
	l.down.Store(true)
	p := l.provider(func(o *sso.Options) { o.Clock = func() time.Time { return now } })
	for range 2 {
		_, err := p.Begin(t.Context(), false)
		if told := survey.AsError(err); told.Kind != survey.Unavailable || told.RetryAfter == 0 {
			t.Fatalf("while it is down: got %v", err)
		}
	}
	l.down.Store(false)
	now = now.Add(time.Minute)
	begun := l.begin(p)
	if out, err := p.LogoutURL(t.Context()); out != "" || err != nil {
		t.Errorf("logging out where it is not offered: got %q (%v)", out, err)
	}
	l.down.Store(true)
	if _, err := p.Finish(t.Context(), *begun, access.SignOnAnswer{Code: "c", State: begun.State}); err == nil {
		t.Error("somebody came in while it was down")
	}
	other := newLiar(t)
	other.extra = map[string]any{"issuer": "https://evil.example.com"}
	if _, err := other.provider().Begin(t.Context(), false); survey.KindOf(err) != survey.Unavailable || !strings.Contains(err.Error(), "evil") {
		t.Errorf("a provider that says to be another: got %v", err)
	}
	other = newLiar(t)
	other.extra = map[string]any{"end_session_endpoint": other.URL + "/end?x=1"}
	if out, err := other.provider().LogoutURL(t.Context()); err != nil || !strings.HasPrefix(out, other.URL+"/end?client_id=earshot&post_logout_redirect_uri=https%3A%2F%2Ffeedback.example.com%2Flogin&x=1") {
		t.Errorf("logging out: got %q (%v)", out, err)
	}
	for _, o := range []sso.Options{{}, {Issuer: "x", ClientID: "y"}, {Issuer: "://", ClientID: "y", BaseURL: "z"}} {
		if _, err := sso.New(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}
