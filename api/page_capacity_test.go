package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

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

// rankAnew has what was chosen come into force.
func rankAnew(t testing.TB, w *world) {
	t.Helper()
	for range 2 {
		if err := w.service.Effects().Drain(t.Context(), "rhythm_models", "rankings"); err != nil {
			t.Fatal(err)
		}
		w.at(w.clock.Load().Add(3 * time.Minute))
	}
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
	b.get("/quiet/capacity?kind=ordr").want(http.StatusNotFound, "no kind of sign of life of that name")
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
	const standing = "6.5 a week would have reached 32 % of those who left, 33 days after the last usual gap; 2 in 10 were fine"
	page.want(http.StatusOK, "The list as it is: "+standing+".")
	chosen := page.submit("form[action='/quiet/capacity']:has(button:contains('20 a week'))")
	chosen.want(http.StatusOK, "Chosen.", "The list as it is: "+standing+".", "Chosen: 20 a week would have reached 61 % of those who left, 14 days after the last usual gap; 5 in 10 were fine. It comes into force within minutes", "chosen by hand")
	chosen.wantWords("tr:has(.badge.good) td strong", "6.5")
	chosen.wantWords("tr:has(.badge.warning) td:first-child", "20 In minutes")
	got := curveOf(t, w)
	if now, coming := got["in_force"].(map[string]any), got["coming"].(map[string]any); got["chosen_per_week"] != 20.0 || now["reached"].(float64) > 0.33 || coming["per_week"] != 20.0 || got["kind"] != "order" {
		t.Errorf("after the choice: got %v, want 6.5 a week in force and 20 to come", got)
	}
	rankAnew(t, w)
	now := b.get("/quiet/capacity").want(http.StatusOK, "The list as it is: 20 a week would have reached 61 %")
	now.wantWords("tr:has(.badge.good) td strong", "20")
	now.wantWords("tr:contains('own') td:first-child", "6.5 Earshot’s own")
	if got := now.Find("tr:contains('own') [name=per_week]").AttrOr("value", ""); got != "0" {
		t.Errorf("the button of Earshot's own length chooses %q a week, want 0, which leaves it to Earshot", got)
	}
	got = curveOf(t, w)
	if now := got["in_force"].(map[string]any); got["coming"] != nil || now["per_week"] != 20.0 {
		t.Errorf("once it is in force: got %v, want 20 a week and nothing to come", got)
	}
	now.submit("form[action='/quiet/capacity']:has(button:contains('Leave'))").want(http.StatusOK, "Nobody has chosen")
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
	if coming := got["coming"].(map[string]any); got["chosen_per_week"] != 10.0 || coming["reached"] != 0.41 {
		t.Errorf("10 a week: got %v, want the point of 10 to come", got)
	}
	if got := readJSON[map[string]any](t, w, choose("?kind=order", `{"per_week": 0}`)); got["chosen_per_week"] != nil {
		t.Errorf("left to Earshot: got %v", got)
	}
	for _, wrong := range []struct{ query, body, field string }{
		{"?kind=order", `{}`, "per_week"}, {"?kind=order", `{"per_week": -1}`, "per_week"}, {"?kind=order", `{"per_week": 32}`, "per_week"},
		{"?kind=order", `{"per_week": 0.001}`, "per_week"}, {"?kind=order", `{"per_week": 3.99}`, "per_week"},
		{"?kind=order", `{"per_week": "10"}`, "per_week"}, {"", `{"per_week": 10}`, "kind"}, {"?kind=ordr", `{"per_week": 10}`, "kind"},
	} {
		res := w.send(t, choose(wrong.query, wrong.body))
		if res.Code != http.StatusBadRequest || !strings.Contains(res.Body.String(), `"field":"`+wrong.field+`"`) {
			t.Errorf("PUT %s %s: got %d %s, want a refusal that names %s", wrong.query, wrong.body, res.Code, res.Body, wrong.field)
		}
	}
}

// TestARefusedLengthIsToldAtItsField types what no list would have had.
func TestARefusedLengthIsToldAtItsField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	measured(t, w)
	page := adminBrowser(t, w).get("/quiet/capacity?kind=order")
	for typed, want := range map[string]string{
		"3": "Must be from 4 to 31, what lists would have had, or 0 to leave it to Earshot.", "many": "Must be a number.", "": "Must be a number.",
	} {
		refused := page.submit("form:has([type=number])", "per_week", typed).want(http.StatusBadRequest, "How many to call")
		if got := refused.problem("per_week"); got != want {
			t.Errorf("%q: the field says %q, want %q", typed, got, want)
		}
	}
	if n := page.Find("tr:contains('1') form").Length(); n == 0 {
		t.Error("no row can be chosen")
	}
	if n := page.Find("button:contains(' 2 a week')").Length(); n != 0 {
		t.Error("a list of 2 a week can be chosen, and would be refused")
	}
}
