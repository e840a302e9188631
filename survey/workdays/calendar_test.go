package workdays_test

import (
	"strings"
	"testing"
	"time"

	"earshot/survey/workdays"
)

// calendar returns the calendar of rules that are right.
func calendar(tb testing.TB, r workdays.Rules) *workdays.Calendar {
	tb.Helper()
	c, problems := workdays.New(r)
	if len(problems) > 0 {
		tb.Fatalf("%+v: %v", r, problems)
	}
	return c
}

func day(tb testing.TB, text string) time.Time {
	tb.Helper()
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

func TestFreeDays(t *testing.T) {
	t.Parallel()
	rows := []struct {
		rules workdays.Rules
		free  string
		not   string
	}{
		{workdays.Rules{Holidays: "de"}, "2026-12-25 2026-12-26 2027-01-01 2026-04-03 2026-10-03", "2026-12-24 2026-06-04 2026-08-15"},
		{workdays.Rules{Holidays: "DE-BY"}, "2026-06-04 2026-01-06 2026-12-25", "2026-10-31 2026-12-24"},
		{workdays.Rules{Holidays: "us"}, "2026-07-04 2026-07-03 2026-11-26", "2026-12-26"},
		{workdays.Rules{Holidays: "us"}, "2021-12-31", "2021-12-30"}, // New Year's Day 2022 is a Saturday, observed the day before
		{workdays.Rules{Holidays: "at, ch-zh"}, "2026-10-26 2026-08-01", "2026-10-03"},
		{workdays.Rules{Closed: "2026-12-24..2027-01-06"}, "2026-12-24 2026-12-31 2027-01-06", "2026-12-23 2027-01-07 2025-12-31"},
		{workdays.Rules{Closed: "2027-05-14 2027-05-28"}, "2027-05-14 2027-05-28", "2027-05-15 2028-05-14"},
		{workdays.Rules{Closed: "12-24..01-02"}, "2000-01-01 2026-12-24 2027-01-02 2059-12-31", "2026-12-23 2027-01-03 2060-01-01"},
		{workdays.Rules{Closed: "02-29"}, "2028-02-29", "2027-02-28 2027-03-01"},
		{workdays.Rules{Closed: "02-27..02-29"}, "2027-02-28 2028-02-29", "2027-03-01 2028-03-01"},
		{workdays.Rules{Workdays: "mon-fri"}, "", "2026-12-25 2026-03-07"},
	}
	for _, row := range rows {
		c := calendar(t, row.rules)
		for _, text := range strings.Fields(row.free) {
			if !c.Free(day(t, text)) {
				t.Errorf("%+v: %s is not free", row.rules, text)
			}
		}
		for _, text := range strings.Fields(row.not) {
			if c.Free(day(t, text)) {
				t.Errorf("%+v: %s is free", row.rules, text)
			}
		}
	}
}

func TestTheDateIsThatOfTheZone(t *testing.T) {
	t.Parallel()
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	c := calendar(t, workdays.Rules{Closed: "2026-12-24"})
	at := time.Date(2026, 12, 24, 3, 0, 0, 0, tokyo) // still 23 December in UTC
	if !c.Free(at) || c.Free(at.UTC()) {
		t.Errorf("got %v in Tokyo and %v in UTC, want true and false", c.Free(at), c.Free(at.UTC()))
	}
}

func TestWeeks(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ given, rules, rest string }{
		{"mon-fri", "mon-fri", "SundaySaturday"},
		{"fri, mon-thu", "mon-fri", "SundaySaturday"},
		{"Sun-Thu", "mon-thu,sun", "FridaySaturday"},
		{"mon tue wed sat", "mon-wed,sat", "SundayThursdayFriday"},
		{"mon-sun", "mon-sun", ""},
		{"tue", "tue", "SundayMondayWednesdayThursdayFridaySaturday"},
	} {
		c := calendar(t, workdays.Rules{Workdays: row.given})
		rest := ""
		for w := range time.Weekday(7) {
			if !c.Weekday(w) {
				rest += w.String()
			}
		}
		if c.Rules().Workdays != row.rules || rest != row.rest || !c.TellsWeek() {
			t.Errorf("%q: got %q, rest on %s; want %q, rest on %s", row.given, c.Rules().Workdays, rest, row.rules, row.rest)
		}
	}
}

