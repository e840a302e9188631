package quiet_test

import (
	"testing"

	"earshot/survey/quiet"
)

func TestSlowed(t *testing.T) {
	t.Parallel()
	// Poisson in the limit of a customer known for ever: 4 expected, P(X <= 1) = 5 exp(-4).
	p := quiet.Defaults()
	p.Delta = 1
	m := model(t, p)
	known := quiet.State{N: 1e6, G: 1e6, Events: 1000001, Last: 7_000_000}
	near(t, "of 4 expected, 1 seen", m.Slowed(known, 28, 1), 0.0915782, 1e-4)
	near(t, "of 4 expected, none seen", m.Slowed(known, 28, 0), 0.0183156, 1e-4)
	// One gap of 12 days: P(X = 0) = (beta / (beta + w))^s by hand, beta = 6 + 12/7, s = 1.8, w = 4.
	s := m.Replay(history(12))
	near(t, "nothing seen", m.Slowed(s, 28, 0), 0.4715, 5e-5)
	if got := m.Slowed(quiet.State{}, 28, 0); got != 1 {
		t.Errorf("of nobody: got %v, want 1", got)
	}
}

func TestHabit(t *testing.T) {
	t.Parallel()
	even := quiet.Habit{A: 1, B: 1}
	near(t, "even belief", even.AtMost(4, 1), 0.4, 1e-9) // all of 0..4 equally likely
	near(t, "all", quiet.Habit{A: 2, B: 3}.AtMost(6, 6), 1, 1e-9)
	h := quiet.NewHabit([]float64{0.2, 0.4, 0.6, 0.8})
	near(t, "mean", h.A/(h.A+h.B), 0.5, 1e-9)
	near(t, "weight", h.A+h.B, 0.25/(0.2/3)-1, 1e-9)
	for name, shares := range map[string][]float64{"none": nil, "one": {0.5}, "all zero": {0, 0, 0}} {
		if got := quiet.NewHabit(shares); got != even {
			t.Errorf("%s: got %+v, want the even belief", name, got)
		}
	}
	if got := quiet.NewHabit([]float64{0.5, 0.5, 0.5}); got.A != 100 || got.B != 100 {
		t.Errorf("no spread: got %+v, want a bounded belief", got)
	}
}

func TestStalled(t *testing.T) {
	t.Parallel()
	keen := quiet.Habit{A: 2, B: 2}.After(30, 24)
	rows := []struct {
		name    string
		replies float64
		n, k    int
		want    bool
	}{
		{"answers, commits to nothing", 0.6, 4, 0, true},
		{"does not answer either", 0.1, 4, 0, false},
		{"too early to tell", 0.6, 2, 0, false},
		{"commits", 0.6, 4, 3, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := keen.Stalled(row.replies, row.n, row.k); got != row.want {
				t.Errorf("got %v, want %v", got, row.want)
			}
		})
	}
	reluctant := quiet.Habit{A: 1, B: 9}
	if reluctant.Stalled(0.6, 4, 0) {
		t.Error("a customer who seldom commits is not stalling after four contacts")
	}
}

func TestSayDoGap(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name               string
		satisfied, unhappy bool
		slowed, gone       float64
		want               quiet.SayDo
	}{
		{"kind and going", true, false, 0.5, 0.1, quiet.InStep},
		{"kind and slowing", true, false, 0.05, 0.1, quiet.KindWords},
		{"kind and leaving", true, false, 0.5, 0.5, quiet.KindWords},
		{"unhappy and buying", false, true, 0.5, 0.1, quiet.Rescue},
		{"unhappy and leaving", false, true, 0.01, 0.9, quiet.InStep},
		{"in between", false, false, 0.01, 0.9, quiet.InStep},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := quiet.SayDoGap(row.satisfied, row.unhappy, row.slowed, row.gone); got != row.want {
				t.Errorf("got %v, want %v", got, row.want)
			}
		})
	}
}
