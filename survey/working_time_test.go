package survey_test

import (
	"fmt"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
	"earshot/survey/workdays"
)

// calendarOf returns the calendar of rules.
func calendarOf(tb testing.TB, r workdays.Rules) *workdays.Calendar {
	tb.Helper()
	c, problems := workdays.New(r)
	if len(problems) > 0 {
		tb.Fatalf("%+v: %v", r, problems)
	}
	return c
}

// officeRules are those of a company that works from Monday to Friday and is closed from Christmas to Epiphany.
var officeRules = workdays.Rules{Workdays: "mon-fri", Holidays: "de-by", Closed: "12-24..01-06"}

// officeOn returns a service with the calendar on that store, at noon of a day.
func officeOn(tb testing.TB, db store.Store, calendar *workdays.Calendar, at time.Time) (*survey.Service, *clock) {
	tb.Helper()
	c := &clock{now: at}
	return mustService(tb, survey.Options{Store: db, Clock: c.Now, Calendar: calendar}), c
}

// everyWorkingDay records an order on each working day of the office in that time.
func everyWorkingDay(tb testing.TB, s *survey.Service, c *survey.Customer, from, to time.Time) {
	tb.Helper()
	office := calendarOf(tb, officeRules)
	var rows []survey.TouchpointInput
	for at := from; !at.After(to); at = at.AddDate(0, 0, 1) {
		if office.Weekday(at.Weekday()) && !office.Free(at) {
			rows = append(rows, survey.TouchpointInput{CustomerID: survey.CustomerID(c.ID), Kind: survey.Order, At: at, ExternalID: at.Format(time.DateOnly)})
		}
	}
	for _, r := range s.PutTouchpoints(tb.Context(), rows) {
		if r.Err != nil {
			tb.Fatal(r.Err)
		}
	}
	effects(tb, s, "touchpoint_batches")
}

// quietNames are the names of the quiet, in their order.
func quietNames(tb testing.TB, s *survey.Service) []string {
	tb.Helper()
	page, err := s.QuietCustomers(tb.Context(), survey.QuietFilter{})
	if err != nil {
		tb.Fatal(err)
	}
	names := []string{}
	for _, q := range page.Items {
		names = append(names, q.Customer.Name)
	}
	return names
}

// TestNobodyIsQuietOverChristmas lets a customer order every working day until Christmas: by the plain calendar they are
// quiet before the company opens again.
func TestNobodyIsQuietOverChristmas(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name     string
		calendar *workdays.Calendar
		want     string
	}{
		{"every day counts", nil, "[Daily]"},
		{"the company's calendar", calendarOf(t, officeRules), "[]"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s, clock := officeOn(t, newStore(t), row.calendar, time.Date(2026, 12, 23, 12, 0, 0, 0, time.UTC))
			c := newCustomer(t, s, "Daily")
			everyWorkingDay(t, s, c, clock.Now().AddDate(0, -3, 0), clock.Now())
			for range 15 { // until 7 January, when it opens again
				clock.Advance(24 * time.Hour)
				effects(t, s, "rhythms")
			}
			if got := fmt.Sprint(quietNames(t, s)); got != row.want {
				t.Errorf("on 7 January: got %s quiet, want %s", got, row.want)
			}
		})
	}
}

