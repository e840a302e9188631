package main

import (
	"fmt"
	"net/http"
	"path"
	"sync/atomic"
	"testing"
	"time"

	"earshot/cmd/earshot/internal/journey"
)

// following is what follows from a write: a customer orders, and the rhythm knows; a contact answers, and the invitation is
// answered and the answer is a sign of life. It is done when that can be seen.
type following struct {
	survey    string
	customers [followedCustomers]followed
	contacts  atomic.Int64
}

// followedCustomers is how many customers all hands write about, so that they get into each other's way.
const followedCustomers = 2

// followed is a customer.
type followed struct {
	id, externalID string
	// tried and ordered count the orders that were sent and that were acknowledged; answered the answers.
	tried, ordered, answered atomic.Int64
}

func (f *following) begin(t *testing.T, c *journey.Client) {
	f.survey = makeSurvey(t, c, "What follows")
	for n := range f.customers {
		followed := &f.customers[n]
		followed.externalID = fmt.Sprintf("E-%d", n)
		var made struct{ ID string }
		c.Post("/api/v1/customers", map[string]any{"name": followed.externalID, "external_id": followed.externalID}, &made)
		followed.id = made.ID
	}
}

func (*following) hands() int { return 4 }

func (f *following) do(c *journey.Client, hand int) error {
	customer := &f.customers[hand%followedCustomers]
	if err := customer.order(c); err != nil {
		return err
	}
	return f.answer(c, customer)
}

// order records an order on a day of its own and waits until the rhythm knows it.
func (f *followed) order(c *journey.Client) error {
	n := f.tried.Add(1)
	order := map[string]any{"external_id": fmt.Sprint("E-", n), "customer_id": f.id, "kind": "order", "at": dayOf(int(n)).Format(time.RFC3339)}
	if err := insist("record an order", func() error {
		return request(c, http.MethodPost, "/api/v1/touchpoints", order, nil, http.StatusOK, http.StatusCreated)
	}); err != nil {
		return err
	}
	least := int(f.ordered.Add(1))
	return insist("the rhythm knows the order", func() error {
		rhythm, err := readRhythm(c, f.id)
		if err == nil && rhythm.days("order") < least {
			err = notYetError(fmt.Sprintf("%d orders of %d", rhythm.days("order"), least))
		}
		return err
	})
}

// answer has a new contact answer, and waits until the invitation is answered.
func (f *following) answer(c *journey.Client, customer *followed) error {
	contact, err := newContact(c, customer.id, fmt.Sprintf("E%d", f.contacts.Add(1)))
	if err != nil {
		return err
	}
	var asked struct{ ID, Link string }
	ask := map[string]any{"contact_id": contact, "survey_id": f.survey, "delivery": "link", "confirm": true}
	if err := request(c, http.MethodPost, "/api/v1/invitations", ask, &asked, http.StatusCreated); err != nil {
		return err
	}
	post := map[string]any{"answers": []map[string]any{{"question_id": "recommend", "score": 9}}}
	if err := insist("answer", func() error {
		return request(c, http.MethodPost, "/api/v1/answer/"+path.Base(asked.Link), post, nil, http.StatusOK)
	}); err != nil {
		return err
	}
	customer.answered.Add(1)
	return insist("the invitation is answered", func() error {
		var invitation invitationEnd
		err := request(c, http.MethodGet, "/api/v1/invitations/"+asked.ID, nil, &invitation, http.StatusOK)
		if err == nil && invitation.AnsweredAt.IsZero() {
			err = notYetError("it is not answered")
		}
		return err
	})
}

// invitationEnd is when an invitation was answered.
type invitationEnd struct {
	ID         string    `json:"id"`
	AnsweredAt time.Time `json:"answered_at"`
}

// newContact makes a contact with whom nobody has spoken yet, and returns its id.
func newContact(c *journey.Client, customer, externalID string) (id string, err error) {
	contact := map[string]any{"customer_id": customer, "name": "Pat " + externalID, "email": externalID + "@customer.example"}
	var made struct{ ID string }
	err = insist("make a contact", func() error {
		return request(c, http.MethodPut, "/api/v1/contacts/by-external-id/"+externalID, contact, &made, http.StatusOK, http.StatusCreated)
	})
	return made.ID, err
}

func (f *following) check(c *journey.Client) error {
	for n := range f.customers {
		customer := &f.customers[n]
		if err := checkOrders(c, customer.externalID, int(customer.ordered.Load()), int(customer.tried.Load())); err != nil {
			return err
		}
		signs, err := listAll[struct{}](c, "/api/v1/touchpoints?kind=answer&customer_id="+customer.id)
		if err != nil {
			return err
		}
		if want := int(customer.answered.Load()); len(signs) != want {
			return fmt.Errorf("got %d signs of life from answers of %s, want %d", len(signs), customer.externalID, want)
		}
	}
	return nil
}
