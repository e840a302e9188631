package analytics_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"earshot/analytics"
)

// article is the smallest set of answers that gives the published 16/61/19/5/0.
func article() analytics.Tally {
	tally := analytics.NewTally(analytics.ScaleProgress)
	for i, count := range []int{10, 39, 12, 3, 0} {
		for range count {
			tally.Add(analytics.Levels()[i].Value())
		}
	}
	return tally
}

func TestDistributionOfTheArticle(t *testing.T) {
	t.Parallel()
	d := article().Distribution()
	want := []analytics.Share{
		{Level: "significantly_better", Value: 5, Label: "Significantly better", Count: 10, Percent: 15},
		{Level: "making_good_progress", Value: 4, Label: "Making good progress", Count: 39, Percent: 61},
		{Level: "about_the_same", Value: 3, Label: "About the same", Count: 12, Percent: 19},
		{Level: "behind", Value: 2, Label: "Behind", Count: 3, Percent: 5},
		{Level: "significantly_worse", Value: 1, Label: "Significantly worse", Count: 0, Percent: 0},
	}
	got := slices.Clone(d.Shares)
	for i := range got {
		near(t, got[i].Label, got[i].Exact.Value, float64(got[i].Count)/64*100, 9)
		got[i].Exact = analytics.Estimate{}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if d.N != 64 || d.Suppressed {
		t.Errorf("got n = %d, suppressed %v; want 64, shown", d.N, d.Suppressed)
	}
}

func TestPointOfTheArticle(t *testing.T) {
	t.Parallel()
	p := article().Point()
	near(t, "top two", p.TopTwo.Value, 76.6, 1)
	near(t, "top two, low", p.TopTwo.Low, 64.9, 1)
	near(t, "top two, high", p.TopTwo.High, 85.3, 1)
	near(t, "balance", p.Balance.Value, 100*46.0/64, 9)
	if p.NPS != (analytics.Estimate{}) {
		t.Errorf("progress has no NPS, got %+v", p.NPS)
	}
}

func TestZeroIsAnAnswer(t *testing.T) {
	t.Parallel()
	tally := analytics.NewTally(analytics.ScaleNPS)
	for _, v := range []int{0, 0, 10, 10, 8, 11, -1} {
		tally.Add(v)
	}
	p := tally.Point()
	if p.N != 5 {
		t.Fatalf("n: got %d, want 5", p.N)
	}
	near(t, "score", p.NPS.Value, 0, 9)
	near(t, "mean", p.Mean.Value, 5.6, 9)
	last := p.Distribution.Shares[10]
	if last.Level != "0" || last.Count != 2 || last.Percent != 40 {
		t.Errorf("zeros: got %+v, want two of five", last)
	}
	wantGroups := []float64{40, 20, 40}
	for i, g := range p.Distribution.Groups {
		if g.Percent != wantGroups[i] {
			t.Errorf("%s: got %v %%, want %v %%", g.Label, g.Percent, wantGroups[i])
		}
	}
}

func TestFewAnswersLeaveNoTraceInJSON(t *testing.T) {
	t.Parallel()
	tally := analytics.NewTally(analytics.ScaleCSAT)
	for range analytics.MinimumShown - 1 {
		tally.Add(5)
	}
	body, err := json.Marshal(tally.Point())
	if err != nil {
		t.Fatal(err)
	}
	want := `{"n":4,"mean":{"value":null,"low":null,"high":null,"n":4,"suppressed":true},` +
		`"top_two":{"value":null,"low":null,"high":null,"n":4,"suppressed":true},` +
		`"distribution":{"scale":"csat","n":4,"suppressed":true,"shares":[]}}`
	if string(body) != want {
		t.Errorf("got  %s\nwant %s", body, want)
	}
}

func TestLevels(t *testing.T) {
	t.Parallel()
	for _, l := range analytics.Levels() {
		if got := analytics.LevelOf(l.Value()); got != l {
			t.Errorf("level of %d: got %q, want %q", l.Value(), got, l)
		}
		if l.Label() == "" || strings.Contains(l.Label(), "_") {
			t.Errorf("label of %s: got %q", l, l.Label())
		}
	}
	if got := analytics.Level("great").Value(); got != 0 {
		t.Errorf("unknown level: got %d, want 0", got)
	}
}

func TestEveryScaleNeverNaN(t *testing.T) {
	t.Parallel()
	for _, scale := range []analytics.Scale{"nps", "csat", "ces", "progress", "unknown"} {
		low, high := scale.Bounds()
		for n := range 8 {
			for v := low; v <= high; v++ {
				tally := analytics.NewTally(scale)
				for range n {
					tally.Add(v)
				}
				if _, err := json.Marshal(tally.Point()); err != nil {
					t.Errorf("%s, %d times %d: %v", scale, n, v, err)
				}
			}
		}
	}
}
