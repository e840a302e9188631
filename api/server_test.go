package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"earshot/api"
)

// TestNewRefusesWhatIsMissing keeps a Server from being made that would fail later.
func TestNewRefusesWhatIsMissing(t *testing.T) {
	t.Parallel()
	if _, err := api.New(api.Config{}); err == nil {
		t.Error("got a server without a service, want an error")
	}
}

// TestRequestIDs follows ids from the request over the answer into the log.
func TestRequestIDs(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, sent string
		kept       bool
	}{
		{"sane", "order-sync-0001", true},
		{"none", "", false},
		{"too short", "abc", false},
		{"too long", strings.Repeat("a", 65), false},
		{"log forgery", "abcdefgh\" level=ERROR", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			res := w.send(t, call{method: "GET", path: "/healthz", header: map[string]string{"X-Request-Id": row.sent}})
			got := res.Header().Get("X-Request-Id")
			if (got == row.sent) != row.kept || len(got) < 8 {
				t.Errorf("got the id %q for %q, want it kept: %v", got, row.sent, row.kept)
			}
			if !strings.Contains(w.log.String(), "request_id="+got) {
				t.Errorf("the log lacks %q: %s", got, w.log)
			}
		})
	}
}

// TestSecretsStayOutOfTheLog sends secrets in every place that takes them, also in addresses that do not exist.
func TestSecretsStayOutOfTheLog(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3tt0ken"
	w := newWorld(t)
	for _, path := range []string{
		"/api/v1/answer/" + secret, "/r/" + secret, "/r/" + secret + "/decline", "/r/" + secret + "/no/such/page", "/setup/" + secret,
		"/api/v1/me?key=" + secret,
	} {
		for _, method := range []string{"GET", "POST", "PUT"} {
			req := httptest.NewRequest(method, path, strings.NewReader("{}"))
			req.Header.Set("Authorization", "Bearer esk_"+secret)
			w.ServeHTTP(httptest.NewRecorder(), req)
		}
	}
	if got := w.log.String(); strings.Contains(got, secret) || !strings.Contains(got, "/r/***") {
		t.Errorf("the log tells a secret, or nothing at all:\n%s", got)
	}
}

// TestAnswersToWhatIsNotThere looks at 404, 405, HEAD and OPTIONS, which no operation tells of.
func TestAnswersToWhatIsNotThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, row := range []struct {
		name, method, path string
		status             int
		media, allow       string
	}{
		{"unknown address for programs", "GET", "/api/v1/nothing", 404, "application/problem+json", ""},
		{"slash at the end", "GET", "/api/v1/customers/", 404, "application/problem+json", ""},
		{"unknown address for people", "GET", "/nothing", 404, "text/html; charset=UTF-8", ""},
		{"wrong method", "DELETE", "/api/v1/me", 405, "application/problem+json", "GET"},
		{"options", "OPTIONS", "/api/v1/me", 204, "", "GET"},
		{"head", "HEAD", "/healthz", 200, "application/json", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			res := httptest.NewRecorder()
			w.ServeHTTP(res, httptest.NewRequest(row.method, row.path, nil))
			if res.Code != row.status || res.Header().Get("Content-Type") != row.media || !strings.Contains(res.Header().Get("Allow"), row.allow) {
				t.Errorf("got %d %q, Allow %q; want %d %q, Allow %q", res.Code, res.Header().Get("Content-Type"),
					res.Header().Get("Allow"), row.status, row.media, row.allow)
			}
		})
	}
}

// TestEveryAnswerIsHardened looks at the headers that keep browsers from harm.
func TestEveryAnswerIsHardened(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	// Pages for reps tell their own forms by where they come from.
	for path, referrer := range map[string]string{
		"/healthz": "no-referrer", "/nothing": "same-origin", "/api/v1/customers": "no-referrer", "/api/v1/answer/x": "no-referrer",
		"/r/x": "no-referrer",
	} {
		res := httptest.NewRecorder()
		w.ServeHTTP(res, httptest.NewRequest("GET", path, nil))
		for header, want := range map[string]string{
			"Referrer-Policy": referrer, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
			"Cache-Control": "no-store", "Strict-Transport-Security": "max-age=31536000",
			"Access-Control-Allow-Origin": "",
		} {
			if got := res.Header().Get(header); got != want {
				t.Errorf("%s: got %s %q, want %q", path, header, got, want)
			}
		}
	}
}

