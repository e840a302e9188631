package quiet

import (
	"math"
	"slices"
)

// Pace is how fast a company's customers come together, day by day: of those who were due by their own rhythms, how many came.
// Where few come, little time passes on the operational clock: a summer at a sixth of the pace, a trade that rests for half a
// year, holidays, or a feed that has stopped are no silence of any one customer. It needs no second year to know a season, for
// it is read from the very days that are judged. Time never passes faster than usual, so that the worst that it can do is to
// have somebody told of later. The zero Pace is an even one.
//
// It is an operational time in the sense of Feller (1971, X.7), estimated by the ratio of observed to expected counts, as
// standardised rates are in epidemiology (Breslow and Day 1987, ch. 2); nothing like it for silence was found published. What it
// is worth stands in docs/quiet.md.
type Pace struct {
	// First is the day of the first of Weights, each the share of the usual pace on a day, at most 1.
	First   Day       `json:"first"`
	Weights []float64 `json:"weights"`
	// Scale makes weeks of the operational clock as many as the calendar's over the year in which it was learnt; 0 is 1.
	Scale float64 `json:"scale"`
}

const (
	// paceDue is how many customers must have been due in a window before it is believed.
	paceDue = 30
	// paceWindow is the longest window in days: where fewer are due in it, the pace is taken for even.
	paceWindow = 28
	// paceSpan is for how many days back a pace is followed.
	paceSpan = 3*365 + 1
	// slowest is the lowest weight, so that no two days are one.
	slowest = 0.02
	// overdispersion is how many times the variance of a Poisson count that of customers who came may have, and slowed how many
	// deviations below what was due a window must be to be slow.
	overdispersion = 1.5
	slowed         = 2
	// usualYear is how many days back the usual ratio of those who came to those who were due is looked for, and leastUsual how
	// many it takes.
	usualYear  = 365
	leastUsual = 60
)

// Clock is the base clock, which may be nil, at this pace. Days before and behind those of the pace go at the usual one.
func (p Pace) Clock(base *Clock) *Clock {
	if len(p.Weights) == 0 {
		return base
	}
	scale := p.scale()
	end := p.First + Day(len(p.Weights))
	first, last := p.First, end-1
	if base != nil && len(base.passed) > 0 {
		first, last = min(first, base.first), max(last, base.first+Day(len(base.passed))-2)
	}
	clock := NewClock(first, last, func(d Day) float64 {
		w := base.running(d, d+1) * daysPerWeek
		if d >= p.First && d < end {
			w *= scale * p.Weights[d-p.First]
		}
		return w
	})
	if base != nil {
		clock.pauses = base.pauses
	}
	return clock
}

func (p Pace) scale() float64 {
	if p.Scale <= 0 {
		return 1
	}
	return p.Scale
}

// rescaled is the same pace with the Scale that its last year calls for.
func (p Pace) rescaled() Pace {
	year := p.Weights[max(0, len(p.Weights)-usualYear):]
	sum := 0.0
	for _, w := range year {
		sum += w
	}
	if sum > 0 {
		p.Scale = float64(len(year)) / sum
	}
	return p
}

// Pace follows the pace of these customers until the evening of a day, on a clock of that scale. base is the company's calendar, or nil; a day of rest says nothing.
func (m *Model) Pace(histories []History, end Day, base *Clock, scale float64) Pace {
	first := end
	came := map[Day][]int{}
	for i, h := range histories {
		for _, d := range h.Days {
			if d <= end {
				came[d] = append(came[d], i)
				first = min(first, d)
			}
		}
	}
	f := NewPacer(m, len(histories), max(first, end-paceSpan+1), base, scale)
	for d := first; d <= end; d++ {
		f.Next(d, came[d])
	}
	return f.Pace()
}

// Pacer follows a pace day by day.
type Pacer struct {
	model *Model
	pace  Pace
	base  *Clock
	each  []paced
	// now is the operational time so far, in weeks.
	now float64
	// came and due are the customers who came again, and those who were due to, by day; ratios are came over due in the window
	// that a day was judged by.
	came, due, ratios []float64
}

// NewPacer begins to follow so many customers: days before first are taken for usual ones. base and scale are those of Model.Pace.
func NewPacer(m *Model, customers int, first Day, base *Clock, scale float64) *Pacer {
	return &Pacer{model: m, pace: Pace{First: first, Scale: scale}, base: base, each: make([]paced, customers)}
}

// Pace is the pace so far. It shares the weights with the Pacer.
func (f *Pacer) Pace() Pace { return f.pace }

// paced is one customer on the operational clock.
type paced struct {
	state       State
	first, last float64
}

// Next tells which customers, by their places, came on the next day; days must come one by one.
func (f *Pacer) Next(day Day, came []int) {
	usual := f.base.running(day, day+1) * daysPerWeek
	w := 1.0
	if day >= f.pace.First {
		f.came, f.due = append(f.came, f.again(came)), append(f.due, usual*f.expected())
		w = math.Round(f.weight()*1000) / 1000
		f.pace.Weights = append(f.pace.Weights, w)
	}
	f.now += usual * w * f.pace.scale() / daysPerWeek
	for _, i := range came {
		c := &f.each[i]
		if c.state.Events == 0 {
			c.first = f.now
		} else {
			f.model.foldGap(&c.state, max(f.now-c.last, minGap))
		}
		c.state.Events++
		c.last = f.now
	}
}

// again counts those who had been there before.
func (f *Pacer) again(came []int) float64 {
	n := 0.0
	for _, i := range came {
		if f.each[i].state.Events > 0 {
			n++
		}
	}
	return n
}

// expected is how many are due on a day of the usual pace: each by their rate, as far as they are still there.
func (f *Pacer) expected() float64 {
	sum, p := 0.0, &f.model.p
	for i := range f.each {
		c := &f.each[i]
		if c.state.Events == 0 {
			continue
		}
		here := 1 - p.MBG.Gone(c.state.Gaps(), c.last-c.first, f.now-c.last)
		sum += here * (p.R + c.state.N) / (p.Alpha + c.state.G)
	}
	return sum * f.pace.scale() / daysPerWeek
}

// weight is the pace of the last day, judged by the shortest window in which enough were due.
func (f *Pacer) weight() float64 {
	came, due, usual := 0.0, 0.0, f.usual()
	for i := len(f.came) - 1; i >= 0 && len(f.came)-i <= paceWindow; i-- {
		came += f.came[i]
		due += f.due[i]
		if want := usual * due; want >= paceDue {
			f.ratios = append(f.ratios, came/due)
			if came >= want-slowed*math.Sqrt(overdispersion*want) {
				return 1
			}
			return max(came/want, slowest)
		}
	}
	return 1
}

// usual is the ratio of those who came to those who were due at the usual pace: the upper quartile of the last year, since what is
// expected of many rhythms is somewhat wrong in sum, and half of a year may be a season of rest.
func (f *Pacer) usual() float64 {
	last := slices.Clone(f.ratios[max(0, len(f.ratios)-usualYear):])
	if len(last) < leastUsual {
		return 1
	}
	slices.Sort(last)
	return max(last[len(last)*3/4], slowest)
}
