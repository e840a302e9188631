package quiet

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Curve is what a list of silent customers would have brought and cost in the last year of a history, by where the list begins. It is
// measured on the silences that Model.Calibrate follows: those of customers with LeastEvents active days or more. Nobody knows who of
// the silent has left; so each silence that is still open counts by its chance (Chances.Left). The zero Curve knows nothing.
type Curve struct {
	// Points are one for each alarm score that a list could begin at, lowest first, up to the last that a silence got to. Higher ones
	// raise fewer alarms and reach fewer.
	Points []Point `json:"points,omitempty"`
	// Leavers is how many customers are expected to have left in that year: the sum of the chances of the open silences, of those whose
	// usual gap began before the year the part that lies in it.
	Leavers float64 `json:"leavers"`
	// Customers is how many there are whose alarms and leavers are counted.
	Customers int `json:"customers"`
	// LittleHistory says that fewer than leastLeavers were watched to leave: the chances rest mostly on what is built in, and each share
	// on a handful of customers.
	LittleHistory bool `json:"little_history"`
}

// Point is what a list that begins at one alarm score would have brought and cost.
type Point struct {
	// Score is the alarm score at which the list begins.
	Score float64 `json:"score"`
	// PerWeek is how many silences a week would have come onto the list. Those that were on it when the year began do not count; so that this
	// does not make a longer list look shorter, it has at least as many as any list that begins higher.
	PerWeek float64 `json:"per_week"`
	// Reached is the share, 0 to 1, of Curve.Leavers that would have been on the list before the year was over. Who left in its last
	// weeks could hardly be.
	Reached float64 `json:"reached"`
	// Fine is the share, 0 to 1, of the alarms that were about customers who had not left: they came back, or can be expected to.
	Fine float64 `json:"fine"`
	// DaysLate is how many days passed, in the mean over the leavers reached, from the last day of the customer's usual gaps (of which
	// nine in ten are shorter) until the alarm. It is negative where the alarm came before that day.
	DaysLate float64 `json:"days_late"`
}

const (
	// leastLeavers is the number of expected leavers from which on a curve is told without a caution.
	leastLeavers = 20
	// lateDays is on how many days an open silence is scored to find when it got to each step. They lie closer together at the beginning;
	// between them the score is taken to rise evenly in logits. A silence of a year is so placed within some days.
	lateDays = 24
	// usualShare is the share of a customer's gaps that end within the usual time.
	usualShare = 0.9
)

// watched is a silence that was followed through the last year.
type watched struct {
	// before and score are the alarm scores that it had when the year began, 0 where it began later, and at its end or now.
	before, score float64
	// returned says that it ended; otherwise it is open.
	returned bool
	// late are the days from the end of the usual gap until each step was reached, of an open silence; none where the usual gap has no end.
	late []float64
	// part is the chance, 0 to 1, that who left did so within the year, of an open silence.
	part float64
}

// steps are the steps that were reached when the year began and at the end; -1 before the first.
func (w watched) steps() (before, top int) {
	return max(-1, stepOf(w.before)), max(-1, stepOf(w.score))
}

// left is the chance that the customer has left. Before the first step the history says nothing, and the score speaks for itself.
func (w watched) left(chances *Chances) float64 {
	switch {
	case w.returned:
		return 0
	case stepOf(w.score) < 0:
		return min(w.score, chances.Left(w.score))
	}
	return chances.Left(w.score)
}

// late finds the days from the last of the customer's usual gap until an open silence got to each step, for the steps that it has
// got to by the end.
func (m *Model) late(s *State, end Day) []float64 {
	usual, ends := firstDay(s.Last, func(d Day) bool { return m.fastTail(s, m.weeks(s.Last, d)) <= 1-usualShare })
	if !ends {
		return nil
	}
	out := make([]float64, 0, calibrationSteps)
	length, from, low := float64(end-s.Last), 0.0, place(m.FastAlarm(s, s.Last))
	for i := range lateDays {
		part := float64(i+1) / lateDays
		to := math.Round(length * part * part)
		high := place(m.FastAlarm(s, s.Last+Day(to)))
		for len(out) < calibrationSteps && float64(len(out)) <= high {
			days := from
			if step := float64(len(out)); step > low {
				days += (to - from) * (step - low) / (high - low)
			}
			out = append(out, days-float64(usual-s.Last))
		}
		from, low = to, high
	}
	return out
}

