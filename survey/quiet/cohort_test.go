package quiet_test

import (
	"fmt"
	"math"
	"testing"

	"earshot/survey/quiet"
)

// cohortEnd is the settled day of made cohorts: more than two years after firstDay.
const cohortEnd = firstDay + 900

// cohortOf has, for each row, so many customers who came once so many days before the end, and again after gap days if that is not 0.
func cohortOf(rows ...[3]int) []quiet.History {
	var all []quiet.History
	for _, row := range rows {
		for range row[0] {
			days := []quiet.Day{cohortEnd - quiet.Day(row[1])}
			if row[2] > 0 {
				days = append(days, days[0]+quiet.Day(row[2]))
			}
			all = append(all, quiet.History{Customer: fmt.Sprintf("c%d", len(all)), Days: days})
		}
	}
	return all
}

// TestCohortIsTheProductLimit holds the curve against one computed by hand: of 200 customers 40 come back after 10 days, then 20 are
// censored at 50 days, 35 of the 140 left come back after 60 days, 20 are censored at 100 days, and 17 of the 85 left after 200.
func TestCohortIsTheProductLimit(t *testing.T) {
	t.Parallel()
	histories := cohortOf([3]int{40, 700, 10}, [3]int{20, 50, 0}, [3]int{35, 700, 60}, [3]int{20, 100, 0}, [3]int{17, 700, 200}, [3]int{68, 700, 0})
	m := model(t, quiet.Defaults())
	c := m.Cohort(histories, cohortEnd, nil)
	first := c.Curves[0]
	if first.Customers != 200 || first.Returned != 92 || first.Followed != 700 || !first.Known() {
		t.Fatalf("got %+v", first)
	}
	// S(10) = 160/200, S(60) = S(10) 105/140, S(200) = S(60) 68/85.
	for i, want := range []float64{0.8, 0.6, 0.48} {
		near(t, "share silent", first.Silent[i], want, 1e-9)
		if first.Days[i] != []int{10, 60, 200}[i] {
			t.Errorf("day %d: got %d", i, first.Days[i])
		}
	}
	// Nine in ten of the 0.52 who come back have done so when 0.532 are silent: between days 60 and 200.
	near(t, "overdue", first.Overdue(), 60+140*(0.6-0.532)/0.12, 1e-9)
	near(t, "left after 60 days", first.Left(60), 0.48/0.6, 1e-9)
	near(t, "left for certain", first.Left(1000), 1-1.0/(108+10), 1e-9)
	near(t, "silent for the next 30 of 10 days", first.StaysSilent(10, 30), (0.8-0.2*30/50)/0.8, 1e-9)
	near(t, "silent for long", first.StaysSilent(60, 900), 0.8, 1e-9)
	if second := c.Curves[1]; second.Customers != 92 || second.Returned != 0 || second.Known() {
		t.Errorf("after the second day: got %+v, want 92 customers of whom nothing is known", second)
	}
}

func TestNewcomer(t *testing.T) {
	t.Parallel()
	histories := cohortOf([3]int{91, 700, 10}, [3]int{9, 700, 40}, [3]int{100, 700, 0})
	m := model(t, quiet.Defaults())
	c := m.Cohort(histories, cohortEnd, nil)
	s := m.Replay([]quiet.Day{cohortEnd - 80})
	n, ok := m.Newcomer(c, &s, cohortEnd)
	if !ok || n.Due != s.Last+10 || n.Times != 1 || n.Silence != 80 || math.Abs(n.Left-(1-1.0/110)) > 1e-9 {
		t.Errorf("got %+v, %v; want overdue after 10 days", n, ok)
	}
	paused := m.Pausing(quiet.Pause{From: s.Last + 5, Until: s.Last + 25})
	if n, ok := paused.Newcomer(c, &s, cohortEnd); !ok || n.Due != s.Last+30 || n.Silence != 60 {
		t.Errorf("in a pause of twenty days: got %+v, %v; want twenty days later", n, ok)
	}
	for name, none := range map[string]quiet.State{"never seen": {}, "twice, which nobody was followed from": m.Replay(history(10)), "three times": m.Replay(history(10, 10))} {
		if n, ok := m.Newcomer(c, &none, cohortEnd); ok {
			t.Errorf("%s: got %+v, want nothing", name, n)
		}
	}
	if _, ok := m.Newcomer(quiet.Cohort{}, &s, cohortEnd); ok {
		t.Error("the zero cohort says something")
	}
}

