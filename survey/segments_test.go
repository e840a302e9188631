package survey_test

import (
	"fmt"
	"slices"
	"testing"

	"earshot/survey"
)

// inSegment adds a customer of a segment.
func inSegment(tb testing.TB, s *survey.Service, name, segment string) *survey.Customer {
	tb.Helper()
	c, err := s.CreateCustomer(tb.Context(), survey.CustomerFields{Name: &name, Segment: &segment})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func TestSegmentsAreListedOnce(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	got, err := s.Segments(t.Context())
	if err != nil || len(got) != 0 {
		t.Fatalf("without customers: got %v, %v, want none", got, err)
	}
	for i, segment := range []string{"retail", "", "Retail", "retail", "retail chains", "été", "!odd", "retail"} {
		inSegment(t, s, fmt.Sprint("Customer ", i), segment)
	}
	gone := inSegment(t, s, "Gone", "only theirs")
	if err := s.DeleteCustomer(t.Context(), survey.CustomerID(gone.ID), 0); err != nil {
		t.Fatal(err)
	}
	got, err = s.Segments(t.Context())
	if want := []string{"!odd", "Retail", "retail", "retail chains", "été"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestNamesAndSilencesOfMany(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	quiet, fresh, gone := newCustomer(t, s, "Quiet"), newCustomer(t, s, "Fresh"), newCustomer(t, s, "Gone")
	everyDays(t, s, quiet, 7, 20, 45)
	if err := s.DeleteCustomer(t.Context(), survey.CustomerID(gone.ID), 0); err != nil {
		t.Fatal(err)
	}
	ids := []survey.CustomerID{survey.CustomerID(quiet.ID), survey.CustomerID(fresh.ID), survey.CustomerID(gone.ID), survey.CustomerID(quiet.ID), "cus_unknown"}
	names, err := s.CustomerNames(t.Context(), ids)
	if err != nil || len(names) != 2 || names[ids[0]] != "Quiet" || names[ids[1]] != "Fresh" {
		t.Errorf("names: got %v, %v, want those of the two that exist", names, err)
	}
	silences, err := s.Silences(t.Context(), ids)
	if err != nil || len(silences) != 1 {
		t.Fatalf("silences: got %v, %v, want the one that is known", silences, err)
	}
	whole, err := s.Rhythm(t.Context(), ids[0])
	if err != nil || silences[ids[0]] != whole.Silence {
		t.Errorf("silence: got %+v, want %+v as on the customer's page, %v", silences[ids[0]], whole.Silence, err)
	}
}

func TestCustomerFilterMatches(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	c := inSegment(t, s, "Müller & Söhne", "retail")
	for _, tt := range []struct {
		name   string
		filter survey.CustomerFilter
		want   bool
	}{
		{"everybody", survey.CustomerFilter{}, true},
		{"the beginning of the name", survey.CustomerFilter{NamePrefix: "MULL"}, true},
		{"the middle of the name", survey.CustomerFilter{NamePrefix: "söhne"}, false},
		{"another segment", survey.CustomerFilter{NamePrefix: "mull", Segment: "travel"}, false},
		{"another status", survey.CustomerFilter{Status: survey.Lost}, false},
	} {
		if got := tt.filter.Matches(c); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
		page, err := s.Customers(t.Context(), tt.filter)
		if err != nil || (len(page.Items) == 1) != tt.want {
			t.Errorf("%s: the list has %d customers, %v, want it to agree", tt.name, len(page.Items), err)
		}
	}
}
