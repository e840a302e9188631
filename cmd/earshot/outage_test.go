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

// TestOutage looks at what the program says while its database is gone: it lives on, says clearly that it cannot store
// anything now, keeps what was typed, and goes on by itself.
func TestOutage(t *testing.T) {
	t.Parallel()
	set := mongotest.Single(t)
	p, prepared := prepare(t, set.Database(t)+"&serverSelectionTimeoutMS=100&timeoutMS=3000", 1, true)
	process, c, somebody := p.PID(), journey.NewClient(t, p.URL, prepared.Key), answerers(prepared)
	if err := set.KillAll(); err != nil {
		t.Fatal(err)
	}
	checkOutage(t, c, prepared.Tokens[0])
	if err := set.StartAll(); err != nil {
		t.Fatal(err)
	}
	journey.Eventually(t, "answers are taken again", time.Minute, func() error { return somebody[0].answerNumber(c) })
	checkKept(t, c, somebody)
	if p.PID() != process {
		t.Error("the program was started again")
	}
}

// checkOutage looks at what the program says while its database is gone.
func checkOutage(t *testing.T, c *journey.Client, token string) {
	t.Helper()
	page := c.Do(http.MethodGet, "/r/"+token, nil, http.StatusServiceUnavailable)
	if !strings.Contains(page.Header.Get("Content-Type"), "text/html") {
		t.Errorf("a contact's page came as %s, want a page", page.Header.Get("Content-Type"))
	}
	const typed = "Words that nobody wants to type twice"
	posted := c.Do(http.MethodPost, "/r/"+token, url.Values{
		frontend.FieldName("recommend"): {"7"}, frontend.FieldName("why"): {typed}, frontend.FieldRenderedAt: {"1"},
	}, http.StatusServiceUnavailable)
	if !strings.Contains(string(posted.Body), typed) {
		t.Errorf("the page after a failed answer does not hold what was typed: %.1500s", posted.Body)
	}
	problem := c.Do(http.MethodGet, "/api/v1/responses", nil, http.StatusServiceUnavailable)
	if got := problem.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("the API answered with %s, want application/problem+json", got)
	}
	if problem.Header.Get("Retry-After") == "" {
		t.Error("the API does not say when to try again")
	}
	c.Do(http.MethodGet, "/healthz", nil, http.StatusOK)
	c.Do(http.MethodGet, "/readyz", nil, http.StatusServiceUnavailable)
}
