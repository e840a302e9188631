package main

import (
	"fmt"
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

// answerer is somebody who answers one link again and again, each time something else.
type answerer struct {
	token, invitation string

	// mu is held while an answer is on its way.
	mu sync.Mutex
	// tried is the number of the last answer that was sent, acknowledged that of the last one that was acknowledged; 0 is none.
	tried, acknowledged int
}

// answerers are those who were invited.
func answerers(prepared *journey.Prepared) []*answerer {
	list := make([]*answerer, len(prepared.Tokens))
	for i, token := range prepared.Tokens {
		list[i] = &answerer{token: token, invitation: string(prepared.Invitations[i])}
	}
	return list
}

// answerNumber sends the next answer: by the form or by the API, in turn. It says whether it was acknowledged.
func (a *answerer) answerNumber(c *journey.Client) error {
	a.mu.Lock()
	defer a.mu.Unlock()
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
	err := request(c, http.MethodPost, path, body, nil, http.StatusOK)
	if err == nil {
		a.acknowledged = a.tried
	}
	return err
}

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

// findKept holds the stored responses to a survey (every one, if that is empty) against what was acknowledged: each invitation
// has one, and it is not older.
func findKept(c *journey.Client, survey string, list []*answerer) error {
	responses, err := listAll[kept](c, "/api/v1/responses?suspects=true&survey_id="+survey)
	if err != nil {
		return err
	}
	stored := map[string]int{}
	for _, r := range responses {
		if _, twice := stored[r.InvitationID]; twice {
			return fmt.Errorf("invitation %s has two responses", r.InvitationID)
		}
		stored[r.InvitationID] = r.number()
	}
	for _, a := range list {
		if got := stored[a.invitation]; got < a.acknowledged || got > a.tried {
			return fmt.Errorf("invitation %s holds answer %d, want one from %d, which was acknowledged, to %d", a.invitation, got, a.acknowledged, a.tried)
		}
		// What was stored though nobody was told counts from now on.
		a.acknowledged = max(a.acknowledged, stored[a.invitation])
	}
	return nil
}

func checkKept(t *testing.T, c *journey.Client, list []*answerer) {
	t.Helper()
	if err := findKept(c, "", list); err != nil {
		t.Error(err)
	}
}

// findEffects holds what answers lead to against what was acknowledged: each invitation closed, one sign of life each.
func findEffects(c *journey.Client, prepared *journey.Prepared, list []*answerer) error {
	invitations, err := listAll[invitationEnd](c, "/api/v1/invitations?survey_id="+string(prepared.Survey))
	if err != nil {
		return err
	}
	answered := map[string]bool{}
	for _, i := range invitations {
		answered[i.ID] = !i.AnsweredAt.IsZero()
	}
	want := 0
	for _, a := range list {
		given := a.acknowledged > 0
		if given {
			want++
		}
		if answered[a.invitation] != given {
			return fmt.Errorf("invitation %s is answered: %v, want %v", a.invitation, answered[a.invitation], given)
		}
	}
	signs := 0
	for customer := range customersOf(prepared) {
		of, err := listAll[struct{}](c, "/api/v1/touchpoints?kind=answer&customer_id="+customer)
		if err != nil {
			return err
		}
		signs += len(of)
	}
	if signs != want {
		return fmt.Errorf("got %d signs of life from answers, want one for each of %d responses", signs, want)
	}
	return nil
}

// customersOf returns the customers of the people.
func customersOf(p *journey.Prepared) map[string]bool {
	set := map[string]bool{}
	for _, id := range p.Customers {
		set[string(id)] = true
	}
	return set
}

// answering is many contacts who answer, each again and again.
type answering struct {
	prepared *journey.Prepared
	people   []*answerer
	next     [answeringHands]int
}

const (
	// answeringContacts is how many people answer, answeringHands how many of them at the same time.
	answeringContacts = 90
	answeringHands    = 6
)

func newAnswering(prepared *journey.Prepared) *answering {
	return &answering{prepared: prepared, people: answerers(prepared)}
}

func (*answering) begin(*testing.T, *journey.Client) {}

func (*answering) hands() int { return answeringHands }

// do has the next of the hand's people answer; one of them belongs to two hands.
func (a *answering) do(c *journey.Client, hand int) error {
	const each = answeringContacts / answeringHands
	who := (hand*each + a.next[hand]) % len(a.people)
	a.next[hand] = (a.next[hand] + 1) % (each + 1)
	return a.people[who].answerNumber(c)
}

func (a *answering) check(c *journey.Client) error {
	if err := findKept(c, string(a.prepared.Survey), a.people); err != nil {
		return err
	}
	return findEffects(c, a.prepared, a.people)
}
