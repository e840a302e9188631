package analytics_test

import (
	"math"
	"testing"

	"earshot/analytics"
)

// The figures are those of the tests of Rocks' R package NPS and of running it; counts are given as it does, detractors
// first.
func balance(detractors, passives, promoters int) analytics.Balance {
	return analytics.Balance{For: promoters, Neutral: passives, Against: detractors}
}

func TestBalanceScore(t *testing.T) {
	t.Parallel()
	b := balance(1, 2, 3)
	near(t, "score", b.Score(), 1.0/3, 12)
	near(t, "variance", b.Variance(), 5.0/9, 12)
	near(t, "standard error", math.Sqrt(b.Variance()/float64(b.N())), .304, 3)

	tally := analytics.NewTally(analytics.ScaleNPS)
	for _, score := range []int{0, 7, 7, 9, 9, 9} {
		tally.Add(score)
	}
	near(t, "score of 0, 7, 7, 9, 9, 9", tally.Balance().Score(), 1.0/3, 12)
	near(t, "score of nobody", analytics.Balance{}.Score(), 0, 12)
	near(t, "variance of nobody", analytics.Balance{}.Variance(), 0, 12)
}

func TestBalanceEstimate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name             string
		b                analytics.Balance
		value, low, high float64
		digits           int
	}{
		{"adjusted Wald of 5, 10, 15", balance(5, 10, 15), 1.0 / 3, .0478, .5583, 4},
		// (1000.75, 1.5, 0.75) of 1003: .997009 - 1.959964·√((.998504 - .997009²)/1003).
		{"all promoters stay below the top", balance(0, 0, 1000), 1, .99287, 1, 5},
		{"all detractors mirror them", balance(1000, 0, 0), -1, -1, -.99287, 5},
		// For p = d = 1/3 the half-width is about 160/√n points (cybaea.net 2016).
		{"rule of thumb", balance(3000, 3000, 3000), 0, -.0169, .0169, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := tt.b.Estimate()
			near(t, "value", got.Value, tt.value, tt.digits)
			near(t, "low", got.Low, tt.low, tt.digits)
			near(t, "high", got.High, tt.high, tt.digits)
		})
	}
	if got := balance(1, 1, 2).Estimate(); got != (analytics.Estimate{N: 4, Suppressed: true}) {
		t.Errorf("four answers: got %+v, want nothing but the number of answers", got)
	}
}

func TestCompareBalances(t *testing.T) {
	t.Parallel()
	d := analytics.CompareBalances(balance(5, 10, 15), balance(12, 9, 9))
	near(t, "difference", d.Value, .3939, 4)
	near(t, "low", d.Low, .0150, 4)
	near(t, "high", d.High, .7728, 4)
	near(t, "p", d.P, .0416, 4)

	nobody := analytics.CompareBalances(analytics.Balance{}, analytics.Balance{})
	near(t, "p of nobody against nobody", nobody.P, 1, 9)
}