// within is the chance that a customer, if they left at all, left between two days: after their last day and before the next one
// was due by their usual gap, on each day as likely as on any other.
func (m *Model) within(s *State, from, to Day) float64 {
	due, ends := firstDay(s.Last, func(d Day) bool { return m.fastTail(s, m.weeks(s.Last, d)) <= 0.5 })
	if !ends {
		due = s.Last + alarmHorizon
	}
	due = max(due, s.Last+1)
	return max(0, float64(min(due, to)-max(s.Last, from))) / float64(due-s.Last)
}

// curve counts the silences of so many customers, watched for so many weeks. chances say what their scores mean.
func curve(silences []watched, chances *Chances, customers int, weeks float64) Curve {
	var alarms, fine, reached, dated, late [calibrationSteps]float64
	c := Curve{Customers: customers}
	for _, w := range silences {
		before, top := w.steps()
		left := w.left(chances)
		for i := before + 1; i <= top; i++ {
			alarms[i]++
			fine[i] += 1 - left
		}
		left *= w.part
		c.Leavers += left
		for i := range top + 1 {
			reached[i] += left
			if i < len(w.late) {
				dated[i] += left
				late[i] += left * w.late[i]
			}
		}
	}
	c.LittleHistory = c.Leavers < leastLeavers
	for i := range calibrationSteps {
		if StepScore(i) < leastAlarm {
			continue
		}
		if alarms[i] == 0 || c.Leavers == 0 || weeks <= 0 {
			break
		}
		p := Point{Score: StepScore(i), PerWeek: alarms[i] / weeks, Reached: reached[i] / c.Leavers, Fine: fine[i] / alarms[i]}
		if dated[i] > 0 {
			p.DaysLate = late[i] / dated[i]
		}
		c.Points = append(c.Points, p)
	}
	for i := len(c.Points) - 2; i >= 0; i-- {
		c.Points[i].PerWeek = max(c.Points[i].PerWeek, c.Points[i+1].PerWeek)
	}
	return c
}

// Sooner says whether each longer list would have told of those who leave no later than a shorter one.
func (c Curve) Sooner() bool {
	return c.rises(func(p Point) float64 { return -p.DaysLate })
}

// Dearer says whether of each longer list no smaller a share would have been fine.
func (c Curve) Dearer() bool {
	return c.rises(func(p Point) float64 { return p.Fine })
}

// rises says whether something never gets less from a shorter list to a longer one.
func (c Curve) rises(of func(Point) float64) bool {
	return slices.IsSortedFunc(c.Points, func(longer, shorter Point) int { return cmp.Compare(of(shorter), of(longer)) })
}

// Of is the curve of a company of so many customers, of whom those watched are a random sample.
func (c Curve) Of(customers int) Curve {
	if c.Customers == 0 {
		return c
	}
	times := float64(customers) / float64(c.Customers)
	points := make([]Point, len(c.Points))
	for i, p := range c.Points {
		p.PerWeek *= times
		points[i] = p
	}
	c.Points, c.Customers, c.Leavers = points, customers, c.Leavers*times
	return c
}

// Most is the largest number of alarms a week that a list could have had.
func (c Curve) Most() float64 {
	if len(c.Points) == 0 {
		return 0
	}
	return c.Points[0].PerWeek
}

// Range is from how many alarms a week to how many a list could have had, of two digits, the least rounded down and the most up: what lies
// between is a list that Choose knows. Both are 0 without points.
func (c Curve) Range() (least, most float64) {
	if len(c.Points) == 0 {
		return 0, 0
	}
	return twoDigits(c.Points[len(c.Points)-1].PerWeek, math.Floor), twoDigits(c.Most(), math.Ceil)
}

// twoDigits rounds a number above 0 to two digits.
func twoDigits(x float64, round func(float64) float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(x))-1)
	if unit < 1 { // dividing by a whole number is exact where multiplying by its inverse is not
		parts := math.Round(1 / unit)
		return round(x*parts) / parts
	}
	return round(x/unit) * unit
}

