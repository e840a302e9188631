package analytics_test

import (
	"slices"
	"testing"

	"earshot/analytics"
)

// The fifteen p values are the example of Benjamini & Hochberg 1995: at a rate of .05 four are discoveries.
func TestBenjaminiHochberg(t *testing.T) {
	t.Parallel()
	p := []float64{.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1}
	count := func(adjusted []float64, rate float64) int {
		n := 0
		for _, a := range adjusted {
			if a <= rate {
				n++
			}
		}
		return n
	}
	adjusted := analytics.BenjaminiHochberg(p)
	if got := count(adjusted, .05); got != 4 {
		t.Errorf("discoveries at .05: got %d, want 4", got)
	}
	near(t, "first adjusted", adjusted[0], .0015, 6)
	near(t, "fourth adjusted", adjusted[3], .035625, 6)
	near(t, "sixth, pulled down by the seventh", adjusted[5], .0298*15/7, 9)

	slices.Reverse(p)
	backwards := analytics.BenjaminiHochberg(p)
	slices.Reverse(backwards)
	if !slices.Equal(adjusted, backwards) {
		t.Errorf("order changed the result: got %v, want %v", backwards, adjusted)
	}
	if got := analytics.BenjaminiHochberg(nil); len(got) != 0 {
		t.Errorf("no test: got %v, want none", got)
	}
}
