package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// extremes are times at the ends of calendars, and beyond.
var extremes = []string{
	"0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "1899-12-31T23:59:59Z", "1900-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2016-12-31T23:59:60Z", "2199-12-31T23:59:59Z", "2262-04-12T00:00:00Z",
	"9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "+12026-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00+23:59", "1793612640", "",
}

// TestBoundsOfTimeAreCheckedWhereTheyEnter sends extreme times wherever the contract takes one: the answer is no failure of ours, and a refusal names
// the field.
func TestBoundsOfTimeAreCheckedWhereTheyEnter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tried := 0
	for _, op := range loadContract().operations {
		if op.method == http.MethodDelete {
			continue
		}
		for _, p := range op.parameters {
			if p.Value.In != "query" || p.Value.Schema.Value.Format != "date-time" {
				continue
			}
			for _, at := range extremes {
				r := w.good(t, op)
				r.query[p.Value.Name] = at
				tried++
				w.noFault(t, r, p.Value.Name, at)
			}
		}
		if op.RequestBody == nil || op.RequestBody.Value.Content.Get("application/json") == nil {
			continue
		}
		for name, s := range op.RequestBody.Value.Content.Get("application/json").Schema.Value.Properties {
			if s.Value.Format != "date-time" {
				continue
			}
			for _, at := range extremes {
				r := w.good(t, op)
				body, ok := r.body.(map[string]any)
				if !ok {
					continue
				}
				body[name] = at
				tried++
				w.noFault(t, r, name, at)
			}
		}
	}
	if tried < 10*len(extremes) {
		t.Errorf("%d extremes were tried, want more", tried)
	}
	for _, every := range []string{"day", "week", "month", "quarter"} {
		got := w.send(t, call{method: http.MethodGet, path: "/api/v1/feedback/trend?scale=nps&from=1900-01-01T00:00:00Z&to=2199-12-31T00:00:00Z&every=" + every, key: w.writeKey})
		if got.Code >= http.StatusInternalServerError {
			t.Errorf("a trend of three centuries by %s: got %d %s", every, got.Code, got.Body)
		}
	}
}

// noFault sends a request and checks that it is answered, or refused by the name of the field.
func (w *world) noFault(t *testing.T, r request, field, at string) {
	t.Helper()
	got := w.send(t, r.call(t))
	if got.Code >= http.StatusInternalServerError {
		t.Errorf("%s with %s %q: got %d %s", r.op.OperationID, field, at, got.Code, got.Body)
	}
	if got.Code == http.StatusBadRequest && !strings.Contains(got.Body.String(), field) {
		t.Errorf("%s with %s %q: got %s, want the field named", r.op.OperationID, field, at, got.Body)
	}
}
