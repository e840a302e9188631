package survey

import (
	"context"
	"errors"
	"time"

	"earshot/survey/store"
)

// askGrace is how long a worker leaves an ask to the process that made it.
const askGrace = 15 * time.Second

// askAll carries out plans, of different customers, in few operations. Each ask is noted in the customer's ledger, which
// settles who may ask there; then with the person, which settles who may ask them at all; then the invitation is made under
// the id that was chosen before, and the debt is struck. After any of these a process may die: effectFinishAsks goes on
// from the ledger. A plan that is refused says so in refused.
func (s *Service) askAll(ctx context.Context, plans []*askPlan) error {
	for _, p := range plans {
		if p.id == "" {
			p.id = InvitationID(s.newID("inv"))
		}
	}
	var noted []*askPlan
	left := plans
	for wait := store.Turns(ctx); ; {
		if err := s.readHistories(ctx, left); err != nil {
			return err
		}
		if err := s.takeTurns(ctx, left); err != nil {
			return err
		}
		if err := s.noteAsks(ctx, left); err != nil {
			return err
		}
		reserved, lost, err := s.reserveAll(ctx, left)
		if err != nil {
			return err
		}
		noted = append(noted, reserved...)
		if left = lost; len(left) == 0 {
			return s.invite(ctx, noted)
		}
		for _, p := range left {
			p.log = nil // the person was asked elsewhere meanwhile: look again
		}
		if err := wait(); err != nil {
			return err
		}
	}
}

// noteAsks writes asks into their customers' ledgers, unless governance refuses.
func (s *Service) noteAsks(ctx context.Context, plans []*askPlan) error {
	byCustomer, stored := make(map[string]*askPlan, len(plans)), make(map[string]*AskLog, len(plans))
	for _, p := range plans {
		byCustomer[p.customer.ID] = p
		if p.log.Version > 0 {
			stored[p.log.ID] = p.log
		}
	}
	fresh := func(id string) *AskLog { return newAskLog(CustomerID(id)) }
	_, err := s.db.askLogs.UpsertAll(ctx, keys(byCustomer), stored, fresh, func(l *AskLog) bool {
		p := byCustomer[l.ID]
		p.log, p.history.log = l, l
		if p.choose(s); p.refused != nil {
			return false
		}
		l.add(*p.ask)
		l.Owe(effectFinishAsks, p.now.Add(askGrace))
		return true
	})
	return err
}

// reserveAll notes asks with the people whom they go to. The asks of those who were asked at another customer meanwhile are
// taken out of their ledgers again.
func (s *Service) reserveAll(ctx context.Context, plans []*askPlan) (reserved, lost []*askPlan, err error) {
	list := make([]*reservation, 0, len(plans))
	noted := make([]*askPlan, 0, len(plans))
	for _, p := range plans {
		if p.refused == nil {
			list, noted = append(list, p.reservation()), append(noted, p)
		}
	}
	if err := s.reserve(ctx, list); err != nil {
		return nil, nil, err
	}
	removed := map[string]InvitationID{}
	for i, p := range noted {
		if list[i].refused == nil {
			reserved = append(reserved, p)
			continue
		}
		removed[p.log.ID] = p.id
		lost = append(lost, p)
	}
	_, err = s.db.askLogs.UpdateAll(ctx, keys(removed), func(l *AskLog) bool {
		l.remove(removed[l.ID])
		return true
	})
	return reserved, lost, err
}

// reservation is an ask to be noted with a person.
type reservation struct {
	governance
	ask     *Ask
	history *history
	name    string
	// refused is why the person must not be asked now.
	refused *refusal
}

// reservation returns what is to be noted with the person. What speaks against a try after a failure was weighed when the
// contact was chosen, with all that is known of them.
func (p *askPlan) reservation() *reservation {
	g := governance{now: p.now, restDays: p.restDays, slack: p.slack, confirmed: true}
	return &reservation{governance: g, ask: p.ask, history: p.history, name: p.contact.Name}
}

// reserve notes asks with the people whom they go to, as far as those may be asked. One that is noted already stays.
func (s *Service) reserve(ctx context.Context, list []*reservation) error {
	byPerson := map[string][]*reservation{}
	for _, r := range list {
		if r.ask.Address != "" {
			byPerson[r.ask.Address] = append(byPerson[r.ask.Address], r)
		}
	}
	_, err := s.db.people.UpsertAll(ctx, keys(byPerson), nil, newPerson, func(p *Person) bool {
		changed := false
		for _, r := range byPerson[p.ID] {
			changed = r.note(p) || changed
		}
		return changed
	})
	return err
}

// note notes the ask with the person, or why that must not be, and says whether it did.
func (r *reservation) note(p *Person) bool {
	r.refused = nil
	if p.asked(r.ask.InvitationID) {
		return false
	}
	now := &history{log: r.history.log, elsewhere: r.history.elsewhere, people: map[string]*Person{p.ID: p}}
	if r.refused = r.rest(r.name, now.asksElsewhere(p.ID)); r.refused != nil {
		return false
	}
	p.add(PersonAsk{InvitationID: r.ask.InvitationID, CustomerID: CustomerID(r.history.log.ID), At: r.ask.At, ExpiresAt: r.ask.ExpiresAt})
	return true
}

// invite makes the invitations of asks that were noted, and strikes the debts. A worker may have been faster.
func (s *Service) invite(ctx context.Context, plans []*askPlan) error {
	invitations, noted := make([]*Invitation, len(plans)), make(map[string]InvitationID, len(plans))
	for i, p := range plans {
		p.invitation = s.newInvitation(p.ask, p.customer, p.contact, p.survey)
		if p.noMail {
			p.link = s.addLink(p.invitation)
		}
		invitations[i], noted[p.customer.ID] = p.invitation, p.id
	}
	err := s.db.invitations.Insert(ctx, invitations...)
	var duplicate *store.DuplicateError
	if err != nil && !errors.As(err, &duplicate) {
		return err
	}
	s.outbox.Wake(invitationSpec.Name)
	_, errStrike := s.db.askLogs.UpdateAll(ctx, keys(noted), func(l *AskLog) bool {
		l.strike(noted[l.ID])
		return true
	})
	if errStrike != nil {
		s.log.WarnContext(ctx, "asks stay in their ledgers for a worker", "asks", len(plans), "error", errStrike)
	}
	if duplicate != nil {
		return s.relink(ctx, plans, duplicate)
	}
	return nil
}

// relink makes links anew where a worker made the invitation, so that the link at hand is not the one that was stored.
func (s *Service) relink(ctx context.Context, plans []*askPlan, taken *store.DuplicateError) (err error) {
	for _, d := range taken.Refused {
		if p := plans[d.Doc]; p.noMail {
			if p.link, err = s.NewLink(ctx, p.id); err != nil {
				return err
			}
		}
	}
	return nil
}
