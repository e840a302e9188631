package survey

import (
	"context"
	"slices"

	"earshot/survey/store"
)

// CustomerOverview is everything that a customer's page shows.
type CustomerOverview struct {
	Customer *Customer
	Rhythm   *RhythmDetails
	// Contacts are the people there, in the order in which they were added, at most overviewContacts.
	Contacts []*Contact
	// Suppressed is why contacts must not be mailed; who may be is not in it.
	Suppressed map[ContactID]*Suppression
	Asks       *AskLog
	// KeptOut says that the customer is on a list, and that a pulse keeps the silence that they are in out of asking.
	KeptOut bool
	// Answers and Invitations are the latest, those that are set aside among them.
	Answers     Page[*Response]
	Invitations []*Invitation
	Timeline    Page[TimelineItem]
	// Names are the names of the contacts that the answers and the timeline tell of, and of surveys and pulses.
	Names Names
	// Surveys and Pulses are all of them, with what is needed to choose whom to ask what.
	Surveys []*Survey
	Pulses  []*Pulse
}

// overviewContacts is how many contacts a customer's page shows.
const overviewContacts = 100

// OverviewSize is how much a CustomerOverview shows.
type OverviewSize struct {
	Answers, Invitations, Timeline int
	// After is where the timeline goes on.
	After store.Cursor
}

// CustomerOverview returns what a customer's page shows, in two trips to the store. Returns NotFound, or Invalid for a cursor
// that is not one.
func (s *Service) CustomerOverview(ctx context.Context, id CustomerID, size OverviewSize) (*CustomerOverview, error) {
	r, err := s.readOverview(id, size)
	if err != nil {
		return nil, err
	}
	if err := store.Together(ctx, s.store, r.readings()...); err != nil {
		return nil, err
	}
	customer, err := existing(id, r.customer.First())
	if err != nil {
		return nil, err
	}
	o := &CustomerOverview{
		Customer: customer, Contacts: r.contacts.Docs, Asks: r.asks.First(), Answers: pageOf(r.answers), Invitations: r.invitations.Docs,
		Timeline: r.timeline.page(), Surveys: r.choice.surveys.Docs, Pulses: r.choice.pulses.Docs,
	}
	if o.Asks == nil {
		o.Asks = newAskLog(id)
	}
	if o.Rhythm, err = s.rhythmDetails(r.rhythm.First(), r.models); err != nil {
		return nil, err
	}
	if rhythm := r.rhythm.First(); o.Rhythm.List != "" {
		o.KeptOut = o.Asks.HeldOut(s.silentSince(rhythm))
	}
	return o, s.completeOverview(ctx, o)
}

// overviewReading reads what is known of a customer by the customer's id.
type overviewReading struct {
	customer    *store.Finding[Customer, *Customer]
	rhythm      *store.Finding[Rhythm, *Rhythm]
	models      *modelReading
	contacts    *store.Finding[Contact, *Contact]
	asks        *store.Finding[AskLog, *AskLog]
	answers     *store.Finding[Response, *Response]
	invitations *store.Finding[Invitation, *Invitation]
	timeline    *timeline
	choice      *choiceReading
}

func (s *Service) readOverview(id CustomerID, size OverviewSize) (*overviewReading, error) {
	timeline, err := s.readTimeline(id, size.After, size.Timeline)
	if err != nil {
		return nil, err
	}
	own := []string{string(id)}
	invitations := ofCustomer(invitationsByCustomer, id, size.Invitations)
	invitations.Descending = true
	return &overviewReading{
		customer: s.db.customers.Fetching(own), rhythm: s.db.rhythms.Fetching(own), models: s.readModels(), asks: s.db.askLogs.Fetching(own),
		contacts:    s.db.contacts.Finding(ofCustomer(contactsByCustomer, id, overviewContacts)),
		answers:     s.db.responses.Finding(ResponseFilter{CustomerID: id, Suspects: true, Limit: size.Answers}.query()),
		invitations: s.db.invitations.Finding(invitations), timeline: timeline, choice: s.readChoice(),
	}, nil
}

func (r *overviewReading) readings() []store.Reading {
	return slices.Concat(
		[]store.Reading{r.customer, r.rhythm, r.contacts, r.asks, r.answers, r.invitations},
		r.models.readings(), r.timeline.readings(), r.choice.readings(),
	)
}

// completeOverview reads what the first trip told of.
func (s *Service) completeOverview(ctx context.Context, o *CustomerOverview) error {
	var addresses []string
	for _, p := range o.Contacts {
		if p.Email != "" {
			addresses = append(addresses, p.Email)
		}
	}
	suppressed, names := s.db.suppressions.Fetching(suppressionIDs(addresses...)), s.readNames(nil, o.contactIDs())
	readings := append(names.readings(), suppressed)
	history := s.readGaps(CustomerID(o.Customer.ID), o.Rhythm.Kind)
	if o.Rhythm.Kind != "" {
		readings = append(readings, history)
	}
	if err := store.Together(ctx, s.store, readings...); err != nil {
		return err
	}
	o.Rhythm.Gaps = s.gaps(history.Docs)
	o.Names, o.Suppressed = names.names(o.Surveys, o.Pulses), suppressedOf(suppressed.ByID(), o.Contacts)
	id := CustomerID(o.Customer.ID)
	o.Names.Customers[id], o.Names.Owners[id] = o.Customer.Name, o.Customer.RepID
	return nil
}

// contactIDs are those whom the answers and the timeline tell of.
func (o *CustomerOverview) contactIDs() []ContactID {
	var ids []ContactID
	for _, r := range o.Answers.Items {
		ids = append(ids, r.ContactID)
	}
	for _, i := range o.Timeline.Items {
		switch {
		case i.Response != nil:
			ids = append(ids, i.Response.ContactID)
		case i.Touchpoint != nil && i.Touchpoint.ContactID != "":
			ids = append(ids, i.Touchpoint.ContactID)
		}
	}
	return ids
}

// choiceReading reads all surveys and pulses, with what their names need and whom to ask what.
type choiceReading struct {
	surveys *store.Finding[Survey, *Survey]
	pulses  *store.Finding[Pulse, *Pulse]
}

func (s *Service) readChoice() *choiceReading {
	return &choiceReading{
		surveys: s.db.surveys.Finding(store.Query{
			Index: surveysByName, Fields: []string{"status", "template"}, Limit: store.MaxLimit,
		}),
		pulses: s.db.pulses.Finding(store.Query{
			Index: pulsesByName, Fields: []string{"audience", "paused", "survey_id"}, Limit: store.MaxLimit,
		}),
	}
}

func (c *choiceReading) readings() []store.Reading { return []store.Reading{c.surveys, c.pulses} }

// pageOf makes a page of what was found.
func pageOf[T any, P interface {
	*T
	store.Doc
}](f *store.Finding[T, P]) Page[P] {
	return Page[P]{Items: f.Docs, Next: f.Next}
}
