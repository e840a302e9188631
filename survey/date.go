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

// Time returns midnight UTC of the date; zero of none.
func (d Date) Time() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// day returns the date as rhythms count it.
func (d Date) day() quiet.Day { return quiet.DayOf(d.Time()) }

// tidyDate takes surrounding space off.
func tidyDate(d Date) Date { return Date(strings.TrimSpace(string(d))) }

// isDate says whether s is a date that there is.
func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}
