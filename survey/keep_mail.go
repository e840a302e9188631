package survey

import (
	"context"
	"errors"

	"earshot/survey/store"
)

// keepMail keeps the mail instead of sending it. The same mail is kept once, however often it is tried.
func (s *Service) keepMail(ctx context.Context, inv *Invitation, m *Message) Outcome {
	err := s.db.keptMails.Insert(ctx, &KeptMail{
		Meta: store.Meta{ID: MailName(InvitationID(inv.ID), len(inv.Reminders))}, To: m.To, Subject: m.Subject, Text: m.Text, HTML: m.HTML, CreatedAt: s.now(),
	})
	if err != nil && !isDuplicate(err) {
		return Outcome{Delivery: Temporary, Reply: "the mail could not be kept: " + AsError(err).Message}
	}
	if inv.Test {
		return Outcome{Delivery: Accepted, Reply: testReply}
	}
	return Outcome{Delivery: Accepted, Reply: keptReply}
}

// keptReply stands in the send ledger where a server's reply would, of mails that were kept.
const keptReply = "kept, for no mail server is set"

// Invitation is the invitation that the mail is of.
func (m *KeptMail) Invitation() InvitationID {
	id, _, _ := splitMailName(m.ID)
	return id
}

// Kept says whether the mail was kept instead of sent, so that it reached nobody: see KeptMail.
func (m *Mail) Kept() bool {
	return m.State == MailAccepted && (m.Reason == keptReply || m.Reason == testReply)
}

// KeptMail returns the kept mail of that name: an invitation's id for its first mail, with -1 or -2 behind it for its reminders.
func (s *Service) KeptMail(ctx context.Context, name string) (*KeptMail, error) {
	m, err := s.db.keptMails.Get(ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		return nil, Errorf(NotFound, "there is no kept mail %q", name)
	}
	return m, err
}

// LinksFor says whether a rep may see the links of the mail of that name, with which they could answer as the contact: who
// asked may, and whose customer it was.
func (s *Service) LinksFor(ctx context.Context, name string, rep RepID) (bool, error) {
	id, _, _ := splitMailName(name)
	inv, err := s.Invitation(ctx, id)
	if KindOf(err) == NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return rep != "" && (rep == inv.AskedBy || rep == inv.RepID), nil
}

// KeptMails returns a page of the kept mails, the latest first.
func (s *Service) KeptMails(ctx context.Context, after store.Cursor, limit int) (Page[*KeptMail], error) {
	q := store.Query{Index: keptMailsByTime, Descending: true, After: after, Limit: limit}
	return findPage(ctx, s.db.keptMails, q)
}
