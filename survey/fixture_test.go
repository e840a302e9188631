package survey_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
	"earshot/survey/store/enginetest"
)

// clock is a clock that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now returns the time that the clock stands at.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock.
func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// startOfTests is where the clock of a new service stands: a Wednesday at noon.
var startOfTests = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// newStore returns a fresh store that is closed with the test.
func newStore(tb testing.TB) store.Store {
	tb.Helper()
	return enginetest.Open(tb, survey.Specs()...)
}

// newService returns a service on a fresh store, with the clock that it goes by.
func newService(tb testing.TB) (*survey.Service, *clock) {
	tb.Helper()
	return newServiceOn(tb, newStore(tb))
}

// newServiceOn returns a service on that store, with the clock that it goes by.
func newServiceOn(tb testing.TB, db store.Store) (*survey.Service, *clock) {
	tb.Helper()
	c := &clock{now: startOfTests}
	return mustService(tb, survey.Options{Store: db, Clock: c.Now}), c
}

// mustService makes a service.
func mustService(tb testing.TB, o survey.Options) *survey.Service {
	tb.Helper()
	o.Reps = staff
	o.BaseURL, o.Company = "https://feedback.example.com", "Example Ltd"
	s, err := survey.NewService(o)
	if err != nil {
		tb.Fatalf("new service: %v", err)
	}
	return s
}

// write writes one document as it is.
func write(tb testing.TB, db store.Store, collection string, op store.Op, doc store.Doc) error {
	tb.Helper()
	outcomes, err := db.Write(tb.Context(), specNamed(tb, collection), []store.Write{{Op: op, Doc: doc}})
	if err != nil {
		return err
	}
	return outcomes[0]
}

// effects lets the effects that are due happen, of these queues or of all.
func effects(tb testing.TB, s *survey.Service, queues ...string) {
	tb.Helper()
	if err := s.Effects().Drain(tb.Context(), queues...); err != nil {
		tb.Fatalf("effects: %v", err)
	}
}

// newCustomer creates a customer of that name and external id.
func newCustomer(tb testing.TB, s *survey.Service, name string) *survey.Customer {
	tb.Helper()
	c, err := s.CreateCustomer(tb.Context(), survey.CustomerFields{ExternalID: &name, Name: &name})
	if err != nil {
		tb.Fatalf("create customer %q: %v", name, err)
	}
	return c
}

// record records a touchpoint.
func record(tb testing.TB, s *survey.Service, c *survey.Customer, kind survey.TouchpointKind, at time.Time) *survey.Touchpoint {
	tb.Helper()
	t, err := s.RecordTouchpoint(tb.Context(), survey.TouchpointInput{CustomerID: survey.CustomerID(c.ID), Kind: kind, At: at})
	if err != nil {
		tb.Fatalf("record a touchpoint: %v", err)
	}
	return t
}

// problem returns the kind of err and what it says of a field, which is "" where it does not name the field.
func problem(err error, field string) (survey.Kind, string) {
	if err == nil {
		return "", ""
	}
	var own *survey.Error
	if errors.As(err, &own) {
		for _, f := range own.Fields {
			if f.Field == field {
				return own.Kind, f.Message
			}
		}
	}
	return survey.KindOf(err), ""
}
