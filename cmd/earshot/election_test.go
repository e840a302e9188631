package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"earshot/cmd/earshot/internal/journey"
	"earshot/frontend"
	"earshot/survey/store/mongodb/mongotest"
)

// TestElection freezes the primary, so that nobody takes writes until another member is elected: a contact sees the page
// all the same, and is soon told to send their answer again, which stands there, and they are in time.
func TestElection(t *testing.T) {
	t.Parallel()
	const busy = 3 * time.Second // what a machine on which much is tested may add
	set := mongotest.Set(t)
	p, prepared := prepare(t, set.Database(t), 2, true)
	c := journey.NewClient(t, p.URL, prepared.Key)
	frozen, err := set.FreezePrimary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	within := func(what string, d time.Duration, do func()) {
		t.Helper()
		began := time.Now()
		do()
		if took := time.Since(began); took > d+busy {
			t.Errorf("%s took %v, want %v", what, took, d)
		}
	}
	within("the page", 2*time.Second, func() { c.Do(http.MethodGet, "/r/"+prepared.Tokens[0], nil, http.StatusOK) })
	const typed = "Words that nobody wants to type twice"
	within("the answer", 5*time.Second, func() {
		posted := c.Do(http.MethodPost, "/r/"+prepared.Tokens[0], url.Values{
			frontend.FieldName("recommend"): {"7"}, frontend.FieldName("why"): {typed}, frontend.FieldRenderedAt: {"1"},
		}, http.StatusServiceUnavailable)
		if !strings.Contains(string(posted.Body), typed) {
			t.Errorf("the page after a failed answer does not hold what was typed: %.1500s", posted.Body)
		}
	})
	answerer := answerers(prepared)
	journey.Eventually(t, "answers are taken again", time.Minute, func() error { return answerer[0].answerNumber(c) })
	if err := frozen.Thaw(); err != nil {
		t.Fatal(err)
	}
	checkKept(t, c, answerer)
}
