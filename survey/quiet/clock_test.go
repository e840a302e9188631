package quiet_test

import (
	"math"
	"testing"
	"time"

	"earshot/survey/quiet"
)

// worked makes counts of a company that works Monday to Friday; 2024-01-01 was a Monday.
func worked(days, perDay int) []int {
	out := make([]int, days)
	for i := range out {
		if (firstDay+quiet.Day(i)).Time().Weekday()%6 != 0 {
			out[i] = perDay
		}
	}
	return out
}

func TestWeekendsHardlyCount(t *testing.T) {
	t.Parallel()
	clock, err := quiet.NewClock(firstDay, worked(280, 20))
	if err != nil {
		t.Fatalf("NewClock: %v", err)
	}
	m := model(t, quiet.Defaults())
	onClock := m.WithClock(clock)
	friday := firstDay + 4*7 + 4
	if friday.Time().Weekday() != time.Friday {
		t.Fatalf("%v is not a Friday", friday)
	}
	s := onClock.Replay([]quiet.Day{firstDay, firstDay + 7, firstDay + 14, friday})
	monday := onClock.Tail(s, friday+2)  // Sunday evening
	tuesday := onClock.Tail(s, friday+4) // two working days later
	if monday < 0.9 || tuesday > monday-0.05 {
		t.Errorf("tail on Sunday %.3f and on Tuesday %.3f: want hardly any and some surprise", monday, tuesday)
	}
	if whole, plain := onClock.Tail(s, friday+70), m.Tail(m.Replay([]quiet.Day{firstDay, firstDay + 7, firstDay + 14, friday}), friday+70); math.Abs(whole-plain) > 0.02 {
		t.Errorf("after ten weeks: on the clock %.4f, on the calendar %.4f; want nearly the same", whole, plain)
	}
}

func TestClosedDaysStandStill(t *testing.T) {
	t.Parallel()
	counts := worked(280, 20)
	for i := 140; i < 147; i++ {
		counts[i] = 0 // a works holiday that nobody entered
	}
	entered := firstDay + 189 // a Monday that somebody did
	clock, err := quiet.NewClock(firstDay, counts, entered)
	if err != nil {
		t.Fatalf("NewClock: %v", err)
	}
	m := model(t, quiet.Defaults()).WithClock(clock)
	s := m.Replay([]quiet.Day{firstDay, firstDay + 7, firstDay + 14})
	weeks := func(from, to quiet.Day) float64 { // by the scores' own measure: a state that ends on from
		one := m.Replay([]quiet.Day{from, to})
		return one.G
	}
	usual := weeks(firstDay+100, firstDay+107)
	if holiday := weeks(firstDay+139, firstDay+146); holiday > 0.2*usual {
		t.Errorf("a week of works holiday counts %.3f, a usual one %.3f; want it nearly to stand still", holiday, usual)
	}
	if closed := weeks(entered-1, entered+6); closed > 0.85*usual {
		t.Errorf("a week with an entered closed day counts %.3f, a usual one %.3f", closed, usual)
	}
	if s.Gaps() != 2 || !(s.G > 0) {
		t.Errorf("state on the clock: got %+v", s)
	}
}

func TestTheClockRunsOnBeyondItsData(t *testing.T) {
	t.Parallel()
	clock, err := quiet.NewClock(firstDay, worked(280, 20))
	if err != nil {
		t.Fatalf("NewClock: %v", err)
	}
	m := model(t, quiet.Defaults()).WithClock(clock)
	for _, from := range []quiet.Day{firstDay - 700, firstDay - 7, firstDay - 3, firstDay + 277, firstDay + 900} {
		if got := m.Replay([]quiet.Day{from, from + 7}).G; math.Abs(got-1) > 0.01 {
			t.Errorf("a week from %v: got %.4f, want 1", from, got)
		}
	}
}

func TestLastYearsSeasonMovesTheClock(t *testing.T) {
	t.Parallel()
	counts := make([]int, 800)
	for i := range counts {
		counts[i] = 20
		if week := i % 364; week >= 200 && week < 228 {
			counts[i] = 5 // a summer hole, still above closed
		}
	}
	clock, err := quiet.NewClock(firstDay, counts)
	if err != nil {
		t.Fatalf("NewClock: %v", err)
	}
	m := model(t, quiet.Defaults()).WithClock(clock)
	summer := m.Replay([]quiet.Day{firstDay + 364 + 205, firstDay + 364 + 219}).G
	spring := m.Replay([]quiet.Day{firstDay + 364 + 100, firstDay + 364 + 114}).G
	if !(summer < 0.75*spring) {
		t.Errorf("two weeks of the second summer count %.3f, of spring %.3f; want the clock to be slower in summer", summer, spring)
	}
}

func TestClockNeedsData(t *testing.T) {
	t.Parallel()
	if _, err := quiet.NewClock(firstDay, make([]int, 27)); err == nil {
		t.Error("27 days: got no error")
	}
	if _, err := quiet.NewClock(firstDay, make([]int, 280)); err == nil {
		t.Error("no events: got no error")
	}
}
