package analytics_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"earshot/analytics"
)

func TestMeanOfTheArticle(t *testing.T) {
	t.Parallel()
	tally := article()
	s := tally.Sample()
	near(t, "mean", s.Mean, 3.875, 9)
	near(t, "s", math.Sqrt(s.Variance), .7237, 4)
	near(t, "standard error", math.Sqrt(s.Variance/float64(s.N)), .0905, 4)
	// t(63) at 97.5 % is 1.9983.
	e := analytics.MeanEstimate(s)
	near(t, "low", e.Low, 3.875-1.9983*.09046, 3)
	near(t, "high", e.High, 3.875+1.9983*.09046, 3)
}

// The sleep data of Student 1908, as in R's t.test(extra ~ group, data = sleep).
func TestWelch(t *testing.T) {
	t.Parallel()
	first := analytics.Sample{N: 10, Mean: 0.75, Variance: 3.2005556}
	second := analytics.Sample{N: 10, Mean: 2.33, Variance: 4.0090000}
	d := analytics.Welch(first, second)
	near(t, "difference", d.Value, -1.58, 6)
	near(t, "low", d.Low, -3.3654832, 4)
	near(t, "high", d.High, .2054832, 4)
	near(t, "p", d.P, .07939, 5)
}

func TestMeansAtTheEdge(t *testing.T) {
	t.Parallel()
	flat := func(n int, mean float64) analytics.Sample { return analytics.Sample{N: n, Mean: mean} }
	tests := []struct {
		name          string
		after, before analytics.Sample
		want          analytics.Difference
	}{
		{"nobody", analytics.Sample{}, analytics.Sample{}, analytics.Difference{P: 1}},
		{"one answer", flat(1, 4), flat(50, 3), analytics.Difference{Value: 1, Low: 1, High: 1, P: 1}},
		{"all agree and are equal", flat(40, 4), flat(40, 4), analytics.Difference{P: 1}},
		{"all agree and differ", flat(40, 5), flat(40, 4), analytics.Difference{Value: 1, Low: 1, High: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := analytics.Welch(tt.after, tt.before); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
	huge := analytics.MeanEstimate(analytics.Sample{N: 2_000_000_000, Mean: 4, Variance: 1})
	near(t, "half-width of two billion answers", huge.High-4, 1.96/math.Sqrt(2e9), 6)
}

// The half-width of a sample with variance n is the quantile itself.
func TestQuantilesAgreeWithStudent(t *testing.T) {
	t.Parallel()
	for _, n := range []int{5, 30, 60, 61, 62, 100, 1000, 1_000_000} {
		e := analytics.MeanEstimate(analytics.Sample{N: n, Variance: float64(n)})
		want := distuv.StudentsT{Sigma: 1, Nu: float64(n - 1)}.Quantile(.975)
		near(t, "quantile", e.High, want, 6)
	}
}
