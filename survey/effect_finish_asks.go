package survey

import (
	"context"
	"time"

	"earshot/survey/outbox"
)

// effectFinishAsks makes the invitations of asks that were noted, where the process that made them died; ledgers of asks owe
// it.
const effectFinishAsks = "finish_asks"

// asksAtOnce is how many ledgers a worker takes at a time.
const asksAtOnce = 100

// unfinished is an ask in a ledger that is still to become an invitation.
type unfinished struct {
	item *outbox.Item[*AskLog]
	ask  *Ask
}

// finishAsks is the effect effectFinishAsks. An ask of somebody who was deleted meanwhile becomes void; one of somebody who
// was asked at another customer before it could be noted with them is taken back.
func (s *Service) finishAsks(ctx context.Context, b *outbox.Batch[*AskLog]) error {
	var list []unfinished
	for _, item := range b.Items {
		for i := range item.Doc.Asks {
			if item.Doc.Asks[i].Owed {
				list = append(list, unfinished{item, &item.Doc.Asks[i]})
			}
		}
		item.Then((*AskLog).reckon)
	}
	if len(list) == 0 {
		return nil
	}
	facts, err := s.askFacts(ctx, list)
	if err != nil {
		return err
	}
	invitations, err := s.finishable(ctx, list, facts)
	if err != nil {
		return err
	}
	if err := s.db.invitations.Insert(ctx, invitations...); err != nil && !isDuplicate(err) {
		return err
	}
	s.outbox.Wake(invitationSpec.Name)
	return nil
}

// askFacts is what was read for asks that are to be finished.
type askFacts struct {
	customers map[string]*Customer
	contacts  map[string]*Contact
	surveys   map[string]*Survey
}

func (s *Service) askFacts(ctx context.Context, list []unfinished) (f askFacts, err error) {
	customers, contacts, surveys := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, u := range list {
		customers[u.item.Doc.ID], contacts[string(u.ask.ContactID)], surveys[string(u.ask.SurveyID)] = true, true, true
	}
	if f.customers, err = s.db.customers.Fetch(ctx, keys(customers)); err != nil {
		return f, err
	}
	if f.contacts, err = s.db.contacts.Fetch(ctx, keys(contacts)); err != nil {
		return f, err
	}
	f.surveys, err = s.db.surveys.Fetch(ctx, keys(surveys))
	return f, err
}

// finishable reserves the people of the asks and returns the invitations that are to be made; it notes what becomes of
// each ask.
func (s *Service) finishable(ctx context.Context, list []unfinished, f askFacts) ([]*Invitation, error) {
	now := s.now()
	var there []unfinished
	var plans []*askPlan
	for _, u := range list {
		customer, contact := f.customers[u.item.Doc.ID], f.contacts[string(u.ask.ContactID)]
		if customer == nil || !customer.DeletedAt.IsZero() || contact == nil || f.surveys[string(u.ask.SurveyID)] == nil {
			id := u.ask.InvitationID
			u.item.Then(func(l *AskLog) { l.end(id, now, true, "") })
			continue
		}
		there = append(there, u)
		plans = append(plans, &askPlan{
			governance: u.ask.governance(now), log: u.item.Doc,
			customer: customer, contacts: []*Contact{contact}, contact: contact, ask: u.ask, survey: f.surveys[string(u.ask.SurveyID)],
		})
	}
	if err := s.readHistories(ctx, plans); err != nil {
		return nil, err
	}
	reservations := make([]*reservation, len(plans))
	for i, p := range plans {
		reservations[i] = p.reservation()
	}
	if err := s.reserve(ctx, reservations); err != nil {
		return nil, err
	}
	var invitations []*Invitation
	for i, u := range there {
		id := u.ask.InvitationID
		if reservations[i].refused != nil {
			u.item.Then(func(l *AskLog) { l.remove(id) })
			continue
		}
		u.item.Then(func(l *AskLog) { l.strike(id) })
		invitations = append(invitations, s.newInvitation(u.ask, plans[i].customer, plans[i].contact, plans[i].survey))
	}
	return invitations, nil
}

// governance is what bound the ask when it was made.
func (a *Ask) governance(now time.Time) governance {
	g := governance{now: now, restDays: a.RestDays}
	if a.PulseID != "" {
		g.slack = RestSlack
	}
	return g
}
