package access

import (
	"context"
	"errors"

	"earshot/survey"
	"earshot/survey/internal/secret"
	"earshot/survey/store"
)

// SetupSecret returns the secret of the first-run link, by which whoever reads the server's output becomes the first
// admin; it is empty when there is a rep already. Each call makes a new secret, and the one before stops working.
func (s *Service) SetupSecret(ctx context.Context) (string, error) {
	switch exists, err := s.anyRep(ctx); {
	case err != nil:
		return "", err
	case exists:
		return "", nil
	}
	fresh := secret.New(s.random)
	made := &Installation{Meta: store.Meta{ID: installationID}, SetupHash: secret.Hash(fresh), CreatedAt: s.now()}
	err := s.db.installations.Insert(ctx, made)
	var duplicate *store.DuplicateError
	if errors.As(err, &duplicate) {
		_, err = s.db.installations.Update(ctx, installationID, func(i *Installation) error {
			i.SetupHash = made.SetupHash
			return nil
		})
	}
	return fresh, err
}

// SetupOpen says whether link is the secret of the present first-run link, or returns Gone. It changes nothing, and costs
// nothing once there is a rep.
func (s *Service) SetupOpen(ctx context.Context, link string) error {
	over := survey.Errorf(survey.Gone, "this first-run link is not valid any more; start Earshot again for a new one, or log in")
	if len(link) != secret.Length || s.claimed.Load() {
		return over
	}
	i, err := s.db.installations.Get(ctx, installationID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err != nil || !secret.Matches(i.SetupHash, link) {
		return over
	}
	exists, err := s.anyRep(ctx)
	if exists {
		return over
	}
	return err
}

// FirstAdmin creates the first admin and ends the first-run link. Of two calls at once one wins; the other gets Gone.
// Nothing is done with what else was sent before the link is known to be the right one.
func (s *Service) FirstAdmin(ctx context.Context, link string, in NewRep) (*Rep, error) {
	if err := s.SetupOpen(ctx, link); err != nil {
		return nil, err
	}
	in.Access = LevelAdmin
	rep, err := s.newRep(ctx, in)
	if err != nil {
		return nil, err
	}
	if _, err := s.db.installations.Update(ctx, installationID, func(i *Installation) error {
		if !secret.Matches(i.SetupHash, link) {
			return survey.Errorf(survey.Gone, "somebody else used this first-run link a moment ago; log in instead")
		}
		i.SetupHash = ""
		return nil
	}); err != nil {
		return nil, err
	}
	return rep, s.insertRep(ctx, rep)
}

// anyRep says whether there is a rep. Reps are never removed, so that is remembered.
func (s *Service) anyRep(ctx context.Context) (bool, error) {
	if s.claimed.Load() {
		return true, nil
	}
	_, err := s.db.reps.First(ctx, store.Query{Index: repsByName})
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err == nil {
		s.claimed.Store(true)
	}
	return err == nil, err
}
