package survey

import (
	"context"

	"earshot/survey/outbox"
	"earshot/survey/store"
)

// The effects that responses owe.
const (
	// effectMarkAnswered notes in the invitation and in the ledger of asks that an answer came, for lists and governance.
	effectMarkAnswered = "mark_answered"
	// effectSignOfLife records the answer as a touchpoint.
	effectSignOfLife = "sign_of_life"
)

// markAnswered is the effect effectMarkAnswered.
func (s *Service) markAnswered(ctx context.Context, b *outbox.Batch[*Response]) error {
	byInvitation := make(map[string]*Response, len(b.Items))
	byCustomer := map[string][]*Response{}
	for _, i := range b.Items {
		r := i.Doc
		byInvitation[string(r.InvitationID)] = r
		byCustomer[string(r.CustomerID)] = append(byCustomer[string(r.CustomerID)], r)
	}
	_, err := s.db.invitations.UpdateAll(ctx, keys(byInvitation), func(i *Invitation) bool {
		if !i.AnsweredAt.IsZero() {
			return false
		}
		i.AnsweredAt = byInvitation[i.ID].SubmittedAt
		return true
	})
	if err != nil {
		return err
	}
	now := s.now()
	logs, err := s.db.askLogs.UpdateAll(ctx, keys(byCustomer), func(l *AskLog) bool {
		changed := false
		for _, r := range byCustomer[l.ID] {
			changed = l.end(r.InvitationID, now, false, "") || changed
		}
		return changed
	})
	if err != nil {
		return err
	}
	contacts := map[string]CustomerID{}
	for _, i := range b.Items {
		contacts[string(i.Doc.ContactID)] = i.Doc.CustomerID
	}
	return s.noteReach(ctx, logs, contacts)
}

// answerTouchpoint begins the external id of the touchpoint that a response leaves.
const answerTouchpoint = "answer:"

// recordAnswers is the effect effectSignOfLife. Answers of customers that were deleted meanwhile leave none.
func (s *Service) recordAnswers(ctx context.Context, b *outbox.Batch[*Response]) error {
	customers := make(map[string]bool, len(b.Items))
	for _, i := range b.Items {
		customers[string(i.Doc.CustomerID)] = true
	}
	// Most have a rhythm, which is there as long as the customer is.
	rhythms, err := s.db.rhythms.Fetch(ctx, keys(customers))
	if err != nil {
		return err
	}
	fresh, err := s.freshRhythms(ctx, keys(customers), rhythms, fittedModels{})
	if err != nil {
		return err
	}
	now, changes := s.now(), lifeChanges{}
	var docs []*Touchpoint
	for _, i := range b.Items {
		r := i.Doc
		if rhythms[string(r.CustomerID)] == nil && fresh(string(r.CustomerID)) == nil {
			continue
		}
		changes.add(r.CustomerID, lifeSign{Answered, r.SubmittedAt})
		external := answerTouchpoint + r.ID
		docs = append(docs, &Touchpoint{
			Meta: store.Meta{ID: touchpointIDOf(r.CustomerID, external)}, ExternalID: external, CustomerID: r.CustomerID,
			ContactID: r.ContactID, Kind: Answered, At: r.SubmittedAt, RecordedAt: now,
		})
	}
	if err := s.db.touchpoints.Insert(ctx, docs...); err != nil && !isDuplicate(err) {
		return err
	}
	return s.tellRhythms(ctx, changes)
}
