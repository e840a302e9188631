package table

import (
	"strconv"
	"strings"
	"time"
)

// DateOrder says how to read a date such as 03/04/2026.
type DateOrder string

// The orders of day and month.
const (
	DayFirst   DateOrder = "day_first"
	MonthFirst DateOrder = "month_first"
)

// Dates reads the dates of one file; the zero value needs a Zone.
type Dates struct {
	Order DateOrder
	// Zone is where dates and times without a zone of their own are meant.
	Zone *time.Location
	// DayFirst and MonthFirst count the dates read so far that can be read in one way only, whatever Order says.
	DayFirst, MonthFirst int
	// EitherWay counts those that Order decided.
	EitherWay int
}

// dateClause is said of what is no date.
const dateClause = "must be a date, such as 2025-12-31, 31.12.2025 or 2025-12-31T09:30:00Z"

// Read returns the time that s tells, and what is wrong with it; that is empty if nothing is.
func (d *Dates) Read(s string) (time.Time, string) {
	if len(s) == len(time.DateOnly) && s[4] == '-' && s[7] == '-' { // by far the most common
		return d.date(number4(s), number2(s[5:]), number2(s[8:]), "")
	}
	s = plainDate(s)
	if at, ok := d.counted(s); ok {
		return at, ""
	}
	date, clock := s, ""
	if i := strings.IndexAny(s, "T, "); i > 0 && s[0] >= '0' && s[0] <= '9' && !strings.ContainsFunc(s[:i], isWordLetter) {
		date, clock = s[:i], strings.TrimSpace(strings.TrimPrefix(s[i+1:], "T"))
	}
	parts, separator := dateParts(date)
	switch {
	case len(parts) == 1 && len(date) == 8:
		return d.date(number4(date), number2(date[4:]), number2(date[6:]), clock)
	case len(parts) == 3 && (number(parts[1]) < 0 || number(parts[0]) < 0):
		return d.named(s)
	case len(parts) == 3 && len(parts[0]) == 4:
		return d.date(number4(parts[0]), number(parts[1]), number(parts[2]), clock)
	case len(parts) == 3:
		day, month := d.ordered(number(parts[0]), number(parts[1]), separator)
		return d.date(century(parts[2]), month, day, clock)
	}
	return d.named(s)
}

// isWordLetter says whether r belongs to the name of a month or a day.
func isWordLetter(r rune) bool { return r != 'T' && (r >= 'A' && r <= 'Z' || r >= 'a') }

// dateParts divides a date at its separator; there is one part where it has none.
func dateParts(date string) ([]string, byte) {
	i := strings.IndexAny(date, "-./")
	if i < 0 {
		return []string{date}, 0
	}
	return strings.Split(strings.TrimSuffix(date, "."), date[i:i+1]), date[i]
}

// ordered tells the day from the month. Dots are written where the day comes first.
func (d *Dates) ordered(first, second int, separator byte) (day, month int) {
	order := d.Order
	switch {
	case separator == '.':
		return first, second
	case first > 12 && second <= 12:
		d.DayFirst++
	case second > 12 && first <= 12:
		d.MonthFirst++
	case first != second:
		d.EitherWay++
	}
	if order == MonthFirst {
		return second, first
	}
	return first, second
}

// century returns the year that is written with four digits, or with two: 70 to 99 belong to the last century.
func century(s string) int {
	switch n := number(s); {
	case len(s) == 4:
		return n
	case len(s) != 2 || n < 0:
		return -1
	case n < 70:
		return 2000 + n
	default:
		return 1900 + n
	}
}

// number returns the number that up to four digits tell, or -1.
func number(s string) int {
	if s == "" || len(s) > 4 {
		return -1
	}
	n := 0
	for i := range len(s) {
		digit := s[i] - '0'
		if digit > 9 {
			return -1
		}
		n = n*10 + int(digit)
	}
	return n
}

func number2(s string) int { return number(s[:2]) }
func number4(s string) int { return number(s[:4]) }

// date puts a time together.
func (d *Dates) date(year, month, day int, clock string) (time.Time, string) {
	switch {
	case year < 0 || month < 0 || day < 0:
		return time.Time{}, dateClause
	case month > 12 && day <= 12:
		return time.Time{}, "must be a date (there is no month " + strconv.Itoa(month) + "; is the order of day and month right?)"
	case month < 1 || month > 12 || day < 1 || day > daysIn(year, month):
		return time.Time{}, "must be a date that exists"
	}
	c, ok := clockTime{}, true
	if clock != "" {
		c, ok = parseClock(clock)
	}
	if !ok {
		return time.Time{}, dateClause
	}
	if c.zone == nil {
		c.zone = d.Zone
	}
	return time.Date(year, time.Month(month), day, c.hour, c.minute, c.second, c.nano, c.zone).UTC(), ""
}

// daysIn returns how many days a month has.
func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}
