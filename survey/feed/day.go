package feed

import "time"

// Day is a calendar day, counted from 1 January 1970.
type Day int32

const daysPerWeek = 7

// weekday returns the place of the day in its week: days of the same name have the same.
func (d Day) weekday() int { return int(((d % daysPerWeek) + daysPerWeek) % daysPerWeek) }

const secondsPerDay = 24 * 60 * 60

// Time returns the day's midnight in UTC.
func (d Day) Time() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// Span is days, from the first to the last.
type Span struct {
	From Day `json:"from"`
	To   Day `json:"to"`
}

func (s Span) holds(d Day) bool { return s.From <= d && d <= s.To }
