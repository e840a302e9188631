package table_test

import (
	"testing"
	"time"

	"earshot/survey/table"
)

func TestDates(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		cell  string
		order table.DateOrder
		want  string // the time in UTC, or what is wrong
	}{
		{"2025-12-31", table.DayFirst, "2025-12-30T23:00:00Z"},
		{"2025-1-2", table.DayFirst, "2025-01-01T23:00:00Z"},
		{"20251231", table.DayFirst, "2025-12-30T23:00:00Z"},
		{"2025/12/31", table.DayFirst, "2025-12-30T23:00:00Z"},
		{"31.12.2025", table.MonthFirst, "2025-12-30T23:00:00Z"},
		{"31.12.25", table.MonthFirst, "2025-12-30T23:00:00Z"},
		{"1.2.99", table.DayFirst, "1999-01-31T23:00:00Z"},
		{"03/04/2026", table.DayFirst, "2026-04-02T22:00:00Z"},
		{"03/04/2026", table.MonthFirst, "2026-03-03T23:00:00Z"},
		{"2025-12-31T23:30:00+01:00", table.DayFirst, "2025-12-31T22:30:00Z"},
		{"2025-12-31T23:30:00.250Z", table.DayFirst, "2025-12-31T23:30:00.25Z"},
		{"2025-12-31 23:30", table.DayFirst, "2025-12-31T22:30:00Z"},
		{"2025-12-31 23:30 UTC", table.DayFirst, "2025-12-31T23:30:00Z"},
		{"2025-12-31 23:30:00 GMT", table.DayFirst, "2025-12-31T23:30:00Z"},
		{"31/12/2025 2:30 PM", table.DayFirst, "2025-12-31T13:30:00Z"},
		{"31.12.2025 14.30 Uhr", table.DayFirst, "2025-12-31T13:30:00Z"},
		{"31-Dec-2025", table.DayFirst, "2025-12-30T23:00:00Z"},
		{"Dec 31, 2025", table.DayFirst, "2025-12-30T23:00:00Z"},
		{"Wed, 31 Dec 2025 10:00:00 +0000", table.DayFirst, "2025-12-31T10:00:00Z"},
		{"2025-02-30", table.DayFirst, "must be a date that exists"},
		{"2024-02-29", table.DayFirst, "2024-02-28T23:00:00Z"},
		{"1900-02-29", table.DayFirst, "must be a date that exists"},
		{"12/31/2025", table.DayFirst, "must be a date (there is no month 31; is the order of day and month right?)"},
		{"yesterday", table.DayFirst, "must be a date, such as 2025-12-31, 31.12.2025 or 2025-12-31T09:30:00Z"},
		{"2025-12-31Tnoon", table.DayFirst, "must be a date, such as 2025-12-31, 31.12.2025 or 2025-12-31T09:30:00Z"},
		{"99999999", table.DayFirst, "must be a date that exists"},
		{"", table.DayFirst, "must be a date, such as 2025-12-31, 31.12.2025 or 2025-12-31T09:30:00Z"},
	} {
		dates := table.Dates{Order: c.order, Zone: berlin}
		at, problem := dates.Read(c.cell)
		if got := problem; got != c.want && at.Format(time.RFC3339Nano) != c.want {
			t.Errorf("%q, %s: got %s %s, want %s", c.cell, c.order, at.Format(time.RFC3339Nano), problem, c.want)
		}
	}
}

func TestDatesCountWhatTheyCouldTell(t *testing.T) {
	t.Parallel()
	dates := table.Dates{Order: table.DayFirst, Zone: time.UTC}
	for _, cell := range []string{"13/04/2026", "04/13/2026", "04/14/2026", "03/04/2026", "04/04/2026", "2026-04-13", "13.4.2026"} {
		dates.Read(cell)
	}
	if dates.DayFirst != 1 || dates.MonthFirst != 2 || dates.EitherWay != 1 {
		t.Errorf("got %d with the day first, %d with the month first, %d either way; want 1, 2, 1", dates.DayFirst, dates.MonthFirst, dates.EitherWay)
	}
}
