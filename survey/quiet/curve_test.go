package quiet_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"earshot/survey/quiet"
)

// weekly are n days a week apart, of which the last is given.
func weekly(n int, last quiet.Day) []quiet.Day {
	days := make([]quiet.Day, n)
	for i := range days {
		days[i] = last - quiet.Day(7*(n-1-i))
	}
	return days
}

// weeklyCompany has 60 weekly customers who go on, 30 who left 200 days ago, 10 who were away for 100 days and came back, and 20 who left
// long before the year that is watched.
func weeklyCompany(end quiet.Day) []quiet.History {
	var all []quiet.History
	add := func(n int, days []quiet.Day) {
		for range n {
			all = append(all, quiet.History{Customer: "c" + strconv.Itoa(len(all)), Days: days})
		}
	}
	add(60, weekly(100, end-3))
	add(30, weekly(60, end-200))
	add(10, slices.Concat(weekly(60, end-150), weekly(7, end-8)))
	add(20, weekly(30, end-800))
	return all
}

// TestCurveByHand counts what a list would have told of in a company whose history is plain.
func TestCurveByHand(t *testing.T) {
	t.Parallel()
	m, end := model(t, quiet.Defaults()), firstDay+2000
	all := weeklyCompany(end)
	c := m.Curve(all, end, nil)
	if c.Customers != len(all) || c.LittleHistory || len(c.Points) < 20 {
		t.Fatalf("got %d customers, %d points, little history %v; want 120 customers, many points and a history",
			c.Customers, len(c.Points), c.LittleHistory)
	}
	near(t, "leavers", c.Leavers, 30, 4)
	p := c.From(0.5)
	near(t, "alarms a week", p.PerWeek, (30+10)/(365/7.0), 1e-9)
	near(t, "reached", p.Reached, 30/c.Leavers*0.98, 0.06)
	near(t, "fine", p.Fine, 0.25, 0.03)

	s := m.Replay(all[60].Days)
	usual := m.GapQuantiles(s, 0.9)[0]
	for _, score := range []float64{0.3, 0.5, 0.8} {
		p := c.From(score)
		day, ok := quiet.AlarmAtAll([]quiet.Sign{{Kind: "order", Model: m, State: s}}, p.Score)
		if !ok {
			t.Fatalf("no alarm at %v", p.Score)
		}
		near(t, "days late", p.DaysLate, float64(day-s.Last)-usual, 3)
	}
	for i, p := range c.Points[1:] {
		before := c.Points[i]
		if p.Score <= before.Score || p.PerWeek > before.PerWeek || p.Reached > before.Reached || p.DaysLate < before.DaysLate {
			t.Errorf("point %d: got %+v after %+v, want fewer alarms that come later", i+1, p, before)
		}
	}
}

// TestASilenceAlreadyBeyondIsNoAlarmOfTheYear: who was told of before the year began neither is told of in it nor left in it.
func TestASilenceAlreadyBeyondIsNoAlarmOfTheYear(t *testing.T) {
	t.Parallel()
	m, end := model(t, quiet.Defaults()), firstDay+2000
	c := m.Curve([]quiet.History{{Customer: "A", Days: weekly(60, end-365-200)}}, end, nil)
	near(t, "leavers", c.Leavers, 0, 0)
	if len(c.Points) > 0 {
		t.Errorf("got the points %+v, want none", c.Points)
	}
}

// TestWhoLeftAtTheTurnOfTheYear: a weekly customer whose last day was two weeks before the year left before it, though nobody could be
// sure of that then; one whose last day was three days before it left in it for the greater part of a week.
func TestWhoLeftAtTheTurnOfTheYear(t *testing.T) {
	t.Parallel()
	m, end := model(t, quiet.Defaults()), firstDay+2000
	leavers := func(last quiet.Day) float64 {
		return m.Curve([]quiet.History{{Customer: "A", Days: weekly(100, last)}}, end, nil).Leavers
	}
	inYear := leavers(end - 365 + 10)
	near(t, "one who left in the year", inYear, 0.9, 0.1)
	near(t, "one who was due before it", leavers(end-365-14), 0, 0)
	near(t, "one who was due four days after it began", leavers(end-365-3)/inYear, 4.0/7, 0.08)
}

// TestAShortHistoryIsCountedByItsOwnWeeks: 20 weeks of data make rates of 20 weeks.
func TestAShortHistoryIsCountedByItsOwnWeeks(t *testing.T) {
	t.Parallel()
	m, end := model(t, quiet.Defaults()), firstDay+2000
	c := m.Curve([]quiet.History{
		{Customer: "A", Days: weekly(8, end-91)},
		{Customer: "B", Days: []quiet.Day{end - 140, end - 1}},
	}, end, nil)
	if !c.LittleHistory {
		t.Error("got no caution of one leaver")
	}
	near(t, "alarms a week", c.Points[0].PerWeek, 1.0/20, 1e-9)
}

// curve is one made by hand.
var curve = quiet.Curve{Leavers: 100, Customers: 1000, Points: []quiet.Point{
	{Score: 0.2, PerWeek: 20, Reached: 0.61, Fine: 0.5, DaysLate: 14},
	{Score: 0.4, PerWeek: 10, Reached: 0.41, Fine: 0.3, DaysLate: 24},
	{Score: 0.6, PerWeek: 5, Reached: 0.25, Fine: 0.1, DaysLate: 40},
}}

