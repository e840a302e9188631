package analytics_test

import (
	"testing"

	"earshot/analytics"
)

func TestFormat(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		metric analytics.Metric
		value  float64
		want   string
	}{
		{"plus", analytics.MetricNPS, 31.4, "+31"},
		{"true minus", analytics.MetricNPS, -5.5, "−6"},
		{"no sign at zero", analytics.MetricNPS, 0, "0"},
		{"no minus at almost zero", analytics.MetricNPS, -.4, "0"},
		{"no plus at almost zero", analytics.MetricBalance, .4, "0"},
		{"percent", analytics.MetricTopTwo, 76.5625, "77\u00a0%"},
		{"mean", analytics.MetricMean, 3.875, "3.9"},
		{"mean of a whole number", analytics.MetricMean, 4, "4.0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.metric.Format(tt.value); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	e := analytics.Estimate{Value: 76.6, Low: 64.9, High: 85.3, N: 64}
	if got, want := analytics.MetricTopTwo.FormatInterval(e), "65 to 85\u00a0%"; got != want {
		t.Errorf("interval: got %q, want %q", got, want)
	}
}

func TestEveryMetricOfEveryScaleIsNamed(t *testing.T) {
	t.Parallel()
	for _, s := range []analytics.Scale{analytics.ScaleNPS, analytics.ScaleCSAT, analytics.ScaleCES, analytics.ScaleProgress} {
		tally := analytics.NewTally(s)
		_, high := s.Bounds()
		for range 6 {
			tally.Add(high)
		}
		for _, m := range s.Metrics() {
			if m.Title(s) == "" || m.Unit(s) == "" {
				t.Errorf("%s of %s: got title %q and unit %q, want words", m, s, m.Title(s), m.Unit(s))
			}
			if got := m.Of(tally.Point()); got.N != 6 {
				t.Errorf("%s of %s: got %+v, want an estimate of 6 answers", m, s, got)
			}
		}
	}
}
