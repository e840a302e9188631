package quiet

import "math"

const (
	// alarmHorizon is the longest silence, in days, for which an alarm date is computed.
	alarmHorizon = 3000
	// gapHorizon is the longest usual gap, in days, that GapQuantile returns.
	gapHorizon = 2000
	// bisections halve a horizon of 3000 days to less than a thousandth of a second.
	bisections = 48
)

// AlarmAt is the first day on which the alarm score is theta or more if no event comes before. It is false when that
// takes longer than 3000 days of silence, or when the state has seen nothing.
func (m *Model) AlarmAt(s State, theta float64) (Day, bool) {
	if s.Events == 0 {
		return 0, false
	}
	var post posterior
	post.fill(m, &s)
	x, span := s.Gaps(), m.weeks(s.First, s.Last)
	score := func(day Day, tail func(float64) float64) float64 {
		c := m.weeks(s.Last, day)
		return meanLogit(gone(m.p.A, m.p.B, x, tail(c)), m.p.MBG.Gone(x, span, c))
	}
	near, found := firstDay(s.Last, func(day Day) bool {
		return score(day, func(c float64) float64 { return m.fastTail(&s, c) }) >= theta
	})
	if !found {
		near = s.Last + alarmHorizon
	}
	return around(s.Last, near, func(day Day) bool {
		return score(day, func(c float64) float64 { return m.tailOf(&post, &s, c) }) >= theta
	})
}

// around is firstDay for a day that is known roughly.
func around(last, near Day, reached func(Day) bool) (Day, bool) {
	low, high := near, near
	if reached(near) {
		for step := Day(1); reached(low); step *= 2 {
			if low == last {
				return last, true
			}
			high, low = low, max(last, low-step)
		}
		return between(low, high, reached), true
	}
	for step := Day(1); !reached(high); step *= 2 {
		if high-last >= alarmHorizon {
			return 0, false
		}
		low, high = high, min(last+alarmHorizon, high+step)
	}
	return between(low, high, reached), true
}

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

// GoneAfter is the number of days of silence after which RHYTHM's own chance of being gone passes p, and false when
// that is more than 3000. Days are those of the operational clock if the model has one.
func (m *Model) GoneAfter(s State, p float64) (float64, bool) {
	var post posterior
	post.fill(m, &s)
	at := func(days float64) float64 {
		return gone(m.p.A, m.p.B, s.Gaps(), m.tailOf(&post, &s, days/daysPerWeek))
	}
	if s.Events == 0 || at(alarmHorizon) < p {
		return alarmHorizon, false
	}
	return bisect(0, alarmHorizon, func(days float64) bool { return at(days) >= p }), true
}

// GapQuantile is the number of days within which a share p of this customer's gaps end, at most 2000. It is what
// "usually orders every 8-19 days" is made from (p = 0.1 and 0.9).
func (m *Model) GapQuantile(s State, p float64) float64 {
	return m.GapQuantiles(s, p)[0]
}

// GapQuantiles is GapQuantile for several shares at the cost of one posterior.
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
