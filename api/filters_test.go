package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"earshot/survey"
)

// TestABadFilterIsToldAndNotShownAsNothing opens pages with filters that are none: none of them may look like an empty list.
func TestABadFilterIsToldAndNotShownAsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	const again = "cursor must be the one that the page before gave, with the same filters; if it is, the list was ranked anew meanwhile: begin again without cursor"
	for _, tt := range []struct {
		path   string
		status int
		want   string
	}{
		{"/customers?list=leaving", 400, "Must be one of the list. "},
		{"/customers?list=leaving", 400, "Mend the filter above, and the customers are here."},
		{"/customers?rep=nobody", 400, "Must be one of the list."},
		{"/customers?cursor=nonsense", 400, again},
		{"/customers?cursor=nonsense", 400, "Show all customers"},
		{"/customers?list=drifting&cursor=nonsense", 400, again},
		{"/responses?cursor=nonsense", 400, again},
		{"/responses?survey=none", 400, "Mend the filter above, and the answers are here."},
		{"/responses?rep=nobody", 400, "Must be one of the list."},
		{"/feedback?rep=nobody", 400, "Must be one of the list."},
		{"/quiet/report?rep=nobody", 400, "rep must be me or all"},
		{"/?rep=nobody", 400, "rep must be me or all"},
		{"/quiet/report?list=slowing", 404, "There is no report of a list of that name."},
		{"/quiet/capacity?kind=ordr", 404, "There is no kind of sign of life of that name."},
		{"/invitations?state=lost", 404, "No invitation can be in such a state."},
		{"/invitations?cursor=nonsense", 400, "The input is not valid: " + again},
		{"/suppressions?cursor=nonsense", 400, again},
		{"/kept-mails?cursor=nonsense", 400, again},
		{"/imports?cursor=nonsense", 400, again},
		{"/pulses/" + w.pulse + "?held=nonsense", 400, again},
		{"/pulses/" + w.pulse + "?asked=nonsense", 400, again},
		{"/effects?collection=none&effect=none", 404, "There is no such effect."},
	} {
		page := b.get(tt.path).want(tt.status, tt.want)
		for _, nothing := range []string{"No customers yet", "No customer fits", "No answers here", "No invitations here", "Nothing to show yet"} {
			if n := page.Find(".empty:contains('" + nothing + "')").Length(); n != 0 {
				t.Errorf("%s says %q", tt.path, nothing)
			}
		}
	}
}

// TestACursorBelongsToItsFilters walks lists by the API with the cursor of the same list narrowed otherwise.
func TestACursorBelongsToItsFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 4 {
		name, segment := fmt.Sprintf("Narrow %d", i), []string{"Retail", "Bakers"}[i%2]
		if _, err := w.service.CreateCustomer(t.Context(), survey.CustomerFields{Name: &name, Segment: &segment}); err != nil {
			t.Fatal(err)
		}
	}
	next := func(path string) string {
		return readJSON[struct {
			Next string `json:"next_cursor"`
		}](t, w, call{method: "GET", key: w.readKey, path: path}).Next
	}
	const list = "/api/v1/customers?limit=1"
	narrowed, whole := next(list+"&segment=Retail"), next(list)
	if narrowed == "" || whole == "" {
		t.Fatalf("got the cursors %q and %q, want both", narrowed, whole)
	}
	for path, status := range map[string]int{
		list + "&segment=Retail&cursor=" + narrowed: http.StatusOK, list + "&cursor=" + whole: http.StatusOK,
		list + "&segment=Bakers&cursor=" + narrowed: http.StatusBadRequest, list + "&cursor=" + narrowed: http.StatusBadRequest,
		list + "&segment=Retail&cursor=" + whole: http.StatusBadRequest, "/api/v1/quiet?cursor=" + whole: http.StatusBadRequest,
	} {
		if res := w.send(t, call{method: "GET", key: w.readKey, path: path}); res.Code != status {
			t.Errorf("GET %s: got %d %s, want %d", path, res.Code, res.Body, status)
		}
	}
}
