package quiet

import (
	"cmp"
	"slices"
)

const (
	// slowSpan is for how many days back runs of longer gaps are looked at.
	slowSpan = 3*365 + 1
	// slowTold is the rarity at which it is looked how often a run that was as rare came to nothing.
	slowTold = 100
)

// Overstated is how many times more often than Slowing.OneIn tells customers have looked slow here who were not: of the runs of the last
// three years that ended, since the customer came as often as before or what they came to was usual, no more may have been rarer than
// one in slowTold customers and quarter than that many. It is at least 1; customers who come in bursts, say, are beyond what the model
// takes for usual. pauses are the customers' own, by History.Customer.
func (m *Model) Overstated(histories []History, end Day, pauses map[string][]Pause) float64 {
	plain := m.Overstating(1)
	var peaks []float64
	days := 0.0
	for _, h := range histories {
		own, known := plain.Pausing(pauses[h.Customer]...), h.until(end, 0)
		peaks = own.endedRuns(peaks, known, end-slowSpan)
		if n := len(known.Days); n >= LeastEvents {
			days += float64(known.Days[n-1] - min(max(known.Days[LeastEvents-1], end-slowSpan), known.Days[n-1]))
		}
	}
	borne := int(days/daysPerQuarter/slowTold) + 1
	if len(peaks) <= borne {
		return 1
	}
	slices.SortFunc(peaks, func(a, b float64) int { return cmp.Compare(b, a) })
	return max(1, peaks[borne]/slowTold)
}

// endedRuns adds the highest rarity of each run of the customer that ended after a day.
func (m *Model) endedRuns(peaks []float64, h History, after Day) []float64 {
	var s State
	peak := 0.0
	for _, day := range h.Days {
		if s.Slow.Gaps > 0 {
			longest, ok := m.clock.DayAfter(s.Last, longestOpen*m.usualGap(&s))
			if !ok {
				longest = day
			}
			peak = max(peak, m.Slowing(&s, min(day, longest-1)).OneIn)
		}
		m.fold(&s, day)
		if s.Slow.Gaps > 0 {
			peak = max(peak, m.Slowing(&s, day).OneIn)
			continue
		}
		if peak > 0 && day > after {
			peaks = append(peaks, peak)
		}
		peak = 0
	}
	return peaks
}

// Overstating is the model where steady customers look slow so many times more often than it would think; see Model.Overstated.
func (m *Model) Overstating(times float64) *Model {
	next := *m
	next.overstated = max(times, 1)
	return &next
}
