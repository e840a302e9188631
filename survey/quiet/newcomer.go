package quiet

import (
	"fmt"
	"math"
)

// Newcomer is the verdict on a customer who has shown up only once or twice.
type Newcomer struct {
	// Times is on how many days they have shown up, and Similar the customers that they are compared with.
	Times   int
	Similar Comeback
	// Days is for how many calendar days they have been silent, and Silence the same on the operational clock.
	Days    int
	Silence float64
	// Due is the day by whose end nine in ten of the similar customers who come back have done so, Within calendar days.
	Due    Day
	Within int
	// Left is the chance that they have left for good.
	Left float64
}

// UnreturnedDays is for how many days from the day after that on which they become overdue newcomers are told of. Whoever is called in that time is
// called once; later there is nothing new to say, and the customers of many years who bought once are no news.
const UnreturnedDays = 30

// Newcomer compares a customer with those of the cohort. It is false for one who has shown up more often or never, where too few were
// like them, and where the clock stands still for too long to tell when they are due.
func (m *Model) Newcomer(c Cohort, s *State, now Day) (Newcomer, bool) {
	if s.Events < 1 || int(s.Events) > len(c.Curves) || !c.Curves[s.Events-1].Known() {
		return Newcomer{}, false
	}
	n := Newcomer{
		Times: int(s.Events), Similar: c.Curves[s.Events-1],
		Days: int(max(now-s.Last, 0)), Silence: m.weeks(s.Last, now) * daysPerWeek,
	}
	n.Left = n.Similar.Left(n.Silence)
	due, ok := m.clock.DayAfter(s.Last, n.Similar.Overdue()/daysPerWeek)
	n.Due, n.Within = due, int(due-s.Last)
	return n, ok
}

// Unreturned says whether they are overdue at the end of a day, and have been for less than UnreturnedDays.
func (n Newcomer) Unreturned(day Day) bool { return n.Due <= day && day < n.Due+UnreturnedDays }

// StaysSilent is the chance that they do not come within the next horizon days.
func (n Newcomer) StaysSilent(horizon int) float64 { return n.Similar.StaysSilent(n.Silence, horizon) }

// Sentence writes the comparison in plain English: did is what they did, as "ordered", and do what similar customers do, as "order".
func (n Newcomer) Sentence(did, do string) string {
	said, again := capital(did)+" once, "+Ago(n.Days), "again"
	if n.Times > 1 {
		said, again = capital(did)+" twice, the last time "+Ago(n.Days), "a third time"
	}
	within := ""
	if n.Similar.Followed < cohortHorizon {
		within = " within " + days(float64(n.Similar.Followed))
	}
	return fmt.Sprintf("%s. Of similar customers who %s %s%s, 9 in 10 do so within %s; %s.", said, do, again, within,
		days(float64(n.Within)), n.comeBack(within != ""))
}

// comeBack writes how many of those who were silent for as long came back; more may come where nobody could be followed for long.
func (n Newcomer) comeBack(atLeast bool) string {
	least := ""
	if atLeast {
		least = "at least "
	}
	const ten, hundred = 10, 100
	switch back := 1 - n.Left; {
	case math.Round(hundred*back) < 1:
		return "fewer than 1 in 100 of those silent this long still come back"
	case math.Round(hundred*back) == 1:
		return least + "1 in 100 of those silent this long still comes back"
	case math.Round(ten*back) <= 1:
		return fmt.Sprintf("%s%.0f in 100 of those silent this long still come back", least, hundred*back)
	case math.Round(ten*back) == ten:
		return "nearly all of those silent this long still come back"
	default:
		return fmt.Sprintf("%s%.0f in 10 of those silent this long still come back", least, ten*back)
	}
}

// Ago writes how many days lie back: "today", "yesterday", "84 days ago".
func Ago(n int) string {
	switch n {
	case 0:
		return "today"
	case 1:
		return "yesterday"
	}
	return fmt.Sprintf("%d days ago", n)
}
