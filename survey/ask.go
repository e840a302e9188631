package survey

import (
	"context"
	"time"

	"earshot/survey/store"
)

// AskRequest is one ask by hand or by API.
type AskRequest struct {
	CustomerID CustomerID `json:"customer_id"`
	// ContactID is whom to ask; empty asks whom a pulse would.
	ContactID ContactID `json:"contact_id"`
	SurveyID  SurveyID  `json:"survey_id" validate:"required"`
	// NoMail hands out the link instead of mailing it.
	NoMail bool `json:"no_mail"`
	// AnswerDays is how long the link takes answers; 0 means DefaultAnswerDays.
	AnswerDays int `json:"answer_days" validate:"gte=0,lte=365"`
	// Confirm asks although NeedsConfirmation.
	Confirm bool `json:"confirm"`
	// By is the rep who asks; empty: by API.
	By RepID `json:"-"`
	// Test makes an invitation that is never mailed and counts nowhere: see Invitation.Test.
	Test bool `json:"-"`
}

// Asked is what an ask led to.
type Asked struct {
	Invitation *Invitation
	// Link is where the contact answers; only for NoMail, and only this once: what is stored is a hash.
	Link string
}

// AskNow asks a contact at once. Returns Conflict with the reason where governance does not allow it, or where the mail would wait for the brake; see
// NeedsConfirmation. If the process dies on the way, a worker finishes what was begun.
func (s *Service) AskNow(ctx context.Context, r AskRequest) (*Asked, error) {
	if err := check(r); err != nil {
		return nil, err
	}
	p, err := s.planAsk(ctx, r)
	if err != nil {
		return nil, err
	}
	if p.id = InvitationID(s.newIDFor(ctx, "inv")); repeats(ctx) {
		if asked, err := s.askedBefore(ctx, p); asked != nil || err != nil {
			return asked, err
		}
	}
	if r.Test {
		return s.askForTest(ctx, p)
	}
	if !r.NoMail && !r.Confirm {
		b, err := s.storedBrake(ctx)
		if err != nil {
			return nil, err
		}
		if held := s.heldBack(b); held != nil {
			return nil, held.asError()
		}
	}
	if err := s.askAll(ctx, []*askPlan{p}); err != nil {
		return nil, err
	}
	if p.refused != nil {
		return nil, p.refused.asError()
	}
	return &Asked{Invitation: p.invitation, Link: p.link}, nil
}

// askPlan is everything that an ask needs to be decided and carried out, and what came of it.
type askPlan struct {
	governance
	customer *Customer
	// contacts are those to choose from.
	contacts   []*Contact
	suppressed map[string]*Suppression
	survey     *Survey
	pulse      *Pulse // nil: by hand
	by         RepID
	answerDays int
	// silence tells the customer's silence from the next one, for a quiet pulse: see Service.silentSince.
	silence time.Time
	// rhythm is the customer's, where it matters, and rivals are the pulses that come first.
	rhythm *Rhythm
	rivals []rival
	// log is the ledger as it was read, nil if it has to be read (again); history is it with all that belongs to it.
	log     *AskLog
	history *history

	// id is the invitation's, chosen before anything is written.
	id InvitationID
	// turn is when the mail goes out, where that is bounded (see takeSlots), and turnOf for whom it was taken.
	turn   *slot
	turnOf *Contact
	// contact and ask are who is asked; refused is why nobody is.
	contact    *Contact
	ask        *Ask
	refused    *refusal
	invitation *Invitation
	link       string
}

// planAsk gathers what an ask by hand needs.
func (s *Service) planAsk(ctx context.Context, r AskRequest) (*askPlan, error) {
	p := &askPlan{by: r.By, answerDays: r.AnswerDays}
	p.governance = governance{now: s.now(), restDays: HandRestDays, noMail: r.NoMail, confirmed: r.Confirm}
	if p.answerDays == 0 {
		p.answerDays = DefaultAnswerDays
	}
	var err error
	if p.survey, err = s.Survey(ctx, r.SurveyID); err != nil {
		return nil, err
	}
	if p.survey.Status == Closed {
		return nil, Errorf(Conflict, "the survey %q is closed; reopen it first", p.survey.Name)
	}
	if r.ContactID != "" {
		contact, err := s.Contact(ctx, r.ContactID)
		if err != nil {
			return nil, err
		}
		if r.CustomerID != "" && r.CustomerID != contact.CustomerID {
			return nil, InvalidField("contact_id", "must be a contact of the customer")
		}
		r.CustomerID, p.contacts = contact.CustomerID, []*Contact{contact}
	}
	if r.CustomerID == "" {
		return nil, InvalidField("customer_id", "is required where contact_id is not given")
	}
	if p.customer, err = s.Customer(ctx, r.CustomerID); err != nil {
		return nil, err
	}
	return p, s.findContacts(ctx, []*askPlan{p})
}

