package worlds

import (
	"math"
	"math/rand/v2"
	"testing"

	"earshot/survey/quiet"
)

// TestTheCurveTellsTheTruth holds what the curve tells of the list in force, which knows of nobody whether they have left, against
// companies of which it is known.
func TestTheCurveTellsTheTruth(t *testing.T) {
	t.Parallel()
	for _, w := range All(1)[:3] {
		t.Run(w.Name, func(t *testing.T) {
			t.Parallel()
			var all []quiet.History
			for _, c := range w.Customers {
				if len(c.Days) > 0 {
					all = append(all, quiet.History{Customer: c.Name, Days: c.Days})
				}
			}
			const end = To - 1
			learnt, err := quiet.Learn(t.Context(), all, end, end, quiet.FitOptions{
				Rand: rand.New(rand.NewPCG(1, 1)), Sample: 500, Evaluations: 100, Deltas: []float64{1},
			})
			if err != nil {
				t.Fatal(err)
			}
			m, err := quiet.NewModel(learnt.Params)
			if err != nil {
				t.Fatal(err)
			}
			m = m.At(learnt.Pace.Clock(nil))
			told := learnt.Curve.From(learnt.Calibration.Chances().Threshold(quiet.Limits{Wrong: 0.5, FalseAlarms: 2}))
			truth := truthOf(m, w, told.Score, end)
			near := func(what string, got, want, within float64) {
				t.Helper()
				if math.Abs(got-want) > within {
					t.Errorf("%s: the curve tells %.2f, the truth is %.2f", what, got, want)
				}
			}
			near("leavers", learnt.Curve.Leavers, truth.Leavers, 0.08*truth.Leavers)
			near("reached", told.Reached, truth.point.Reached, 0.1)
			near("alarms a week", told.PerWeek, truth.point.PerWeek, 0.2*truth.point.PerWeek) // a longer list has at least as many as a shorter one, which here had more
			near("fine", told.Fine, truth.point.Fine, 0.08)
			t.Logf("leavers, alarms a week, reached, fine: told %.0f %.2f %.3f %.3f, truth %.0f %.2f %.3f %.3f", learnt.Curve.Leavers,
				told.PerWeek, told.Reached, told.Fine, truth.Leavers, truth.point.PerWeek, truth.point.Reached, truth.point.Fine)
		})
	}
}

// truth is what a list really brought.
type truth struct {
	Leavers float64
	point   quiet.Point
}

// truthOf counts a list that begins at that score through the last year.
func truthOf(m *quiet.Model, w *World, score float64, end quiet.Day) truth {
	const year = 365
	var out truth
	alarms, fine, reached := 0.0, 0.0, 0.0
	for i := range w.Customers {
		c := &w.Customers[i]
		var s quiet.State
		for n, day := range c.Days {
			m.Observe(&s, day)
			next := end
			if n+1 < len(c.Days) {
				next = c.Days[n+1]
			}
			if s.Events < quiet.LeastEvents || next <= end-year {
				continue
			}
			from := max(day, end-year)
			if m.FastAlarm(&s, next) >= score && (day >= end-year || m.FastAlarm(&s, from) < score) {
				for from < next && m.FastAlarm(&s, from) < score {
					from++
				}
				alarms++
				if c.here(from) {
					fine++
				}
			}
		}
		if s.Events >= quiet.LeastEvents && c.Leaves() && c.Left >= end-year && c.Left < end {
			out.Leavers++
			if m.FastAlarm(&s, end) >= score {
				reached++
			}
		}
	}
	out.point = quiet.Point{Score: score, PerWeek: alarms / (year / 7.0), Reached: reached / out.Leavers, Fine: fine / alarms}
	return out
}
