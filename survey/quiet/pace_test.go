package quiet_test

import (
	"testing"

	"earshot/survey/quiet"
)

// together makes customers who all come every so many days, each on a day of their own, at the share of the pace of each day.
func together(n, every int, span quiet.Day, pace func(quiet.Day) float64) []quiet.History {
	list := make([]quiet.History, n)
	for i := range list {
		next := float64(i % every)
		for d := firstDay; d < firstDay+span; d++ {
			if next -= pace(d - firstDay); next < 0 {
				list[i].Days = append(list[i].Days, d)
				next += float64(every)
			}
		}
	}
	return list
}

// mean is the mean weight of the days from..to since firstDay.
func mean(p quiet.Pace, from, to quiet.Day) float64 {
	sum := 0.0
	for d := from; d < to; d++ {
		sum += p.Weights[firstDay+d-p.First]
	}
	return sum / float64(to-from)
}

func TestThePaceOfAll(t *testing.T) {
	t.Parallel()
	const span = 800
	m := model(t, quiet.Defaults())
	between := func(from, to quiet.Day, slow float64) func(quiet.Day) float64 {
		return func(d quiet.Day) float64 {
			if d >= from && d < to {
				return slow
			}
			return 1
		}
	}
	rows := []struct {
		name      string
		customers int
		pace      func(quiet.Day) float64
		from, to  quiet.Day
		want      float64
		within    float64
	}{
		{"even", 600, between(0, 0, 1), 200, span, 1, 0.02},
		{"a summer at a third", 600, between(500, 560, 1.0/3), 505, 560, 0.33, 0.06},
		{"back again", 600, between(500, 560, 1.0/3), 565, span, 1, 0.03},
		{"nobody comes at all", 600, between(500, 520, 0), 501, 520, 0.02, 0.02},
		{"half a year of rest", 600, between(500, 680, 0.05), 510, 680, 0.05, 0.05},
		{"too few to tell", 3, between(500, 520, 0), 500, 520, 1, 0},
		{"never faster", 600, between(500, 560, 2), 500, 560, 1, 0},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := m.Pace(together(row.customers, 20, span, row.pace), firstDay+span-1, nil, 0)
			near(t, "pace", mean(p, row.from, row.to), row.want, row.within)
		})
	}
}

func TestTheClockOfAPace(t *testing.T) {
	t.Parallel()
	even := quiet.Pace{}
	if even.Clock(nil) != nil {
		t.Error("no pace: want the plain calendar")
	}
	p := quiet.Pace{First: 100, Weights: []float64{1, 0.5, 0}, Scale: 2}
	c := p.Clock(nil)
	near(t, "before", c.Weeks(90, 99), 9.0/7, 1e-12)
	near(t, "within", c.Weeks(99, 102), (2+1+0)/7.0, 1e-12)
	near(t, "behind", c.Weeks(102, 112), 10.0/7, 1e-12)
	// A calendar below it: every second day is one of rest.
	base := quiet.NewClock(0, 200, func(d quiet.Day) float64 { return 2 * float64(d%2) }).Pausing(quiet.Pause{From: 150, Until: 160})
	c = p.Clock(base)
	near(t, "on a calendar", c.Weeks(99, 102), 0.5*2*2/7, 1e-12)
	near(t, "its own days behind", c.Weeks(102, 112), 10.0/7, 1e-12)
	near(t, "its pauses", c.Weeks(149, 159), 0, 1e-12)
}

// TestLearningInASlowSummer: everybody is silent for weeks of summer, which is unusual for nobody of them; by the plain calendar it is.
func TestLearningInASlowSummer(t *testing.T) {
	t.Parallel()
	const span = 700
	summer := func(d quiet.Day) float64 {
		if d >= span-50 {
			return 0.1
		}
		return 1
	}
	histories := together(400, 14, span, summer)
	end := firstDay + span - 1
	opts := func() quiet.FitOptions {
		return quiet.FitOptions{Rand: random(3), Evaluations: 60, Deltas: []float64{1}}
	}
	learnt, err := quiet.Learn(t.Context(), histories, end, end, opts())
	if err != nil {
		t.Fatal(err)
	}
	m := model(t, learnt.Params)
	unusual := func(m *quiet.Model) (n int) {
		for _, h := range histories {
			if s := m.Replay(h.Days); m.Tail(s, end) < 0.05 {
				n++
			}
		}
		return n
	}
	if got := unusual(m.At(learnt.Pace.Clock(nil))); got > 4 {
		t.Errorf("at the pace of all: %d of 400 unusually silent, want hardly any", got)
	}
	if got := unusual(m); got < 100 {
		t.Errorf("by the plain calendar: %d of 400 unusually silent; the test needs many", got)
	}
}

// TestUsualGapsAreTheCalendars learns customers of an even pace, from a short history: what is told of their usual gaps is in days of the
// calendar, however much slower than due they looked to the model that the pace was first followed with.
func TestUsualGapsAreTheCalendars(t *testing.T) {
	t.Parallel()
	const span = 200
	r := random(5)
	var histories []quiet.History
	for range 300 {
		h, every := quiet.History{}, 3+2*r.Float64()
		for at := span / 2 * r.Float64(); at < span; at += every * (0.5 + r.Float64()) {
			h.Days = append(h.Days, firstDay+quiet.Day(at))
		}
		histories = append(histories, h)
	}
	const end = firstDay + span - 1
	learnt, err := quiet.Learn(t.Context(), histories, end, end, quiet.FitOptions{Rand: random(3), Evaluations: 100, Deltas: []float64{1}})
	if err != nil {
		t.Fatal(err)
	}
	m := model(t, learnt.Params).At(learnt.Pace.Clock(nil))
	told, were := 0.0, 0.0
	for _, h := range histories {
		if n := len(h.Days); n >= 3 {
			told += m.Reason(m.Replay(h.Days), end, "orders").Middle
			were += float64(h.Days[n-1]-h.Days[0]) / float64(n-1)
		}
	}
	near(t, "usual gaps told over those that were", told/were, 1, 0.06)
}
