package analytics_test

import (
	"math"
	"testing"

	"earshot/analytics"
)

// TestCompareAsking holds the difference against Newcombe 1998, table II, where 56 of 70 are compared with 48 of 80: .0524 to .3339.
func TestCompareAsking(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name                string
		back, of, held, out int
		want                analytics.Verdict
		sentence            string
	}{
		{"asking helps", 56, 70, 48, 80, analytics.Up, "Asking helps: 80\u00a0% of those asked came back by themselves within 30 days, and 60\u00a0% of those kept out, " +
			"a difference of +20 points, with 95 % certainty from +5 to +33."},
		{"asking does harm", 48, 80, 56, 70, analytics.Down, "Asking does harm: 60\u00a0% of those asked came back by themselves within 30 days, and 80\u00a0% of those kept out, " +
			"a difference of −20 points, with 95 % certainty from −33 to −5."},
		{"luck", 20, 60, 10, 40, analytics.Unclear, "Whether asking helps cannot be told yet: 33\u00a0% of those asked came back by themselves within 30 days, and 25\u00a0% of those kept out, " +
			"a difference of +8 points, with 95 % certainty from −10 to +25. That may be luck."},
		{"too few kept out", 300, 400, 2, 29, analytics.TooFew, "Too few to tell what asking brings within 30 days: 400 who were asked and 29 who were kept out have had that long; it takes 30 of each."},
		{"nobody", 0, 0, 0, 0, analytics.TooFew, "Too few to tell what asking brings within 30 days: 0 who were asked and 0 who were kept out have had that long; it takes 30 of each."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := analytics.CompareAsking(30, tt.back, tt.of, tt.held, tt.out)
			if got.Verdict != tt.want || got.Sentence() != tt.sentence {
				t.Errorf("got %s: %s\nwant %s: %s", got.Verdict, got.Sentence(), tt.want, tt.sentence)
			}
		})
	}
	d := analytics.CompareAsking(30, 56, 70, 48, 80).Difference
	if math.Abs(d.Low-.0524) > 5e-5 || math.Abs(d.High-.3339) > 5e-5 {
		t.Errorf("got an interval from %.4f to %.4f, want .0524 to .3339", d.Low, d.High)
	}
}
