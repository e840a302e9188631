package survey_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/quiet"
	"earshot/survey/store"
)

// storedModel returns the parameters of orders as they are stored.
func storedModel(tb testing.TB, db store.Store) *survey.RhythmModel {
	tb.Helper()
	docs, err := db.Fetch(tb.Context(), specNamed(tb, "rhythm_models"), []string{string(survey.Order)})
	if err != nil || len(docs) != 1 {
		tb.Fatalf("fetch the model of orders: %d documents, %v", len(docs), err)
	}
	return docs[0].(*survey.RhythmModel)
}

// customersOrdering makes customers who order at intervals of their own.
func customersOrdering(tb testing.TB, s *survey.Service, n int) {
	tb.Helper()
	customersNamed(tb, s, n)
	random := rand.New(rand.NewPCG(7, 7))
	var rows []survey.TouchpointInput
	for i := range n {
		apart := 5 + random.IntN(40)
		for at := s.Now().AddDate(0, 0, -random.IntN(60)); at.After(s.Now().AddDate(-1, 0, 0)); {
			rows = append(rows, survey.TouchpointInput{CustomerExternalID: fmt.Sprint("C", i), Kind: survey.Order, At: at})
			at = at.AddDate(0, 0, -max(1, apart-2+random.IntN(5)))
		}
	}
	for i, r := range s.PutTouchpoints(tb.Context(), rows) {
		if r.Err != nil {
			tb.Fatalf("touchpoint %d: %v", i, r.Err)
		}
	}
	effects(tb, s, "touchpoint_batches") // so many at once are told to the rhythms by the queue
}

// sameRandom is randomness that is the same in each test.
func sameRandom() io.Reader {
	return bytes.NewReader(bytes.Repeat([]byte{1, 2, 3, 5, 8, 13, 21}, 100_000))
}

// readyToFit is a service of customers who order at intervals of their own, a day after that was first told: when it is first learnt from.
func readyToFit(tb testing.TB, customers int) (*survey.Service, *clock, store.Store) {
	tb.Helper()
	db := newStore(tb)
	s, clock := newServiceOn(tb, db)
	s.SetRandom(sameRandom())
	customersOrdering(tb, s, customers)
	clock.Advance(25 * time.Hour)
	return s, clock, db
}

// storedRanking returns the Ranking as it is stored.
func storedRanking(tb testing.TB, db store.Store) *survey.Ranking {
	tb.Helper()
	docs, err := db.Fetch(tb.Context(), specNamed(tb, "rankings"), []string{"ranking"})
	if err != nil {
		tb.Fatalf("fetch the ranking: %v", err)
	}
	if len(docs) == 0 {
		return new(survey.Ranking)
	}
	return docs[0].(*survey.Ranking)
}

// bringIntoForce takes up what was learnt last, lets every process learn of it, and ranks all customers by it.
func bringIntoForce(tb testing.TB, s *survey.Service, clock *clock) {
	tb.Helper()
	effects(tb, s, "rhythm_models", "rankings")
	clock.Advance(3 * time.Minute)
	effects(tb, s, "rankings")
}

func TestParametersAreFittedToTheInstallationsOwnCustomers(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	s, clock := newServiceOn(t, db)
	s.SetRandom(sameRandom())
	customersOrdering(t, s, 120)
	effects(t, s, "rhythm_models")
	if m := storedModel(t, db); m.Fit != 0 || !m.TriedAt.IsZero() {
		t.Fatalf("right after the first data: got %+v, want no try to fit", m)
	}
	clock.Advance(25 * time.Hour)
	effects(t, s, "rhythm_models")
	m := storedModel(t, db)
	if m.Fit != 1 || m.Customers < 100 || m.Params == quiet.Defaults() {
		t.Fatalf("after the fit: got %+v; want own parameters", m)
	}
	bringIntoForce(t, s, clock)
	m = storedModel(t, db)
	if fit := m.Owing("fit_model"); m.Owing("walk_rhythms") != nil || fit == nil || !fit.Due.After(clock.Now().Add(6*24*time.Hour)) {
		t.Errorf("after the walk: owes %v; want the next fit in a week", m.Owes)
	}
	if len(m.Pace.Weights) == 0 || m.Calibration.CustomerYears == 0 {
		t.Errorf("after the fit: got %d days of a pace and %v customer years, want some", len(m.Pace.Weights), m.Calibration.CustomerYears)
	}
	if m.Curve.Customers != 120 || len(m.Curve.Points) == 0 {
		t.Errorf("after the fit: got a curve of %d customers with %d points, want one of all 120", m.Curve.Customers, len(m.Curve.Points))
	}
	for i := range 120 {
		c, err := s.CustomerByExternalID(t.Context(), fmt.Sprint("C", i))
		if err != nil {
			t.Fatal(err)
		}
		if r := storedRhythm(t, db, c.ID); r.Kinds[0].Fit != 1 {
			t.Fatalf("rhythm of C%d: fit %d, want 1", i, r.Kinds[0].Fit)
		}
	}
}

