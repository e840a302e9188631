package api_test

import (
	"strings"
	"testing"

	"earshot/survey"
)

// TestASuppressedContactIsNotReachable in lists, where it is read and where it is changed, by an address and by a domain.
func TestASuppressedContactIsNotReachable(t *testing.T) {
	t.Parallel()
	for _, rule := range []string{"p-76@nordlicht.example", "*@nordlicht.example"} {
		w := newWorld(t)
		if _, err := w.service.Suppress(t.Context(), survey.SuppressionInput{Email: rule}); err != nil {
			t.Fatal(err)
		}
		type contact struct {
			ID        string `json:"id"`
			Reachable bool   `json:"reachable"`
			Mailable  *struct {
				OK     bool   `json:"ok"`
				Reason string `json:"reason"`
				ByHand bool   `json:"by_hand"`
			} `json:"mailable"`
		}
		path := "/api/v1/contacts/" + w.contact
		one := readJSON[contact](t, w, call{method: "GET", key: w.readKey, path: path})
		if m := one.Mailable; one.Reachable || m == nil || m.OK || m.ByHand || !strings.Contains(m.Reason, "must not be mailed") {
			t.Errorf("%s: got %+v with %+v, want it unreachable, with the reason", rule, one, one.Mailable)
		}
		list := readJSON[struct{ Items []contact }](t, w, call{method: "GET", key: w.readKey, path: "/api/v1/contacts?email=p-76@nordlicht.example"})
		if len(list.Items) != 1 || list.Items[0].Reachable || list.Items[0].Mailable != nil {
			t.Errorf("%s: got the list %+v, want it unreachable", rule, list)
		}
		if changed := readJSON[contact](t, w, call{method: "PATCH", key: w.writeKey, path: path, body: `{"language":"de"}`}); changed.Reachable {
			t.Errorf("%s: it is reachable once it was changed", rule)
		}
	}
}
