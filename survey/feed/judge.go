package feed

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// alarmTail is how rare, by chance, a window must be that raises an alarm: there are a dozen windows, which overlap, every
// day of a year.
const alarmTail = 3e-4

// The shares of what is expected: a feed has thinned at half, has stopped at a fiftieth, and is back at four fifths.
const (
	thinned = 0.5
	stopped = 0.02
	back    = 0.8
)

const (
	// leastWeeks is how many weeks of history a rate needs, and rateWeeks, profileWeeks and spreadWeeks how many tell the rate,
	// the profile of the week, and how much more it varies than by chance.
	leastWeeks   = 4
	rateWeeks    = 12
	profileWeeks = 12
	spreadWeeks  = 26
	// caution is by how much more than estimated a feed may vary beyond chance, for half a year of weeks tells no better.
	caution = 1.5
	// leastEvents is how many events a rate needs.
	leastEvents = 8
	// enough is how many events, counted as by chance, a window need not hold more than: longer ones tell of seasons.
	enough = 40
	// leastDays is how many days' worth of events must be missing, about two: one day may be a holiday.
	leastDays = 1.9
	// backEvents is how many events must be expected in what shows that a feed is back.
	backEvents = 10
	// likely is the tail from which on what was missing is taken to be there.
	likely = 0.01
	// A year before is so many days, for the days of the week; a window of then may lie so many days beside.
	yearDays, yearSlip = 364, 4
	// lastYearTail is how rare a window of a year before must have been to excuse one of now.
	lastYearTail = 0.05
)

// windows are the lengths in days of what is looked at.
func windows() []int { return []int{1, 2, 3, 5, 7, 10, 14, 21, 28, 42, 56, longestWindow} }

const longestWindow = 84

// usual is what is to be expected of a feed.
type usual struct {
	// level is the number of events a day, profile what each day of the week is of it, 1 on average.
	level   float64
	profile [daysPerWeek]float64
	// spread is the variance of a count by its mean, at least 1; seen is how many events tell the level.
	spread float64
	seen   float64
}

// Usual returns how many events a day are usual now; false where too little is known.
func (h *History) Usual(today Day) (float64, bool) {
	u, ok := h.usual(h.Complete(today)+1, h.Since)
	if o := h.Current(); o != nil {
		return o.Rate, true
	}
	return u.level, ok
}

// usual estimates what is to be expected from the weeks before a day, as far as they lie behind since; false where that
// is too little.
func (h *History) usual(before, since Day) (usual, bool) {
	blocks := h.blocks(before, max(since, h.First))
	u := usual{}
	if len(blocks) < leastWeeks {
		return u, false
	}
	u.profile = h.profile(blocks[:min(len(blocks), profileWeeks)])
	u.level, u.seen = h.level(blocks)
	if u.seen < leastEvents {
		return u, false
	}
	u.spread = 1 + caution*max(0, h.dailySpread(blocks, &u.profile)-1, h.weeklySpread(blocks)-1)
	return u, true
}

// blocks returns the first days of the weeks before a day that tell of the usual rate, latest first, at most spreadWeeks.
func (h *History) blocks(before, since Day) []Day {
	var starts []Day
	for day := before - daysPerWeek; day >= since && len(starts) < spreadWeeks; {
		hole := Day(-1)
		for d := day + daysPerWeek - 1; d >= day; d-- {
			if !h.counts(d) {
				hole = d
				break
			}
		}
		if hole >= 0 { // the week before the hole
			day = hole - daysPerWeek
			continue
		}
		starts = append(starts, day)
		day -= daysPerWeek
	}
	return starts
}

func (h *History) sum(from, to Day) float64 {
	n := 0
	for d := from; d <= to; d++ {
		n += h.at(d)
	}
	return float64(n)
}

// profile returns what each day of the week is of an average one. Each is drawn to the average by one event.
func (h *History) profile(blocks []Day) [daysPerWeek]float64 {
	var p [daysPerWeek]float64
	total := float64(daysPerWeek)
	for i := range p {
		p[i] = 1
	}
	for _, start := range blocks {
		for d := start; d < start+daysPerWeek; d++ {
			n := float64(h.at(d))
			p[d.weekday()] += n
			total += n
		}
	}
	for i := range p {
		p[i] *= daysPerWeek / total
	}
	return p
}

