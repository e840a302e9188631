package quiet

// Clock is a company's operational clock: every calendar day counts as much as it usually brings activity, on average
// 1. Gaps measured on it do not grow over week-ends and holidays. Immutable; safe for concurrent use.
type Clock struct {
	weekday [7]float64 // by time.Weekday, mean 1
	start   Day        // of upTo[0]
	upTo    []float64  // operational days from the end of start-1 to the end of start+i
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
	return c.at(last) + c.usual(last, d)
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
