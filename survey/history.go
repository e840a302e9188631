package survey

import (
	"context"
	"slices"
	"time"
)

// history is what is known of earlier asks when somebody is to be asked: the ledger of their customer, and the asks of the
// same people at other customers.
type history struct {
	log *AskLog
	// people are those behind the contacts' addresses, by personID.
	people map[string]*Person
	// elsewhere are the ledgers of other customers that people point to.
	elsewhere map[string]*AskLog
	// tagsApart is Options.TagsApart.
	tagsApart bool
}

// pastAsk is an ask as governance sees it.
type pastAsk struct {
	*Ask
	// elsewhere says that it was at another customer.
	elsewhere bool
}

// asksOf returns the asks of whoever the contact is, in no particular order.
func (h *history) asksOf(c *Contact) []pastAsk {
	var list []pastAsk
	person := personID(c.Email, h.tagsApart)
	for i := range h.log.Asks {
		if a := &h.log.Asks[i]; a.concerns(c, person) {
			list = append(list, pastAsk{Ask: c.forgiven(a)})
		}
	}
	for _, a := range h.asksElsewhere(person) {
		list = append(list, pastAsk{c.forgiven(a.Ask), true})
	}
	return list
}

// asksElsewhere returns the asks of the person at other customers.
func (h *history) asksElsewhere(person string) []pastAsk {
	p := h.people[person]
	if p == nil {
		return nil
	}
	var list []pastAsk
	for _, a := range p.Asks {
		if string(a.CustomerID) != h.log.ID {
			list = append(list, pastAsk{h.resolve(a), true})
		}
	}
	return list
}

// resolve returns the ask that a person points to. One that its ledger has forgotten, as ledgers forget what is long over,
// still counts as an ask; of one whose ledger was not read, because somebody asked a moment ago, the worst is assumed.
func (h *history) resolve(a PersonAsk) *Ask {
	log, read := h.elsewhere[string(a.CustomerID)]
	if !read {
		return &Ask{InvitationID: a.InvitationID, At: a.At, ExpiresAt: a.ExpiresAt}
	}
	if log != nil {
		if found := log.find(a.InvitationID); found != nil {
			return found
		}
	}
	return &Ask{InvitationID: a.InvitationID, At: a.At, ExpiresAt: a.ExpiresAt, EndedAt: a.At}
}

// lastAsk returns when the contact was last asked; zero if never.
func (h *history) lastAsk(c *Contact) time.Time {
	var last time.Time
	for _, a := range h.asksOf(c) {
		if !a.Void && a.At.After(last) {
			last = a.At
		}
	}
	return last
}

// concerns says whether the ask went to this contact, or to somebody else who is the same person.
func (a *Ask) concerns(c *Contact, person string) bool {
	return a.ContactID == ContactID(c.ID) || person != "" && a.Address == person
}

// readHistories reads the histories of the plans that have none yet, in three operations at most.
func (s *Service) readHistories(ctx context.Context, plans []*askPlan) error {
	missing, people := map[string]bool{}, map[string]bool{}
	for _, p := range plans {
		if p.log == nil {
			missing[p.customer.ID] = true
		}
		for _, c := range p.contacts {
			if c.Email != "" {
				people[personID(c.Email, s.tagsApart)] = true
			}
		}
	}
	logs, err := s.db.askLogs.Fetch(ctx, keys(missing))
	if err != nil {
		return err
	}
	found, err := s.db.people.Fetch(ctx, keys(people))
	if err != nil {
		return err
	}
	elsewhere, err := s.ledgersElsewhere(ctx, plans, found)
	if err != nil {
		return err
	}
	for _, p := range plans {
		if p.log == nil {
			p.log = logs[p.customer.ID]
		}
		if p.log == nil {
			p.log = newAskLog(CustomerID(p.customer.ID))
		}
		p.history = &history{log: p.log, people: found, elsewhere: elsewhere, tagsApart: s.tagsApart}
	}
	return nil
}

// ledgersElsewhere reads the ledgers that people point to, as far as they are not those of the plans' own customers and can
// still matter.
func (s *Service) ledgersElsewhere(ctx context.Context, plans []*askPlan, people map[string]*Person) (map[string]*AskLog, error) {
	own := func(id CustomerID) bool {
		return len(plans) == 1 && plans[0].customer.ID == string(id)
	}
	wanted, now, rest := map[string]bool{}, s.now(), maxFailureRest
	for _, p := range plans {
		rest = max(rest, time.Duration(p.restDays)*day)
	}
	for _, p := range people {
		for _, a := range p.Asks {
			if matters := a.At.Add(rest).After(now) || a.ExpiresAt.After(now); matters && !own(a.CustomerID) {
				wanted[string(a.CustomerID)] = true
			}
		}
	}
	ids := keys(wanted)
	logs, err := s.db.askLogs.Fetch(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if logs[id] == nil {
			logs[id] = nil // it was looked for, and is gone with its customer
		}
	}
	return logs, nil
}

// latest sorts asks, the latest first.
func latest(asks []pastAsk) []pastAsk {
	slices.SortFunc(asks, func(a, b pastAsk) int { return b.At.Compare(a.At) })
	return asks
}
