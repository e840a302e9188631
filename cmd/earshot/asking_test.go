package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"earshot/cmd/earshot/internal/journey"
	"earshot/survey"
	"earshot/survey/mail/mailtest"
)

// asking is a company that asks one person after the other by mail, through that mail server.
type asking struct {
	sink             *mailtest.Server
	survey, customer string
	people           atomic.Int64

	mu sync.Mutex
	// acknowledged are the contacts whose asks were acknowledged.
	acknowledged map[string]bool
}

func (a *asking) begin(t *testing.T, c *journey.Client) {
	a.survey, a.acknowledged = makeSurvey(t, c, "By mail"), map[string]bool{}
	var made struct{ ID string }
	c.Post("/api/v1/customers", map[string]any{"name": "Asked by mail", "external_id": "A"}, &made)
	a.customer = made.ID
}

func (*asking) hands() int { return 2 }

// do asks somebody whom nobody has asked before, and waits until the mail has come to its end.
func (a *asking) do(c *journey.Client, _ int) error {
	contact, err := newContact(c, a.customer, fmt.Sprintf("A%d", a.people.Add(1)))
	if err != nil {
		return err
	}
	var asked struct{ ID string }
	ask := map[string]any{"contact_id": contact, "survey_id": a.survey, "confirm": true}
	if err := request(c, http.MethodPost, "/api/v1/invitations", ask, &asked, http.StatusCreated); err != nil {
		return err
	}
	a.mu.Lock()
	a.acknowledged[contact] = true
	a.mu.Unlock()
	return insist("the mail goes out", func() error {
		var l ledger
		if err := request(c, http.MethodGet, "/api/v1/invitations/"+asked.ID, nil, &l, http.StatusOK); err != nil {
			return err
		}
		return l.ended()
	})
}

// ledger is what the program says of one ask by mail.
type ledger struct {
	ID        string `json:"id"`
	ContactID string `json:"contact_id"`
	Mail      struct {
		State     string `json:"state"`
		MessageID string `json:"message_id"`
		Reason    string `json:"reason"`
	} `json:"mail"`
}

// ended returns nil when the server took the mail, or may have: a server that dies in between cannot be asked.
func (l *ledger) ended() error {
	switch survey.MailState(l.Mail.State) {
	case survey.MailAccepted, survey.MailUncertain:
		return nil
	case survey.MailQueued, survey.MailSending:
		return notYetError("its mail is " + l.Mail.State + ": " + l.Mail.Reason)
	}
	return fmt.Errorf("the mail of invitation %s is %s: %s", l.ID, l.Mail.State, l.Mail.Reason)
}

// check holds the send ledger against what the mail server took: of an accepted mail one, of an uncertain one at most that.
func (a *asking) check(c *journey.Client) error {
	taken := map[string]int{}
	for _, m := range a.sink.Messages() {
		taken[strings.Trim(m.Header.Get("Message-Id"), "<>")]++
	}
	ledgers, err := listAll[ledger](c, "/api/v1/invitations?survey_id="+a.survey)
	if err != nil {
		return err
	}
	asked := map[string]int{}
	for _, l := range ledgers {
		if err := l.ended(); err != nil {
			return err
		}
		got, accepted := taken[l.Mail.MessageID], l.Mail.State == string(survey.MailAccepted)
		if got > 1 || accepted && got == 0 {
			return fmt.Errorf("invitation %s is %s, and the server took %d mails of it", l.ID, l.Mail.State, got)
		}
		asked[l.ContactID]++
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for contact := range a.acknowledged {
		if asked[contact] != 1 {
			return fmt.Errorf("%d invitations of a contact whose ask was acknowledged, want 1", asked[contact])
		}
	}
	for _, times := range asked {
		if times > 1 {
			return fmt.Errorf("%d invitations of one contact", times)
		}
	}
	return nil
}