// maxCandidates is how many contacts of a customer are considered.
const maxCandidates = 200

// findContacts reads the customers' contacts, unless they are given, and which of their addresses are suppressed.
func (s *Service) findContacts(ctx context.Context, plans []*askPlan) error {
	byCustomer := make(map[string]*askPlan, len(plans))
	for _, p := range plans {
		if p.contacts == nil {
			byCustomer[p.customer.ID] = p
		}
	}
	if err := s.gatherContacts(ctx, byCustomer); err != nil {
		return err
	}
	var emails []string
	for _, p := range plans {
		for _, c := range p.contacts {
			if c.Email != "" {
				emails = append(emails, c.Email)
			}
		}
	}
	suppressed, err := s.suppressionsOf(ctx, emails)
	for _, p := range plans {
		p.suppressed = suppressed
	}
	return err
}

// gatherContacts gives the plans the contacts of their customers.
func (s *Service) gatherContacts(ctx context.Context, plans map[string]*askPlan) error {
	if len(plans) == 0 {
		return nil
	}
	ids := make([]any, 0, len(plans))
	for _, id := range keys(plans) {
		ids = append(ids, id)
	}
	for c, err := range s.db.contacts.All(ctx, store.Query{Index: contactsByCustomer, In: ids}) {
		if err != nil {
			return err
		}
		if p := plans[string(c.CustomerID)]; len(p.contacts) < maxCandidates {
			p.contacts = append(p.contacts, c)
		}
	}
	return nil
}

// choose decides whom the plan asks as its history stands, or why nobody.
func (p *askPlan) choose(s *Service) {
	if p.weigh(s); p.refused == nil && p.takesTurns(s) {
		p.refused = p.outOfTurn(s)
	}
	if p.refused == nil {
		p.ask = p.entry(s)
	}
}

// weigh chooses the contact, or finds why nobody is asked, whenever the mail goes out.
func (p *askPlan) weigh(s *Service) {
	p.contact, p.ask, p.refused = nil, nil, nil
	if p.pulse != nil {
		if p.refused = p.onceASilence(p.log); p.refused != nil {
			return
		}
	}
	if p.contact, p.refused = p.pick(p.contacts, p.suppressed, p.history); p.refused != nil {
		return
	}
	if p.refused = p.givesWay(s); p.refused != nil {
		return
	}
	// Last of all, so that who is held out differs in nothing but luck from who is asked.
	if p.drawn() && s.drawnOut(p.silence, CustomerID(p.customer.ID), p.pulse.HoldOut) {
		p.refused = holdOut(p.silence)
	}
}

// onceASilence refuses a second ask of a quiet pulse in the same silence, and any in one that is held out.
func (p *askPlan) onceASilence(log *AskLog) *refusal {
	if p.silence.IsZero() {
		return nil
	}
	if a := log.askedInSilence(p.silence); a != nil {
		return &refusal{kind: HeldSilence, reason: "they were asked in this silence already, on " + a.At.Format(dateWording)}
	}
	if log.HeldOut(p.silence) {
		return holdOut(p.silence)
	}
	return nil
}

// entry is the ask as it stands in the ledger.
func (p *askPlan) entry(s *Service) *Ask {
	a := &Ask{
		InvitationID: p.id, ContactID: ContactID(p.contact.ID), SurveyID: SurveyID(p.survey.ID), AskedBy: p.by,
		Address: personID(p.contact.Email, s.tagsApart), At: p.now, Silence: p.silence, RestDays: p.restDays,
		Owed: true, NoMail: p.noMail,
	}
	if p.pulse != nil {
		a.PulseID, a.Drawn = PulseID(p.pulse.ID), p.drawn()
	}
	if p.turn != nil {
		a.SendAt = p.turn.next
	}
	a.ExpiresAt = s.firstSend(a, p.contact).Add(time.Duration(p.answerDays) * day)
	return a
}

// firstSend returns when the mail of an ask may go out first: at once by hand, at a decent hour by a pulse, or at its turn.
func (s *Service) firstSend(a *Ask, c *Contact) time.Time {
	switch {
	case !a.SendAt.IsZero():
		return a.SendAt
	case a.PulseID == "":
		return a.At
	}
	return s.decentTime(a.At, s.placeOf(c))
}

// AskLog returns the ledger of asks of a customer; an empty one where nobody was ever asked.
func (s *Service) AskLog(ctx context.Context, id CustomerID) (*AskLog, error) {
	if _, err := s.Customer(ctx, id); err != nil {
		return nil, err
	}
	logs, err := s.db.askLogs.Fetch(ctx, []string{string(id)})
	if err != nil {
		return nil, err
	}
	if log := logs[string(id)]; log != nil {
		return log, nil
	}
	return newAskLog(id), nil
}

func newAskLog(id CustomerID) *AskLog { return &AskLog{Meta: store.Meta{ID: string(id)}} }
