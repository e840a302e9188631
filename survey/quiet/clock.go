package quiet

import (
	"errors"
	"slices"
)

// Clock is a company's operational clock: every calendar day counts as much as it usually brings activity, on average
// 1. Gaps measured on it do not grow over week-ends and holidays. Immutable; safe for concurrent use.
type Clock struct {
	weekday [7]float64 // by time.Weekday, mean 1
	start   Day        // of upTo[0]
	upTo    []float64  // operational days from the end of start-1 to the end of start+i
}

const (
	// floorWeight is what a closed day counts: not 0, or a gap could vanish.
	floorWeight = 0.05
	// closedBelow is the share of its expected activity below which a day was closed.
	closedBelow = 0.15
	// judgedFrom is the expected number of events from which on that can be told.
	judgedFrom = 5
	// localDays on either side make the local level of activity.
	localDays = 14
	// Yearly season: known after two years, pulled towards 1 where few events speak for it, and bounded.
	yearDays     = 364 // 52 weeks, so that weekdays meet weekdays
	seasonFrom   = 2 * yearDays
	seasonShrink = 50
	seasonLow    = 0.5
	seasonHigh   = 2
)

// NewClock learns the clock from the number of events of all customers per day, counts[i] on start+i, and from the
// company's own closed days. Needs four weeks of counts and at least one event.
func NewClock(start Day, counts []int, closed ...Day) (*Clock, error) {
	if len(counts) < 28 {
		return nil, errors.New("the operational clock needs at least four weeks of daily counts")
	}
	c := &Clock{start: start}
	if !c.learnWeekdays(counts) {
		return nil, errors.New("the operational clock needs at least one event")
	}
	weights := c.dayWeights(counts)
	for _, day := range closed {
		if i := int(day - start); i >= 0 && i < len(weights) {
			weights[i] = floorWeight
		}
	}
	mean := 0.0
	for _, w := range weights {
		mean += w / float64(len(weights))
	}
	c.upTo = make([]float64, len(weights))
	sum := 0.0
	for i, w := range weights {
		sum += w / mean
		c.upTo[i] = sum
	}
	return c, nil
}

// learnWeekdays sets the weekday factors, mean 1; false when there is nothing to learn from.
func (c *Clock) learnWeekdays(counts []int) bool {
	var sum, days [7]float64
	for i, n := range counts {
		w := (c.start + Day(i)).Time().Weekday()
		sum[w] += float64(n)
		days[w]++
	}
	level := 0.0
	for w := range sum {
		sum[w] /= days[w]
		level += sum[w] / 7
	}
	if level == 0 {
		return false
	}
	floored := 0.0
	for w := range sum {
		c.weekday[w] = max(floorWeight, sum[w]/level)
		floored += c.weekday[w] / 7
	}
	for w := range c.weekday {
		c.weekday[w] /= floored
	}
	return true
}

// dayWeights returns the weight of every day: its weekday's, times the season's, or the floor where it was closed.
func (c *Clock) dayWeights(counts []int) []float64 {
	level := make([]float64, len(counts)) // counts with the weekday taken out
	for i, n := range counts {
		level[i] = float64(n) / c.usualWeight(i)
	}
	weights := make([]float64, len(counts))
	season := seasons(counts)
	for i, n := range counts {
		weights[i] = c.usualWeight(i) * season[i]
		local := median(level[max(0, i-localDays):min(len(level), i+localDays+1)])
		expected := local * c.usualWeight(i)
		if expected >= judgedFrom && float64(n) < closedBelow*expected {
			weights[i] = floorWeight
		}
		weights[i] = max(weights[i], floorWeight)
	}
	return weights
}

func (c *Clock) usualWeight(i int) float64 { return c.weekday[(c.start + Day(i)).Time().Weekday()] }

// seasons returns for every day the activity of the week around it a year before, relative to that year's mean: 1 for
// days of the first year and wherever less than two years are known.
func seasons(counts []int) []float64 {
	out := make([]float64, len(counts))
	for i := range out {
		out[i] = 1
		if before := i - yearDays; before >= 0 && len(counts) >= seasonFrom {
			out[i] = season(counts, before)
		}
	}
	return out
}

// season is the index of the week around day i within the year around it, shrunk and clipped.
func season(counts []int, i int) float64 {
	week := counts[max(0, i-3):min(len(counts), i+4)]
	from := min(max(0, i-yearDays/2), len(counts)-yearDays)
	year := counts[from : from+yearDays]
	n, all := float64(sumOf(week)), float64(sumOf(year))
	if all == 0 {
		return 1
	}
	index := n / float64(len(week)) / (all / float64(len(year)))
	trust := n / (n + seasonShrink)
	return min(seasonHigh, max(seasonLow, 1+trust*(index-1)))
}

func sumOf(counts []int) int {
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return sum
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// days is the operational time from the end of one day to the end of a later one.
func (c *Clock) days(from, to Day) float64 { return c.at(to) - c.at(from) }

// at is the operational time at the end of a day; 0 at the end of the day before start.
func (c *Clock) at(d Day) float64 {
	last := c.start + Day(len(c.upTo)) - 1
	switch {
	case d < c.start:
		return -c.usual(d, c.start-1)
	case d <= last:
		return c.upTo[d-c.start]
	}
	return c.upTo[len(c.upTo)-1] + c.usual(last, d)
}

// usual is the time between the ends of two days outside the observed range, by weekday alone.
func (c *Clock) usual(from, to Day) float64 {
	n := int(to - from)
	sum := float64(n / 7 * 7)
	for i := range n % 7 {
		sum += c.weekday[(to - Day(i)).Time().Weekday()]
	}
	return sum
}
