package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"earshot/api"
)

// attempt posts the login form from a connection, with an X-Forwarded-For where there is one.
func attempt(h http.Handler, email, password, peer, forwarded string) *httptest.ResponseRecorder {
	form := url.Values{"email": {email}, "password": {password}}
	req := httptest.NewRequest(http.MethodPost, "/login", strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.RemoteAddr = peer
	if forwarded != "" {
		req.Header.Set("X-Forwarded-For", forwarded)
	}
	res := httptest.NewRecorder()
	h.ServeHTTP(res, req)
	return res
}

// wrongOnes are how many wrong passwords make an account's next try from an address wait.
const wrongOnes = 3

// TestWrongPasswordsBehindAProxy has one caller guess at an account and looks who must wait.
func TestWrongPasswordsBehindAProxy(t *testing.T) {
	t.Parallel()
	const proxy, other, mia = "10.1.0.7:4711", "198.51.100.9:4711", "mia@example.com"
	w := newWorld(t, func(c *api.Config) {
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("2001:db8::/32")}
	})
	for i := range wrongOnes {
		if res := attempt(w, mia, "not my password", proxy, "203.0.113.5"); res.Code != http.StatusUnauthorized {
			t.Fatalf("wrong password %d: got %d, want 401", i, res.Code)
		}
	}
	for _, row := range []struct {
		name, peer, forwarded string
		want                  int
	}{
		{"the same caller", proxy, "203.0.113.5", http.StatusTooManyRequests},
		{"the same caller, who writes another address in front", proxy, "192.0.2.77, 203.0.113.5", http.StatusTooManyRequests},
		{"the same caller, by another of our proxies", "10.1.3.3:1", "203.0.113.5, 10.1.0.7", http.StatusTooManyRequests},
		{"the same caller without the proxy", "203.0.113.5:9", "", http.StatusTooManyRequests},
		{"a neighbour behind the same proxy", proxy, "203.0.113.6", http.StatusSeeOther},
		{"the proxy itself", proxy, "", http.StatusSeeOther},
		{"somebody who only says so", other, "203.0.113.5", http.StatusSeeOther},
		{"nonsense", proxy, "unknown, 198.51.100.1:99", http.StatusSeeOther},
	} {
		res := attempt(w, mia, testPassword, row.peer, row.forwarded)
		if res.Code != row.want {
			t.Errorf("%s: got %d, want %d", row.name, res.Code, row.want)
		}
		wait, err := strconv.Atoi(res.Header().Get("Retry-After"))
		if (err == nil && wait == 1) != (row.want == http.StatusTooManyRequests) {
			t.Errorf("%s: got Retry-After %q", row.name, res.Header().Get("Retry-After"))
		}
	}
}

// TestOneCannotKeepOthersOut guesses behind a proxy that nobody told us of, where all share one address.
func TestOneCannotKeepOthersOut(t *testing.T) {
	t.Parallel()
	const proxy = "10.1.0.7:4711"
	w := newWorld(t)
	known := newBrowser(t, w)
	known.post("/login", url.Values{"email": {"mia@example.com"}, "password": {testPassword}}).want(http.StatusOK)
	for i := range wrongOnes + 1 {
		want := http.StatusUnauthorized
		if i == wrongOnes {
			want = http.StatusTooManyRequests
		}
		if res := attempt(w, "mia@example.com", "not my password", proxy, "203.0.113.9"); res.Code != want {
			t.Fatalf("guess %d: got %d, want %d", i, res.Code, want)
		}
	}
	delete(known.cookies, "__Host-earshot_session")
	known.post("/login", url.Values{"email": {"mia@example.com"}, "password": {testPassword}}).want(http.StatusOK)
	other := adminBrowser(t, w)
	delete(other.cookies, "__Host-earshot_session")
	if res := attempt(w, "ada@example.com", testPassword, proxy, "203.0.113.10"); res.Code != http.StatusSeeOther {
		t.Errorf("another account behind the same proxy: got %d, want 303", res.Code)
	}
}

// TestRightPasswordsAreNeverTooMany: all who log in through a proxy that nobody told us of share one address.
func TestRightPasswordsAreNeverTooMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 50 {
		if res := attempt(w, "mia@example.com", testPassword, "10.1.0.7:4711", fmt.Sprintf("203.0.113.%d", i)); res.Code != http.StatusSeeOther {
			t.Fatalf("right password %d: got %d, want 303", i+1, res.Code)
		}
	}
	if got := strings.Count(w.log.String(), "-trusted-proxies"); got != 1 {
		t.Errorf("the log names -trusted-proxies %d times, want once:\n%.2000s", got, w.log)
	}
}

// TestStrangersCostNothing is not parallel, for it measures: each hash of a password would take 19 MiB.
func TestStrangersCostNothing(t *testing.T) {
	w := emptyWorld(t)
	long := strings.Repeat("x", 60_000)
	form := url.Values{"name": {"Eve"}, "email": {"eve@example.com"}, "password": {"a good long password"}}
	b := newBrowser(t, w)
	for name, knock := range map[string]func() int{
		"the first-run link":       func() int { return b.once(http.MethodPost, "/setup/anything", form).Code },
		"one of the right length":  func() int { return b.once(http.MethodPost, "/setup/"+strings.Repeat("a", 32), form).Code },
		"a log-in by long address": func() int { return attempt(w, long, "x", "192.0.2.1:1", "").Code },
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range 150 {
			if got := knock(); got != http.StatusGone && got != http.StatusBadRequest {
				t.Fatalf("%s: got %d, want to be refused", name, got)
			}
		}
		runtime.ReadMemStats(&after)
		if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 400 {
			t.Errorf("150 times %s: allocated %d MiB, want no hash among them", name, took)
		}
	}
	b.get("/setup/anything").want(http.StatusGone)
	if shown := b.get("/setup/anything"); shown.Find("form").Length() > 0 {
		t.Errorf("where there is an account the first-run page shows a form: %s", shown.words("body"))
	}
}
