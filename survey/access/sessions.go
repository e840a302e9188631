package access

import (
	"context"
	"errors"
	"time"

	"earshot/survey"
	"earshot/survey/internal/secret"
	"earshot/survey/store"
)

// SessionLength is how long a login lasts.
const SessionLength = 14 * 24 * time.Hour

// BeginSession lets a rep in who has proven otherwise who they are, and returns the token for their cookie.
func (s *Service) BeginSession(ctx context.Context, id survey.RepID) (string, error) {
	token := secret.New(s.random)
	now := s.now()
	ends := now.Add(SessionLength)
	return token, s.db.sessions.Insert(ctx, &Session{
		Meta: store.Meta{ID: secret.Hash(token)}, RepID: id, CreatedAt: now, ExpiresAt: ends,
	})
}

// SessionRep returns who is logged in with that token, or Unauthenticated.
func (s *Service) SessionRep(ctx context.Context, token string) (*Rep, error) {
	refusal := survey.Errorf(survey.Unauthenticated, "you are not logged in, or your login has ended; log in again")
	if len(token) != secret.Length {
		return nil, refusal
	}
	session, err := s.db.sessions.Get(ctx, secret.Hash(token))
	if errors.Is(err, store.ErrNotFound) {
		return nil, refusal
	}
	if err != nil {
		return nil, err
	}
	rep, err := s.db.reps.Get(ctx, string(session.RepID))
	switch {
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return nil, err
	case err != nil, !rep.DisabledAt.IsZero(), !s.now().Before(session.ExpiresAt):
		return nil, refusal
	}
	return rep, nil
}

// Logout ends the session of that token; one that has ended already is as good.
func (s *Service) Logout(ctx context.Context, token string) error {
	session, err := s.db.sessions.Get(ctx, secret.Hash(token))
	if err == nil {
		err = s.db.sessions.Delete(ctx, session)
	}
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrConflict) {
		return nil
	}
	return err
}

// endSessions logs a rep out everywhere.
func (s *Service) endSessions(ctx context.Context, id survey.RepID) error {
	for session, err := range s.db.sessions.All(ctx, store.Query{Index: sessionsByRep, Equal: []any{string(id)}}) {
		if err != nil {
			return err
		}
		if err := s.db.sessions.Delete(ctx, session); err != nil && !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	return nil
}
