package survey

import (
	"context"
	"errors"

	"earshot/survey/store"
)

// keepInOutbox keeps the mail in the built-in outbox. The same invitation is kept once, however often it is tried.
func (s *Service) keepInOutbox(ctx context.Context, inv *Invitation, m *Message) Outcome {
	err := s.db.outbox.Insert(ctx, &OutboxMail{
		Meta: store.Meta{ID: inv.ID}, To: m.To, Subject: m.Subject, Text: m.Text, HTML: m.HTML, CreatedAt: s.now(),
	})
	if err != nil && !isDuplicate(err) {
		return Outcome{Delivery: Temporary, Reply: "the outbox could not be written: " + AsError(err).Message}
	}
	return Outcome{Delivery: Accepted, Reply: "kept in the outbox, for no mail server is set"}
}

// OutboxMail returns the kept mail of an invitation.
func (s *Service) OutboxMail(ctx context.Context, id InvitationID) (*OutboxMail, error) {
	m, err := s.db.outbox.Get(ctx, string(id))
	if errors.Is(err, store.ErrNotFound) {
		return nil, Errorf(NotFound, "there is no kept mail of invitation %q", id)
	}
	return m, err
}

// Outbox returns a page of the kept mails, the latest first.
func (s *Service) Outbox(ctx context.Context, after store.Cursor, limit int) (Page[*OutboxMail], error) {
	q := store.Query{Index: outboxByTime, Descending: true, After: after, Limit: limit}
	return filterPage(ctx, s.db.outbox, q, all)
}
