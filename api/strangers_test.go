package api_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"earshot/api"
)

// letters are what strangers fill their requests with.
const letters = "abcdefghijklmnopqrstuvwxyz0123456789_-.%2F+ =&;\"'<>"

// noise makes what strangers send: much of it, and never the same twice.
type noise struct{ *rand.Rand }

func (n noise) text(most int) string {
	block := make([]byte, 32)
	for i := range block {
		block[i] = letters[n.IntN(len(letters))]
	}
	length := 1 + n.IntN(most)
	return strings.Repeat(string(block), 1+length/len(block))[:length]
}

// unplain replaces what may not stand in a path.
var unplain = strings.NewReplacer("%", "x", " ", "x", "\"", "x", "<", "x", ">", "x")

// plain is text that may stand in a path.
func (n noise) plain(most int) string {
	return unplain.Replace(n.text(most))
}

// request returns one to a row of the list.
func (n noise) request(row api.Row) *http.Request {
	path := parameter.ReplaceAllString(row.Path, n.plain([]int{32, 60, 40_000, 40_000}[n.IntN(4)]))
	if n.IntN(2) == 0 {
		path += "?" + n.plain(20_000)
	}
	method := row.Method
	if n.IntN(10) == 0 {
		method = strings.ToUpper(n.plain(8))
		method = strings.Map(func(r rune) rune { return max(r, 'A') }, strings.ReplaceAll(method, "=", "A"))
	}
	var body bytes.Buffer
	media := []string{"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", "text/csv", n.plain(2000)}[n.IntN(5)]
	switch n.IntN(3) {
	case 0:
		for range 4000 {
			fmt.Fprintf(&body, "%s=%s&", n.plain(9), n.plain(9))
		}
	case 1:
		for range 400 {
			fmt.Fprintf(&body, "--x\r\nContent-Disposition: form-data; name=%q; filename=%q\r\n\r\n%s\r\n", n.plain(9), n.plain(9), n.plain(99))
		}
	default:
		fmt.Fprintf(&body, "email=%s&password=%s&new_password=%s&name=%s", n.plain(30_000), n.plain(300), n.plain(300), n.plain(3000))
	}
	req := httptest.NewRequest("GET", "/", &body)
	req.Method, req.URL.Path, req.URL.RawQuery = method, strings.SplitN(path, "?", 2)[0], strings.TrimPrefix(path[strings.IndexByte(path+"?", '?'):], "?")
	req.RemoteAddr = fmt.Sprintf("[2001:db8:%x:%x::1]:99", n.IntN(1<<16), n.IntN(1<<16))
	for _, name := range []string{"X-Request-Id", "User-Agent", "X-Forwarded-For", "Cookie", "Authorization", "If-None-Match", "Origin", "Accept-Language", "Host", n.plain(20)} {
		req.Header.Set(name, n.plain(5000))
	}
	req.Header.Set("Cookie", "__Host-earshot_session="+n.plain(32)+"; __Host-earshot_device="+strings.Repeat("a", 32))
	req.Header.Set("Content-Type", media)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return req
}

// tally is a log that is only measured.
type tally struct{ bytes atomic.Int64 }

func (c *tally) Write(p []byte) (int, error) { c.bytes.Add(int64(len(p))); return len(p), nil }

// TestStrangersLeaveNothing sends much to each route that lets strangers in: afterwards nothing of it is in memory, nothing
// was written, and the log is short. It is not parallel, for it measures.
func TestStrangersLeaveNothing(t *testing.T) {
	const each = 20
	var log tally
	w := newMailingWorld(t, &letterbox{}, func(c *api.Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	programs, people := w.Handler.(*api.Server).Rows()
	var rows []api.Row
	for _, row := range slices.Concat(programs, people) {
		if row.Guard == "public" || row.Guard == "token" {
			rows = append(rows, row)
		}
	}
	if len(rows) < 20 {
		t.Fatalf("%d routes let strangers in, want all that there are", len(rows))
	}
	n := noise{rand.New(rand.NewPCG(1, 2))}
	knock := func(row api.Row) {
		res := httptest.NewRecorder()
		w.ServeHTTP(res, n.request(row))
		if res.Code >= 500 && res.Code != http.StatusServiceUnavailable {
			t.Errorf("%s %s: got %d: %.300s", row.Method, row.Path, res.Code, res.Body)
		}
		if res.Code == http.StatusTooManyRequests && res.Header().Get("Retry-After") == "" {
			t.Errorf("%s %s: a 429 does not say when to come again", row.Method, row.Path)
		}
	}
	for _, row := range rows { // what is made once is made now
		knock(row)
	}
	must(t, 0, w.access.Settle(t.Context()))
	written, logged := w.store.wrote.Load(), log.bytes.Load()
	for _, row := range rows {
		before, began := heap(), allocations()
		for range each {
			knock(row)
		}
		if took := (allocations() - began) / each; took > 16<<20 {
			t.Errorf("%s %s: a request of a stranger allocates %d KiB", row.Method, row.Path, took>>10)
		}
		must(t, 0, w.access.Settle(t.Context()))
		if grown := heap() - before; grown > 200<<10 {
			t.Errorf("%s %s: %d requests of strangers leave %d KiB in memory", row.Method, row.Path, each, grown>>10)
		}
	}
	if got := w.store.wrote.Load() - written; got > 0 {
		t.Errorf("strangers made %d writes", got)
	}
	if got := (log.bytes.Load() - logged) / int64(each*len(rows)); got > 1000 {
		t.Errorf("a request of a stranger takes %d bytes of log", got)
	}
	wantFewMethods(t, w)
}

// methodLabel is the method that a figure is told for.
var methodLabel = regexp.MustCompile(`^earshot_http_requests_total\{method="([^"]*)"`)

// wantFewMethods fails unless the metrics tell of the methods that there are, and of all others together.
func wantFewMethods(t *testing.T, w *world) {
	t.Helper()
	told := map[string]bool{}
	for line := range strings.Lines(w.send(t, call{method: http.MethodGet, path: "/metrics", key: w.readKey}).Body.String()) {
		if label := methodLabel.FindStringSubmatch(line); label != nil {
			told[label[1]] = true
		}
	}
	for _, known := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		delete(told, known)
	}
	if len(told) != 1 || !told["other"] {
		t.Errorf("beside those that there are the metrics tell of the methods %v, want other", told)
	}
}

// heap is what is alive, in bytes.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// allocations are all bytes that were ever allocated.
func allocations() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.TotalAlloc)
}

// TestEachRefusalSaysWhenToComeAgain repeats what is limited until it is refused.
func TestEachRefusalSaysWhenToComeAgain(t *testing.T) {
	t.Parallel()
	w := newMailingWorld(t, &letterbox{})
	b := adminBrowser(t, w)
	for path, form := range map[string]map[string][]string{
		"/settings/mail/test":                 {"to": {"ada@example.com"}},
		"/surveys/" + w.survey + "/mail/test": {"to": {"ada@example.com"}},
		"/forgot":                             {"email": {"mia@example.com"}},
		"/login":                              {"email": {"mia@example.com"}, "password": {"not my password"}},
		"/account":                            {"current_password": {"not my password"}, "new_password": {testPassword}},
	} {
		for i := 0; ; i++ {
			res := b.once(http.MethodPost, path, form)
			if res.Code == http.StatusTooManyRequests {
				if res.Header().Get("Retry-After") == "" {
					t.Errorf("POST %s: a 429 does not say when to come again", path)
				}
				break
			}
			if i == 20 {
				t.Errorf("POST %s: got %d for the twentieth time, want 429 at last", path, res.Code)
				break
			}
		}
	}
}
