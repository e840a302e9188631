package access

import (
	"context"
	"errors"
	"time"

	"earshot/survey"
	"earshot/survey/address"
	"earshot/survey/store"
)

// WayIn makes a link's secret by which the rep of that address comes in once, as an admin, without a password and without a
// second factor: for whoever has the machine, when nobody can log in. The rep becomes an admin, has access again, and loses
// the factors, which they may have lost; where they were logged in they are no more, for what was the access of a rep must not
// become that of an admin in hands that nobody has looked at. Returns NotFound where there is no such rep.
func (s *Service) WayIn(ctx context.Context, email string) (string, error) {
	rep, err := s.db.reps.First(ctx, store.Query{Index: repsByEmail, Equal: []any{address.Key(email)}})
	if errors.Is(err, store.ErrNotFound) {
		return "", survey.Errorf(survey.NotFound, "there is no rep with the address %q", email)
	}
	if err != nil {
		return "", err
	}
	return s.newTicket(ctx, wayIn, rep)
}

// WayInOpen says whether that secret still lets somebody in, or Unauthenticated. It changes nothing.
func (s *Service) WayInOpen(ctx context.Context, link string) error {
	_, _, err := s.ticket(ctx, wayIn, link)
	return err
}

// ComeIn uses the secret of a way in.
func (s *Service) ComeIn(ctx context.Context, link string, from Browser) (*Entry, error) {
	found, _, err := s.ticket(ctx, wayIn, link)
	if err != nil {
		return nil, err
	}
	if err := s.use(ctx, found); err != nil {
		return nil, err
	}
	rep, err := s.changeFactors(ctx, found.RepID, func(rep *Rep) error {
		rep.Access, rep.DisabledAt, rep.Factors, rep.UpdatedAt = LevelAdmin, time.Time{}, Factors{}, s.now()
		rep.SessionsSince, rep.Resets = rep.UpdatedAt, nil
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := s.EndSessions(ctx, found.RepID, "", ""); err != nil {
		return nil, err
	}
	return s.Enter(ctx, rep, from)
}
