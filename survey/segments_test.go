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

func TestNamesAndLinesOfMany(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	quiet, fresh, gone := newCustomer(t, s, "Quiet"), newCustomer(t, s, "Fresh"), newCustomer(t, s, "Gone")
	everyDays(t, s, quiet, 7, 20, 45)
	if err := s.DeleteCustomer(t.Context(), survey.CustomerID(gone.ID), 0); err != nil {
		t.Fatal(err)
	}
	ids := []survey.CustomerID{survey.CustomerID(quiet.ID), survey.CustomerID(fresh.ID), survey.CustomerID(gone.ID), survey.CustomerID(quiet.ID), "cus_unknown"}
	names, err := s.Names(t.Context(), ids, nil)
	if got := names.Customers; err != nil || len(got) != 2 || got[ids[0]] != "Quiet" || got[ids[1]] != "Fresh" {
		t.Errorf("names: got %v, %v, want those of the two that exist", got, err)
	}
	lines, err := s.CustomerLines(t.Context(), survey.CustomerFilter{})
	if err != nil || len(lines.Items) != 2 || lines.Items[0].Silence != (survey.Silence{}) {
		t.Fatalf("lines: got %+v, %v, want two, and no silence of whom never gave a sign of life", lines.Items, err)
	}
	whole, err := s.Rhythm(t.Context(), ids[0])
	if err != nil || lines.Items[1].Silence != whole.Silence {
		t.Errorf("silence: got %+v, want %+v as on the customer's page, %v", lines.Items[1].Silence, whole.Silence, err)
	}
}

func TestCustomerFilter(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	inSegment(t, s, "Müller & Söhne", "retail")
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
		page, err := s.Customers(t.Context(), tt.filter)
		if err != nil || (len(page.Items) == 1) != tt.want {
			t.Errorf("%s: the list has %d customers, %v, want one: %v", tt.name, len(page.Items), err, tt.want)
		}
	}
}
