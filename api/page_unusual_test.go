package api_test

import (
	"net/http"
	"testing"

	"earshot/survey"
)

// unusualCompany adds a weekly customer whose last order was 16 days ago.
func unusualCompany(t *testing.T, w *world) *survey.Contact {
	t.Helper()
	contact, err := w.service.Contact(t.Context(), newCompany(t, w, "C-8", "P-8"))
	c := must(t, contact, err)
	var rows []survey.TouchpointInput
	for i := range 20 {
		rows = append(rows, survey.TouchpointInput{CustomerID: c.CustomerID, Kind: survey.Payment, At: noon.AddDate(0, 0, -16-7*i)})
	}
	for _, r := range w.service.PutTouchpoints(t.Context(), rows) {
		if r.Status != survey.RowCreated {
			t.Fatalf("%s: %v", r.Status, r.Err)
		}
	}
	drain(t, w)
	return c
}

// TestTheStepBeforeIsAnother: who is unusually silent has words, a badge, a list and an action of their own.
func TestTheStepBeforeIsAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := unusualCompany(t, w)
	list := func(query string) []string {
		t.Helper()
		var names []string
		for _, one := range readJSON[reply](t, w, call{method: "GET", path: "/api/v1/quiet" + query, key: w.readKey}).Items {
			names = append(names, one.Customer.Name+" "+one.Silence.List)
		}
		return names
	}
	if got := list("?list=unusually_silent"); len(got) != 1 || got[0] != "Nordlicht C-8 unusually_silent" {
		t.Errorf("unusually silent: got %v, want C-8 alone", got)
	}
	for _, query := range []string{"", "?list=probably_leaving"} {
		if got := list(query); len(got) != 1 || got[0] != "Nordlicht C-1001 probably_leaving" {
			t.Errorf("%s: got %v, want C-1001 alone", query, got)
		}
	}
	if res := w.send(t, call{method: "GET", path: "/api/v1/quiet?list=drifting", key: w.readKey}); res.Code != http.StatusBadRequest {
		t.Errorf("another list: got %d, want a refusal", res.Code)
	}

	b := repBrowser(t, w)
	today := b.get("/?rep=all").want(http.StatusOK, "To call this week", "Unusually silent", "A question may be enough.")
	today.wantWords(".counts dt:contains('unusually silent') + dd", "1")
	today.wantWords("#unusually_silent ~ .quiet-list .button.primary", "Ask now: Nordlicht C-8")
	id := string(c.CustomerID)
	asked := today.submit("#unusually_silent ~ .quiet-list form[action='/customers/"+id+"/ask']").want(http.StatusOK, "was asked on 2 Mar 2026")
	b.get(asked.link("a[href^='/customers?list=unusually_silent']")).want(http.StatusOK, "Unusually silent: ")
	b.get("/customers/"+id).wantWords("h2 .badge.warning", "Unusually silent")
}
