package quiet

import "time"

// Day is a calendar day in UTC, counted from 1970-01-01. Several events on one day are one active day. Who keeps
// customers in other time zones decides the calendar day first and hands it over with DayOf(time.Date(y, m, d, ... UTC)).
type Day int32

const (
	secondsPerDay = 24 * 60 * 60
	daysPerWeek   = 7.0
)

// Passed is how many days have passed since that day; 0 where it lies ahead.
func (d Day) Passed(now Day) int { return int(max(now-d, 0)) }

// DayOf returns the UTC calendar day that t falls on.
func DayOf(t time.Time) Day {
	seconds := t.Unix()
	days := seconds / secondsPerDay
	if seconds%secondsPerDay < 0 {
		days--
	}
	return Day(days)
}

// Time returns midnight UTC at the start of the day.
func (d Day) Time() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// String writes the day as 2006-01-02.
func (d Day) String() string { return d.Time().Format(time.DateOnly) }
