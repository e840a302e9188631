package survey

import (
	"context"
	"errors"
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
}

// Asked is what an ask led to.
type Asked struct {
	Invitation *Invitation
	// Link is where the contact answers; only for NoMail, and only this once: what is stored is a hash.
	Link string
}

// AskNow asks a contact at once. Returns Conflict with the reason where governance does not allow it; see
// NeedsConfirmation. If the process dies on the way, a worker finishes what was begun.
func (s *Service) AskNow(ctx context.Context, r AskRequest) (*Asked, error) {
	if err := check(r); err != nil {
		return nil, err
	}
	p, err := s.planAsk(ctx, r)
	if err != nil {
		return nil, err
	}
	return s.ask(ctx, p)
}

// askPlan is everything that an ask needs to be decided and carried out.
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
	// silence is when the customer's last sign of life was, for a quiet pulse.
	silence time.Time
	// log is the ledger if it was read already, else nil.
	log *AskLog
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
	return p, s.findVoices(ctx, p)
}

// maxVoices is how many contacts of a customer are considered.
const maxVoices = 200

// findVoices reads the customer's contacts, unless one is given, and which of their addresses are suppressed.
func (s *Service) findVoices(ctx context.Context, p *askPlan) error {
	if p.contacts == nil {
		contacts, _, err := s.db.contacts.Find(ctx, store.Query{
			Index: contactsByCustomer, Equal: []any{p.customer.ID}, Limit: maxVoices,
		})
		if err != nil {
			return err
		}
		p.contacts = contacts
	}
	var ids []string
	for _, c := range p.contacts {
		if c.Email != "" {
			ids = append(ids, suppressionIDs(c.Email)...)
		}
	}
	var err error
	p.suppressed, err = s.db.suppressions.Fetch(ctx, ids)
	return err
}

// askGrace is how long a worker leaves an ask to the process that made it.
const askGrace = 15 * time.Second

// ask carries out the plan: it notes the ask in the customer's ledger, which settles who may ask; makes the invitation,
// under an id chosen before; and strikes the debt. A worker does the last two where the process dies in between.
func (s *Service) ask(ctx context.Context, p *askPlan) (*Asked, error) {
	contact, ask, err := s.noteAsk(ctx, p)
	if err != nil {
		return nil, err
	}
	inv := s.newInvitation(ask, p.customer, contact, p.survey)
	asked := &Asked{Invitation: inv}
	if ask.NoMail {
		asked.Link = s.addLink(inv)
	}
	if err := s.db.invitations.Insert(ctx, inv); err != nil && !isDuplicate(err) {
		return nil, err
	} else if err != nil && ask.NoMail {
		// A worker was faster, so that the link is not the one that was stored.
		asked.Link, err = s.NewLink(ctx, ask.InvitationID)
		if err != nil {
			return nil, err
		}
	}
	s.bells.ring(queueMails)
	if err := s.strikeAsk(ctx, CustomerID(p.customer.ID), ask.InvitationID); err != nil {
		s.Log.WarnContext(ctx, "an ask stays in its ledger for a worker", "customer", p.customer.ID, "error", err)
	}
	return asked, nil
}

// noteAsk writes the ask into the customer's ledger, unless governance refuses.
func (s *Service) noteAsk(ctx context.Context, p *askPlan) (*Contact, *Ask, error) {
	id, log := InvitationID(s.newID("inv")), p.log
	for {
		if log == nil {
			var err error
			if log, err = s.askLog(ctx, CustomerID(p.customer.ID)); err != nil {
				return nil, nil, err
			}
		}
		contact, refused := p.choose(log)
		if refused != nil {
			return nil, nil, refused.asError()
		}
		ask := p.entry(id, contact, s)
		log.add(ask)
		if log.Due.IsZero() {
			log.Due = p.now.Add(askGrace)
		}
		err := s.writeAskLog(ctx, log)
		if !errors.Is(err, store.ErrConflict) && !isDuplicate(err) {
			return contact, &ask, err
		}
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		log = nil // somebody else asked meanwhile: look again
	}
}

// choose returns whom the plan asks as the ledger stands, or why nobody.
func (p *askPlan) choose(log *AskLog) (*Contact, *refusal) {
	if p.pulse != nil {
		if r := p.onceASilence(log); r != nil {
			return nil, r
		}
	}
	return p.pick(p.contacts, p.suppressed, log)
}

// onceASilence refuses a second ask of a quiet pulse in the same silence.
func (p *askPlan) onceASilence(log *AskLog) *refusal {
	if p.silence.IsZero() {
		return nil
	}
	if a := log.askedInSilence(p.silence); a != nil {
		return &refusal{reason: "they were asked in this silence already, on " + a.At.Format(dateWording)}
	}
	return nil
}

// entry is the ask as it stands in the ledger.
func (p *askPlan) entry(id InvitationID, c *Contact, s *Service) Ask {
	a := Ask{
		InvitationID: id, ContactID: ContactID(c.ID), SurveyID: SurveyID(p.survey.ID), AskedBy: p.by,
		At: p.now, Silence: p.silence, Owed: true, NoMail: p.noMail,
	}
	if c.Email != "" {
		a.Address = personID(c.Email)
	}
	if p.pulse != nil {
		a.PulseID = PulseID(p.pulse.ID)
	}
	a.ExpiresAt = s.firstSend(&a, c).Add(time.Duration(p.answerDays) * day)
	return a
}

// firstSend returns when the mail of an ask may go out first: at once by hand, at a decent hour by a pulse.
func (s *Service) firstSend(a *Ask, c *Contact) time.Time {
	if a.PulseID == "" {
		return a.At
	}
	return decentTime(a.At, s.zone(c.TimeZone))
}

// askLog returns the customer's ledger, an empty one that is not stored yet where there is none.
func (s *Service) askLog(ctx context.Context, id CustomerID) (*AskLog, error) {
	log, err := s.db.askLogs.Get(ctx, string(id))
	if errors.Is(err, store.ErrNotFound) {
		return newAskLog(id), nil
	}
	return log, err
}

func newAskLog(id CustomerID) *AskLog { return &AskLog{Meta: store.Meta{ID: string(id)}} }

// writeAskLog stores a ledger. Returns a *store.DuplicateError or ErrConflict if somebody else was faster.
func (s *Service) writeAskLog(ctx context.Context, log *AskLog) error {
	if log.Version == 0 {
		return s.db.askLogs.Insert(ctx, log)
	}
	return s.db.askLogs.Replace(ctx, log)
}

// strikeAsk notes that the ask has become an invitation.
func (s *Service) strikeAsk(ctx context.Context, id CustomerID, invitation InvitationID) error {
	_, err := s.db.askLogs.Update(ctx, string(id), func(l *AskLog) error {
		l.strike(invitation)
		return nil
	})
	return err
}

// AskLog returns the ledger of asks of a customer; an empty one where nobody was ever asked.
func (s *Service) AskLog(ctx context.Context, id CustomerID) (*AskLog, error) {
	if _, err := s.Customer(ctx, id); err != nil {
		return nil, err
	}
	return s.askLog(ctx, id)
}
