// Package workdays knows on which days a company works: on which days of the week, not on the public holidays of its
// countries, and not on the days on which it is closed. It reads no clock and asks nobody: whoever has the same Rules has the
// same days.
package workdays

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Public holidays and days of closing are known from the start of firstYear to the end of lastYear.
const (
	firstYear = 2000
	lastYear  = 2059
)

// First and Last are the first and the last day on which a calendar knows more than days of the week.
func First() time.Time { return date(firstYear, time.January, 1) }

// Last is described at First.
func Last() time.Time { return date(lastYear, time.December, 31) }

// Rules are what a calendar follows from, in words, each a list with commas. Rules that a Calendar returns are in one order
// and spelling, so that equal calendars have equal rules.
type Rules struct {
	// Workdays are days of the week: "mon-fri", or "mon-thu,sat". Empty tells no day of rest.
	Workdays string `json:"workdays,omitempty"`
	// Holidays are countries and regions by ISO 3166, whose public holidays are free: "de-by", or "at,ch-zh".
	Holidays string `json:"holidays,omitempty"`
	// Closed are dates and spans of dates, both ends included, of one year or, without it, of every one:
	// "2026-12-24..2027-01-06", "2027-05-14", "12-24..01-06".
	Closed string `json:"closed,omitempty"`
}

// Problem is what is wrong with one of the Rules.
type Problem struct {
	Rule string // "workdays", "holidays" or "closed"
	Text string // a clause, with what is allowed
}

// Calendar is a company's days of work and rest. It is immutable and safe for concurrent use; the nil Calendar is that of a
// company of which nothing is known, which works every day.
type Calendar struct {
	rules Rules
	works [7]bool // by time.Weekday
	free  map[int]bool
}

// New returns the calendar that follows from the rules, nil where there are none, or all that is wrong with them.
func New(r Rules) (*Calendar, []Problem) {
	c := &Calendar{free: map[int]bool{}}
	var problems []Problem
	for _, part := range []struct {
		rule  string
		words string
		read  func(words []string) (said, problem string)
		said  *string
	}{
		{"workdays", r.Workdays, c.readWeek, &c.rules.Workdays},
		{"holidays", r.Holidays, c.readHolidays, &c.rules.Holidays},
		{"closed", r.Closed, c.readClosed, &c.rules.Closed},
	} {
		words := strings.FieldsFunc(strings.ToLower(part.words), func(r rune) bool { return r == ',' || r == ' ' })
		said, problem := part.read(words)
		if problem != "" {
			problems = append(problems, Problem{part.rule, problem})
		}
		*part.said = said
	}
	if len(problems) > 0 || c.rules == (Rules{}) {
		return nil, problems
	}
	return c, nil
}

// Rules are what the calendar follows from.
func (c *Calendar) Rules() Rules {
	if c == nil {
		return Rules{}
	}
	return c.rules
}

// String says in words on which days the company works.
func (c *Calendar) String() string {
	r := c.Rules()
	spaced := func(list string) string { return strings.ReplaceAll(list, ",", ", ") }
	said := spaced(cmp.Or(r.Workdays, "every day"))
	if r.Holidays != "" {
		said += ", without the public holidays of " + spaced(r.Holidays)
	}
	if r.Closed != "" {
		said += ", closed " + spaced(r.Closed)
	}
	return said
}

// Sum is a checksum of all days, for public holidays change with the version of the program; empty of the nil Calendar.
func (c *Calendar) Sum() string {
	if c == nil {
		return ""
	}
	days := make([]int, 0, len(c.free))
	for day := range c.free {
		days = append(days, day)
	}
	slices.Sort(days)
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, c.works, days) // a hash never fails
	return strconv.FormatUint(h.Sum64(), 16)
}

// TellsWeek says whether the calendar tells on which days of the week is worked.
func (c *Calendar) TellsWeek() bool { return c != nil && c.rules.Workdays != "" }

// Weekday says whether such a day of the week is one of work.
func (c *Calendar) Weekday(w time.Weekday) bool { return c == nil || c.works[w] }

// RestDays is how many days of a week are of rest, 0 to 6.
func (c *Calendar) RestDays() int {
	n := 0
	for w := range time.Weekday(7) {
		if !c.Weekday(w) {
			n++
		}
	}
	return n
}

// Free says whether the date that t shows in its own zone is a public holiday or a day on which the company is closed.
func (c *Calendar) Free(t time.Time) bool { return c != nil && c.free[number(t)] }

// number counts dates from 1970-01-01.
func number(t time.Time) int {
	const secondsPerDay = 24 * 60 * 60
	return int(date(t.Date()).Unix() / secondsPerDay)
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// weekdays are the days of the week as they are written, from Monday.
func weekdays() []string { return []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} }

// readWeek takes days of the week, and says them again from Monday on.
func (c *Calendar) readWeek(words []string) (said, problem string) {
	names := weekdays()
	works := [7]bool{} // from Monday
	for _, word := range words {
		from, to, span := strings.Cut(word, "-")
		first, last := slices.Index(names, from), slices.Index(names, to)
		if !span {
			last = first
		}
		if first < 0 || last < 0 {
			return "", fmt.Sprintf("%q is no day of the week; write mon, tue, wed, thu, fri, sat or sun, or a span such as mon-fri", word)
		}
		for d := first; ; d = (d + 1) % 7 {
			works[d] = true
			if d == last {
				break
			}
		}
	}
	for d, is := range works {
		c.works[(d+1)%7] = is || len(words) == 0
	}
	return sayWeek(works), ""
}

// sayWeek writes the days of a week, which begin with Monday: "mon-thu,sat".
func sayWeek(works [7]bool) string {
	names := weekdays()
	var said []string
	for from := 0; from < len(works); from++ {
		if !works[from] {
			continue
		}
		to := from
		for to+1 < len(works) && works[to+1] {
			to++
		}
		word := names[from]
		if to > from {
			word += "-" + names[to]
		}
		said = append(said, word)
		from = to
	}
	return strings.Join(said, ",")
}

// readHolidays takes countries and regions.
func (c *Calendar) readHolidays(words []string) (said, problem string) {
	for _, word := range words {
		holidays, known := regions()[word]
		if !known {
			return "", fmt.Sprintf("%q is no country or region whose public holidays are known; those are %s", word, strings.Join(Regions(), ", "))
		}
		for _, h := range holidays {
			for year := firstYear; year <= lastYear+1; year++ {
				actual, observed := h.Calc(year)
				for _, day := range []time.Time{actual, observed} {
					if !day.IsZero() && day.Year() <= lastYear {
						c.free[number(day)] = true
					}
				}
			}
		}
	}
	return inOrder(words), ""
}

// Regions are the countries and regions whose public holidays are known, in the order of the alphabet.
func Regions() []string {
	list := make([]string, 0, len(regions()))
	for code := range regions() {
		list = append(list, code)
	}
	slices.Sort(list)
	return list
}

// inOrder lists words in the order of the alphabet, each once.
func inOrder(words []string) string {
	words = slices.Clone(words)
	slices.Sort(words)
	return strings.Join(slices.Compact(words), ",")
}
