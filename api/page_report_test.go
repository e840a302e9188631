package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/quiet"
	"earshot/survey/store"
)

// specOf is the declaration of a collection.
func specOf(name string) *store.Spec {
	specs := survey.Specs()
	return specs[slices.IndexFunc(specs, func(s *store.Spec) bool { return s.Name == name })]
}

// reported gives the world a ledger of alarms: 20 a month told of in January and February, of which each tenth came back within
// the usual, four tenths later, one tenth after contact, and the others not, and five of March; half were asked and half held out, of whom
// each fifth of the asked came back. What was said of them was too much.
func reported(t testing.TB, w *world) {
	t.Helper()
	outcomes := []survey.AlarmOutcome{
		survey.BackInUsual, survey.BackLater, survey.BackLater, survey.BackLater, survey.BackLater, survey.BackContacted,
		survey.StillSilent, survey.StillSilent, survey.StillSilent, survey.SaidGoodbye,
	}
	var alarms []*survey.Alarm
	add := func(told time.Time, a survey.Alarm) {
		i := len(alarms)
		a.ID, a.CustomerID, a.List, a.ToldAt = fmt.Sprintf("alm_%d", i), "cus_1", survey.Leaving, told
		a.Begun, a.MaturesAt = "2025-12-12", told.AddDate(0, 0, 90)
		a.RepID = survey.RepID([]string{w.rep, "rep_other"}[i%2])
		alarms = append(alarms, &a)
	}
	for i := range 80 {
		a := survey.Alarm{Outcome: outcomes[i/2%10], Mature: true, Arm: survey.ArmAsked, Within30: survey.WithinAway, Within90: survey.WithinAway}
		if a.LeadDays = 60; i%3 == 0 {
			a.Arm = survey.ArmHeldOut
		} else if i%5 == 0 {
			a.Within30 = survey.WithinBack
		}
		add(time.Date(2026, time.January+time.Month(i/40), 10, 9, 0, 0, 0, time.UTC), a)
	}
	for range 5 {
		add(noon.AddDate(0, 0, -1), survey.Alarm{Outcome: survey.StillSilent})
	}
	late := survey.Alarm{Outcome: survey.StillSilent}
	late.Late = true
	add(noon.AddDate(0, 0, -1), late)
	missed := survey.Alarm{Outcome: survey.StillSilent, MissedAt: time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC)}
	add(time.Time{}, missed)
	must(t, 0, store.NewCollection[survey.Alarm](w.store, specOf("alarms")).Insert(t.Context(), alarms...))
	watch := &survey.AlarmWatch{Meta: store.Meta{ID: "alarms"}, Since: time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC), Drifts: []survey.StepDrift{
		{Step: 0.5, From: time.Date(2026, 1, 10, 0, 0, 0, 0, time.UTC), Drift: quiet.Drift{Of: 80, Expected: 60, Stayed: 32, Chance: 1e-9}, WrongSince: noon.AddDate(0, 0, -2)},
		{Step: 0.8, From: time.Date(2026, 1, 10, 0, 0, 0, 0, time.UTC), Drift: quiet.Drift{Of: 3, Expected: 2.5, Stayed: 2, Chance: 1}},
	}}
	must(t, 0, store.NewCollection[survey.AlarmWatch](w.store, specOf("alarm_watches")).Insert(t.Context(), watch))
}

func TestWhatCameOfTheAlarms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	b.get(b.get("/").link("a[href='/quiet/report']")).want(http.StatusOK, "Nothing to show yet.")
	empty := readJSON[map[string]any](t, w, call{method: "GET", key: w.readKey, path: "/api/v1/quiet/report"})
	if len(empty["months"].([]any)) != 13 || empty["since"] != nil {
		t.Errorf("without alarms: got %v", empty)
	}

	reported(t, w)
	page := b.get("/quiet/report").want(http.StatusOK, "Of 80 customers told of long enough ago to know, 32 stayed away, 8 came back after we had asked or called, and 40 came back by themselves.",
		"Said 75 in 100 were gone; 32 of 80 stayed away, of those told of since January 2026.", "Too few to tell what asking brings within 30 days: 53 who were asked and 27 who were kept out",
		"1 silence that was more than a week old")
	if got := page.words("section[aria-labelledby='months'] tbody"); got != "Mar 2026500050– Feb 20264016420 (4 within usual)0160 days Jan 20264016420 (4 within usual)0060 days" {
		t.Errorf("the months are told as %q", got)
	}
	if alt := page.Find("figure img").AttrOr("alt", ""); !strings.Contains(alt, "Feb 2026 40: 16 stayed away, 4 came back after contact, 20 came back by themselves") {
		t.Errorf("the picture's alternative text is %q, want its figures", alt)
	}
	if n := page.Find("section[aria-labelledby='reps'] tbody tr").Length(); n != 2 {
		t.Errorf("an admin sees %d reps, want 2", n)
	}
	b.get("/").want(http.StatusOK, "Said 75 in 100 were gone")
	b.get("/quiet/report?list=drifting").want(http.StatusOK, "Nobody was told of in time so far.")
	if res := w.send(t, call{method: "GET", path: "/metrics", key: w.readKey}).Body.String(); !strings.Contains(res, `earshot_chances_wrong{step="0.5"} 1`) ||
		!strings.Contains(res, `earshot_chances_wrong{step="0.8"} 0`) || !strings.Contains(res, `earshot_alarms_stayed_away{step="0.5"} 32`) {
		t.Error("the metrics do not tell that the chances are wrong")
	}
}

func TestTheReportByTheAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reported(t, w)
	type counts struct {
		Told, Late, Waiting, Missed int
		LeadDays                    int `json:"lead_days"`
		BackLater                   int `json:"back_later"`
	}
	type report struct {
		Months []struct {
			Month  string
			Counts counts
		}
		Total  counts
		Reps   []struct{ Counts counts }
		Asking []struct {
			Verdict string
			Asked   struct{ N int }
		}
		Chances []struct{ Sentence string }
	}
	all := readJSON[report](t, w, call{method: "GET", key: w.readKey, path: "/api/v1/quiet/report"})
	if all.Total != (counts{Told: 85, Late: 1, Waiting: 5, Missed: 1, LeadDays: 60, BackLater: 32}) || len(all.Reps) != 2 || all.Months[1].Month != "2026-02" ||
		all.Months[1].Counts.Missed != 1 || len(all.Asking) != 2 || all.Asking[0].Verdict != "too_few" || all.Asking[0].Asked.N != 53 || len(all.Chances) != 2 {
		t.Errorf("got %+v", all)
	}
	own := readJSON[report](t, w, call{method: "GET", key: w.readKey, path: "/api/v1/quiet/report?rep_id=" + w.rep})
	if own.Total.Told != 43 || len(own.Reps) != 1 {
		t.Errorf("of one rep: got %+v", own)
	}
	if res := w.send(t, call{method: "GET", key: w.readKey, path: "/api/v1/quiet/report?list=gone"}); res.Code != http.StatusBadRequest || !strings.Contains(res.Body.String(), `"list"`) {
		t.Errorf("of a list that there is not: got %d %s, want 400 that names the field", res.Code, res.Body)
	}
}

func TestRepsSeeTheirOwnReport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reported(t, w)
	page := repBrowser(t, w).get("/quiet/report?rep=me")
	if n := page.Find("section[aria-labelledby='reps']").Length(); n != 0 {
		t.Error("a rep sees the figures of all reps")
	}
}

func TestAlarmsAreListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reported(t, w)
	type list struct {
		Items []struct {
			ID      string
			ToldAt  string `json:"told_at"`
			Arm     string
			Outcome string
			Settled bool
		}
		NextCursor string `json:"next_cursor"`
	}
	first := readJSON[list](t, w, call{method: "GET", key: w.readKey, path: "/api/v1/alarms?limit=10"})
	if len(first.Items) != 10 || first.NextCursor == "" || first.Items[0].Settled || first.Items[9].Arm == "" {
		t.Errorf("got %+v, want ten, the latest first, and that there are more", first)
	}
	all := readJSON[list](t, w, call{method: "GET", key: w.readKey, path: "/api/v1/alarms?limit=500&customer_id=cus_1"})
	if len(all.Items) != 87 || all.Items[86].ToldAt != "" {
		t.Errorf("of a customer: got %d, want 87, at the end one of which nobody was told", len(all.Items))
	}
	for _, none := range []string{"list=drifting", "customer_id=cus_2", "rep_id=rep_x", "customer_id=cus_1&rep_id=rep_x"} {
		if got := readJSON[list](t, w, call{method: "GET", key: w.readKey, path: "/api/v1/alarms?" + none}); len(got.Items) != 0 {
			t.Errorf("%s: got %d, want none", none, len(got.Items))
		}
	}
}
