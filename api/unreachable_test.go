package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// TestAContactWhoseMailsComeBack is told of by the API and on the customer's page, until the address has rested.
func TestAContactWhoseMailsComeBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	specs := survey.Specs()
	spec := specs[slices.IndexFunc(specs, func(s *store.Spec) bool { return s.Name == "contacts" })]
	_, err := store.NewCollection[survey.Contact](w.store, spec).Update(t.Context(), w.contact, func(c *survey.Contact) error {
		c.UnreachableUntil = noon.Add(28 * 24 * time.Hour)
		return nil
	})
	must(t, 0, err)
	type told struct {
		Reachable        bool
		UnreachableUntil time.Time `json:"unreachable_until"`
	}
	read := func() told {
		return readJSON[told](t, w, call{method: "GET", path: "/api/v1/contacts/" + w.contact, key: w.readKey})
	}
	if got := read(); got.Reachable || !got.UnreachableUntil.Equal(noon.Add(28*24*time.Hour)) {
		t.Errorf("got %+v", got)
	}
	const words = "The last mails came back; the address rests until 30 Mar 2026"
	mia := repBrowser(t, w)
	mia.get("/customers/"+w.customer).want(http.StatusOK, words)
	w.at(noon.Add(29 * 24 * time.Hour))
	if got := read(); !got.Reachable || !got.UnreachableUntil.IsZero() {
		t.Errorf("after the rest: got %+v", got)
	}
	if strings.Contains(repBrowser(t, w).get("/customers/"+w.customer).want(http.StatusOK).Text(), "came back") {
		t.Error("the page still tells it")
	}
}
