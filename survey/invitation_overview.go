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
	// RelaysTried is when a server is tried next that takes our mails; zero while one is open.
	RelaysTried time.Time
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
	relays, choice := s.db.relays.Fetching(s.relayNames()), s.readChoice()
	names := s.readNames([]CustomerID{inv.CustomerID}, []ContactID{inv.ContactID})
	readings := append(append(names.readings(), choice.readings()...), came, responses, relays)
	if err := store.Together(ctx, s.store, readings...); err != nil {
		return nil, err
	}
	o := &InvitationOverview{
		Invitation: inv, Received: came.Docs, Answered: responses.First() != nil, RelaysTried: triedNext(relays.Docs, len(s.relayNames())),
		Names: names.names(choice.surveys.Docs, choice.pulses.Docs),
	}
	return o, nil
}

// triedNext is when the first of those relays is tried again that have a fault; zero where one of all has none.
func triedNext(known []*Relay, all int) (next time.Time) {
	if len(known) < all {
		return next
	}
	for _, r := range known {
		if !r.Paused() {
			return time.Time{}
		}
		if next.IsZero() || r.NextAt.Before(next) {
			next = r.NextAt
		}
	}
	return next
}

// TriedNext is when the mail is tried (again): see NextTry; of one that waits for the server, when that is tried next. Zero where nothing is to be tried.
func (o *InvitationOverview) TriedNext() time.Time {
	if o.Standing() == StandsHeld && o.current().State == MailQueued && !o.RelaysTried.IsZero() {
		return o.RelaysTried
	}
	return o.NextTry()
}
