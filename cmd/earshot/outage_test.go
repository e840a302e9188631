package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"earshot/cmd/earshot/internal/journey"
	"earshot/frontend"
	"earshot/survey/store/mongodb/mongotest"
)

// outages is how often the MongoDB server is killed.
const outages = 10

// TestMongoDBGoneAndBack kills the MongoDB server again and again while contacts answer. The program lives on, says
// clearly that it cannot store anything now and keeps what was typed, goes on by itself, and loses nothing that it
// acknowledged.
func TestMongoDBGoneAndBack(t *testing.T) {
	t.Parallel()
	set := mongotest.Single(t)
	where := set.Database(t) + "&serverSelectionTimeoutMS=100&timeoutMS=3000"
	db := journey.Open(t, where)
	prepared := journey.Prepare(t, db, 30)
	prepared.Invite(t, db)
	journey.Close(t, db)
	all := make([]*answerer, len(prepared.Tokens))
	for i, token := range prepared.Tokens {
		all[i] = &answerer{token: token, invitation: string(prepared.Invitations[i])}
	}

	p := journey.Start(t, "-store", where)
	process := p.PID()
	c := journey.NewClient(t, p.URL, prepared.Key)
	stop := answerThrough(t, c, all[1:])
	for range outages {
		time.Sleep(100 * time.Millisecond)
		if err := set.KillAll(); err != nil {
			t.Fatal(err)
		}
		checkOutage(t, c, prepared.Tokens[0])
		if err := set.StartAll(); err != nil {
			t.Fatal(err)
		}
		journey.Eventually(t, "answers are taken again", 30*time.Second, func() error {
			return all[0].answerNumber(c)
		})
	}
	stop()
	checkKept(t, c, all)
	// Workers rest longer and longer while the database is away; what they had in hand when it went is taken up later.
	journey.Eventually(t, "workers go on", time.Minute, func() error {
		closed := 0
		for _, i := range journey.All[invitationEnd](c, "/api/v1/invitations") {
			if !i.AnsweredAt.IsZero() {
				closed++
			}
		}
		if want := len(all) * 2 / 3; closed < want {
			return fmt.Errorf("%d invitations are closed, want %d of %d at least", closed, want, len(all))
		}
		return nil
	})
	if p.PID() != process {
		t.Error("the program was started again")
	}
	p.Stop()
	db = journey.Open(t, where)
	journey.WorkOff(t, db, "")
	journey.Close(t, db)
	p.Restart()
	checkEffects(t, journey.NewClient(t, p.URL, prepared.Key), prepared, all)
}

// invitationEnd is when an invitation was answered.
type invitationEnd struct {
	ID         string    `json:"id"`
	AnsweredAt time.Time `json:"answered_at"`
}

// answerThrough lets contacts answer, outage or not, until the returned function is called and each of them has been heard. An
// outage must be told as one.
func answerThrough(t *testing.T, c *journey.Client, all []*answerer) (stop func()) {
	var running sync.WaitGroup
	var over atomic.Bool
	const clients = 3
	for i := range clients {
		mine := all[i*len(all)/clients : (i+1)*len(all)/clients]
		running.Go(func() {
			for n := rand.IntN(len(mine)); !over.Load() || slices.ContainsFunc(mine, unheard) && !t.Failed(); n++ {
				err := mine[n%len(mine)].answerNumber(c)
				var refused refusal
				if errors.As(err, &refused) && refused.status != http.StatusServiceUnavailable {
					t.Errorf("during an outage: %v, want 503", err)
				}
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	return func() {
		over.Store(true)
		running.Wait()
	}
}

func unheard(a *answerer) bool { return a.acknowledged == 0 }

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
