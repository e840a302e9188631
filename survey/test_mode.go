package survey

import (
	"context"

	"earshot/survey/outbox"
)

// What is said of tests: in the send ledger where a server's reply would stand, and of why answers are set aside.
const (
	testReply   = "kept, for it is a test"
	suspectTest = "it answers an invitation that was made as a test"
)

// askForTest makes an invitation that is a test. Whether the contact may be asked is judged as it would be in earnest, but
// nothing is noted in the ledgers of asks: it keeps nobody from being asked, and may be made again.
func (s *Service) askForTest(ctx context.Context, p *askPlan) (*Asked, error) {
	if err := s.readHistories(ctx, []*askPlan{p}); err != nil {
		return nil, err
	}
	if p.choose(s); p.refused != nil {
		return nil, p.refused.asError()
	}
	inv := s.newInvitation(p.ask, p.customer, p.contact, p.survey)
	inv.Test = true
	link := ""
	if p.noMail {
		link = s.addLink(inv)
	}
	if err := s.db.invitations.Insert(ctx, inv); err != nil {
		return nil, err
	}
	s.outbox.Wake(invitationSpec.Name)
	return &Asked{Invitation: inv, Link: link}, nil
}

// testsApart parts invitations that are tests from the others.
func testsApart(items []*outbox.Item[*Invitation]) (tests, others []*outbox.Item[*Invitation]) {
	for _, item := range items {
		if item.Doc.Test {
			tests = append(tests, item)
		} else {
			others = append(others, item)
		}
	}
	return tests, others
}

// keepTests keeps the mails of tests. They go past the mail servers, their limits and the brake, as if none were set.
func (s *Service) keepTests(ctx context.Context, b *outbox.Batch[*Invitation], tests []*outbox.Item[*Invitation]) error {
	var queued []*outbox.Item[*Invitation]
	now := s.now()
	for _, item := range tests {
		switch item.Doc.current().State {
		case MailSending: // whoever kept it did not get to say so; it is kept once
			item.Then(func(i *Invitation) { i.requeue("", now) })
			item.Again(now)
		case MailQueued:
			queued = append(queued, item)
		}
	}
	if len(queued) == 0 {
		return nil
	}
	ready, err := s.readyLetters(ctx, queued)
	if err != nil {
		return err
	}
	return s.sendBy(ctx, b, fleet{{carrier: s.keeper, state: newRelay("")}}, ready)
}
