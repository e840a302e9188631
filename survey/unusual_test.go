package survey_test

import (
	"strings"
	"testing"
	"time"

	"earshot/survey"
)

// listed are the names of the customers on a list, in its order.
func listed(t *testing.T, s *survey.Service, list survey.List) []string {
	t.Helper()
	page, err := s.QuietCustomers(t.Context(), survey.QuietFilter{List: list})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range page.Items {
		names = append(names, c.Customer.Name)
	}
	return names
}

// TestUnusualComesBeforeQuiet follows a weekly customer from the last order until they are quiet.
func TestUnusualComesBeforeQuiet(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	s, clock := newServiceOn(t, db)
	c := newCustomer(t, s, "Weekly")
	everyDays(t, s, c, 7, 20, 1)
	unusual, quiet := 0, 0
	for day := 1; day <= 120 && quiet == 0; day++ {
		clock.Advance(24 * time.Hour)
		effects(t, s)
		step, call := listed(t, s, survey.Unusual), listed(t, s, survey.Leaving)
		if len(step)+len(call) > 1 {
			t.Fatalf("day %d: on two lists: %v, %v", day, step, call)
		}
		if len(step) == 1 && unusual == 0 {
			unusual = day
			found, err := s.Rhythm(t.Context(), survey.CustomerID(c.ID))
			if err != nil || found.List != survey.Unusual || found.Since.IsZero() || !strings.HasSuffix(found.Sentence, " %. A question may be enough.") {
				t.Errorf("day %d: got %+v, %v, want who is unusually silent since a day", day, found, err)
			}
			if err := s.Snooze(t.Context(), survey.CustomerID(c.ID), clock.Now().AddDate(0, 0, 90)); err != nil {
				t.Fatal(err)
			}
			if got := listed(t, s, survey.Unusual); len(got) > 0 {
				t.Errorf("snoozed, still listed: %v", got)
			}
		}
		if len(call) == 1 {
			quiet = day
		}
	}
	if unusual == 0 || quiet <= unusual {
		t.Fatalf("unusual on day %d, quiet on day %d; want the one before the other, and no snooze of the one for the other", unusual, quiet)
	}
	if r := storedRhythm(t, db, c.ID); r.List != survey.Leaving || !r.SnoozedUntil.IsZero() {
		t.Errorf("got list %q, snoozed until %v; want the quiet list without a snooze", r.List, r.SnoozedUntil)
	}
	record(t, s, c, survey.Order, clock.Now())
	if step, call := listed(t, s, survey.Unusual), listed(t, s, survey.Leaving); len(step)+len(call) > 0 {
		t.Errorf("after an order: still on a list: %v, %v", step, call)
	}
	if r := storedRhythm(t, db, c.ID); !r.Since.IsZero() {
		t.Errorf("on no list since %v, want no day", r.Since)
	}
}

// TestUnusualAreRankedByWhatIsAtStake: the chance counts as much as the value.
func TestUnusualAreRankedByWhatIsAtStake(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	worth := func(name string, value float64) {
		t.Helper()
		c, err := s.CreateCustomer(t.Context(), survey.CustomerFields{Name: &name, ValuePerYear: &value})
		if err != nil {
			t.Fatal(err)
		}
		everyDays(t, s, c, 7, 20, 16)
	}
	worth("Small", 1000)
	worth("Large", 50_000)
	if got := strings.Join(listed(t, s, survey.Unusual), " "); got != "Large Small" {
		t.Errorf("got %q, want the greater loss first", got)
	}
}

// TestAnAlarmDoesNotWaitForTheStepBefore: together many kinds of signs of life make an alarm of a silence that is not unusual in any of
// them yet. It is told of on the day on which it is one.
func TestAnAlarmDoesNotWaitForTheStepBefore(t *testing.T) {
	t.Parallel()
	x := newShop(t, 1)
	kinds := []survey.TouchpointKind{survey.Order, survey.Payment, survey.Login, survey.Visit, survey.Ticket, survey.EmailIn, survey.Meeting}
	var rows []survey.TouchpointInput
	for _, kind := range kinds {
		for _, d := range every(30, -600, 0) {
			rows = append(rows, survey.TouchpointInput{CustomerID: survey.CustomerID(x.firms[0].ID), Kind: kind, At: startOfTests.AddDate(0, 0, d)})
		}
	}
	x.send(rows)
	for range 60 {
		x.wait(day)
		if got := x.on(survey.Unusual); len(got) > 0 {
			t.Fatalf("unusually silent before it is an alarm: %s", got[0].Sentence)
		}
		if got := x.on(survey.Leaving); len(got) > 0 {
			if today := x.clock.Now().Truncate(day); !got[0].Since.Equal(today) {
				t.Errorf("told of on %v, want on %v, since when it is an alarm", today, got[0].Since)
			}
			return
		}
	}
	t.Error("who has shown up in no way for 60 days is not quiet")
}
