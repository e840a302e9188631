package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"earshot/survey"
)

// putCustomers adds n customers whose names begin with prefix.
func putCustomers(t testing.TB, w *world, prefix string, n int) {
	t.Helper()
	rows := make([]survey.CustomerFields, n)
	for i := range rows {
		key := fmt.Sprintf("%s %03d", prefix, i)
		rows[i] = survey.CustomerFields{ExternalID: &key, Name: &key}
	}
	for _, r := range w.service.PutCustomers(context.Background(), rows) {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
	}
}

func TestCustomersList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	for _, tt := range []struct {
		name, query string
		rows        int
		text        string
	}{
		{"all", "", 13, "Imported"},
		{"by the beginning of the name, whatever its case", "q=NORDLICHT+c-100", 1, "Nordlicht C-1001"},
		{"by segment", "segment=logistics", 12, "Nordlicht C-2"},
		{"by status", "status=lost", 0, "No customer fits."},
		{"of a rep", "rep=" + w.rep, 0, "No customer fits."},
		{"the quiet", "list=probably_leaving", 1, "Probably leaving:"},
		{"the quiet of another name", "list=probably_leaving&q=imp", 0, "No customer fits."},
		{"the quiet of another status", "list=probably_leaving&status=prospect", 0, "No customer fits."},
		{"what is not text", "q=%ff%00", 13, "Imported"},
		{"unknown parameters", "utm_source=mail", 13, "Imported"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			shown := b.get("/customers?"+tt.query).want(http.StatusOK, tt.text)
			if got := shown.Find("tbody tr").Length(); got != tt.rows {
				t.Errorf("got %d rows, want %d: %s", got, tt.rows, shown.words("tbody"))
			}
		})
	}
	shown := b.get("/customers?q=Nordlicht+C-3&segment=logistics").want(http.StatusOK, "4 of 5")
	if shown.value("q") != "Nordlicht C-3" || shown.value("segment") != "logistics" {
		t.Errorf("the filter shows %q and %q, want what was asked for", shown.value("q"), shown.value("segment"))
	}
	b.get(shown.link("tbody a")).want(http.StatusOK, "Nordlicht C-3")
}

func TestCustomersListRefuses(t *testing.T) {
	t.Parallel()
	b := repBrowser(t, newWorld(t))
	shown := b.get("/customers?status=asleep").want(http.StatusBadRequest)
	if got := shown.problem("status"); got != "Must be one of the list." {
		t.Errorf("got %q beside the field, want what is wrong", got)
	}
}

func TestCustomersPager(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	putCustomers(t, w, "Zeta", 120)
	b := repBrowser(t, w)
	seen := map[string]bool{}
	shown := b.get("/customers?q=zeta")
	for page := 1; ; page++ {
		shown.want(http.StatusOK)
		for _, row := range shown.Find("tbody a").EachIter() {
			seen[row.Text()] = true
		}
		if shown.Find("a[rel=next]").Length() == 0 {
			if page != 3 {
				t.Errorf("got %d pages, want 3", page)
			}
			break
		}
		shown = b.get(shown.link("a[rel=next]"))
	}
	if len(seen) != 120 {
		t.Errorf("saw %d customers on all pages, want 120", len(seen))
	}
	b.get(shown.link(".pager a:contains('start')")).want(http.StatusOK, "Zeta 000")
}

func TestCustomerForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	made := b.get("/customers/new").want(http.StatusOK, "New customer").submit("form#customer, form[action='/customers']",
		"name", "  Brønd & Søn <script>", "segment", "retail", "value_per_year", "1250.5", "external_id", "K-7").
		want(http.StatusOK, "Saved.", "Brønd & Søn <script>", "retail", "Mia Berg", "K-7", "1,251")
	edit := b.get(made.link("a:contains('Edit')")).want(http.StatusOK, "Edit Brønd")
	if edit.value("name") != "Brønd & Søn <script>" || edit.value("value_per_year") != "1250.5" || edit.value("status") != "active" {
		t.Errorf("the form shows %q, %q, %q, want what is stored", edit.value("name"), edit.value("value_per_year"), edit.value("status"))
	}
	edit.submit("form.form", "status", "won_back", "rep_id", "").want(http.StatusOK, "Saved.", "Won back", "Nobody yet")
	if got := edit.Find("form[action$='/delete']").Length(); got != 0 {
		t.Error("a rep is offered to delete a customer, want that for admins alone")
	}
}

func TestCustomerFormRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	for _, tt := range []struct {
		name, field, value, problem string
		status                      int
	}{
		{"no name", "name", "", "Is required.", http.StatusBadRequest},
		{"a name that is too long", "name", strings.Repeat("x", 201), "Must have at most 200 characters.", http.StatusBadRequest},
		{"a value in words", "value_per_year", "a lot", "Must be a number, e.g. 1250.50.", http.StatusBadRequest},
		{"a value below zero", "value_per_year", "-1", "Must be at least 0.", http.StatusBadRequest},
		{"no number at all", "value_per_year", "NaN", "Must be", http.StatusBadRequest},
		{"a day that does not exist", "renews_on", "2026-02-29", "Must be a date, such as 2026-12-31.", http.StatusBadRequest},
		{"the end of no pause", "paused_until", "2026-09-01", "", http.StatusBadRequest},
		{"an unknown status", "status", "asleep", "Must be one of", http.StatusBadRequest},
		{"an unknown rep", "rep_id", "rep_unknown", "Must be the id of one of our reps.", http.StatusBadRequest},
		{"a number that is taken", "external_id", "C-1001", "Is taken by another customer.", http.StatusConflict},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, path := range []string{"/customers/new", "/customers/" + w.customer + "/edit"} {
				if path != "/customers/new" && tt.field == "external_id" {
					continue // it is this customer's own
				}
				shown := b.get(path).submit("form.form", "name", "Typed Ltd", "segment", "typed", tt.field, tt.value)
				if got := shown.problem(tt.field); shown.status != tt.status || !strings.HasPrefix(got, tt.problem) {
					t.Errorf("%s: got %d with %q beside the field, want %d with %q", path, shown.status, got, tt.status, tt.problem)
				}
				if shown.value("segment") != "typed" {
					t.Errorf("%s: the segment is now %q, want what was typed", path, shown.value("segment"))
				}
			}
		})
	}
}

func TestCustomerFormConflict(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	edit := b.get("/customers/" + w.customer + "/edit")
	other := "Renamed meanwhile"
	_, err := w.service.ChangeCustomer(context.Background(), idOf(w.customer), 0, survey.CustomerFields{Name: &other})
	must(t, 0, err)
	shown := edit.submit("form.form", "segment", "typed").
		want(http.StatusConflict, "Somebody else changed this meanwhile.", "Name is now “Renamed meanwhile”.", "Segment is now “logistics”.")
	if shown.value("segment") != "typed" {
		t.Errorf("the segment is now %q, want what was typed", shown.value("segment"))
	}
	shown.submit("form.form").want(http.StatusOK, "Saved.", "Nordlicht C-1001", "typed")
	b.post("/customers/"+w.customer, url.Values{"name": {"X"}, "status": {"active"}}).want(http.StatusConflict, "Somebody else")
}

func TestOnlyAdminsDeleteCustomers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := "/customers/" + w.customer
	repBrowser(t, w).post(path+"/delete", url.Values{"confirm": {"on"}, "version": {"1"}}).want(http.StatusForbidden, "Only an admin may do this.")
	b := adminBrowser(t, w)
	warned := b.get(path+"/edit").submit("form[action$='/delete']").want(http.StatusOK, "Nothing is removed yet.")
	b.get(path).want(http.StatusOK)
	warned.submit("form[action$='/delete']").want(http.StatusOK, "Deleted.", "Customers")
	b.get(path).want(http.StatusNotFound)
	b.get("/customers?q=Nordlicht+C-1001").want(http.StatusOK, "No customer fits.")
}
