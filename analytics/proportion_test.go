package analytics_test

import (
	"math"
	"testing"

	"earshot/analytics"
)

// near fails the test when got is further from want than half a unit of the last published digit.
func near(t *testing.T, what string, got, want float64, digits int) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > 0.51*math.Pow10(-digits) {
		t.Errorf("%s: got %.*f, want %.*f", what, digits+2, got, digits, want)
	}
}

func TestWilson(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		k, n      int
		low, high float64
		digits    int
	}{
		{"Newcombe 1998 table, 81 of 263", 81, 263, .2553, .3662, 4},
		{"Newcombe 1998 table, 15 of 148", 15, 148, .0624, .1605, 4},
		{"Newcombe 1998 table, none of 20", 0, 20, 0, .1611, 4},
		{"Newcombe 1998 table, 1 of 29", 1, 29, .0061, .1718, 4},
		{"top two of the article's 64", 49, 64, .649, .853, 3},
		{"all of 20 mirrors none", 20, 20, .8389, 1, 4},
		{"nothing asked, nothing known", 0, 0, 0, 1, 9},
		{"a billion", 500_000_000, 1_000_000_000, .49997, .50003, 5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			low, high := analytics.Wilson(tt.k, tt.n)
			near(t, "low", low, tt.low, tt.digits)
			near(t, "high", high, tt.high, tt.digits)
		})
	}
}

func TestNewcombe(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name           string
		k1, n1, k2, n2 int
		low, high      float64
	}{
		{"56/70 - 48/80", 56, 70, 48, 80, .0524, .3339},
		{"9/10 - 3/10", 9, 10, 3, 10, .1705, .8090},
		{"6/7 - 2/7", 6, 7, 2, 7, .0582, .8062},
		{"5/56 - 0/29", 5, 56, 0, 29, -.0381, .1926},
		{"0/10 - 0/20", 0, 10, 0, 20, -.1611, .2775},
		{"10/10 - 0/20", 10, 10, 0, 20, .6791, 1},
		{"an empty side", 0, 0, 5, 20, -1, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, low, high := analytics.Newcombe(tt.k1, tt.n1, tt.k2, tt.n2)
			near(t, "low", low, tt.low, 4)
			near(t, "high", high, tt.high, 4)
		})
	}
}

func TestProportionHidesFewAnswers(t *testing.T) {
	t.Parallel()
	if got := analytics.Proportion(3, 4); got != (analytics.Estimate{N: 4, Suppressed: true}) {
		t.Errorf("3 of 4: got %+v, want nothing but the number of answers", got)
	}
	got := analytics.Proportion(3, 5)
	near(t, "3 of 5", got.Value, .6, 9)
	if got.Suppressed || got.N != 5 {
		t.Errorf("3 of 5: got %+v, want it shown with n = 5", got)
	}
}

func TestCompareProportions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name           string
		k1, n1, k2, n2 int
		p              float64
	}{
		// chi-squared of the 2 by 2 table without correction is 150·(56·32-14·48)²/(70·80·104·46) = 7.0234.
		{"56/70 against 48/80", 56, 70, 48, 80, .00804},
		{"equal shares", 10, 40, 20, 80, 1},
		{"all against all", 40, 40, 30, 30, 1},
		{"nobody asked", 0, 0, 1, 10, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			near(t, "p", analytics.CompareProportions(tt.k1, tt.n1, tt.k2, tt.n2).P, tt.p, 4)
		})
	}
}
