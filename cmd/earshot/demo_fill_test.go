package main

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"earshot/cmd/earshot/internal/company"
	"earshot/frontend"
	"earshot/survey"
)

// TestTheListsOfTheDemoStay makes up a company and lets some minutes pass: who stood on a list at the start still does, and what lists of
// each length would have reached is known from the start.
func TestTheListsOfTheDemoStay(t *testing.T) {
	t.Parallel()
	db, err := openStore(t.Context(), filepath.Join(t.TempDir(), "demo.db"), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	pages, err := frontend.New(frontend.Config{Company: "Made up", BaseURL: "http://demo.invalid"})
	if err != nil {
		t.Fatal(err)
	}
	const customers = 150 // of whom more than a hundred order, which a fit takes
	end := time.Now()
	f := &filling{db: db, made: company.Make(1, customers, end), seed: 1, end: end, composer: pages, baseURL: "http://demo.invalid"}
	if err := fill(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	listed := func(at time.Time) map[survey.List][]string {
		t.Helper()
		s, err := f.service("look"+at.String(), at)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.AdoptCalendar(t.Context()); err != nil {
			t.Fatal(err)
		}
		names := map[survey.List][]string{}
		for _, list := range survey.Lists() {
			page, err := s.QuietCustomers(t.Context(), survey.QuietFilter{List: list, Limit: survey.MaxPage})
			if err != nil {
				t.Fatal(err)
			}
			for _, q := range page.Items {
				names[list] = append(names[list], q.Customer.Name)
			}
		}
		if err := s.Effects().Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		return names
	}
	first := listed(end)
	if len(first[survey.Leaving]) == 0 {
		t.Fatalf("nobody is probably leaving: %v", first)
	}
	for minutes := 3; minutes <= 9; minutes += 3 {
		if diff := cmp.Diff(first, listed(end.Add(time.Duration(minutes)*time.Minute))); diff != "" {
			t.Errorf("after %d minutes the lists are others:\n%s", minutes, diff)
		}
	}
	s, err := f.service("capacity", end)
	if err != nil {
		t.Fatal(err)
	}
	if found, err := s.Capacity(t.Context(), survey.Order); err != nil || len(found.Curve.Points) == 0 || found.Coming != nil {
		t.Errorf("what lists would have reached: got %+v, %v; want the curve, in force", found, err)
	}
}
