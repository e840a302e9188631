package quiet

import "math"

const (
	// alarmHorizon is the longest silence, in days, for which an alarm date is computed.
	alarmHorizon = 3000
	// gapHorizon is the longest usual gap, in days, that GapQuantiles returns.
	gapHorizon = 2000
	// bisections halve a horizon of 3000 days to less than a thousandth of a second.
	bisections = 48
)

// between finds the first day in (low, high] that satisfies the condition; low does not, high does.
func between(low, high Day, reached func(Day) bool) Day {
	for high-low > 1 {
		middle := low + (high-low)/2
		if reached(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

// firstDay finds the first day from last on that satisfies a condition which, once true, stays true.
func firstDay(last Day, reached func(Day) bool) (Day, bool) {
	if reached(last) {
		return last, true
	}
	low, high := last, last+1 // reached(low) is false
	for !reached(high) {
		if high-last >= alarmHorizon {
			return 0, false
		}
		low, high = high, min(last+2*(high-last), last+alarmHorizon)
	}
	return between(low, high, reached), true
}

// firstDayNear is firstDay, where the day is probably not far from guess: it is looked for in steps that double.
func firstDayNear(last, guess Day, reached func(Day) bool) (Day, bool) {
	step := Day(1)
	if reached(guess) {
		low := guess
		for low > last && reached(low) {
			guess = low
			low, step = max(last, low-step), 2*step
		}
		if low == last && reached(last) {
			return last, true
		}
		return between(low, guess, reached), true
	}
	low, high := guess, guess
	for !reached(high) {
		if high-last >= alarmHorizon {
			return 0, false
		}
		low = high
		high, step = min(last+alarmHorizon, high+step), 2*step
	}
	return between(low, high, reached), true
}

// GapQuantiles are the lengths in days which the given shares of a customer's gaps stay below: for 0.5 the usual gap. None
// is longer than gapHorizon. On a clock they are seven times the operational weeks: what usual weeks make of them.
func (m *Model) GapQuantiles(s State, shares ...float64) []float64 {
	var post posterior
	post.fill(m, &s)
	out := make([]float64, len(shares))
	for i, p := range shares {
		out[i] = bisect(0, gapHorizon, func(days float64) bool {
			return m.tailOf(&post, &s, days/daysPerWeek) <= 1-p
		})
	}
	return out
}

// bisect returns the point between low and high where a condition becomes true, or high when it does not.
func bisect(low, high float64, reached func(float64) bool) float64 {
	top := high
	for range bisections {
		middle := (low + high) / 2
		if reached(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	if math.Abs(high-top) < 1e-9 {
		return top
	}
	return high
}
