package quiet

// GapEnd is the day by whose end the given share of such a customer's gaps would have been over, were each of them longer by the
// given factor: with .97 and 1 the day after which a silence is longer than 97 in 100 of the customer's own gaps, with .97 and 3
// the day on which it is three times as long as these. It is false where that is too far ahead to tell.
func (m *Model) GapEnd(s State, share, factor float64) (Day, bool) {
	length := m.GapQuantiles(s, share)[0]
	if length >= gapHorizon {
		return 0, false
	}
	return m.clock.DayAfter(s.Last, factor*length/daysPerWeek)
}

// Exceeds says whether the silence on a day is longer than the given factor times the gap below which that share of the
// customer's gaps stay. It costs one tail, and agrees with GapEnd.
func (m *Model) Exceeds(s State, now Day, share, factor float64) bool {
	return m.tail(&s, m.weeks(s.Last, now)/factor) <= 1-share
}