// At is what so many alarms a week, more than 0 and at most Most, would have brought and cost: between two points in proportion. Where
// even the last point has more, it is a part of its alarms, drawn by lot.
func (c Curve) At(perWeek float64) Point {
	if len(c.Points) == 0 {
		return Point{}
	}
	last := len(c.Points) - 1
	fewer := c.Points[last]
	fewer.PerWeek, fewer.Reached = 0, 0
	for i := last; i >= 0; i-- {
		more := c.Points[i]
		if more.PerWeek >= perWeek {
			p := fewer.towards(more, (perWeek-fewer.PerWeek)/(more.PerWeek-fewer.PerWeek))
			p.PerWeek = perWeek
			return p
		}
		fewer = more
	}
	return fewer
}

// From is what a list that begins at that alarm score would have brought and cost: between two points in proportion. It has no alarms
// where no silence got so far.
func (c Curve) From(score float64) Point {
	for i, p := range c.Points {
		switch {
		case p.Score < score-1e-9:
			continue
		case i == 0 || p.Score < score+1e-9:
			return p
		}
		more := c.Points[i-1]
		return more.towards(p, (score-more.Score)/(p.Score-more.Score))
	}
	return Point{Score: score}
}

// towards is the point that lies a part of the way, 0 to 1, from p to another.
func (p Point) towards(other Point, part float64) Point {
	between := func(a, b float64) float64 { return a + part*(b-a) }
	return Point{
		Score: between(p.Score, other.Score), PerWeek: between(p.PerWeek, other.PerWeek), Reached: between(p.Reached, other.Reached),
		Fine: between(p.Fine, other.Fine), DaysLate: between(p.DaysLate, other.DaysLate),
	}
}

// Choose is the longest list of at most so many alarms a week; the shortest where all have more. It takes a curve with points.
func (c Curve) Choose(perWeek float64) Point {
	if shortest := c.Points[len(c.Points)-1]; perWeek <= shortest.PerWeek {
		return shortest
	}
	return c.At(min(perWeek, c.Most()))
}

// Capacities are the numbers of alarms a week that a curve is told at, rising: of 1, 2, 5, 10, 20, 50 and so on those that a list could
// have had, of a small company also 0.1, 0.2 and 0.5, and last the most that any could.
func (c Curve) Capacities() []Point {
	const small = 10
	magnitude, most := 1.0, c.Most()
	if most < small {
		magnitude = 0.1
	}
	var out []Point
	for ; magnitude < most; magnitude *= 10 {
		for _, n := range []float64{1, 2, 5} {
			if n*magnitude < most {
				out = append(out, c.At(n*magnitude))
			}
		}
	}
	if most > 0 {
		out = append(out, c.At(most))
	}
	return out
}

// String says what the point means.
func (p Point) String() string {
	if p.Reached == 0 {
		return fmt.Sprintf("%s a week would have reached nobody who left; %s", p.Rate(), p.WereFine())
	}
	return fmt.Sprintf("%s a week would have reached %.0f %% of those who left, %s; %s", p.Rate(), 100*p.Reached, p.Late(), p.WereFine())
}

// Rate writes PerWeek: whole from 10 on, and no smaller than a tenth.
func (p Point) Rate() string {
	if p.PerWeek > 0 && p.PerWeek < 0.05 {
		return "under 0.1"
	}
	if p.PerWeek >= 9.95 || p.PerWeek == math.Round(p.PerWeek) {
		return fmt.Sprintf("%.0f", p.PerWeek)
	}
	return fmt.Sprintf("%.1f", p.PerWeek)
}

// Late words DaysLate.
func (p Point) Late() string {
	switch n := math.Round(p.DaysLate); {
	case n > 0:
		return days(n) + " after the last usual gap"
	case n < 0:
		return days(-n) + " before the last usual gap ended"
	}
	return "on the day when the last usual gap ended"
}

// WereFine words Fine.
func (p Point) WereFine() string {
	switch n := math.Round(10 * p.Fine); n {
	case 0:
		return "hardly any were fine"
	case 1:
		return "1 in 10 was fine"
	case 10:
		return "nearly all were fine"
	default:
		return fmt.Sprintf("%.0f in 10 were fine", n)
	}
}