// TestCohortSaysNothingOfWhatItCannotKnow: too few customers, too few who came back, too short a time, too long ago.
func TestCohortSaysNothingOfWhatItCannotKnow(t *testing.T) {
	t.Parallel()
	m := model(t, quiet.Defaults())
	for name, histories := range map[string][]quiet.History{
		"few customers":  cohortOf([3]int{40, 700, 10}, [3]int{59, 700, 0}),
		"few came back":  cohortOf([3]int{19, 700, 10}, [3]int{181, 700, 0}),
		"for a short":    cohortOf([3]int{100, 181, 10}, [3]int{100, 181, 0}),
		"nobody at all":  nil,
		"nobody settled": cohortOf([3]int{200, -5, 0}),
	} {
		if c := m.Cohort(histories, cohortEnd, nil).Curves[0]; c.Known() {
			t.Errorf("%s: got %+v, which says something", name, c)
		}
	}
	// Those of long ago came back sooner; they count no more.
	old := cohortOf([3]int{500, 1200, 5}, [3]int{60, 700, 90}, [3]int{60, 700, 0})
	if got := m.Cohort(old, cohortEnd, nil).Curves[0]; got.Customers != 120 || got.Overdue() < 80 {
		t.Errorf("got %+v, want the 120 of the last three years", got)
	}
	// The first customers of a history are hardly new, and count only where too few came later.
	early := append(cohortOf([3]int{500, 890, 3}), cohortOf([3]int{60, 700, 90}, [3]int{60, 700, 0})...)
	if got := m.Cohort(early, cohortEnd, nil).Curves[0]; got.Customers != 120 {
		t.Errorf("got %d customers, want the 120 who came after the first months", got.Customers)
	}
	if got := m.Cohort(early[:560], cohortEnd, nil).Curves[0]; got.Customers != 560 {
		t.Errorf("got %d customers, want all 560 where only 60 came later", got.Customers)
	}
}

func TestSentencesOfNewcomers(t *testing.T) {
	t.Parallel()
	// Of all customers half come back: nine in ten of those within 61 days, the others after 200.
	curve := quiet.Comeback{Customers: 1000, Returned: 500, Followed: 731, Days: []int{61, 200}, Silent: []float64{0.55, 0.5}}
	short := curve
	short.Followed = 250
	for _, row := range []struct {
		n    quiet.Newcomer
		want string
	}{
		{quiet.Newcomer{Times: 1, Similar: curve, Within: 61, Days: 84, Silence: 84, Left: 0.7},
			"Ordered once, 84 days ago. Of similar customers who order again, 9 in 10 do so within 61 days; 3 in 10 of those silent this long still come back."},
		{quiet.Newcomer{Times: 2, Similar: short, Within: 61, Days: 1, Left: 0.94},
			"Ordered twice, the last time yesterday. Of similar customers who order a third time within 250 days, 9 in 10 do so within 61 days; at least 6 in 100 of those silent this long still come back."},
		{quiet.Newcomer{Times: 1, Similar: curve, Within: 61, Left: 0.02},
			"Ordered once, today. Of similar customers who order again, 9 in 10 do so within 61 days; nearly all of those silent this long still come back."},
		{quiet.Newcomer{Times: 1, Similar: curve, Within: 61, Days: 400, Left: 0.999},
			"Ordered once, 400 days ago. Of similar customers who order again, 9 in 10 do so within 61 days; fewer than 1 in 100 of those silent this long still come back."},
		{quiet.Newcomer{Times: 1, Similar: curve, Within: 61, Days: 400, Left: 0.99},
			"Ordered once, 400 days ago. Of similar customers who order again, 9 in 10 do so within 61 days; 1 in 100 of those silent this long still comes back."},
	} {
		if got := row.n.Sentence("ordered", "order"); got != row.want {
			t.Errorf("got  %s\nwant %s", got, row.want)
		}
	}
}
