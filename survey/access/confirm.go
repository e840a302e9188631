package access

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"earshot/survey"
	"earshot/survey/internal/secret"
	"earshot/survey/store"
)

// ConfirmedFor is how long a proof of who somebody is holds for what guards the account: long enough to set up a phone, and
// too short for whoever finds the browser open after lunch.
const ConfirmedFor = 10 * time.Minute

// session returns the session of that token, or Unauthenticated.
func (s *Service) session(ctx context.Context, token string) (*Session, error) {
	found, err := s.db.sessions.Get(ctx, secret.Hash(token))
	if errors.Is(err, store.ErrNotFound) {
		return nil, survey.Errorf(survey.Unauthenticated, "you are not logged in, or your login has ended; log in again")
	}
	return found, err
}

// Confirmed says whether whoever has that session has proven in it who they are within ConfirmedFor: by logging in, or since.
// Who came by single sign-on has done so when they did at the provider, if it says when.
func (s *Service) Confirmed(ctx context.Context, session string) (bool, error) {
	found, err := s.session(ctx, session)
	if err != nil {
		return false, err
	}
	proven := found.CreatedAt
	if !found.ProvenAt.IsZero() && found.ProvenAt.Before(proven) {
		proven = found.ProvenAt
	}
	if found.ConfirmedAt.After(proven) {
		proven = found.ConfirmedAt
	}
	return s.now().Before(proven.Add(ConfirmedFor)), nil
}

// SignedOn says whether that session began by single sign-on.
func (s *Service) SignedOn(ctx context.Context, session string) (bool, error) {
	found, err := s.session(ctx, session)
	return err == nil && found.SignedOn, err
}

// Confirm proves anew who has that session, by the password or by a second factor. What is wrong is Invalid or, of a
// passkey, Unauthenticated; too many tries are RateLimited.
func (s *Service) Confirm(ctx context.Context, rep *Rep, session, password string, proof Proof) error {
	id := survey.RepID(rep.ID)
	var err error
	if proof == (Proof{}) {
		err = s.knowsPassword(ctx, rep, password)
	} else {
		_, err = s.prove(ctx, id, proof, toConfirm)
	}
	if err != nil {
		return err
	}
	_, err = s.db.sessions.Update(ctx, secret.Hash(session), func(found *Session) error {
		if found.RepID != id {
			return survey.Errorf(survey.Unauthenticated, "you are not logged in; log in again")
		}
		found.ConfirmedAt = s.now()
		return nil
	})
	return err
}

// knowsPassword checks the password of a rep who is logged in. It counts as a try to log in, and proves nothing where
// passwords let nobody in.
func (s *Service) knowsPassword(ctx context.Context, rep *Rep, password string) error {
	if err := s.byPassword(); err != nil {
		return err
	}
	wrong := survey.InvalidField("password", "is not your password")
	if utf8.RuneCountInString(password) > MaxPassword {
		return wrong
	}
	try, err := s.guesses.begin(s.clock(), s.guesses.familiar(rep.ID))
	if err != nil {
		return err
	}
	right, err := s.passwordMatches(ctx, rep.PasswordHash, password)
	switch {
	case err != nil:
		try.void()
		return err
	case !right:
		return wrong
	}
	try.right()
	return nil
}
