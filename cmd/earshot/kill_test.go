package main

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/cmd/earshot/internal/journey"
	"earshot/frontend"
)

// kills is how often the program is killed on each engine.
var kills = flag.Int("kills", 50, "`times` that each engine's program is killed under load")

// answerer is somebody who answers one link again and again, each time something else.
type answerer struct {
	token, invitation string
	// tried is the number of the last answer that was sent, acknowledged that of the last one that was acknowledged; 0 is none.
	tried, acknowledged int
}

// answerNumber sends the next answer: by the form or by the API, in turn. It says whether it was acknowledged.
func (a *answerer) answerNumber(c *journey.Client) error {
	a.tried++
	score, words := strconv.Itoa(a.tried%11), fmt.Sprintf("answer %d", a.tried)
	path, body := "/r/"+a.token, any(url.Values{
		frontend.FieldName("recommend"): {score}, frontend.FieldName("why"): {words},
		frontend.FieldRenderedAt: {strconv.FormatInt(time.Now().Add(-10*time.Second).UnixMilli(), 10)},
	})
	if a.tried%2 == 0 {
		path, body = "/api/v1/answer/"+a.token, map[string]any{"answers": []map[string]any{
			{"question_id": "recommend", "score": a.tried % 11}, {"question_id": "why", "text": words},
		}}
	}
	got, err := c.Try(http.MethodPost, path, body)
	if err != nil {
		return err
	}
	if got.Status != http.StatusOK {
		return refusal{got.Status, fmt.Sprintf("answer %d: %.300s", a.tried, got.Body)}
	}
	a.acknowledged = a.tried
	return nil
}

// refusal is an answer of the program other than that it is well.
type refusal struct {
	status int
	text   string
}

func (r refusal) Error() string { return fmt.Sprintf("got %d: %s", r.status, r.text) }

// kept is a response as the API tells it.
type kept struct {
	InvitationID string `json:"invitation_id"`
	Answers      []struct {
		QuestionID string `json:"question_id"`
		Text       string `json:"text"`
	} `json:"answers"`
}

// number returns which answer it holds.
func (k kept) number() int {
	for _, given := range k.Answers {
		if given.QuestionID == "why" {
			n, _ := strconv.Atoi(strings.TrimPrefix(given.Text, "answer "))
			return n
		}
	}
	return 0
}

// checkKept holds the stored responses against what was acknowledged: each invitation has one, and it is not older.
func checkKept(t *testing.T, c *journey.Client, all []*answerer) {
	t.Helper()
	stored := map[string]int{}
	for _, r := range journey.All[kept](c, "/api/v1/responses?suspects=true") {
		if _, twice := stored[r.InvitationID]; twice {
			t.Errorf("invitation %s has two responses", r.InvitationID)
		}
		stored[r.InvitationID] = r.number()
	}
	for _, a := range all {
		if got := stored[a.invitation]; got < a.acknowledged || got > a.tried {
			t.Errorf("invitation %s holds answer %d, want one from %d, which was acknowledged, to %d", a.invitation, got, a.acknowledged, a.tried)
		}
		// What the program stored without coming to say so counts from now on.
		a.acknowledged = max(a.acknowledged, stored[a.invitation])
	}
}

// clientsAtOnce is how many answer at the same time while the program is killed.
const clientsAtOnce = 6

// load lets everybody answer until the program is gone.
func load(t *testing.T, c *journey.Client, all []*answerer, random *rand.Rand) {
	var running sync.WaitGroup
	for i := range clientsAtOnce {
		mine, order := all[i*len(all)/clientsAtOnce:(i+1)*len(all)/clientsAtOnce], rand.New(rand.NewPCG(random.Uint64(), 0))
		running.Go(func() {
			for {
				err := mine[order.IntN(len(mine))].answerNumber(c)
				if errors.As(err, new(refusal)) {
					t.Error(err)
				}
				if err != nil {
					return
				}
			}
		})
	}
	running.Wait()
}

// TestKillUnderLoad kills the program again and again while contacts answer. Whatever was acknowledged is there after
// it, once, and what answers owe is done in the end.
func TestKillUnderLoad(t *testing.T) {
	t.Parallel()
	journey.OnEach(t, killUnderLoad)
}

func killUnderLoad(t *testing.T, where string) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	db := journey.Open(t, where)
	prepared := journey.Prepare(t, db, 90)
	prepared.Invite(t, db)
	journey.Close(t, db)
	all := make([]*answerer, len(prepared.Tokens))
	for i, token := range prepared.Tokens {
		all[i] = &answerer{token: token, invitation: string(prepared.Invitations[i])}
	}

	p := journey.Start(t, "-store", where)
	for range *kills {
		p.KillIn(time.Duration(20+random.IntN(130)) * time.Millisecond)
		load(t, journey.NewClient(t, p.URL, ""), all, random)
		p.AwaitEnd()
		p.Restart()
		checkKept(t, journey.NewClient(t, p.URL, prepared.Key), all)
		if t.Failed() {
			return
		}
	}
	p.Stop()
	db = journey.Open(t, where)
	journey.WorkOff(t, db, "")
	journey.Close(t, db)
	p.Restart()
	c := journey.NewClient(t, p.URL, prepared.Key)
	checkKept(t, c, all)
	checkEffects(t, c, prepared, all)
}

// checkEffects holds what answers lead to against what was acknowledged: each invitation closed, one sign of life each.
func checkEffects(t *testing.T, c *journey.Client, prepared *journey.Prepared, all []*answerer) {
	t.Helper()
	answered := map[string]bool{}
	for _, i := range journey.All[invitationEnd](c, "/api/v1/invitations") {
		answered[i.ID] = !i.AnsweredAt.IsZero()
	}
	signs := 0
	for customer := range customersOf(prepared) {
		signs += len(journey.All[struct{}](c, "/api/v1/touchpoints?kind=answer&customer_id="+customer))
	}
	want := 0
	for _, a := range all {
		given := a.acknowledged > 0
		if given {
			want++
		}
		if answered[a.invitation] != given {
			t.Errorf("invitation %s is answered: %v, want %v", a.invitation, answered[a.invitation], given)
		}
	}
	if signs != want {
		t.Errorf("got %d signs of life from answers, want one for each of %d responses", signs, want)
	}
	if want < len(all)/4 {
		t.Errorf("only %d of %d invitations were answered: there was no load", want, len(all))
	}
}

// customersOf returns the customers of the people.
func customersOf(p *journey.Prepared) map[string]bool {
	set := map[string]bool{}
	for _, id := range p.Customers {
		set[string(id)] = true
	}
	return set
}
