package analytics_test

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"earshot/analytics"
)

func TestPercentages(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		counts []int
		digits int
		want   []float64
	}{
		{"the article's base of 64", []int{10, 39, 12, 3, 0}, 0, []float64{15, 61, 19, 5, 0}},
		{"the article's percentages, a sum of 101, as weights", []int{16, 61, 19, 5, 0}, 0, []float64{16, 60, 19, 5, 0}},
		{"sulprobil.com, two decimals", []int{115, 222, 333}, 2, []float64{17.16, 33.14, 49.70}},
		{"one rest over", []int{3, 2, 2}, 0, []float64{43, 29, 28}},
		{"ties go by order", []int{1, 1, 1}, 0, []float64{34, 33, 33}},
		{"one decimal", []int{1, 1, 1}, 1, []float64{33.4, 33.3, 33.3}},
		{"nobody", []int{0, 0}, 0, []float64{0, 0}},
		{"no row", nil, 0, []float64{}},
		{"a negative count counts nothing", []int{-4, 1}, 0, []float64{0, 100}},
		{"counts beyond 2^53", []int{math.MaxInt / 2, math.MaxInt / 2}, 6, []float64{50, 50}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := analytics.Percentages(tt.counts, tt.digits); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// Whatever the counts: the sum is 100, no percentage is a whole step from the exact share, and more answers never give a
// smaller percentage.
func TestPercentagesAlwaysAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.IntRange(0, 1_000_000), 1, 12).Draw(t, "counts")
		digits := rapid.IntRange(0, analytics.MaximumDigits).Draw(t, "digits")
		total, power, units := 0, math.Pow10(digits), 0.0
		for _, c := range counts {
			total += c
		}
		if total == 0 {
			t.Skip("nobody answered")
		}
		got := analytics.Percentages(counts, digits)
		for i, p := range got {
			units += math.Round(p * power)
			exact, _ := big.NewRat(int64(counts[i])*100, int64(total)).Float64()
			if math.Abs(p-exact)*power >= 1+1e-6 {
				t.Fatalf("share %d: got %v, exact %v", i, p, exact)
			}
			for j := range got {
				if counts[i] > counts[j] && p < got[j] {
					t.Fatalf("%d answers gave %v but %d gave %v", counts[i], p, counts[j], got[j])
				}
			}
		}
		if units != 100*power {
			t.Fatalf("sum: got %v, want 100", units/power)
		}
	})
}