func TestReadingACurve(t *testing.T) {
	t.Parallel()
	near(t, "most", curve.Most(), 20, 0)
	between := curve.At(15)
	near(t, "reached between two points", between.Reached, 0.51, 1e-9)
	near(t, "fine between two points", between.Fine, 0.4, 1e-9)
	near(t, "days late between two points", between.DaysLate, 19, 1e-9)
	part := curve.At(2.5)
	near(t, "reached by half of the last point's", part.Reached, 0.125, 1e-9)
	near(t, "fine among half of the last point's", part.Fine, 0.1, 1e-9)
	if got := curve.At(20); got != curve.Points[0] {
		t.Errorf("at the most: got %+v, want the first point", got)
	}
	if got := curve.Choose(20); got != curve.Points[0] {
		t.Errorf("at most 20: got %+v, want the first point", got)
	}
	if got := curve.Choose(2); got != curve.Points[2] {
		t.Errorf("at most 2, where the shortest list has 5: got %+v, want the last point", got)
	}
	if got := curve.Choose(99); got != curve.Points[0] {
		t.Errorf("at most 99: got %+v, want the first point", got)
	}
	near(t, "score at most 15", curve.Choose(15).Score, 0.3, 1e-9)
	if got := curve.From(0.4); got != curve.Points[1] {
		t.Errorf("from 0.4 on: got %+v, want its point", got)
	}
	if got := curve.From(0.1); got != curve.Points[0] {
		t.Errorf("from below the first point: got %+v, want that", got)
	}
	from := curve.From(curve.Choose(15).Score)
	near(t, "alarms from where a list of 15 begins", from.PerWeek, 15, 1e-9)
	near(t, "days late from where a list of 15 begins", from.DaysLate, 19, 1e-9)
	if least, most := curve.Range(); least != 5 || most != 20 {
		t.Errorf("range: got %v to %v, want 5 to 20", least, most)
	}
	odd := quiet.Curve{Points: []quiet.Point{{PerWeek: 31.154}, {PerWeek: 0.019178}}}
	if least, most := odd.Range(); least != 0.019 || most != 32 {
		t.Errorf("range of uneven numbers: got %v to %v, want 0.019 to 32", least, most)
	}
	if got := curve.From(0.9); got.PerWeek != 0 {
		t.Errorf("from a score that no silence got to: got %+v, want no alarm", got)
	}
	var capacities []string
	for _, p := range curve.Capacities() {
		capacities = append(capacities, p.Rate())
	}
	if got := strings.Join(capacities, " "); got != "1 2 5 10 20" {
		t.Errorf("capacities: got %s, want 1 2 5 10 20", got)
	}
	small := curve.Of(75)
	near(t, "capacities of a small company", float64(len(small.Capacities())), 5, 0) // 0.1, 0.2, 0.5, 1 and the most, 1.5
	all := curve.Of(5000)
	near(t, "alarms of five times as many", all.Points[0].PerWeek, 100, 1e-9)
	near(t, "leavers of five times as many", all.Leavers, 500, 1e-9)
	near(t, "share reached of them", all.Points[0].Reached, 0.61, 0)
	near(t, "the curve itself is as it was", curve.Points[0].PerWeek, 20, 0)
}

// TestALongerListIsNotAlwaysSooner asks two curves what is true of every longer list.
func TestALongerListIsNotAlwaysSooner(t *testing.T) {
	t.Parallel()
	if !curve.Sooner() || !curve.Dearer() {
		t.Errorf("sooner and dearer: got %v and %v, want both", curve.Sooner(), curve.Dearer())
	}
	mixed := quiet.Curve{Points: slices.Clone(curve.Points)}
	mixed.Points[0].DaysLate, mixed.Points[1].Fine = 25, 0.05
	if mixed.Sooner() || mixed.Dearer() {
		t.Errorf("a longer list that is later, and one of which fewer were fine: got %v and %v, want neither", mixed.Sooner(), mixed.Dearer())
	}
}

func TestNothingIsReadFromNoCurve(t *testing.T) {
	t.Parallel()
	var none quiet.Curve
	if least, most := none.Range(); least != 0 || most != 0 {
		t.Errorf("range: got %v to %v, want none", least, most)
	}
	if none.Most() != 0 || none.Capacities() != nil || none.At(3) != (quiet.Point{}) || none.Of(7).Customers != 0 {
		t.Errorf("got something of %+v", none)
	}
	if got := none.From(0.5); got != (quiet.Point{Score: 0.5}) {
		t.Errorf("got %+v, want no alarm", got)
	}
}

func TestPointsSayWhatTheyMean(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		point quiet.Point
		want  string
	}{
		{curve.Points[0], "20 a week would have reached 61 % of those who left, 14 days after the last usual gap; 5 in 10 were fine"},
		{quiet.Point{PerWeek: 1.25, Reached: 0.044, Fine: 0.1, DaysLate: 1.2}, "1.2 a week would have reached 4 % of those who left, 1 day after the last usual gap; 1 in 10 was fine"},
		{quiet.Point{PerWeek: 2, Reached: 0.1, Fine: 0.01, DaysLate: 0.2}, "2 a week would have reached 10 % of those who left, on the day when the last usual gap ended; hardly any were fine"},
		{quiet.Point{PerWeek: 300, Reached: 0.9, Fine: 0.99, DaysLate: -3}, "300 a week would have reached 90 % of those who left, 3 days before the last usual gap ended; nearly all were fine"},
		{quiet.Point{PerWeek: 0.04, Reached: 0.2, DaysLate: 1}, "under 0.1 a week would have reached 20 % of those who left, 1 day after the last usual gap; hardly any were fine"},
		{quiet.Point{PerWeek: 0.5, Fine: 1}, "0.5 a week would have reached nobody who left; nearly all were fine"},
	} {
		if got := tt.point.String(); got != tt.want {
			t.Errorf("%+v:\ngot  %s\nwant %s", tt.point, got, tt.want)
		}
	}
}
