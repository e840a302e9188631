package access

import (
	"context"
	"errors"
	"time"

	"earshot/survey"
	"earshot/survey/internal/secret"
	"earshot/survey/store"
)

// ticketKind is what a ticket is for. One is never taken for the other.
type ticketKind string

// The kinds of ticket.
const (
	// secondStep goes on with a log-in whose password was right.
	secondStep ticketKind = "second_step"
	// wayIn lets an admin in whom the operator of the machine has vouched for.
	wayIn ticketKind = "way_in"
)

// How long tickets hold, and how many tries a log-in has for its second step.
const (
	SecondStepLasts = 5 * time.Minute
	WayInLasts      = time.Hour
	secondStepTries = 5
)

// Ticket is half a log-in: it says who may go on. Its id is the hash of the token that was handed out. It is used once.
type Ticket struct {
	store.Meta `json:",inline"`
	Kind       ticketKind   `json:"kind"`
	RepID      survey.RepID `json:"rep_id"`
	// Tries are those of the second step, also those under way.
	Tries     int       `json:"tries,omitempty"`
	ExpiresAt time.Time `json:"expires_at"`
}

var ticketSpec = &store.Spec{
	Name: "tickets", New: func() store.Doc { return new(Ticket) }, Expires: "expires_at",
}

// newTicket makes a ticket for a rep and returns its token.
func (s *Service) newTicket(ctx context.Context, kind ticketKind, rep *Rep) (string, error) {
	lasts := SecondStepLasts
	if kind == wayIn {
		lasts = WayInLasts
	}
	token := secret.New(s.random)
	return token, s.db.tickets.Insert(ctx, &Ticket{
		Meta: store.Meta{ID: secret.Hash(token)}, Kind: kind, RepID: survey.RepID(rep.ID), ExpiresAt: s.now().Add(lasts),
	})
}

// ticket returns the ticket of that token and its rep, or Unauthenticated: it is over, or was used, or the rep was changed
// meanwhile; a way in lets in also whose access was taken away.
func (s *Service) ticket(ctx context.Context, kind ticketKind, token string) (*Ticket, *Rep, error) {
	over := survey.Errorf(survey.Unauthenticated, "that took too long, or was used already; log in again")
	if len(token) != secret.Length {
		return nil, nil, over
	}
	found, err := s.db.tickets.Get(ctx, secret.Hash(token))
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil, over
	}
	if err != nil {
		return nil, nil, err
	}
	if found.Kind != kind || !s.now().Before(found.ExpiresAt) || found.Tries >= secondStepTries {
		return nil, nil, over
	}
	rep, err := s.db.reps.Get(ctx, string(found.RepID))
	if errors.Is(err, store.ErrNotFound) || err == nil && kind == secondStep && !found.holdsFor(rep) {
		return nil, nil, over
	}
	return found, rep, err
}

// holdsFor says whether the second step is still the rep's to take: their access was not taken away, and nothing about them,
// such as the password, was changed since the first.
func (t *Ticket) holdsFor(rep *Rep) bool {
	begun := t.ExpiresAt.Add(-SecondStepLasts)
	return rep.DisabledAt.IsZero() && !rep.UpdatedAt.After(begun)
}

// use ends a ticket. Of two at once one wins; the other gets Unauthenticated.
func (s *Service) use(ctx context.Context, t *Ticket) error {
	err := s.db.tickets.Delete(ctx, t)
	if errors.Is(err, store.ErrConflict) {
		return survey.Errorf(survey.Unauthenticated, "that was used a moment ago; log in again")
	}
	return err
}
