package workdays

import (
	"fmt"
	"strings"
	"time"
)

// closing is a span of dates, both ends included: of one year, or of every year where year is false.
type closing struct {
	from, to moment
	year     bool
}

// moment is a date; the year is 0 where it comes every year.
type moment struct {
	year  int
	month time.Month
	day   int
}

// longestClosing is the longest span of days on which a company can be closed: what is closed for longer has no rhythm.
const longestClosing = 200

// readClosed takes dates and spans.
func (c *Calendar) readClosed(words []string) (said, problem string) {
	for _, word := range words {
		span, ok := readClosing(word)
		if !ok {
			return "", fmt.Sprintf("%q is no date; write 2026-12-24, a span such as 2026-12-24..2027-01-06, or 12-24..01-06 for every year", word)
		}
		first, last := span.from.year, span.from.year
		if !span.year {
			first, last = firstYear-1, lastYear
		}
		for year := first; year <= last; year++ {
			from, to := span.in(year)
			switch length := int(to.Sub(from).Hours() / 24); {
			case span.year && to.Before(from):
				return "", fmt.Sprintf("%q ends before it begins", word)
			case length > longestClosing:
				return "", fmt.Sprintf("%q is longer than %d days", word, longestClosing)
			}
			for d := from; !d.After(to); d = d.AddDate(0, 0, 1) {
				if !d.Before(First()) && !d.After(Last()) {
					c.free[number(d)] = true
				}
			}
		}
	}
	return inOrder(words), ""
}

// in returns the ends of the closing that begins in that year. 29 February is, in other years, no day: what begins with it
// begins a day later, and what ends with it a day earlier.
func (s closing) in(year int) (from, to time.Time) {
	end := year
	switch {
	case s.year:
		end = s.to.year
	case s.to.month < s.from.month || s.to.month == s.from.month && s.to.day < s.from.day:
		end++
	}
	from, to = date(year, s.from.month, s.from.day), date(end, s.to.month, s.to.day)
	if to.Month() != s.to.month {
		to = to.AddDate(0, 0, -1)
	}
	return from, to
}

// readClosing reads one word of days on which a company is closed.
func readClosing(word string) (closing, bool) {
	from, to, span := strings.Cut(word, "..")
	if !span {
		to = from
	}
	first, hasYear, ok := readMoment(from)
	last, alsoYear, alsoOK := readMoment(to)
	return closing{first, last, hasYear}, ok && alsoOK && hasYear == alsoYear
}

// readMoment reads a date with or without a year.
func readMoment(text string) (m moment, hasYear, ok bool) {
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return moment{t.Year(), t.Month(), t.Day()}, true, true
	}
	t, err := time.Parse(time.DateOnly, "2000-"+text) // a leap year, so that 02-29 is a date
	return moment{0, t.Month(), t.Day()}, false, err == nil
}
