package survey

import (
	"context"
	"time"

	"earshot/survey/store"
)

// Mailable is whether a question is mailed to a contact, as things stand now.
type Mailable struct {
	OK bool
	// Reason is why not, in a sentence without its full stop; empty where OK.
	Reason string
	// Until is when the reason ends by itself; zero where OK, and where time alone does not help.
	Until time.Time
	// ByHand says that a rep or a program may ask them all the same, with AskRequest.Confirm: only pulses leave them out (of snoozes and
	// silences that are kept out, pulses to the quiet), or the reason is one that a person may go beyond. True where OK.
	ByHand bool
}

// Mailable says whether the contact is mailed, by the rules that each ask is held against. A pulse may keep a longer rest than HandRestDays.
func (s *Service) Mailable(ctx context.Context, c *Contact) (*Mailable, error) {
	own := []string{string(c.CustomerID)}
	customers, rhythms, models := s.db.customers.Fetching(own), s.db.rhythms.Fetching(own), s.readModels()
	brakes := s.db.brakes.Fetching([]string{brakeID})
	if err := store.Together(ctx, s.store, append(models.readings(), customers, rhythms, brakes)...); err != nil {
		return nil, err
	}
	customer, err := existing(c.CustomerID, customers.First())
	if err != nil {
		return nil, err
	}
	p := &askPlan{governance: governance{now: s.now(), restDays: HandRestDays}, customer: customer, contacts: []*Contact{c}}
	if err := s.findContacts(ctx, []*askPlan{p}); err != nil {
		return nil, err
	}
	if err := s.readHistories(ctx, []*askPlan{p}); err != nil {
		return nil, err
	}
	if why := p.judge(c, suppressedIn(p.suppressed, c.Email), p.history); why != nil {
		return why.mailable(why.confirmable), nil
	}
	if held := s.heldBack(brakes.First()); held != nil {
		return held.mailable(true), nil
	}
	why, err := s.leftOut(p, rhythms.First(), models)
	return why.mailable(true), err
}

// leftOut returns why no pulse asks the customer, whom it is; nil if pulses do.
func (s *Service) leftOut(p *askPlan, r *Rhythm, models *modelReading) (*refusal, error) {
	if !p.customer.Status.Askable() {
		return &refusal{reason: "no pulse asks customers whose status is " + string(p.customer.Status)}, nil
	}
	if r == nil {
		return nil, nil //nolint:nilnil // nothing keeps pulses away
	}
	inForce, err := models.models()
	if err != nil {
		return nil, err
	}
	r.turn(inForce) // which may end a snooze
	switch silence := s.silentSince(r); {
	case r.SnoozedUntil.After(p.now):
		return snoozed(r.SnoozedUntil), nil
	case r.List != "" && p.log.HeldOut(silence):
		return holdOut(silence), nil
	}
	return nil, nil //nolint:nilnil // as above
}

// mailable is what a refusal means for whoever wants to mail; nil refuses nothing.
func (r *refusal) mailable(byHand bool) *Mailable {
	if r == nil {
		return &Mailable{OK: true, ByHand: true}
	}
	return &Mailable{Reason: r.reason, Until: r.until, ByHand: byHand}
}

// Suppressed returns what keeps contacts from being mailed, by the contact; who may be is not in it.
func (s *Service) Suppressed(ctx context.Context, contacts ...*Contact) (map[ContactID]*Suppression, error) {
	var emails []string
	for _, c := range contacts {
		if c.Email != "" {
			emails = append(emails, c.Email)
		}
	}
	list, err := s.suppressionsOf(ctx, emails)
	if err != nil {
		return nil, err
	}
	return suppressedOf(list, contacts), nil
}

// suppressedOf finds the contacts' suppressions in a list of them.
func suppressedOf(list map[string]*Suppression, contacts []*Contact) map[ContactID]*Suppression {
	found := map[ContactID]*Suppression{}
	for _, c := range contacts {
		if x := suppressedIn(list, c.Email); c.Email != "" && x != nil {
			found[ContactID(c.ID)] = x
		}
	}
	return found
}
