package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// callsOf are how many customers each rep calls in a week, by their addresses.
func callsOf(t testing.TB, w *world) map[string]float64 {
	t.Helper()
	page := readJSON[struct {
		Items []struct {
			Email string
			Calls float64 `json:"calls_per_week"`
		}
	}](t, w, call{method: "GET", key: w.readKey, path: "/api/v1/reps"})
	found := map[string]float64{}
	for _, rep := range page.Items {
		found[rep.Email] = rep.Calls
	}
	return found
}

func TestRepsSayHowManyTheyCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	email := "mia@example.com"
	before := callsOf(t, w)
	if _, known := before[email]; !known || before[email] != 0 {
		t.Fatalf("got %v, want %s without a limit", before, email)
	}
	b.get("/account").want(http.StatusOK, "20 are usual").submit("form[action='/account/calls']", "calls_per_week", "15").want(http.StatusOK, "Saved.")
	if got := callsOf(t, w)[email]; got != 15 {
		t.Errorf("after saying 15: got %v", got)
	}
	for _, wrong := range []string{"many", "2.5", "-1", "501"} {
		page := b.get("/account").submit("form[action='/account/calls']", "calls_per_week", wrong)
		if page.want(http.StatusBadRequest).Find(".problem").Length() != 1 {
			t.Errorf("%s: the field is not told of", wrong)
		}
	}
	b.get("/account").submit("form[action='/account/calls']", "calls_per_week", "").want(http.StatusOK, "Saved.")
	if got := callsOf(t, w)[email]; got != 0 {
		t.Errorf("after emptying the field: got %v, want no limit", got)
	}
	b.get("/settings/reps/" + w.rep).want(http.StatusForbidden)
}

func TestAdminsSayHowManyAnybodyCalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	b.get("/settings/reps/"+w.rep).want(http.StatusOK).submit("form[action='/settings/reps/"+w.rep+"']", "calls_per_week", "25").want(http.StatusOK, "Saved.")
	if got := callsOf(t, w)["mia@example.com"]; got != 25 {
		t.Errorf("after the form: got %v, want 25", got)
	}
	set := func(body string) call {
		return call{method: "PUT", key: w.writeKey, path: "/api/v1/reps/" + w.rep + "/calls", media: "application/json", body: body}
	}
	if got := readJSON[map[string]any](t, w, set(`{"calls_per_week": 30}`)); got["calls_per_week"] != 30.0 {
		t.Errorf("by the API: got %v, want 30", got)
	}
	for _, wrong := range []string{`{}`, `{"calls_per_week": -1}`, `{"calls_per_week": 501}`, `{"calls_per_week": 1.5}`} {
		res := w.send(t, set(wrong))
		if res.Code != http.StatusBadRequest || !strings.Contains(res.Body.String(), `"field":"calls_per_week"`) {
			t.Errorf("PUT %s: got %d %s, want a refusal that names the field", wrong, res.Code, res.Body)
		}
	}
}

// TestTodayIsAsLongAsTheWeek: the one customer who is probably leaving is to be called, and beyond the week once it is full.
func TestTodayIsAsLongAsTheWeek(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	b.get("/?rep=me").want(http.StatusOK, "Nobody to call.")
	shown := b.get("/?rep=all").want(http.StatusOK, "To call this week", "No rep has said how many they call in a week.", "Call Ana Ruiz")
	if href := shown.Find(".quiet-list a[href^='mailto:']").AttrOr("href", ""); !strings.HasSuffix(href, "@nordlicht.example") {
		t.Errorf("got %q, want the address of whom to call", href)
	}
	record := shown.link(".quiet-list .actions a")
	if record != "/customers/"+w.customer+"#touch" {
		t.Errorf("a call is recorded at %s, want the customer’s page", record)
	}
	b.get("/account").submit("form[action='/account/calls']", "calls_per_week", "1")
	b.get("/?rep=all").want(http.StatusOK, "Done this week: 0 of 1.")

	c := newCompany(t, w, "C-7", "P-7")
	b.get("/?rep=all").want(http.StatusOK)
	contact, err := w.service.Contact(t.Context(), c)
	b.post("/customers/"+string(must(t, contact, err).CustomerID)+"/touchpoints", url.Values{"kind": {"call"}, "at": {"2026-03-02"}})
	drain(t, w)
	full := b.get("/?rep=all").want(http.StatusOK, "Done this week: 1 of 1.", "1 more, beyond this week’s 1.", "The one customer who is probably leaving")
	if n := full.Find(".quiet-list > li").Length(); n != 0 {
		t.Errorf("%d customers are to be called, want none: the week is full", n)
	}
	b.get(full.link("a[href^='/customers?list=probably_leaving']")).want(http.StatusOK, "Nordlicht C-1001")
}

func TestTheCurveTellsHowManyTheRepsCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	measured(t, w)
	b := adminBrowser(t, w)
	b.get("/quiet/capacity").want(http.StatusOK, "No rep has said yet how many customers they call in a week")
	set := func(calls string) {
		t.Helper()
		b.get("/account").submit("form[action='/account/calls']", "calls_per_week", calls).want(http.StatusOK, "Saved.")
	}
	set("10")
	b.get("/quiet/capacity").want(http.StatusOK, "Your reps call 10 customers a week together.",
		"A list of as many: 10 a week would have reached 41 % of those who left, 24 days after the last usual gap; 3 in 10 were fine.")
	set("40")
	b.get("/quiet/capacity").want(http.StatusOK, "No list would have had so many: the longest has 31 a week.")
}
