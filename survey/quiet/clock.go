package quiet

import (
	"cmp"
	"math"
	"slices"
)

// Clock tells operational time, on which rhythms are judged: the days between two days, each by its weight, in weeks. On a
// usual week the weights sum to 7, so that weeks stay weeks; on days of rest hardly any time passes, so that nobody is
// suspected for a silence over Christmas. The nil Clock is the plain calendar, on which every day weighs 1. A Clock is
// immutable and safe for concurrent use.
type Clock struct {
	first Day
	// passed is how many weeks have gone by at the start of the days from first on: one more than there are days with a weight
	// of their own. Before and behind them every day weighs 1.
	passed []float64
	// pauses are in order and do not overlap.
	pauses []Pause
}

// Pause is days that weigh nothing: from From on until before Until, when the clock goes on; Forever is never.
type Pause struct {
	From  Day `json:"from"`
	Until Day `json:"until"`
}

// Forever is the end of a pause that has none.
const Forever Day = math.MaxInt32

// NewClock returns the clock on which each day from first to last weighs weight(day), 0 or more, and any other day 1. It
// keeps eight bytes a day.
func NewClock(first, last Day, weight func(Day) float64) *Clock {
	c := &Clock{first: first, passed: make([]float64, 1, last-first+2)}
	for d := first; d <= last; d++ {
		c.passed = append(c.passed, c.passed[d-first]+max(weight(d), 0)/daysPerWeek)
	}
	return c
}

// Pausing returns the clock that stands still in these pauses as well. They may overlap, and come in any order; what ends
// before it begins is none.
func (c *Clock) Pausing(pauses ...Pause) *Clock {
	next := Clock{}
	if c != nil {
		next = *c
	}
	all := slices.DeleteFunc(slices.Concat(next.pauses, pauses), func(p Pause) bool { return p.Until <= p.From })
	if len(all) == 0 {
		return c
	}
	slices.SortFunc(all, func(a, b Pause) int { return cmp.Compare(a.From, b.From) })
	next.pauses = all[:1]
	for _, p := range all[1:] {
		if last := &next.pauses[len(next.pauses)-1]; p.From <= last.Until {
			last.Until = max(last.Until, p.Until)
		} else {
			next.pauses = append(next.pauses, p)
		}
	}
	return &next
}

// Weeks is the operational time between the ends of two days; never negative.
func (c *Clock) Weeks(from, to Day) float64 {
	if to <= from {
		return 0
	}
	if c == nil {
		return float64(to-from) / daysPerWeek
	}
	sum := c.running(from+1, to+1)
	for _, p := range c.pauses {
		if first, end := max(p.From, from+1), min(p.Until, to+1); first < end {
			sum -= c.running(first, end)
		}
	}
	return max(sum, 0)
}

// running is the time from the start of one day to that of a later one, pauses or not.
func (c *Clock) running(first, end Day) float64 {
	if c == nil || len(c.passed) == 0 {
		return float64(end-first) / daysPerWeek
	}
	return c.at(end) - c.at(first)
}

// at is the time gone by from the start of the first day with a weight to that of a day.
func (c *Clock) at(d Day) float64 {
	i, last := int(d)-int(c.first), len(c.passed)-1
	switch {
	case i <= 0:
		return float64(i) / daysPerWeek
	case i > last:
		return c.passed[last] + float64(i-last)/daysPerWeek
	}
	return c.passed[i]
}

// DayAfter is the inverse of Weeks: the first day at whose end so many operational weeks have gone by since the end of
// from. It is false where that takes more than 3000 days, as in a pause without an end.
func (c *Clock) DayAfter(from Day, weeks float64) (Day, bool) {
	return firstDay(from, func(d Day) bool { return c.Weeks(from, d) >= weeks })
}

// RestWeight is what a day of rest weighs by customers' own days: 0 where nobody shows up on such days, 1 where as many do
// as on others. rests says which days are meant, and weekly how many of them are in a week, 0 to 6. A prior worth restPrior
// days on which everybody rests keeps a handful of days from overruling the calendar.
func RestWeight(histories []History, rests func(Day) bool, weekly int) float64 {
	if weekly <= 0 {
		return 0
	}
	at, all := 0, restPrior
	for _, h := range histories {
		all += len(h.Days)
		for _, d := range h.Days {
			if rests(d) {
				at++
			}
		}
	}
	return min(1, float64(at)/float64(all)*daysPerWeek/float64(weekly))
}

// restPrior is how many days of customers the calendar's word counts for in RestWeight.
const restPrior = 50

// At returns the model on that clock. States must be folded and judged on the same clock.
func (m *Model) At(c *Clock) *Model {
	next := *m
	next.clock = c
	return &next
}

// Pausing returns the model for a customer who has these pauses; see Clock.Pausing.
func (m *Model) Pausing(pauses ...Pause) *Model {
	if len(pauses) == 0 {
		return m
	}
	return m.At(m.clock.Pausing(pauses...))
}

// weeks is the time between the ends of two days on the model's clock; never negative.
func (m *Model) weeks(from, to Day) float64 { return m.clock.Weeks(from, to) }
