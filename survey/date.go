package survey

import (
	"strings"
	"time"

	"earshot/survey/quiet"
)

// Date is a day of the calendar in the installation's time zone, as 2006-01-02; empty is none. Dates are in order as texts.
type Date string

// DateOf returns the date that t shows in its own zone; none of the zero time.
func DateOf(t time.Time) Date {
	if t.IsZero() {
		return ""
	}
	return Date(t.Format(time.DateOnly))
}

// dateOn returns the date of a day of rhythms; none of day 0.
func dateOn(d quiet.Day) Date {
	if d == 0 {
		return ""
	}
	return Date(d.String())
}

// In returns when the date begins in a zone; the zero time of none.
func (d Date) In(zone *time.Location) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, string(d), zone)
	if err != nil {
		return time.Time{}
	}
	return t
}

// day returns the date as rhythms count it.
func (d Date) day() quiet.Day { return quiet.DayOf(d.In(time.UTC)) }

// Valid says whether there is such a day.
func (d Date) Valid() bool { return isDate(string(d)) }

// tidyDate takes surrounding space off.
func tidyDate(d Date) Date { return Date(strings.TrimSpace(string(d))) }

// isDate says whether s is a date that there is.
func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}
