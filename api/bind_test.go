package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestBadInput sends what no schema tells of: broken JSON, doubled values, wrong characters, tampered cursors.
func TestBadInput(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const customers = "/api/v1/customers"
	for _, row := range []struct {
		name   string
		call   call
		status int
		says   string
	}{
		{"no body", call{method: "POST", path: customers, media: "application/json"}, 400, `"field":"body"`},
		{"no JSON", call{method: "POST", path: customers, body: "name=x"}, 400, `"field":"body"`},
		{"cut off", call{method: "POST", path: customers, body: `{"name":"x"`}, 400, "not JSON"},
		{"something behind", call{method: "POST", path: customers, body: `{"name":"x"} {}`}, 400, "not JSON"},
		{"member twice", call{method: "POST", path: customers, body: `{"name":"x","name":"y"}`}, 400, `"field":"name"`},
		{"member in capitals", call{method: "POST", path: customers, body: `{"Name":"x"}`}, 400, `"field":"Name"`},
		{"not UTF-8", call{method: "POST", path: customers, body: "{\"name\":\"a\xff\"}"}, 400, "UTF-8"},
		{"NUL", call{method: "POST", path: customers, body: `{"name":"x","external_id":"a\u0000b"}`}, 400, `"field":"external_id"`},
		{"not UTF-8 in the query", call{method: "GET", path: customers + "?segment=%ff"}, 400, `"field":"segment"`},
		{"broken query", call{method: "GET", path: customers + "?segment=%zz"}, 400, "cannot be read"},
		{"parameter twice", call{method: "GET", path: customers + "?limit=1&limit=2"}, 400, `"field":"limit"`},
		{"tampered cursor", call{method: "GET", path: customers + "?cursor=AAAA"}, 400, `"field":"cursor"`},
		{"foreign cursor", call{method: "GET", path: customers + "?cursor=%21%21"}, 400, `"field":"cursor"`},
		{"other character set", call{method: "POST", path: customers, body: `{}`, media: "application/json; charset=latin1"}, 415, "UTF-8"},
		{"too many touchpoints in the future", call{method: "POST", path: "/api/v1/touchpoints",
			body: `{"customer_external_id":"C-1001","kind":"order","at":"2031-01-01T00:00:00Z"}`}, 400, `"field":"at"`},
		{"unknown customer", call{method: "POST", path: "/api/v1/touchpoints",
			body: `{"customer_external_id":"C-0","kind":"order","at":"2026-01-01T00:00:00Z"}`}, 400, `"field":"customer_external_id"`},
		{"unknown zone", call{method: "GET", path: "/api/v1/feedback/trend?scale=csat&time_zone=Mars/Olympus"}, 400, `"field":"time_zone"`},
		{"the server's own zone", call{method: "GET", path: "/api/v1/feedback/trend?scale=csat&time_zone=Local"}, 400, `"field":"time_zone"`},
		{"metric of another scale", call{method: "GET", path: "/api/v1/feedback/trend.svg?scale=csat&metric=nps"}, 400, `"field":"metric"`},
		{"span without end", call{method: "GET", path: "/api/v1/feedback/trend?scale=csat&every=day&from=1000-01-01T00:00:00Z&to=2026-01-01T00:00:00Z"}, 400, `"field":"from"`},
		{"deep nesting", call{method: "POST", path: customers, body: strings.Repeat(`[`, 20000)}, 400, `"field":"body"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			row.call.key = w.writeKey
			res := w.send(t, row.call)
			if res.Code != row.status || !strings.Contains(res.Body.String(), row.says) {
				t.Errorf("got %d %s, want %d that says %q", res.Code, res.Body, row.status, row.says)
			}
		})
	}
}

// TestVersionsGuardChanges changes a customer by two callers that read the same version.
func TestVersionsGuardChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := "/api/v1/customers/" + w.customer
	tag := w.send(t, call{method: "GET", path: path, key: w.readKey}).Header().Get("ETag")
	change := func(segment string) int {
		return w.send(t, call{
			method: "PATCH", path: path, key: w.writeKey, body: `{"segment":"` + segment + `"}`, header: map[string]string{"If-Match": tag},
		}).Code
	}
	if first, second := change("a"), change("b"); first != http.StatusOK || second != http.StatusPreconditionFailed {
		t.Errorf("got %d and %d, want 200 and 412", first, second)
	}
	if got := w.send(t, call{method: "GET", path: path, key: w.readKey}).Body.String(); !strings.Contains(got, `"segment":"a"`) {
		t.Errorf("got %s, want the first caller's change", got)
	}
}

// TestPagesJoin walks through a list by pages of different lengths and sees everything once.
func TestPagesJoin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, limit := range []string{"1", "3", "500"} {
		seen := map[string]bool{}
		path := "/api/v1/customers?limit=" + limit
		for next := path; next != ""; {
			page := readJSON[struct {
				Items      []struct{ ID string }
				NextCursor string `json:"next_cursor"`
			}](t, w, call{method: "GET", path: next, key: w.readKey})
			for _, item := range page.Items {
				if seen[item.ID] {
					t.Errorf("limit %s: %s came twice", limit, item.ID)
				}
				seen[item.ID] = true
			}
			next = ""
			if page.NextCursor != "" {
				next = path + "&cursor=" + page.NextCursor
			}
		}
		if len(seen) != 13 {
			t.Errorf("limit %s: got %d customers, want 13", limit, len(seen))
		}
	}
}

// TestRefusalsThatConfirmOverrides lets an address be mailed again whose owner asked not to be.
func TestRefusalsThatConfirmOverrides(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := call{method: "DELETE", path: "/api/v1/suppressions/" + w.suppressedBySelf, key: w.writeKey}
	if res := w.send(t, r); res.Code != http.StatusConflict || !strings.Contains(res.Body.String(), `"confirmable":true`) {
		t.Errorf("got %d %s, want a conflict that can be confirmed", res.Code, res.Body)
	}
	r.path += "?confirm=true"
	if res := w.send(t, r); res.Code != http.StatusNoContent {
		t.Errorf("got %d %s after confirming, want 204", res.Code, res.Body)
	}
}
