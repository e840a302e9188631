package survey_test

import (
	"testing"
	"time"

	"earshot/survey"
)

// A history that is told order by order looks quiet from its third order on; what counts is the silence at its end.
func TestQuietSinceIsOfThePresentSilence(t *testing.T) {
	t.Parallel()
	s, clock := newService(t)
	c := newCustomer(t, s, "Told late")
	var last time.Time
	for days := 240; days > 45; days -= 7 {
		last = clock.Now().AddDate(0, 0, -days)
		record(t, s, c, survey.Order, last)
	}
	got, err := s.Rhythm(t.Context(), survey.CustomerID(c.ID))
	if err != nil {
		t.Fatal(err)
	}
	if got.List != survey.Leaving || !got.Since.After(last) {
		t.Errorf("got %q since %s, want quiet since a day after the last order at %s", got.List, got.Since, last)
	}
}
