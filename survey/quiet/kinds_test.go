package quiet_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"earshot/survey/quiet"
)

func TestOneKindIsTheSingleFormulaExactly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m, err := quiet.NewModel(anyParams(t))
		if err != nil {
			t.Fatalf("NewModel: %v", err)
		}
		s := m.Replay(anyDays(t))
		now := s.Last + quiet.Day(rapid.IntRange(-5, 4000).Draw(t, "silence"))
		got := quiet.Combine([]quiet.Sign{{Kind: "order", Model: m, State: s}, {Kind: "login", Model: m}}, now)
		if want := m.Score(s, now); got.Score != want {
			t.Fatalf("got %+v, want %+v", got.Score, want)
		}
	})
}

// TestTwoKindsByHand computes the combined odds from the formula a/(b+x) / prod_j [S_j(now-t_j)/S_j(last-t_j)]^eta.
func TestTwoKindsByHand(t *testing.T) {
	t.Parallel()
	orders, visits := model(t, groceryFit()), model(t, retailFit())
	o := orders.Replay(regular())
	v := visits.Replay(history(3, 4, 3, 30, 40, 20, 21))
	last := v.Last // 121 days after the first, orders end after 97
	now := last + 25
	got := quiet.Combine([]quiet.Sign{{"order", orders, o}, {"visit", visits, v}}, now)
	if got.Leading != "visit" || got.Last != last {
		t.Errorf("seen last: got %s on %v, want visit on %v", got.Leading, got.Last, last)
	}
	p := retailFit()
	product := math.Pow(orders.Tail(o, now)/orders.Tail(o, last)*visits.Tail(v, now), 1/math.Sqrt2)
	odds := p.A / (p.B + 7) / product
	near(t, "gone", got.Gone, odds/(1+odds), 1e-12)
	near(t, "any kind", got.AnyKind, min(1, 2/(1/orders.Tail(o, now)+1/visits.Tail(v, now))), 1e-12)
	if len(got.Silences) != 2 || got.Silences[0].Silence != 49 || got.Silences[0].Tail != orders.Tail(o, now) {
		t.Errorf("silences: got %+v, want orders silent for 49 days first", got.Silences)
	}
}

func TestALiveKindKeepsACustomer(t *testing.T) {
	t.Parallel()
	m := model(t, quiet.Defaults())
	orders := m.Replay(history(7, 7, 7, 7, 7, 7))
	logins := m.Replay(history(3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3))
	now := logins.Last + 1
	got := quiet.Combine([]quiet.Sign{{"order", m, orders}, {"login", m, logins}}, now)
	if got.Gone > 0.1 {
		t.Errorf("chance of having left a day after a login: got %.3f, want little", got.Gone)
	}
	if tail := got.Silences[0].Tail; tail > 0.05 {
		t.Errorf("tail of the orders that stopped: got %.3f, want small", tail)
	}
	if single := m.Gone(orders, now); single < 0.5 {
		t.Errorf("by orders alone: got %.3f, want more than half", single)
	}
	if day, found := quiet.AlarmAtAll(nil, 0.5); found {
		t.Errorf("AlarmAtAll of nothing: got %v, want none", day)
	}
}

func TestWhetherNothingComes(t *testing.T) {
	t.Parallel()
	m := model(t, groceryFit())
	s := m.Replay(regular())
	orders := quiet.Sign{Kind: "order", Model: m, State: s}
	for _, silence := range []quiet.Day{0, 13, 41, 90, 2000} {
		now := s.Last + silence
		got := quiet.NewCase([]quiet.Sign{orders}).StaysSilent(now, 30, m.Gone(s, now))
		near(t, "of one kind", got, m.NoEvent(s, now, 30), 1e-12)
	}
	now := s.Last + 20
	logins := quiet.Sign{Kind: "login", Model: m, State: m.Replay(history(2, 3, 2, 3, 2, 3, 2, 3))}
	logins.State.Last, logins.State.First = now-1, now-21
	one, both := quiet.NewCase([]quiet.Sign{orders}), quiet.NewCase([]quiet.Sign{orders, logins})
	if a, b := one.StaysSilent(now, 30, 0.1), both.StaysSilent(now, 30, 0.1); b >= a {
		t.Errorf("of who logs in every other day nothing comes with %v, want less than %v without", b, a)
	}
	if a, b := both.StaysSilent(now, 30, 0.1), both.StaysSilent(now, 90, 0.1); b >= a || b < 0.1 {
		t.Errorf("within 90 days: got %v, want less than %v within 30, and at least the chance of having left", b, a)
	}
	paused := quiet.Sign{Kind: "order", Model: m.Pausing(quiet.Pause{From: now, Until: quiet.Forever}), State: s}
	near(t, "in a pause", quiet.NewCase([]quiet.Sign{paused}).StaysSilent(now, 30, 0.1), 1, 1e-12)
	near(t, "nothing ever seen", quiet.NewCase(nil).StaysSilent(now, 30, 0.1), 1, 0)
}

// TestUnusualDay waits for both: a score and a silence that outlasts nine in ten gaps of one kind at least.
func TestUnusualDay(t *testing.T) {
	t.Parallel()
	m := model(t, quiet.Defaults())
	orders := m.Replay(weekly(20, firstDay))
	for _, signs := range [][]quiet.Sign{
		{{Kind: "order", Model: m, State: orders}},
		{{Kind: "order", Model: m, State: orders}, {Kind: "login", Model: m, State: m.Replay(weekly(20, firstDay+40))}},
		{{Kind: "order", Model: m, State: orders}, {Kind: "visit", Model: m, State: m.Replay([]quiet.Day{firstDay + 3})}},
	} {
		c := quiet.NewCase(signs)
		for _, theta := range []float64{0.03, 0.5} {
			day, ok := c.UnusualDay(theta, 0.1)
			both := func(d quiet.Day) bool { return c.Alarm(d) >= theta && c.Rarest(d) <= 0.1 }
			if !ok || !both(day) || both(day-1) {
				t.Errorf("%d kinds, score %v: got day %v, %v: score %.3f, rarest %.3f; the day before %.3f, %.3f", len(signs), theta,
					day, ok, c.Alarm(day), c.Rarest(day), c.Alarm(day-1), c.Rarest(day-1))
			}
		}
	}
	if _, ok := quiet.NewCase(nil).UnusualDay(0.1, 0.1); ok {
		t.Error("a day without any sign of life")
	}
}
