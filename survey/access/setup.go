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

// SetupOpen says whether link is the secret of the present first-run link. It changes nothing.
func (s *Service) SetupOpen(ctx context.Context, link string) error {
	i, err := s.db.installations.Get(ctx, installationID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err != nil || !secret.Matches(i.SetupHash, link) {
		return survey.Errorf(survey.Gone, "this first-run link is not valid any more; start Earshot again for a new one, or log in")
	}
	return nil
}

// FirstAdmin creates the first admin and ends the first-run link. Of two calls at once one wins; the other gets Gone.
func (s *Service) FirstAdmin(ctx context.Context, link string, in NewRep) (*Rep, error) {
	in.Access = LevelAdmin
	rep, err := s.newRep(in)
	if err != nil {
		return nil, err
	}
	if err := s.SetupOpen(ctx, link); err != nil {
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

// anyRep says whether there is a rep.
func (s *Service) anyRep(ctx context.Context) (bool, error) {
	_, err := s.db.reps.First(ctx, store.Query{Index: repsByName})
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
