package quiet_test

import (
	"math"
	"testing"
	"time"

	"earshot/survey/quiet"
)

// TestPublishedFiguresOfNewcomers holds what docs/quiet.md tells of newcomers on public logs: those with one active day or two, by what was
// known at the cut-off, at an even pace.
func TestPublishedFiguresOfNewcomers(t *testing.T) {
	t.Parallel()
	const horizon = 91
	for _, row := range []struct {
		set, cutOff           string
		n                     int
		base, auc, brier, ece float64
		listed                int
		silent                float64
		days                  float64
	}{
		{"cdnow_full", "1997-09-30", 18561, 0.895, 0.637, 0.092, 0.043, 5724, 0.903, 201},
		{"cdnow_full", "1997-10-31", 18167, 0.908, 0.642, 0.081, 0.032, 3950, 0.916, 228},
		{"cdnow_full", "1997-12-30", 17430, 0.924, 0.662, 0.069, 0.028, 371, 0.854, 238},
		{"cdnow_sample", "1997-09-30", 1850, 0.907, 0.643, 0.081, 0.024, 620, 0.931, 215},
		{"email_eu", "2004-10-30", 53, 0.811, 0.779, 0.132, 0.085, 0, 0.000, 0},
		{"grocery", "2006-08-31", 870, 0.906, 0.721, 0.081, 0.040, 17, 0.647, 104},
		{"grocery", "2006-12-31", 812, 0.952, 0.650, 0.046, 0.024, 12, 0.833, 121},
		{"grocery", "2007-04-01", 787, 0.966, 0.658, 0.031, 0.017, 9, 0.889, 131},
		{"grocery", "2007-07-01", 767, 0.984, 0.736, 0.016, 0.011, 3, 1.000, 143},
		{"oss_git", "2012-01-01", 680, 0.987, 0.916, 0.012, 0.006, 9, 1.000, 345},
		{"oss_git", "2020-01-01", 1376, 0.993, 0.842, 0.006, 0.005, 9, 1.000, 462},
	} {
		t.Run(row.set+" "+row.cutOff, func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.DateOnly, row.cutOff)
			if err != nil {
				t.Fatalf("cut-off: %v", err)
			}
			p := quiet.Defaults()
			report, err := quiet.Backtest(t.Context(), quiet.ReadEvents(testdata(t, row.set)), quiet.Options{
				Rand: random(1), CutOffs: []quiet.Day{quiet.DayOf(at)}, Horizon: horizon, Params: &p,
			})
			if err != nil {
				t.Fatalf("Backtest: %v", err)
			}
			got := report.Cuts[0].Newcomers
			if got == nil {
				t.Fatal("nothing is said of newcomers")
			}
			t.Logf("| %s %s | %d | %.1f %% | %.3f | %.3f (%.3f) | %.3f | %d | %.0f %% | %.0f |", row.set, row.cutOff, got.N, 100*got.Base, got.AUC,
				got.Brier, got.Base*(1-got.Base), got.ECE, got.Listed, 100*got.ListedSilent, got.ListedDays)
			if got.N != row.n || got.Listed != row.listed {
				t.Errorf("got %d customers and %d on the list, want %d and %d", got.N, got.Listed, row.n, row.listed)
			}
			const digit = 0.0006
			for name, pair := range map[string][2]float64{
				"base": {got.Base, row.base}, "AUC": {got.AUC, row.auc}, "Brier": {got.Brier, row.brier}, "calibration error": {got.ECE, row.ece},
				"silent": {got.ListedSilent, row.silent}, "days": {got.ListedDays, row.days},
			} {
				if math.Abs(pair[0]-pair[1]) > digit {
					t.Errorf("%s: got %.4f, want %.3f", name, pair[0], pair[1])
				}
			}
		})
	}
}
