package quiet_test

import (
	"testing"

	"pgregory.net/rapid"

	"earshot/survey/quiet"
)

func TestAlarmAtIsTheFirstDayAtTheThreshold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m, err := quiet.NewModel(anyParams(t))
		if err != nil {
			t.Fatalf("NewModel: %v", err)
		}
		s := m.Replay(anyDays(t))
		theta := rapid.Float64Range(0.01, 0.99).Draw(t, "theta")
		day, found := alarmAt(m, s, theta)
		if !found {
			if got := m.Alarm(s, s.Last+3000); got >= theta {
				t.Fatalf("no alarm date, but the score after 3000 days is %v, threshold %v", got, theta)
			}
			return
		}
		if got := m.Alarm(s, day); got < theta {
			t.Fatalf("score on the alarm day %v is %v, want %v or more", day, got, theta)
		}
		if day > s.Last && m.Alarm(s, day-1) >= theta+1e-9 {
			t.Fatalf("score the day before %v is already %v", day, m.Alarm(s, day-1))
		}
	})
}

// TestFrequentCustomersAlarmSooner is what the product is about: the same silence means more from a daily visitor.
func TestFrequentCustomersAlarmSooner(t *testing.T) {
	t.Parallel()
	m := model(t, quiet.Defaults())
	days := func(gap int) quiet.Day {
		s := m.Replay(history(gap, gap, gap, gap, gap, gap))
		at, found := alarmAt(m, s, 0.5)
		if !found {
			t.Fatalf("gap of %d days: no alarm date", gap)
		}
		return at - s.Last
	}
	weekly, monthly, quarterly := days(7), days(30), days(90)
	if weekly >= monthly || monthly >= quarterly {
		t.Errorf("days until the alarm: weekly %d, monthly %d, quarterly %d; want them to rise", weekly, monthly, quarterly)
	}
	if weekly < 14 || weekly > 60 {
		t.Errorf("a weekly customer alarms after %d days, want some weeks", weekly)
	}
}

// alarmAt is the alarm date of a customer of whom one kind of sign is known.
func alarmAt(m *quiet.Model, s quiet.State, theta float64) (quiet.Day, bool) {
	return quiet.AlarmAtAll([]quiet.Sign{{Kind: "order", Model: m, State: s}}, theta)
}

// TestTheAlarmDayIsTheExactOne holds the quick search for the day against looking at every day by the exact posterior, for
// customers of two kinds of signs.
func TestTheAlarmDayIsTheExactOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m, err := quiet.NewModel(anyParams(t))
		if err != nil {
			t.Fatalf("NewModel: %v", err)
		}
		signs := []quiet.Sign{{Kind: "order", Model: m, State: m.Replay(anyDays(t))}, {Kind: "visit", Model: m, State: m.Replay(anyDays(t))}}
		theta := rapid.Float64Range(0.05, 0.95).Draw(t, "theta")
		got, found := quiet.AlarmAtAll(signs, theta)
		last := quiet.Combine(signs, 0).Last
		for day := last; day <= last+400; day++ {
			if quiet.Combine(signs, day).Alarm >= theta {
				if !found || got != day {
					t.Fatalf("got day %v (%v), want %v", got, found, day)
				}
				return
			}
		}
		if found && got <= last+400 {
			t.Fatalf("got day %v, though no day within 400 reaches %v", got, theta)
		}
	})
}
