package survey_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// countAll returns how many documents each collection holds that is about customers.
func countAll(tb testing.TB, db store.Store) map[string]int {
	tb.Helper()
	counts := map[string]int{}
	for _, name := range []string{"customers", "contacts", "touchpoints", "rhythms", "ask_logs", "invitations", "responses", "alarms", "received_mails"} {
		docs, _, err := db.Find(context.Background(), specNamed(tb, name), store.Query{Index: store.ByID, Limit: store.MaxLimit})
		if err != nil {
			tb.Fatal(err)
		}
		if len(docs) > 0 {
			counts[name] = len(docs)
		}
	}
	return counts
}

// fullCustomer makes a customer with one of everything.
func fullCustomer(tb testing.TB, s *survey.Service, db store.Store, name string) *survey.Customer {
	tb.Helper()
	c := newCustomer(tb, s, name)
	id := survey.CustomerID(c.ID)
	contact := survey.ContactInput{CustomerID: id, ContactFields: survey.ContactFields{Name: new("Ana"), Email: new("ana@" + name + ".example")}}
	if _, err := s.CreateContact(tb.Context(), contact); err != nil {
		tb.Fatal(err)
	}
	everyDays(tb, s, c, 7, 5, 7)
	for collection, doc := range map[string]store.Doc{
		"ask_logs":       &survey.AskLog{Meta: store.Meta{ID: c.ID}},
		"invitations":    &survey.Invitation{Meta: store.Meta{ID: "inv_" + name}, CustomerID: id, CreatedAt: s.Now()},
		"alarms":         &survey.Alarm{Meta: store.Meta{ID: "alm_" + name}, CustomerID: id, Telling: survey.Telling{List: survey.Leaving, ToldAt: s.Now()}},
		"received_mails": &survey.ReceivedMail{Meta: store.Meta{ID: "rcv_" + name}, CustomerID: id, ReceivedAt: s.Now()},
		"responses":      &survey.Response{Meta: store.Meta{ID: "rsp_" + name}, CustomerID: id, SubmittedAt: s.Now()},
	} {
		if err := write(tb, db, collection, store.Insert, doc); err != nil {
			tb.Fatal(err)
		}
	}
	return c
}

func TestDeletingACustomerDeletesWhatBelongsToIt(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	s, clock := newServiceOn(t, db)
	kept, c := fullCustomer(t, s, db, "Kept"), fullCustomer(t, s, db, "Gone")
	if err := s.DeleteCustomer(t.Context(), survey.CustomerID(c.ID), c.Version+7); survey.KindOf(err) != survey.Conflict {
		t.Fatalf("delete another version: got %v, want a conflict", err)
	}
	if err := s.DeleteCustomer(t.Context(), survey.CustomerID(c.ID), c.Version); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Customer(t.Context(), survey.CustomerID(c.ID)); survey.KindOf(err) != survey.NotFound {
		t.Errorf("right after: got %v, want not found", err)
	}
	page, err := s.Customers(t.Context(), survey.CustomerFilter{})
	if err != nil || len(page.Items) != 1 || page.Items[0].ID != kept.ID {
		t.Errorf("list right after: got %d customers, %v; want Kept alone", len(page.Items), err)
	}
	if err := s.DeleteCustomer(t.Context(), survey.CustomerID(c.ID), 0); survey.KindOf(err) != survey.NotFound {
		t.Errorf("delete again: got %v, want not found", err)
	}
	// Its external id is free at once, and the one who takes it keeps what is theirs.
	again := fullCustomer(t, s, db, "Gone2")
	if _, err := s.ChangeCustomer(t.Context(), survey.CustomerID(again.ID), 0, survey.CustomerFields{ExternalID: new("Gone")}); err != nil {
		t.Errorf("take the external id: %v", err)
	}
	effects(t, s, "customers")
	clock.Advance(time.Hour)
	effects(t, s, "customers")
	want := map[string]int{"customers": 2, "contacts": 2, "touchpoints": 10, "rhythms": 2, "ask_logs": 2, "invitations": 2, "received_mails": 2, "responses": 2, "alarms": 2}
	if got := countAll(t, db); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("documents left: got %v, want %v", got, want)
	}
}

func TestADeletedCustomersExternalIDCanBeUsedAgain(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	s, clock := newServiceOn(t, db)
	c := fullCustomer(t, s, db, "Phoenix")
	if err := s.DeleteCustomer(t.Context(), survey.CustomerID(c.ID), 0); err != nil {
		t.Fatal(err)
	}
	results := s.PutCustomers(t.Context(), []survey.CustomerFields{{ExternalID: new("Phoenix"), Name: new("Phoenix")}})
	if results[0].Status != survey.RowCreated {
		t.Fatalf("put it again: got %+v, want created", results[0])
	}
	reborn, err := s.CustomerByExternalID(t.Context(), "Phoenix")
	if err != nil {
		t.Fatal(err)
	}
	rows := []survey.TouchpointInput{{CustomerExternalID: "Phoenix", Kind: survey.Order, At: clock.Now()}}
	if r := s.PutTouchpoints(t.Context(), rows)[0]; r.Status != survey.RowCreated {
		t.Fatalf("touchpoint of the new one: %+v", r)
	}
	for range 3 {
		effects(t, s, "customers")
		clock.Advance(time.Hour)
	}
	if _, err := s.Customer(t.Context(), survey.CustomerID(reborn.ID)); err != nil {
		t.Errorf("the new customer: %v", err)
	}
	if got, want := countAll(t, db), (map[string]int{"customers": 1, "touchpoints": 1, "rhythms": 1}); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("documents left: got %v, want %v", got, want)
	}
}

// TestADeletionSurvivesAnyFault lets the store fail at every write of a deletion.
func TestADeletionSurvivesAnyFault(t *testing.T) {
	t.Parallel()
	for _, kind := range everyFault {
		for n := 1; ; n++ {
			db := newStore(t)
			s, clock := newServiceOn(t, db)
			c := fullCustomer(t, s, db, "C")
			broken := &faulty{Store: db, left: n, kind: kind}
			frail := mustService(t, survey.Options{Store: broken, Clock: clock.Now})
			err := frail.DeleteCustomer(t.Context(), survey.CustomerID(c.ID), 0)
			if err == nil {
				_ = frail.Effects().Drain(t.Context(), "customers")
			}
			if _, err := s.Customer(t.Context(), survey.CustomerID(c.ID)); err == nil {
				if err := s.DeleteCustomer(t.Context(), survey.CustomerID(c.ID), 0); err != nil {
					t.Fatalf("%s, write %d: delete again: %v", kind, n, err)
				}
			}
			for range 3 {
				clock.Advance(time.Hour)
				effects(t, s, "customers")
			}
			if got := countAll(t, db); len(got) != 0 {
				t.Errorf("%s, write %d: left over: %v", kind, n, got)
			}
			if !broken.fired {
				if n < 8 {
					t.Fatalf("%s: a deletion took %d writes only", kind, n-1)
				}
				break
			}
		}
	}
}
