package analytics_test

import (
	"fmt"
	"testing"

	"earshot/analytics"
)

// month returns a point of an NPS question with the given counts.
func month(bucket string, promoters, passives, detractors int) analytics.Point {
	tally := analytics.NewTally(analytics.ScaleNPS)
	for value, n := range map[int]int{10: promoters, 7: passives, 3: detractors} {
		for range n {
			tally.Add(value)
		}
	}
	p := tally.Point()
	p.Bucket = bucket
	return p
}

func TestCompare(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name          string
		metric        analytics.Metric
		after, before analytics.Point
		want          analytics.Verdict
	}{
		{"clearly up", analytics.MetricNPS, month("b", 60, 30, 10), month("a", 30, 30, 40), analytics.Up},
		{"clearly down", analytics.MetricMean, month("b", 30, 30, 40), month("a", 60, 30, 10), analytics.Down},
		{"share of promoters up", analytics.MetricTopTwo, month("b", 60, 30, 10), month("a", 30, 30, 40), analytics.Up},
		{"six points are chance", analytics.MetricNPS, month("b", 33, 33, 30), month("a", 30, 33, 33), analytics.Unclear},
		{"29 answers get no arrow", analytics.MetricNPS, month("b", 29, 0, 0), month("a", 0, 0, 100), analytics.TooFew},
		{"30 do", analytics.MetricNPS, month("b", 30, 0, 0), month("a", 0, 0, 100), analytics.Up},
		{"nobody before", analytics.MetricNPS, month("b", 60, 30, 10), analytics.Point{}, analytics.TooFew},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := analytics.Compare(tt.metric, tt.after, tt.before)
			if got.Verdict != tt.want {
				t.Errorf("got %s (%+v), want %s", got.Verdict, got.Difference, tt.want)
			}
		})
	}
	d := analytics.Compare(analytics.MetricNPS, month("b", 15, 10, 5), month("a", 9, 9, 12)).Difference
	near(t, "published difference, in points", d.Value, 39.39, 2)
	near(t, "published low end", d.Low, 1.50, 2)
}

func TestSeriesChangeTakesWholeBuckets(t *testing.T) {
	t.Parallel()
	running := month("2026-05", 0, 0, 100)
	running.Partial = true
	s := analytics.Series{Name: "Retail", Points: []analytics.Point{
		month("2026-01", 20, 20, 60), month("2026-02", 60, 30, 10), month("2026-03", 3, 0, 0), {Bucket: "2026-04"}, running,
	}}
	got := s.Change(analytics.MetricNPS)
	if got.Name != "Retail" || got.From != "2026-01" || got.To != "2026-02" || got.Verdict != analytics.Up {
		t.Errorf("got %+v, want Retail up from 2026-01 to 2026-02", got)
	}
	if got := (analytics.Series{}).Change(analytics.MetricNPS); got.Verdict != analytics.TooFew {
		t.Errorf("nothing there: got %s, want %s", got.Verdict, analytics.TooFew)
	}
}

// One of twenty comparisons at p ≈ .04 is what chance gives: it must not be called a change, though it would be alone.
func TestChangesDoubtOneOfMany(t *testing.T) {
	t.Parallel()
	lucky := analytics.Series{Name: "lucky", Points: []analytics.Point{month("a", 9, 9, 12), month("b", 15, 10, 5)}}
	all := []analytics.Series{lucky}
	for i := range 19 {
		all = append(all, analytics.Series{
			Name: fmt.Sprint(i), Points: []analytics.Point{month("a", 12, 10, 10), month("b", 12, 10, 10)},
		})
	}
	if got := lucky.Change(analytics.MetricNPS).Verdict; got != analytics.Up {
		t.Errorf("alone: got %s, want %s", got, analytics.Up)
	}
	if got := analytics.Changes(analytics.MetricNPS, all)[0].Verdict; got != analytics.Unclear {
		t.Errorf("among twenty: got %s, want %s", got, analytics.Unclear)
	}
	if got := analytics.Changes(analytics.MetricNPS, all[:1])[0].Verdict; got != analytics.Up {
		t.Errorf("as the only one: got %s, want %s", got, analytics.Up)
	}
}
