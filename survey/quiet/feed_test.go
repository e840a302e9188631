package quiet_test

import (
	"testing"

	"earshot/survey/quiet"
)

func TestFeedBroken(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name  string
		today int
		usual []int
		want  bool
	}{
		{"nothing came", 0, []int{100, 110, 95, 103, 98, 105}, true},
		{"half came", 50, []int{100, 110, 95, 103, 98, 105}, true},
		{"a slow day", 80, []int{100, 110, 95, 103, 98, 105}, false},
		{"counts that jump", 10, []int{100, 10, 200, 50, 150, 30}, false},
		{"too few events to tell", 0, []int{10, 12, 9, 11, 10, 8}, false},
		{"too few days", 0, []int{100, 100, 100}, false},
		{"never anything", 0, []int{0, 0, 0, 0, 0}, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := quiet.FeedBroken(row.today, row.usual); got != row.want {
				t.Errorf("got %v, want %v", got, row.want)
			}
		})
	}
}

func TestAlarmFlood(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		alarms int
		usual  float64
		want   bool
	}{{51, 10, true}, {50, 10, false}, {9, 0, false}, {10, 1, true}} {
		if got := quiet.AlarmFlood(row.alarms, row.usual); got != row.want {
			t.Errorf("AlarmFlood(%d, %v): got %v, want %v", row.alarms, row.usual, got, row.want)
		}
	}
}

func TestFalseAlarmsFallWithTheThreshold(t *testing.T) {
	t.Parallel()
	m := model(t, quiet.Defaults())
	states := scored(m, 300)
	low, high := m.FalseAlarms(states, 0.3), m.FalseAlarms(states, 0.8)
	if !(low > high && high > 0) {
		t.Errorf("false alarms a week at 0.3 and 0.8: got %.3f and %.3f, want them to fall", low, high)
	}
	s := m.Replay(regular())
	at, _ := m.AlarmAt(s, 0.5)
	near(t, "of one customer", m.FalseAlarms([]quiet.State{s, {}}, 0.5), m.ExpectedEvents(s, 7)*m.Tail(s, at), 1e-12)
}
