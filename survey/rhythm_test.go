package survey_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"earshot/survey"
)

// everyDays records orders that many days apart, the last one so many days before now.
func everyDays(tb testing.TB, s *survey.Service, c *survey.Customer, apart, times, silent int) {
	tb.Helper()
	rows := make([]survey.TouchpointInput, times)
	for i := range rows {
		at := s.Now().AddDate(0, 0, -silent-apart*(times-1-i))
		rows[i] = survey.TouchpointInput{CustomerID: survey.CustomerID(c.ID), Kind: survey.Order, At: at, ExternalID: fmt.Sprint("o", i)}
	}
	for i, r := range s.PutTouchpoints(tb.Context(), rows) {
		if r.Status != survey.RowCreated {
			tb.Fatalf("touchpoint %d: %s, %v", i, r.Status, r.Err)
		}
	}
}

func TestQuietCustomersAreJudgedByTheirOwnRhythm(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	weekly, monthly, fresh := newCustomer(t, s, "Weekly"), newCustomer(t, s, "Monthly"), newCustomer(t, s, "Fresh")
	everyDays(t, s, weekly, 7, 20, 45)
	everyDays(t, s, monthly, 30, 20, 45)
	everyDays(t, s, fresh, 7, 2, 300)

	page, err := s.QuietCustomers(t.Context(), survey.QuietFilter{})
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Items) != 1 || page.Items[0].Customer.Name != "Weekly" {
		t.Fatalf("quiet customers: got %+v, want Weekly alone", page.Items)
	}
	got := page.Items[0]
	if want := "Usually orders every "; !strings.HasPrefix(got.Sentence, want) {
		t.Errorf("sentence: got %q, want one that begins with %q", got.Sentence, want)
	}
	if got.Days != 45 || got.Step < 0.5 || got.List != survey.Leaving || got.Since.IsZero() {
		t.Errorf("silence: got %+v, want 45 days, a step, and quiet since a day", got.Silence)
	}
}

func TestCustomerTurnsQuietWhenItsDayHasCome(t *testing.T) {
	t.Parallel()
	s, clock := newService(t)
	c := newCustomer(t, s, "Weekly")
	everyDays(t, s, c, 7, 20, 1)
	turned := 0
	for day := 1; day <= 120 && turned == 0; day++ {
		clock.Advance(24 * time.Hour)
		effects(t, s)
		page, err := s.QuietCustomers(t.Context(), survey.QuietFilter{})
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Items) == 1 {
			turned = day
		}
	}
	if turned < 10 || turned > 90 {
		t.Fatalf("turned quiet after %d days, want between 10 and 90", turned)
	}
	record(t, s, c, survey.Call, clock.Now())
	page, err := s.QuietCustomers(t.Context(), survey.QuietFilter{})
	if err != nil || len(page.Items) != 0 {
		t.Fatalf("after a call: got %+v, %v, want nobody quiet", page.Items, err)
	}
}

func TestALateSignOfLifeBeginsAnotherSilence(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	s, clock := newServiceOn(t, db)
	c := newCustomer(t, s, "Weekly")
	everyDays(t, s, c, 7, 20, 300)
	before := storedRhythm(t, db, c.ID)
	if err := s.Snooze(t.Context(), survey.CustomerID(c.ID), clock.Now().AddDate(0, 0, 30)); err != nil {
		t.Fatal(err)
	}
	record(t, s, c, survey.Order, clock.Now().AddDate(0, 0, -290))
	after := storedRhythm(t, db, c.ID)
	if before.List != survey.Leaving || after.List != survey.Leaving || !after.Since.After(before.Since) || !after.SnoozedUntil.IsZero() {
		t.Errorf("got list %q since %v, snoozed until %v; want the list since later than %v, and no snooze",
			after.List, after.Since, after.SnoozedUntil, before.Since)
	}
}
