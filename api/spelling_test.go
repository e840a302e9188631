package api_test

import (
	"encoding/json"
	"net/http"
	"testing"
)

// TestASuppressedPersonIsNotAskedInAnySpelling is the API's side of cases K1: 409, and nothing is mailed.
func TestASuppressedPersonIsNotAskedInAnySpelling(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, contact, suppressed string }{
		{"a zero-width space", "x@alder.example\u200B", "x@alder.example"},
		{"own letters", "x@müller.example", "x@xn--mller-kva.example"},
		{"a tag", "x+news@alder.example", "X@Alder.example"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			add := func(path string, body map[string]any) reply {
				text, err := json.Marshal(body)
				must(t, 0, err)
				return readJSON[reply](t, w, call{method: "POST", path: path, key: w.writeKey, body: string(text)})
			}
			contact := add("/api/v1/contacts", map[string]any{"customer_id": w.customer, "name": "X", "email": tt.contact})
			add("/api/v1/suppressions", map[string]any{"email": tt.suppressed})
			before := len(readJSON[reply](t, w, call{method: "GET", path: "/api/v1/kept-mails", key: w.readKey}).Items)
			res := w.send(t, call{method: "POST", path: "/api/v1/invitations", key: w.writeKey,
				body: `{"contact_id":"` + contact.ID + `","survey_id":"` + w.survey + `","confirm":true}`})
			if res.Code != http.StatusConflict {
				t.Errorf("got %d: %s; want 409", res.Code, res.Body)
			}
			drain(t, w)
			if got := len(readJSON[reply](t, w, call{method: "GET", path: "/api/v1/kept-mails", key: w.readKey}).Items); got != before {
				t.Errorf("got %d mails, want none but the %d of before", got, before)
			}
		})
	}
}
