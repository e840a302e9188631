package access

import (
	"context"

	"earshot/survey"
)

// admit lets a rep in whose password was right, or leads them to the second step where they have a factor.
func (s *Service) admit(ctx context.Context, rep *Rep, from Browser) (*Entry, error) {
	if !rep.Factors.Any() {
		return s.Enter(ctx, rep, from)
	}
	pending, err := s.newTicket(ctx, secondStep, rep)
	return &Entry{Rep: rep, Pending: pending}, err
}

// Second is what the second step of a log-in asks for.
type Second struct {
	// Email is whose log-in it is.
	Email string
	// App and Recovery say whether the rep has an authenticator app, and recovery codes.
	App, Recovery bool
	// Passkey is what a browser needs to ask for one of the rep's passkeys, in JSON; empty where there is none.
	Passkey string
}

// SecondStepOf tells what the second step of that log-in asks for, or Unauthenticated where it is over. It changes nothing.
func (s *Service) SecondStepOf(ctx context.Context, pending string) (*Second, error) {
	_, rep, err := s.ticket(ctx, secondStep, pending)
	if err != nil {
		return nil, err
	}
	options, err := s.proofOptions(ctx, rep, toFollow)
	return &Second{Email: rep.Email, App: rep.Factors.HasApp(), Recovery: len(rep.Factors.Recovery) > 0, Passkey: options}, err
}

// SecondStep finishes a log-in whose password was right. A wrong proof is Invalid or, of a passkey, Unauthenticated with the
// step still open; after five tries the log-in is over. Too many wrong codes at the account are RateLimited.
func (s *Service) SecondStep(ctx context.Context, pending string, proof Proof, from Browser) (*Entry, error) {
	found, _, err := s.ticket(ctx, secondStep, pending)
	if err != nil {
		return nil, err
	}
	// The try is written down before it is looked at, so that many at once are no more than there may be.
	found, err = s.db.tickets.Update(ctx, found.ID, func(t *Ticket) error {
		if t.Tries >= secondStepTries {
			return survey.Errorf(survey.Unauthenticated, "that were too many tries; log in again")
		}
		t.Tries++
		return nil
	})
	if survey.KindOf(err) == survey.NotFound {
		return nil, survey.Errorf(survey.Unauthenticated, "that was used a moment ago; log in again")
	}
	if err != nil {
		return nil, err
	}
	rep, err := s.prove(ctx, found.RepID, proof, toFollow)
	if err != nil {
		return nil, err
	}
	if err := s.use(ctx, found); err != nil {
		return nil, err
	}
	entry, err := s.Enter(ctx, rep, from)
	if err != nil {
		return nil, err
	}
	entry.ByRecovery = proof.isRecovery()
	return entry, nil
}
