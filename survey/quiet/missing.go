package quiet

// Missing are days of which signs of life are missing, because a feed of them has stopped or thinned.
type Missing struct {
	From, To Day  // To is 0 while it goes on
	Stopped  bool // nothing came at all; otherwise some did
}

// Hides says whether a silence that is an alarm since a day would perhaps be none if what is missing were here: the customer could have
// shown up in it, and has not had the time to do so again.
func (m *Model) Hides(o Missing, s State, since, today Day) bool {
	if o.Stopped && s.Last > o.From { // they come by another feed
		return false
	}
	gaps := m.GapQuantiles(s, 0.5, usualShare)
	if float64(since) <= float64(o.From)-gaps[0] {
		return false
	}
	return o.To == 0 || s.Last <= o.To && float64(today) <= float64(o.To)+gaps[1]
}
