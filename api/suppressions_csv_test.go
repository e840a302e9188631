package api_test

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strings"
	"testing"

	"earshot/survey"
)

// TestTheListOfSuppressionsIsATable from the page and by API, in which nothing is a formula.
func TestTheListOfSuppressionsIsATable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, in := range []survey.SuppressionInput{{Email: "@alder.example", Note: "=1+1"}, {Email: "+49170@alder.example", Reason: survey.Complained, Note: "a, \"b\"\nc"}} {
		if _, err := w.service.Suppress(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	res := w.send(t, call{method: "GET", path: "/api/v1/suppressions.csv?q=@alder", key: w.readKey})
	rows, err := csv.NewReader(res.Body).ReadAll()
	if len(must(t, rows, err)) != 3 || !slices.Equal(rows[0], []string{"email", "reason", "date", "note"}) {
		t.Fatalf("got rows %q, want the headings and two", rows)
	}
	if one := rows[1]; one[0] != "'+49170@alder.example" && one[0] != "*@alder.example" || rows[1][2] == "" {
		t.Errorf("got %q, want no formula", one)
	}
	if all := strings.Join(slices.Concat(rows...), "|"); !strings.Contains(all, "*@alder.example|by_hand|") || !strings.Contains(all, "|'=1+1") || !strings.Contains(all, "a, \"b\"\nc") {
		t.Errorf("got %q, want the domain and both notes", all)
	}
	if res := w.send(t, call{method: "GET", path: "/api/v1/suppressions.csv?q=nobody", key: w.readKey}); res.Body.String() != "email,reason,date,note\n" {
		t.Errorf("got %q, want the headings alone", res.Body)
	}
	b := adminBrowser(t, w)
	page := b.get("/suppressions?q=%40alder&reason=complaint").want(http.StatusOK, "+49170@alder.example")
	if page.Find("tbody tr").Length() != 1 {
		t.Error("the page lists more than was searched for")
	}
	link := page.Find("a[download]").AttrOr("href", "")
	if got := b.once(http.MethodGet, link, nil); got.Code != http.StatusOK || strings.Count(got.Body.String(), "@alder.example") != 1 {
		t.Errorf("%s: got %d %q, want what the page lists", link, got.Code, got.Body)
	}
	b.get("/suppressions?reason=none").want(http.StatusBadRequest, "Must be one of the list.")
	b.get("/suppressions?q=nobody").want(http.StatusOK, "No line fits.")
}
