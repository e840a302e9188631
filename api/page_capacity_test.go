package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"earshot/survey"
	"earshot/survey/quiet"
	"earshot/survey/store"
)

// measured gives the world's orders a curve.
func measured(t testing.TB, w *world) quiet.Curve {
	t.Helper()
	curve := quiet.Curve{Leavers: 12, Customers: 300, LittleHistory: true, Points: []quiet.Point{
		{Score: 0.17, PerWeek: 31, Reached: 0.7, Fine: 0.62, DaysLate: -21},
		{Score: 0.2, PerWeek: 20, Reached: 0.61, Fine: 0.5, DaysLate: 14},
		{Score: 0.4, PerWeek: 10, Reached: 0.41, Fine: 0.3, DaysLate: 24},
		{Score: 0.6, PerWeek: 4, Reached: 0.25, Fine: 0.1, DaysLate: 40},
	}}
	specs := survey.Specs()
	spec := specs[slices.IndexFunc(specs, func(s *store.Spec) bool { return s.Name == "rhythm_models" })]
	models := store.NewCollection[survey.RhythmModel](w.store, spec)
	_, err := models.Update(t.Context(), string(survey.Order), func(m *survey.RhythmModel) error {
		m.Curve = curve
		return nil
	})
	if err != nil {
		t.Fatalf("store a curve: %v", err)
	}
	return curve
}

// curveOf reads the curve by the API.
func curveOf(t testing.TB, w *world) map[string]any {
	t.Helper()
	return readJSON[map[string]any](t, w, call{method: "GET", key: w.readKey, path: "/api/v1/quiet/curve"})
}

func TestAnAdminChoosesTheLengthOfTheList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	b.get("/quiet/capacity").want(http.StatusOK, "Nothing to show yet.")
	if got := curveOf(t, w); got["in_force"] != nil || len(got["points"].([]any)) != 0 {
		t.Errorf("without a curve: got %v", got)
	}

	measured(t, w)
	page := b.get(b.get("/").link("a[href='/quiet/capacity']"))
	page.want(http.StatusOK, "There is little history yet.", "Only some 12 customers left", "Nobody has chosen")
	page.wantWords("tr:contains('61') td[data-label='Told of']", "14 days after the last usual gap")
	page.wantWords("tr:contains('31') td[data-label='Told of']", "21 days before the last usual gap ended")
	if alt := page.Find("figure img").AttrOr("alt", ""); !strings.Contains(alt, "61\u00a0% with 20 a week") {
		t.Errorf("the picture's alternative text is %q, want its figures", alt)
	}
	chosen := page.submit("form[action='/quiet/capacity']:has(button:contains('20 a week'))")
	chosen.want(http.StatusOK, "Chosen.", "The list as it is: 20 a week would have reached 61 % of those who left, 14 days after the last usual gap; 5 in 10 were fine.", "chosen by hand")
	chosen.wantWords("tr:has(.badge) td strong", "20")
	got := curveOf(t, w)
	if now := got["in_force"].(map[string]any); got["chosen_per_week"] != 20.0 || now["per_week"] != 20.0 || got["kind"] != "order" {
		t.Errorf("after the choice: got %v, want 20 a week", got)
	}
	chosen.submit("section > form[action='/quiet/capacity']").want(http.StatusOK, "Nobody has chosen")
	if got := curveOf(t, w); got["chosen_per_week"] != nil {
		t.Errorf("left to Earshot again: got %v", got)
	}
}

func TestRepsSeeTheCurveAndDoNotChoose(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	measured(t, w)
	page := repBrowser(t, w).get("/quiet/capacity?kind=order").want(http.StatusOK, "How many to call")
	if n := page.Find("form[action='/quiet/capacity']").Length(); n != 0 {
		t.Errorf("a rep sees %d buttons, want none", n)
	}
}

// TestProgramsChooseTheLengthOfTheList writes what the page writes, and what nothing may.
func TestProgramsChooseTheLengthOfTheList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	measured(t, w)
	choose := func(query, body string) call {
		return call{method: "PUT", key: w.writeKey, path: "/api/v1/quiet/curve" + query, media: "application/json", body: body}
	}
	got := readJSON[map[string]any](t, w, choose("?kind=order", `{"per_week": 10}`))
	if now := got["in_force"].(map[string]any); got["chosen_per_week"] != 10.0 || now["reached"] != 0.41 {
		t.Errorf("10 a week: got %v, want the point of 10", got)
	}
	if got := readJSON[map[string]any](t, w, choose("?kind=order", `{"per_week": 0}`)); got["chosen_per_week"] != nil {
		t.Errorf("left to Earshot: got %v", got)
	}
	for _, wrong := range []struct{ query, body, field string }{
		{"?kind=order", `{}`, "per_week"}, {"?kind=order", `{"per_week": -1}`, "per_week"}, {"?kind=order", `{"per_week": 32}`, "per_week"},
		{"?kind=order", `{"per_week": "10"}`, "per_week"}, {"", `{"per_week": 10}`, "kind"}, {"?kind=ordr", `{"per_week": 10}`, "kind"},
	} {
		res := w.send(t, choose(wrong.query, wrong.body))
		if res.Code != http.StatusBadRequest || !strings.Contains(res.Body.String(), `"field":"`+wrong.field+`"`) {
			t.Errorf("PUT %s %s: got %d %s, want a refusal that names %s", wrong.query, wrong.body, res.Code, res.Body, wrong.field)
		}
	}
}