// level returns the events of a day of the latest rateWeeks, or of more where these have few, without the richest and the
// poorest week where there are many, and how many events that is told by.
func (h *History) level(blocks []Day) (level, seen float64) {
	const many = 6
	least, most, weeks := math.Inf(1), 0.0, 0.0
	for _, start := range blocks {
		if weeks >= rateWeeks && seen >= enough {
			break
		}
		n := h.sum(start, start+daysPerWeek-1)
		seen, least, most, weeks = seen+n, min(least, n), max(most, n), weeks+1
	}
	if weeks >= many {
		seen, weeks = seen-least-most, weeks-2
	}
	return seen / (weeks * daysPerWeek), seen
}

// dailySpread returns the variance of the days of a week by their mean, as Pearson's statistic tells it.
func (h *History) dailySpread(blocks []Day, profile *[daysPerWeek]float64) float64 {
	chi, free := 0.0, 0.0
	for _, start := range blocks {
		total := h.sum(start, start+daysPerWeek-1)
		if total == 0 {
			continue
		}
		for d := start; d < start+daysPerWeek; d++ {
			expected := total * profile[d.weekday()] / daysPerWeek
			chi += math.Pow(float64(h.at(d))-expected, 2) / expected
		}
		free += daysPerWeek - 1
	}
	if free == 0 {
		return 1
	}
	return chi / free
}

// weeklySpread returns the variance of the weeks by their mean, as the differences between neighbours tell it (von Neumann
// 1941), which a trend does not move.
func (h *History) weeklySpread(blocks []Day) float64 {
	squares, total := 0.0, 0.0
	for i, start := range blocks {
		n := h.sum(start, start+daysPerWeek-1)
		total += n
		if i > 0 {
			squares += math.Pow(n-h.sum(blocks[i-1], blocks[i-1]+daysPerWeek-1), 2)
		}
	}
	if total == 0 {
		return 1
	}
	return squares / (2 * float64(len(blocks)-1)) / (total / float64(len(blocks)))
}

// expected returns how many events there should be on those days, apart from pauses.
func (u *usual) expected(h *History, from, to Day) float64 {
	sum := 0.0
	for d := from; d <= to; d++ {
		if !h.paused(d) {
			sum += u.profile[d.weekday()]
		}
	}
	return sum * u.level
}

// tail returns how likely at most so many events are where so many are expected: the lower tail of the negative binomial
// whose variance is spread times the mean, and more by what the expectation itself may err.
func (u *usual) tail(seen, expected float64) float64 {
	if expected <= 0 {
		return 1
	}
	const poisson = 1.01
	spread := u.spread * (1 + expected/u.seen)
	if spread < poisson {
		return mathext.GammaIncRegComp(seen+1, expected)
	}
	return mathext.RegIncBeta(expected/(spread-1), seen+1, 1/spread)
}

// Look looks at the feed on a day: it opens an outage, or closes the one that goes on. It says whether it changed anything.
func (h *History) Look(today Day) bool {
	end := h.Complete(today)
	changed := h.fill(end)
	if o := h.Current(); o != nil {
		return h.close(o, end) || changed
	}
	if o, found := h.find(end); found {
		h.Outages = append(h.Outages, o)
		return true
	}
	return changed
}

// Current returns the outage that goes on; nil if there is none.
func (h *History) Current() *Outage {
	if n := len(h.Outages); n > 0 && h.Outages[n-1].Open() {
		return &h.Outages[n-1]
	}
	return nil
}

// find returns the outage that the windows ending on that day show: those of fixed lengths, and the silence itself.
func (h *History) find(end Day) (Outage, bool) {
	latest, known := h.Latest()
	if !known {
		return Outage{}, false
	}
	for _, w := range append(windows(), int(end-latest)) {
		from := end - Day(w) + 1
		u, ok := h.usual(from, h.Since)
		if !ok || w < 1 {
			continue
		}
		if u.low(h, from, end) {
			before := u
			if before.level *= h.lastYear(from, end); before.low(h, from, end) {
				return h.outage(u, from, end), true
			}
		}
		if expected := u.expected(h, from, end); expected >= max(enough*u.spread, leastDays*u.level) && latest >= from {
			break
		}
	}
	return Outage{}, false
}

// low says whether the events on those days are less than half of the expected, rarer than alarmTail by chance, and more
// than one holiday explains.
func (u *usual) low(h *History, from, end Day) bool {
	expected, seen := u.expected(h, from, end), h.sum(from, end)
	return expected >= leastDays*u.level && seen <= thinned*expected && u.tail(seen, expected) < alarmTail
}

