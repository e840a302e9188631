package quiet

import (
	"cmp"
	"math"
	"slices"
)

// Cohort tells of customers who have shown up only once or twice, too seldom to have a rhythm of their own, by what customers like
// them did: how long after their n-th day they came back, and how many did not. The zero Cohort knows nothing.
type Cohort struct {
	// Curves are those after the first day and after the second.
	Curves []Comeback `json:"curves,omitempty"`
}

// Comeback is the product-limit estimate (Kaplan and Meier 1958) of the share of customers who have not come back after so many
// days on the operational clock. Who has not come back yet is followed until the last settled day (censored there).
type Comeback struct {
	// Customers are how many were followed, Returned how many of them came back.
	Customers int `json:"customers"`
	Returned  int `json:"returned"`
	// Followed is for how many days there were leastFollowed customers to follow, at most cohortHorizon; of what comes later nothing
	// is known.
	Followed int `json:"followed_days"`
	// Days are those after which the curve has fallen by another cohortStep, and Silent what it has fallen to: the share who have not come
	// back by the end of that day. Both end with the last day within Followed on which somebody came back.
	Days   []int     `json:"days"`
	Silent []float64 `json:"silent"`
}

const (
	// cohortOrders is up to which number of days customers are compared with others: one day more, and their own rhythm is judged.
	cohortOrders = LeastEvents - 1
	// cohortSpan is how many days back a customer's n-th day may lie for them to be like those of today, and cohortHorizon for how many
	// days they are followed: who comes once a year is seen to come back, also when late.
	cohortSpan    = 3*365 + 1
	cohortHorizon = 2*365 + 1
	// cohortWashOut is how many days from the beginning of a history a customer's first day in it is hardly their first ever. They
	// count only where too few came later.
	cohortWashOut = 90
	// leastCohort is how many customers must have been followed, and leastReturned how many of them have come back, for anything to be
	// said; and leastFollowed how many must still be followed on a day for the curve to go on. leastFollowing is how many days it must go.
	leastCohort    = 100
	leastReturned  = 20
	leastFollowed  = 20
	leastFollowing = 182
	// cohortStep is how far the curve falls from one point that is kept to the next.
	cohortStep = 0.005
	// comebackShare is the share of those who come back that have, when who has not is overdue.
	comebackShare = 0.9
)

// Newcomers is how many customers were followed after their first day; 0 where too little came of it to say anything.
func (c Cohort) Newcomers() int {
	if len(c.Curves) == 0 || !c.Curves[0].Known() {
		return 0
	}
	return c.Curves[0].Customers
}

// stretch is the time from a customer's n-th day to the next, or to the last settled day, in whole days of the operational clock.
type stretch struct {
	days     int
	returned bool
	// early says that the customer's history may have begun before ours.
	early bool
}

// Cohort learns from these customers' days up to and including settled how those who have shown up once or twice come back. pauses are
// the customers' own, by History.Customer.
func (m *Model) Cohort(histories []History, settled Day, pauses map[string][]Pause) Cohort {
	first := settled
	for _, h := range histories {
		if len(h.Days) > 0 {
			first = min(first, h.Days[0])
		}
	}
	var stretches [cohortOrders][]stretch
	for _, h := range histories {
		clock := m.clock.Pausing(pauses[h.Customer]...)
		days := h.until(settled, 0).Days
		for n := range min(len(days), cohortOrders) {
			if days[n] <= settled-cohortSpan {
				continue
			}
			s := stretch{early: days[0] < first+cohortWashOut}
			next := settled
			if n+1 < len(days) {
				next, s.returned = days[n+1], true
			}
			s.days = wholeDays(clock.Weeks(days[n], next), s.returned)
			stretches[n] = append(stretches[n], s) //nolint:gosec // n is below cohortOrders by the loop
		}
	}
	c := Cohort{Curves: make([]Comeback, cohortOrders)}
	for n := range stretches {
		c.Curves[n] = comeback(stretches[n])
	}
	return c
}

