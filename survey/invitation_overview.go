package survey

import (
	"context"
	"time"

	"earshot/survey/store"
)

// InvitationOverview is everything that is known of one invitation.
type InvitationOverview struct {
	*Invitation
	// Received are the mails that came back for it, latest first, at most overviewReceived.
	Received []*ReceivedMail
	// Answered says that there is a response, the one of ResponseOf.
	Answered bool
	// Relay is how the server stands that takes our mails.
	Relay *Relay
	// Names are the names of the customer and the contact, where they are still there, and of surveys and pulses.
	Names Names
}

// overviewReceived is how many mails that came back an overview shows: a mail draws a few.
const overviewReceived = 50

// InvitationOverview returns what is known of an invitation, in two trips to the store. Returns NotFound.
func (s *Service) InvitationOverview(ctx context.Context, id InvitationID) (*InvitationOverview, error) {
	inv, err := s.Invitation(ctx, id)
	if err != nil {
		return nil, err
	}
	received := store.Query{Index: receivedMailsByCustomer, Equal: []any{string(inv.CustomerID)}, Descending: true, Limit: overviewReceived}
	narrow(&received, choice{"invitation_id", string(id), ""})
	came, responses := s.db.receivedMails.Finding(received), s.db.responses.Fetching([]string{string(ResponseOf(id))}).Only("invitation_id")
	relays, choice := s.db.relays.Fetching([]string{relayID}), s.readChoice()
	names := s.readNames([]CustomerID{inv.CustomerID}, []ContactID{inv.ContactID})
	readings := append(append(names.readings(), choice.readings()...), came, responses, relays)
	if err := store.Together(ctx, s.store, readings...); err != nil {
		return nil, err
	}
	o := &InvitationOverview{
		Invitation: inv, Received: came.Docs, Answered: responses.First() != nil, Relay: relays.First(),
		Names: names.names(choice.surveys.Docs, choice.pulses.Docs),
	}
	if o.Relay == nil {
		o.Relay = newRelay(relayID)
	}
	return o, nil
}

// TriedNext is when the mail is tried (again): see NextTry; of one that waits for the server, when that is tried next. Zero where nothing is to be tried.
func (o *InvitationOverview) TriedNext() time.Time {
	if o.Standing() == StandsHeld && o.current().State == MailQueued && o.Relay.Paused() {
		return o.Relay.NextAt
	}
	return o.NextTry()
}