// TestFailuresOfOursStayOurs breaks the store: the caller learns an id, the log the cause.
func TestFailuresOfOursStayOurs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store.breaks(errBroken, errBroken, false)
	res := w.send(t, call{method: "GET", path: "/api/v1/customers/" + w.customer, key: w.readKey})
	var p struct {
		Type, Instance string
		RequestID      string `json:"request_id"`
	}
	if err := json.Unmarshal(res.Body.Bytes(), &p); err != nil || p.Type != "urn:earshot:problem:internal" {
		t.Errorf("got %s, want an internal problem", res.Body)
	}
	if strings.Contains(res.Body.String(), errBroken.Error()) {
		t.Errorf("the answer tells the cause: %s", res.Body)
	}
	if n := strings.Count(w.log.String(), errBroken.Error()); n != 1 || !strings.Contains(w.log.String(), p.RequestID) {
		t.Errorf("the cause stands %d times in the log, want once with the id %s:\n%s", n, p.RequestID, w.log)
	}
}

// TestPanicsAreAnswered lets a handler panic.
func TestPanicsAreAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store.panics.Store(true)
	res := w.send(t, call{method: "GET", path: "/api/v1/customers/" + w.customer, key: w.readKey})
	if res.Code != http.StatusInternalServerError || !strings.Contains(res.Body.String(), "request_id") {
		t.Errorf("got %d %s, want a problem with 500", res.Code, res.Body)
	}
	if got := w.log.String(); !strings.Contains(got, "stack=") || !strings.Contains(got, "the store panics") {
		t.Errorf("the log lacks the panic: %s", got)
	}
}

// TestAnswersArePacked asks for gzip.
func TestAnswersArePacked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, row := range []struct {
		path   string
		packed bool
	}{{"/openapi.yaml", true}, {"/healthz", false}} {
		res := w.send(t, call{method: "GET", path: row.path, header: map[string]string{"Accept-Encoding": "gzip"}})
		if got := res.Header().Get("Content-Encoding") == "gzip"; got != row.packed {
			t.Errorf("%s: packed %v, want %v", row.path, got, row.packed)
		}
	}
}

// TestRevokedKeysEndAtOnce revokes a key between two requests.
func TestRevokedKeysEndAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if res := w.send(t, call{method: "GET", path: "/api/v1/me", key: w.readKey}); res.Code != http.StatusOK {
		t.Fatalf("got %d before revoking, want 200", res.Code)
	}
	keys, err := w.access.APIKeys(t.Context())
	for _, key := range must(t, keys, err) {
		if _, err := w.access.RevokeAPIKey(t.Context(), key.ID); err != nil {
			t.Fatal(err)
		}
	}
	if res := w.send(t, call{method: "GET", path: "/api/v1/me", key: w.readKey}); res.Code != http.StatusUnauthorized {
		t.Errorf("got %d after revoking, want 401", res.Code)
	}
}

// TestMetricsCount looks for the requests of this test.
func TestMetricsCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.send(t, call{method: "GET", path: "/healthz"})
	w.send(t, call{method: "GET", path: "/api/v1/nothing/at/all"})
	got := w.send(t, call{method: "GET", path: "/metrics", key: w.readKey}).Body.String()
	for _, want := range []string{
		`earshot_http_requests_total{method="GET",route="/healthz",status="200"} 1`,
		`earshot_http_requests_total{method="GET",route="none",status="404"} 1`,
		`earshot_build_info{version="test"} 1`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the metrics lack %s:\n%s", want, got)
		}
	}
}

// TestDocsTellEveryOperation looks for each operation on the page.
func TestDocsTellEveryOperation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	res := w.send(t, call{method: "GET", path: "/docs"})
	if res.Code != http.StatusOK {
		t.Fatalf("got %d: %s", res.Code, res.Body)
	}
	for _, op := range loadContract().operations {
		if !strings.Contains(res.Body.String(), `id="`+op.OperationID+`"`) {
			t.Errorf("the page lacks %s", op.OperationID)
		}
	}
}