// TestThePaceIsFollowedEveryDay lets half a year of silence of all customers pass: the pace must tell that it is nobody's own.
func TestThePaceIsFollowedEveryDay(t *testing.T) {
	t.Parallel()
	s, clock, db := readyToFit(t, 300)
	effects(t, s, "rhythm_models")
	before := storedModel(t, db)
	clock.Advance(90 * 24 * time.Hour)
	for range 3 {
		effects(t, s, "rhythm_models")
	}
	after := storedModel(t, db)
	known, slow := 0, 0
	for _, w := range after.Pace.Weights[max(0, len(after.Pace.Weights)-20):] {
		known++
		if w < 0.2 {
			slow++
		}
	}
	if len(after.Pace.Weights) <= len(before.Pace.Weights) || slow < known/2 {
		t.Errorf("the pace was told of %d days, %d of the last %d slow; want more than the %d before, and most slow", len(after.Pace.Weights), slow, known, len(before.Pace.Weights))
	}
	next := after.Owing("follow_pace")
	if next == nil || !next.Due.After(clock.Now()) || next.Due.After(clock.Now().Add(27*time.Hour)) {
		t.Errorf("owes %v, want the pace within a day", after.Owes)
	}
}

func TestFewCustomersKeepTheDefaults(t *testing.T) {
	t.Parallel()
	s, _, db := readyToFit(t, 20)
	effects(t, s, "rhythm_models")
	m := storedModel(t, db)
	if m.Params != quiet.Defaults() || m.Why == "" || m.TriedAt.IsZero() || !m.FittedAt.IsZero() {
		t.Errorf("got %+v; want the defaults, and why", m)
	}
}

func TestSignsOfLifeComeCustomerByCustomer(t *testing.T) {
	t.Parallel()
	s, clock := newService(t)
	for _, name := range []string{"A", "B"} {
		c := newCustomer(t, s, name)
		record(t, s, c, survey.Note, clock.Now())
		record(t, s, c, survey.Login, clock.Now().AddDate(0, 0, -1))
		everyDays(t, s, c, 7, 3, 2)
	}
	for kind, want := range map[survey.TouchpointKind]int{"": 8, survey.Order: 6, survey.Note: 0} {
		n := 0
		var last quiet.Event
		seen := map[string]bool{}
		for e, err := range s.SignsOfLife(t.Context(), kind) {
			if err != nil {
				t.Fatal(err)
			}
			n++
			if e.Customer != last.Customer && seen[e.Customer] || e.Customer == last.Customer && e.Day < last.Day {
				t.Errorf("%q: %v comes behind %v", kind, e, last)
			}
			last, seen[e.Customer] = e, true
		}
		if n != want {
			t.Errorf("signs of life of kind %q: got %d, want %d", kind, n, want)
		}
	}
}

// TestWhatAnOlderProgramFittedIsMadeAnew stores a model as it was fitted when parameters had no bounds and states no share of
// skipped cycles: it is not used as it stands, and the start of a process has all rhythms of the kind made anew.
func TestWhatAnOlderProgramFittedIsMadeAnew(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	s, clock := newServiceOn(t, db)
	customersOrdering(t, s, 3)
	m := storedModel(t, db)
	m.Params.R, m.Params.SD, m.Fit, m.Formulas = 37929, 417, 3, 0
	if err := write(t, db, "rhythm_models", store.Replace, m); err != nil {
		t.Fatal(err)
	}
	clock.Advance(2 * time.Minute) // no process remembers the former any more
	c, err := s.CustomerByExternalID(t.Context(), "C0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Rhythm(t.Context(), survey.CustomerID(c.ID)); err != nil {
		t.Fatalf("before a process has started anew: %v", err)
	}
	for range 2 {
		if err := s.AdoptCalendar(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	m = storedModel(t, db)
	if m.Params != quiet.Defaults() || m.Fit != 4 || m.Formulas != quiet.Formulas || m.Owing("fit_model") == nil || m.Owing("walk_rhythms") == nil {
		t.Errorf("got %+v, want the defaults under the fourth number, a fit and a walk, once", m)
	}
}
