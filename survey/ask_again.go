package survey

import "context"

// askedBefore returns what an earlier try at the same ask led to: its invitation, which is made now where that try died
// behind the ledger. nil where it had not come so far. A link is a fresh one, for of the earlier one only a hash is stored.
func (s *Service) askedBefore(ctx context.Context, p *askPlan) (*Asked, error) {
	found, err := s.db.invitations.Fetch(ctx, []string{string(p.id)})
	if err != nil {
		return nil, err
	}
	invitation := found[string(p.id)]
	if invitation == nil {
		if invitation, err = s.inviteNoted(ctx, p); invitation == nil || err != nil {
			return nil, err
		}
	}
	asked := &Asked{Invitation: invitation}
	if p.noMail {
		asked.Link, err = s.NewLink(ctx, p.id)
	}
	return asked, err
}

// inviteNoted makes the invitation of an ask that stands in the customer's ledger already; nil where it does not. A person who
// was asked at another customer meanwhile, before it was noted with them, is left to effectFinishAsks, which takes it back.
func (s *Service) inviteNoted(ctx context.Context, p *askPlan) (*Invitation, error) {
	log, err := s.AskLog(ctx, CustomerID(p.customer.ID))
	if err != nil {
		return nil, err
	}
	ask := log.find(p.id)
	if ask == nil {
		return nil, nil
	}
	contact, err := s.Contact(ctx, ask.ContactID)
	if err != nil {
		return nil, err
	}
	p.contact, p.contacts, p.ask, p.log = contact, []*Contact{contact}, ask, log
	return s.finishPlan(ctx, p)
}

// finishPlan carries out what is left of a plan that is noted in the ledger.
func (s *Service) finishPlan(ctx context.Context, p *askPlan) (*Invitation, error) {
	if err := s.readHistories(ctx, []*askPlan{p}); err != nil {
		return nil, err
	}
	reserved, _, err := s.reserveAll(ctx, []*askPlan{p})
	if err != nil {
		return nil, err
	}
	if len(reserved) == 0 {
		return nil, nil
	}
	if err := s.invite(ctx, reserved); err != nil {
		return nil, err
	}
	return s.Invitation(ctx, p.id)
}
