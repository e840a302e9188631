package api_test

import (
	"net/http"
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