func TestWithoutRulesNothingIsKnown(t *testing.T) {
	t.Parallel()
	c := calendar(t, workdays.Rules{Holidays: " , "})
	if c != nil || c.Free(time.Now()) || !c.Weekday(time.Sunday) || c.RestDays() != 0 || c.TellsWeek() || c.Sum() != "" || c.Rules() != (workdays.Rules{}) {
		t.Errorf("got %+v, want the nil calendar, on which every day is like the other", c)
	}
}

func TestWrongRulesSayWhatIsAllowed(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rules workdays.Rules
		rule  string
		says  string
	}{
		{workdays.Rules{Workdays: "monday"}, "workdays", `"monday" is no day of the week; write mon, tue`},
		{workdays.Rules{Workdays: "mon-"}, "workdays", `"mon-"`},
		{workdays.Rules{Holidays: "de,bavaria"}, "holidays", `"bavaria" is no country or region whose public holidays are known; those are ar, at, au-act,`},
		{workdays.Rules{Closed: "24.12.2026"}, "closed", `"24.12.2026" is no date; write 2026-12-24`},
		{workdays.Rules{Closed: "2026-02-30"}, "closed", `is no date`},
		{workdays.Rules{Closed: "2026-12-24..01-06"}, "closed", `is no date`},
		{workdays.Rules{Closed: "2027-01-06..2026-12-24"}, "closed", `ends before it begins`},
		{workdays.Rules{Closed: "2026-01-01..2026-12-31"}, "closed", `is longer than 200 days`},
		{workdays.Rules{Closed: "03-01..02-01"}, "closed", `is longer than 200 days`},
	} {
		c, problems := workdays.New(row.rules)
		if c != nil || len(problems) != 1 || problems[0].Rule != row.rule || !strings.Contains(problems[0].Text, row.says) {
			t.Errorf("%+v: got %+v, want a problem of %s that says %s", row.rules, problems, row.rule, row.says)
		}
	}
}

func TestTheSameDaysHaveTheSameSum(t *testing.T) {
	t.Parallel()
	a := calendar(t, workdays.Rules{Workdays: "mon-fri", Holidays: "at,de-by", Closed: "12-31"})
	b := calendar(t, workdays.Rules{Workdays: "fri,mon-thu", Holidays: "DE-BY at at", Closed: "12-31"})
	if a.Rules() != b.Rules() || a.Sum() != b.Sum() {
		t.Errorf("got %+v (%s) and %+v (%s), want the same", a.Rules(), a.Sum(), b.Rules(), b.Sum())
	}
	again := calendar(t, a.Rules())
	if again.Rules() != a.Rules() || again.Sum() != a.Sum() {
		t.Errorf("made of its own rules: got %+v", again.Rules())
	}
	if c := calendar(t, workdays.Rules{Workdays: "mon-fri", Holidays: "at,de-by"}); c.Sum() == a.Sum() {
		t.Error("another calendar has the same sum")
	}
}

// TestEveryRegionHasPlausibleHolidays goes through all years of all regions, also because holidays are computed.
func TestEveryRegionHasPlausibleHolidays(t *testing.T) {
	t.Parallel()
	for _, code := range workdays.Regions() {
		c := calendar(t, workdays.Rules{Holidays: code})
		for year := 2020; year <= 2040; year++ {
			n := 0
			for d := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() == year; d = d.AddDate(0, 0, 1) {
				if c.Free(d) {
					n++
				}
			}
			if n < 5 || n > 35 {
				t.Errorf("%s has %d holidays in %d", code, n, year)
			}
		}
	}
}
