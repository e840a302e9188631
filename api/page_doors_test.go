package api_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"earshot/api"
	"earshot/survey"
)

// count is how many mails went to that address.
func (l *letterbox) count(address, subject string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range l.sent {
		if m.To == address && m.Subject == subject {
			n++
		}
	}
	return n
}

// lastTo returns the text of the last mail to that address.
func (l *letterbox) lastTo(t testing.TB, address, subject string) string {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := len(l.sent) - 1; i >= 0; i-- {
		if l.sent[i].To == address && l.sent[i].Subject == subject {
			return l.sent[i].Text
		}
	}
	t.Fatalf("no mail %q to %s among %d", subject, address, len(l.sent))
	return ""
}

// resetLink is the link in the mail, without the host.
var resetLink = regexp.MustCompile(`https://feedback\.example\.com(/reset/[0-9a-z_]+)\n`)

// TestForgottenPassword goes the whole way as somebody does whose request reaches us under a made-up host.
func TestForgottenPassword(t *testing.T) {
	t.Parallel()
	post := &letterbox{}
	w := newMailingWorld(t, post)
	poisoned := http.HandlerFunc(func(res http.ResponseWriter, req *http.Request) {
		req.Host = "evil.example"
		req.Header.Set("X-Forwarded-Host", "evil.example")
		w.ServeHTTP(res, req)
	})
	b, before := newBrowser(t, poisoned), repBrowser(t, w)
	asked := b.get(b.get("/login").link("a[href='/forgot']")).want(http.StatusOK).submit("form", "email", "MIA@example.com")
	nobody := newBrowser(t, poisoned).post("/forgot", url.Values{"email": {"nobody@example.com"}})
	if asked.want(http.StatusOK, "If there is an account with that address").body != nobody.body {
		t.Errorf("a rep reads:\n%s\nnobody reads:\n%s", asked.words("body"), nobody.words("body"))
	}
	must(t, 0, w.access.Settle(t.Context()))
	text := post.lastTo(t, "mia@example.com", "Set a new password")
	link := resetLink.FindStringSubmatch(text)
	if link == nil || strings.Contains(text, "evil.example") {
		t.Fatalf("the mail leads elsewhere: %s", text)
	}
	for range 2 { // a program that looks into mails opens it first
		b.get(link[1]).want(http.StatusOK, "Set a new password")
	}
	weak := b.get(link[1]).submit("form", "new_password", "password1234").want(http.StatusBadRequest)
	if got := weak.problem("new_password"); !strings.Contains(got, "tried first") {
		t.Errorf("beside a usual password stands %q", got)
	}
	const fresh = "seven kettles sing at dawn"
	set := b.get(link[1]).submit("form", "new_password", fresh).want(http.StatusOK, "Your password is set", "Log in")
	if set.at != "/login?notice=password_set" || b.cookies["__Host-earshot_session"] != "" {
		t.Errorf("got to %s with the session %q, want to the log-in page without one", set.at, b.cookies["__Host-earshot_session"])
	}
	must(t, 0, w.access.Settle(t.Context()))
	post.lastTo(t, "mia@example.com", "Your password was changed")
	b.get(link[1]).want(http.StatusGone, "used up")
	b.post(link[1], url.Values{"new_password": {fresh}}).want(http.StatusGone)
	wantLogin(t, before, http.MethodGet, "/account")
	b.post("/login", url.Values{"email": {"mia@example.com"}, "password": {fresh}}).want(http.StatusOK)
	told := func() int {
		must(t, 0, w.access.Settle(t.Context()))
		return post.count("mia@example.com", "Your password was changed")
	}
	b.post("/account", url.Values{"current_password": {fresh}, "new_password": {testPassword}}).want(http.StatusOK, "Saved.")
	if got := told(); got != 2 {
		t.Errorf("a rep who changed the password was told %d times in all, want twice", got)
	}
	ada := adminBrowser(t, w)
	ada.get("/settings/reps/"+w.rep).submit("form[action='/settings/reps/"+w.rep+"']", "name", "Mia Berg-Ode").want(http.StatusOK)
	ada.get("/settings/reps/"+w.rep).submit("form[action='/settings/reps/"+w.rep+"']", "password", fresh).want(http.StatusOK)
	if got := told(); got != 3 {
		t.Errorf("a rep whose password an admin changed was told %d times in all, want three", got)
	}
	if strings.Contains(w.log.String(), link[1]) {
		t.Error("the log tells the link")
	}
}

func TestForgottenPasswordWithoutMail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := newBrowser(t, w)
	if shown := b.get("/login"); shown.Find("a[href='/forgot']").Length() > 0 {
		t.Error("the log-in page offers a mail that nobody can send")
	}
	shown := b.get("/forgot").want(http.StatusOK, "No mail server is set", "earshot admin reset-password")
	if shown.Find("form").Length() > 0 {
		t.Error("the page takes an address that no mail goes to")
	}
	b.post("/forgot", url.Values{"email": {"mia@example.com"}}).want(http.StatusConflict, "No mail server is set")
	for _, link := range []string{"x", strings.Repeat("a", 32) + w.rep, strings.Repeat("x", 5000)} {
		b.get("/reset/" + link).want(http.StatusGone)
		b.post("/reset/"+link, url.Values{"new_password": {testPassword}}).want(http.StatusGone)
	}
}

func TestWhereRepsAreLoggedIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	login := url.Values{"email": {"mia@example.com"}, "password": {testPassword}}
	phone := newBrowser(t, agent{w, "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1"})
	desk := newBrowser(t, agent{w, "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"})
	odd := newBrowser(t, agent{w, `<script>"` + strings.Repeat("x", 5000)})
	for _, b := range []*browser{phone, desk, odd} {
		b.post("/login", login).want(http.StatusOK)
	}
	shown := desk.get("/account").want(http.StatusOK, "Where you are logged in", "Safari on iPhone", "Firefox on Linux This onefrom 192.0.2.0/24")
	if got := shown.Find("section[aria-labelledby=logins] tbody tr").Length(); got != 3 {
		t.Fatalf("%d places are listed, want 3", got)
	}
	ended := shown.submit("tr:contains('iPhone') form").want(http.StatusOK, "Logged out there.")
	if strings.Contains(ended.words("main"), "iPhone") {
		t.Error("the phone is listed still")
	}
	wantLogin(t, phone, http.MethodGet, "/account")
	last := ended.submit("form[action='/account/sessions/end-others']").want(http.StatusOK)
	if last.Find("form[action^='/account/sessions']").Length() > 0 {
		t.Errorf("where the rep is logged in here alone there is something to end: %s", last.words("main"))
	}
	wantLogin(t, odd, http.MethodGet, "/account")
	ada := adminBrowser(t, w)
	rep := ada.get("/settings/reps/"+w.rep).want(http.StatusOK, "Firefox on Linux")
	rep.submit("form[action$='/sessions/end']").want(http.StatusOK, "Logged out there.")
	wantLogin(t, desk, http.MethodGet, "/account")
}

// agent is a handler that is asked by a browser of that name.
type agent struct {
	http.Handler
	name string
}

func (a agent) ServeHTTP(res http.ResponseWriter, req *http.Request) {
	req.Header.Set("User-Agent", a.name)
	a.Handler.ServeHTTP(res, req)
}

// TestCookies looks at what a log-in gives the browser, by HTTPS and without.
func TestCookies(t *testing.T) {
	t.Parallel()
	plain := openWorld(t, copyOfFirst(t), nil)
	for _, row := range []struct {
		name, prefix, baseURL string
		secure                bool
	}{{"by HTTPS", "__Host-", "https://feedback.example.com", true}, {"by HTTP", "", "http://feedback.example.com", false}} {
		service, err := survey.NewService(survey.Options{Store: plain.store, Reps: plain.access, Composer: pages(), BaseURL: row.baseURL})
		must(t, service, err)
		server, err := api.New(api.Config{Service: service, Access: plain.access, Audit: plain.audit, Repeats: plain.repeats, Frontend: pages()})
		res := attempt(must(t, http.Handler(server), err), "mia@example.com", testPassword, "192.0.2.1:1", "")
		cookies := map[string]*http.Cookie{}
		for _, c := range res.Result().Cookies() {
			cookies[c.Name] = c
		}
		for name, lasts := range map[string]time.Duration{"earshot_session": 14 * 24 * time.Hour, "earshot_device": 365 * 24 * time.Hour} {
			c := cookies[row.prefix+name]
			if c == nil || len(cookies) != 2 {
				t.Fatalf("%s: got the cookies %v", row.name, cookies)
			}
			if c.Secure != row.secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != int(lasts.Seconds()) {
				t.Errorf("%s: got %+v", row.name, c)
			}
		}
	}
}

// copyOfFirst is a copy of the first world's database.
func copyOfFirst(t testing.TB) string {
	t.Helper()
	first, _ := firstWorld()
	path := filepath.Join(t.TempDir(), "earshot.db")
	must(t, 0, os.WriteFile(path, first, 0o600))
	return path
}

// TestFormsBehindAProxyThatRewritesTheHost: the configured address is ours, whatever host the request says.
func TestFormsBehindAProxyThatRewritesTheHost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, row := range []struct {
		name, host, site, origin string
		want                     int
	}{
		{"our page, the host kept", "feedback.example.com", "", "https://feedback.example.com", http.StatusSeeOther},
		{"our page, the host rewritten", "10.0.0.7:8080", "", "https://feedback.example.com", http.StatusSeeOther},
		{"our page, told by the browser", "10.0.0.7:8080", "same-origin", "https://feedback.example.com", http.StatusSeeOther},
		{"a program without a browser", "10.0.0.7:8080", "", "", http.StatusSeeOther},
		{"another page", "10.0.0.7:8080", "", "https://evil.example", http.StatusForbidden},
		{"another page, told by the browser", "feedback.example.com", "cross-site", "https://evil.example", http.StatusForbidden},
		{"a neighbour's page", "feedback.example.com", "same-site", "https://shop.example.com", http.StatusForbidden},
		{"our host without TLS", "10.0.0.7:8080", "", "http://feedback.example.com", http.StatusForbidden},
		{"another port of our host", "10.0.0.7:8080", "", "https://feedback.example.com:8443", http.StatusForbidden},
		{"a host that begins as ours", "10.0.0.7:8080", "", "https://feedback.example.com.evil.example", http.StatusForbidden},
		{"no page", "10.0.0.7:8080", "", "null", http.StatusForbidden},
	} {
		form := url.Values{"email": {"mia@example.com"}, "password": {testPassword}}
		req := httptest.NewRequest(http.MethodPost, "/login", strings.NewReader(form.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Host = row.host
		for name, value := range map[string]string{"Sec-Fetch-Site": row.site, "Origin": row.origin} {
			if value != "" {
				req.Header.Set(name, value)
			}
		}
		res := httptest.NewRecorder()
		w.ServeHTTP(res, req)
		if res.Code != row.want {
			t.Errorf("%s: got %d, want %d", row.name, res.Code, row.want)
		}
	}
}