func TestAnotherCalendarHasRhythmsMadeAnew(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	plain, clock := officeOn(t, db, nil, time.Date(2027, 1, 7, 12, 0, 0, 0, time.UTC))
	c := newCustomer(t, plain, "Daily")
	everyWorkingDay(t, plain, c, clock.Now().AddDate(0, -4, 0), clock.Now().AddDate(0, 0, -15))
	before := storedRhythm(t, db, c.ID)
	if before.List != survey.Leaving {
		t.Fatalf("by the plain calendar: got %+v, want quiet", before)
	}

	office := mustService(t, survey.Options{Store: db, Clock: clock.Now, Calendar: calendarOf(t, officeRules)})
	for range 2 { // the second time there is nothing to adopt
		if err := office.AdoptCalendar(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if m := storedModel(t, db); m.Fit != 1 || m.Calendar != calendarOf(t, officeRules).Rules() || m.CalendarSum == "" {
		t.Fatalf("got the model %+v, want the calendar and one new number", m)
	}
	clock.Advance(3 * time.Minute)
	effects(t, office, "rhythm_models")
	after := storedRhythm(t, db, c.ID)
	if after.List != "" || after.Kinds[0].Fit != storedModel(t, db).Fit || after.Kinds[0].State == before.Kinds[0].State {
		t.Errorf("by the company's calendar: got %+v, want a rhythm made anew and not quiet", after)
	}

	// A process with other options goes by what is stored, until it adopts its own.
	clock.Advance(time.Hour)
	record(t, plain, c, survey.Order, clock.Now())
	told := storedRhythm(t, db, c.ID)
	if gap := told.Kinds[0].State.G - after.Kinds[0].State.G*0.95; gap < 0.19 || gap > 0.21 {
		t.Errorf("a process without a calendar folded a gap of %.2f weeks; over the holidays it is a working day", gap)
	}
	if err := plain.AdoptCalendar(t.Context()); err != nil {
		t.Fatal(err)
	}
	if m := storedModel(t, db); m.Calendar != (workdays.Rules{}) || m.Owing("walk_rhythms") == nil {
		t.Errorf("without a calendar again: got %+v, want none, and a walk", m)
	}
}

func TestWhoOrdersAtWeekendsTooIsJudgedByThem(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	s, clock := officeOn(t, db, calendarOf(t, workdays.Rules{Workdays: "mon-fri"}), time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC))
	for i := range 20 {
		everyDays(t, s, newCustomer(t, s, fmt.Sprint("C", i)), 1, 60, 1)
	}
	effects(t, s, "touchpoint_batches")
	if m := storedModel(t, db); m.RestWeight != 0 {
		t.Fatalf("before a fit: got a weight of %v for days of rest, want 0", m.RestWeight)
	}
	clock.Advance(25 * time.Hour)
	effects(t, s, "rhythm_models")
	if m := storedModel(t, db); m.RestWeight < 0.8 || m.Fit != 1 || m.Owing("walk_rhythms") == nil {
		t.Errorf("after a look at %d customers: got %+v; want a weight near 1 and a walk", m.Customers, m)
	}
}

func TestPulsesRestOnHolidays(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name     string
		rules    workdays.Rules
		weekdays []int
		now      time.Time
		want     string
	}{
		{"no calendar", workdays.Rules{}, []int{5}, time.Date(2026, 12, 21, 12, 0, 0, 0, time.UTC), "2026-12-25"},
		{"a holiday", workdays.Rules{Holidays: "de"}, []int{5}, time.Date(2026, 12, 21, 12, 0, 0, 0, time.UTC), "2027-01-08"},
		{"closed", workdays.Rules{Closed: "2026-12-01..2027-02-28"}, []int{5}, time.Date(2026, 12, 21, 12, 0, 0, 0, time.UTC), "2027-03-05"},
		{"a Saturday that was chosen", workdays.Rules{Workdays: "mon-fri"}, []int{6}, time.Date(2026, 12, 21, 12, 0, 0, 0, time.UTC), "2026-12-26"},
	} {
		s, _ := officeOn(t, newStore(t), calendarOf(t, row.rules), row.now)
		if got := s.NextRun(row.weekdays, 9, time.UTC, row.now).Format(time.DateOnly); got != row.want {
			t.Errorf("%s: got %s, want %s", row.name, got, row.want)
		}
	}
	christmas := time.Date(2026, 12, 24, 19, 0, 0, 0, time.UTC) // a Thursday evening
	for _, row := range []struct {
		rules workdays.Rules
		want  string
	}{
		{workdays.Rules{}, "2026-12-25"},
		{workdays.Rules{Holidays: "de"}, "2026-12-28"},
		{workdays.Rules{Workdays: "sun-thu", Holidays: "de"}, "2026-12-27"},
		{officeRules, "2027-01-07"},
	} {
		s, _ := officeOn(t, newStore(t), calendarOf(t, row.rules), christmas)
		if got := s.DecentTime(christmas, time.UTC).Format(time.DateOnly); got != row.want {
			t.Errorf("%+v: a mail goes out on %s, want %s", row.rules, got, row.want)
		}
	}
}