// outage returns the outage that a window shows: it begins where that is the likeliest (the scan statistic's). The rate is
// what it was before, so that the search begins anew with a begin that turns out to be earlier.
func (h *History) outage(u usual, from, end Day) Outage {
	for {
		o, best, seen, expected := Outage{From: from, Rate: u.level}, 0.0, 0.0, 0.0
		for d := end; d >= max(from-longestWindow, h.First); d-- {
			seen, expected = seen+float64(h.at(d)), expected+u.expected(h, d, d)
			if likelihood := gain(seen, expected); likelihood > best {
				best, o.From, o.Stopped = likelihood, d, seen <= stopped*expected
			}
		}
		earlier, ok := h.usual(o.From, h.Since)
		if o.From >= from || !ok {
			return o
		}
		u, from = earlier, o.From
	}
}

// gain is the log likelihood ratio of Poisson counts, of a rate that is lower against the expected one.
func gain(seen, expected float64) float64 {
	if seen >= expected {
		return 0
	}
	if seen == 0 {
		return expected
	}
	return seen*math.Log(seen/expected) + expected - seen
}

// lastYear returns what share of the usual the days of a year before these showed, where that was too little for chance;
// else 1.
func (h *History) lastYear(from, end Day) float64 {
	share := 1.0
	for slip := Day(-yearSlip); slip <= yearSlip; slip++ {
		f, e := from-yearDays+slip, end-yearDays+slip
		u, ok := h.usual(f, 0)
		if !ok {
			continue
		}
		expected, seen := u.expected(h, f, e), h.sum(f, e)
		if u.tail(seen, expected) < lastYearTail {
			share = min(share, seen/expected)
		}
	}
	return share
}

// close ends the outage where its feed is back: it has reached its old rate again. What is back of one that has thinned is told
// by twice as many events. One that began so long ago that nobody knows its old rate any more is taken for right.
func (h *History) close(o *Outage, end Day) bool {
	u, ok := h.usual(o.From, h.Since)
	if !ok {
		h.Accept()
		return true
	}
	need := float64(backEvents)
	if !o.Stopped {
		need *= 2
	}
	seen, expected := 0.0, 0.0
	for d := end; d > o.From && expected < need; d-- {
		seen, expected = seen+float64(h.at(d)), expected+u.expected(h, d, d)
	}
	if expected < need || seen < back*expected {
		o.Stopped = h.sum(o.From, end) <= stopped*u.expected(h, o.From, end)
		return false
	}
	best, seen, expected := 0.0, 0.0, 0.0
	for d := o.From; d < end; d++ {
		seen, expected = seen+float64(h.at(d)), expected+u.expected(h, d, d)
		if likelihood := gain(seen, expected); likelihood >= best {
			best, o.To = likelihood, d
		}
	}
	return true
}

// fill takes outages away whose data have come.
func (h *History) fill(end Day) bool {
	changed := false
	for i := len(h.Outages) - 1; i >= 0; i-- {
		o := h.Outages[i]
		to := o.To
		if o.Open() {
			to = end
		}
		u, ok := h.usual(o.From, h.Since)
		if !ok {
			continue
		}
		expected, seen := u.expected(h, o.From, to), h.sum(o.From, to)
		if seen >= back*expected || seen > thinned*expected && u.tail(seen, expected) > likely {
			h.Outages = append(h.Outages[:i:i], h.Outages[i+1:]...)
			changed = true
		}
	}
	return changed
}

// TakenOver says whether new feeds of the same kind have brought more than half of what is missing since the begin of the
// outage that goes on: it is no outage then, but another way.
func (h *History) TakenOver(today Day, others []*History) bool {
	o := h.Current()
	if o == nil {
		return false
	}
	u, ok := h.usual(o.From, h.Since)
	if !ok {
		return false
	}
	end := h.Complete(today)
	var fresh []*History
	for _, other := range others {
		if _, old := other.usual(o.From, other.Since); !old {
			fresh, end = append(fresh, other), max(end, other.Complete(today))
		}
	}
	brought := 0.0
	for _, other := range fresh {
		brought += other.sum(o.From, end)
	}
	missing := u.expected(h, o.From, end) - h.sum(o.From, end)
	return missing > 0 && brought > thinned*missing
}