// wholeDays is a time in days: at least one for who has come back.
func wholeDays(weeks float64, returned bool) int {
	days := int(math.Round(weeks * daysPerWeek))
	if returned {
		return max(days, 1)
	}
	return days
}

// comeback estimates the curve.
func comeback(stretches []stretch) Comeback {
	if late := slices.DeleteFunc(slices.Clone(stretches), func(s stretch) bool { return s.early }); len(late) >= leastCohort {
		stretches = late
	}
	slices.SortFunc(stretches, func(a, b stretch) int { return cmp.Compare(a.days, b.days) })
	c := Comeback{Customers: len(stretches)}
	for _, s := range stretches {
		if s.returned {
			c.Returned++
		}
	}
	if len(stretches) < leastFollowed {
		return c
	}
	c.Followed = min(stretches[len(stretches)-leastFollowed].days, cohortHorizon)
	silent, kept, last := 1.0, 1.0, 0
	for i := 0; i < len(stretches) && stretches[i].days <= c.Followed; {
		day, open, came := stretches[i].days, len(stretches)-i, 0
		for ; i < len(stretches) && stretches[i].days == day; i++ {
			if stretches[i].returned {
				came++
			}
		}
		if came == 0 {
			continue
		}
		silent *= 1 - float64(came)/float64(open)
		if last = day; kept-silent >= cohortStep {
			c.keep(day, silent)
			kept = silent
		}
	}
	if kept > silent {
		c.keep(last, silent)
	}
	return c
}

// keep adds a point. However many come back, half a customer does not, so that the share is never 0.
func (c *Comeback) keep(day int, silent float64) {
	const digits = 1e5
	silent = max(silent, 0.5/float64(c.Customers))
	c.Days, c.Silent = append(c.Days, day), append(c.Silent, math.Round(silent*digits)/digits)
}

// Known says whether there were customers enough, followed for long enough, to say anything of others like them.
func (c Comeback) Known() bool {
	return c.Customers >= leastCohort && c.Returned >= leastReturned && c.Followed >= leastFollowing && len(c.Days) > 0
}

// silentAfter is the share who have not come back after so many days; between two points in proportion.
func (c Comeback) silentAfter(days float64) float64 {
	i, _ := slices.BinarySearch(c.Days, int(math.Ceil(days)))
	if i == len(c.Days) {
		return c.never()
	}
	day, silent := 0.0, 1.0
	if i > 0 {
		day, silent = float64(c.Days[i-1]), c.Silent[i-1]
	}
	return silent + (c.Silent[i]-silent)*(days-day)/(float64(c.Days[i])-day)
}

// never is the share who had not come back when the curve ends.
func (c Comeback) never() float64 { return c.Silent[len(c.Silent)-1] }

// Overdue is the number of days within which nine in ten of those who come back at all, as long as they could be followed, have done so.
func (c Comeback) Overdue() float64 {
	want := 1 - comebackShare*(1-c.never())
	i := slices.IndexFunc(c.Silent, func(silent float64) bool { return silent <= want })
	day, silent := 0.0, 1.0
	if i > 0 {
		day, silent = float64(c.Days[i-1]), c.Silent[i-1]
	}
	return day + (float64(c.Days[i])-day)*(silent-want)/(silent-c.Silent[i])
}

// Left is the chance that who has been silent for so many days has left for good. It is no higher than so many customers can
// show; and those who come back later than anybody could be followed are taken for lost, so that it is rather too high than too low.
func (c Comeback) Left(days float64) float64 {
	return min(c.never()/c.silentAfter(days), c.surest())
}

// surest is the highest chance that so many customers can show.
func (c Comeback) surest() float64 { return 1 - 1/float64(c.Customers-c.Returned+cohortPrior) }

// cohortPrior is how many customers nobody has seen, of whom one comes back: what keeps Left below 1.
const cohortPrior = 10

// StaysSilent is the chance that who has been silent for so many days does not come within the next horizon. Behind the end of
// the curve it is that of having left.
func (c Comeback) StaysSilent(days float64, horizon int) float64 {
	return min(c.silentAfter(days+float64(horizon))/c.silentAfter(days), c.surest())
}
