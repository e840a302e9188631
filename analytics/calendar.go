package analytics

import (
	"fmt"
	"time"
)

// Every is the width of a trend's buckets.
type Every string

// The widths. A week begins on Monday (ISO 8601), everything else with the calendar.
const (
	Daily     Every = "day"
	Weekly    Every = "week"
	Monthly   Every = "month"
	Quarterly Every = "quarter"
)

// Valid says whether the width is one of the declared ones.
func (e Every) Valid() bool {
	switch e {
	case Daily, Weekly, Monthly, Quarterly:
		return true
	}
	return false
}

// Start returns the first instant of the bucket that holds t, in t's own time zone.
func (e Every) Start(t time.Time) time.Time {
	y, m, d := t.Date()
	switch e {
	case Weekly:
		d -= (int(t.Weekday()) + 6) % 7
	case Monthly:
		d = 1
	case Quarterly:
		m, d = m-(m-1)%3, 1
	}
	return midnight(y, m, d, t.Location())
}

// Next returns the first instant after the bucket that begins at start.
func (e Every) Next(start time.Time) time.Time {
	y, m, d := start.Date()
	for step := 1; ; step++ {
		next := midnight(e.shift(y, m, d, step, start.Location()))
		if next.After(start) {
			return next
		}
	}
}

// shift moves a date by a number of buckets.
func (e Every) shift(y int, m time.Month, d, step int, loc *time.Location) (int, time.Month, int, *time.Location) {
	switch e {
	case Weekly:
		return y, m, d + 7*step, loc
	case Monthly:
		return y, m + time.Month(step), 1, loc
	case Quarterly:
		return y, m + time.Month(3*step), 1, loc
	}
	return y, m, d + step, loc
}

// Name returns the name of the bucket that begins at start: 2026-03-31, 2026-W14, 2026-03 or 2026-Q1.
func (e Every) Name(start time.Time) string {
	switch e {
	case Weekly:
		y, w := start.ISOWeek()
		return fmt.Sprintf("%04d-W%02d", y, w)
	case Monthly:
		return start.Format("2006-01")
	case Quarterly:
		return fmt.Sprintf("%04d-Q%d", start.Year(), (int(start.Month())+2)/3)
	}
	return start.Format("2006-01-02")
}

// midnight returns the first instant of a local day. That is not always 00:00, and time.Date promises nothing then:
// where clocks spring forward at midnight the day begins at 01:00, and where they fall back over midnight 00:00 comes
// twice and the first one counts.
func midnight(y int, m time.Month, d int, loc *time.Location) time.Time {
	noon := time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
	t := time.Date(y, m, d, 0, 0, 0, 0, loc)
	if t.Format(time.DateOnly) < noon.Format(time.DateOnly) {
		_, t = t.ZoneBounds()
		return t
	}
	began, _ := t.ZoneBounds()
	if began.IsZero() {
		return t
	}
	eve := began.Add(-1)
	if eve.Format(time.DateOnly) != t.Format(time.DateOnly) {
		return t
	}
	_, before := eve.Zone()
	return time.Date(y, m, d, 0, 0, 0, 0, time.FixedZone("", before)).In(loc)
}
