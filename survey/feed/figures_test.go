package feed_test

import (
	"fmt"
	"slices"
	"testing"
)

// christmas is a pause of eleven days in every year.
func christmas(day int) bool {
	d := (day%year + year) % year
	return d >= 200 && d < 211
}

// TestLivingFeedsAreLeftAlone measures what docs/operators.md promises: at most one false notice a year, whatever the rate.
func TestLivingFeedsAreLeftAlone(t *testing.T) {
	t.Parallel()
	const years = 4
	for _, rate := range []float64{0.3, 1, 3, 10, 100, 1000, 10000} {
		for name, l := range map[string]living{
			"every day alike": {rate: rate},
			"closed on weekends, weeks differ by a third": {rate: rate, closed: true, spread: 1.5, drift: 0.1},
			"twice as varied as by chance":                {rate: rate, spread: 2},
			"growing":                                     {rate: rate, growth: 0.02},
			"declining":                                   {rate: rate, growth: -0.02, closed: true},
			"a pause that is declared":                    {rate: rate, closed: true, pause: christmas, declared: true},
			"a pause as a year before":                    {rate: rate, closed: true, pause: christmas},
			"a file a week":                               {rate: rate, closed: true, every: 7},
		} {
			t.Run(fmt.Sprintf("%v a day/%s", rate, name), func(t *testing.T) {
				t.Parallel()
				if n := l.falseNotices(years, 1); n > years {
					t.Errorf("%d false notices in %d years, want at most one a year", n, years)
				} else {
					t.Logf("%d false notices in %d years", n, years)
				}
			})
		}
	}
}

// TestDeadAndThinnedFeedsAreNoticed measures after how many days, in the middle of some feeds, one is noticed that has stopped,
// or has lost seven of ten events.
func TestDeadAndThinnedFeedsAreNoticed(t *testing.T) {
	t.Parallel()
	const feeds = 9
	for _, c := range []struct {
		rate          float64
		stopped, thin float64
	}{
		{0.3, 35, 140}, {1, 11, 40}, {3, 5, 15}, {10, 2, 5}, {100, 2, 3}, {1000, 2, 2}, {10000, 2, 2},
	} {
		t.Run(fmt.Sprintf("%v a day", c.rate), func(t *testing.T) {
			t.Parallel()
			middle := func(lost float64) float64 {
				delays := living{rate: c.rate}.delays(feeds, lost, 2)
				slices.Sort(delays)
				return delays[feeds/2]
			}
			stopped, thin := middle(1), middle(0.7)
			t.Logf("stopped: after %v days; thinned: after %v", stopped, thin)
			if stopped > c.stopped || thin > c.thin {
				t.Errorf("noticed after %v days, thinned %v; want at most %v and %v", stopped, thin, c.stopped, c.thin)
			}
		})
	}
}
