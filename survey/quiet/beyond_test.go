package quiet_test

import (
	"testing"

	"earshot/survey/quiet"
)

// TestGapEnd finds the same day by the gap's length as by asking of each day, also on a clock that rests.
func TestGapEnd(t *testing.T) {
	t.Parallel()
	plain, err := quiet.NewModel(quiet.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	rested := plain.Pausing(quiet.Pause{From: 20_100, Until: 20_120})
	for _, m := range []*quiet.Model{plain, rested} {
		for _, apart := range []quiet.Day{1, 7, 30} {
			var days []quiet.Day
			for d := quiet.Day(20_000); d <= 20_090; d += apart {
				days = append(days, d)
			}
			s := m.Replay(days)
			for _, factor := range []float64{1, 3} {
				day, ok := m.GapEnd(s, 0.97, factor)
				if !ok {
					t.Fatalf("every %d days: no end", apart)
				}
				if m.Exceeds(s, day-1, 0.97, factor) || !m.Exceeds(s, day+1, 0.97, factor) {
					t.Errorf("every %d days, %v times: got %s, where it is not exceeded a day before and is a day after", apart, factor, day)
				}
			}
		}
	}
	if _, ok := plain.GapEnd(plain.Replay([]quiet.Day{20_000}), 0.9999999, 3); ok {
		t.Error("a gap that hardly ever ends has an end")
	}
}
