package survey

import (
	"context"
	"errors"
	"time"

	"earshot/survey/store"
)

// rhythmLease is how long one worker may take over one rhythm: reading a hundred thousand touchpoints takes seconds.
const rhythmLease = 2 * time.Minute

// WorkRhythm looks at one rhythm that is due: it rebuilds it where it is stale, and judges the silence. It returns false
// if none was due.
func (s *Service) WorkRhythm(ctx context.Context) (bool, error) {
	now := s.now()
	r, err := s.db.rhythms.Claim(ctx, now, now.Add(rhythmLease))
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	models, err := s.fittedModels(ctx)
	if err != nil {
		return true, err
	}
	return true, s.review(ctx, r, models)
}

// review brings a rhythm up to date and stores it. A rhythm whose customer is gone is removed. Whoever changed it
// meanwhile has made it due again, so a conflict is no error.
func (s *Service) review(ctx context.Context, r *Rhythm, models fittedModels) error {
	c, err := s.db.customers.Get(ctx, r.ID)
	if errors.Is(err, store.ErrNotFound) || err == nil && !c.DeletedAt.IsZero() {
		return ignoreConflict(s.db.rhythms.Delete(ctx, r))
	}
	if err != nil {
		return err
	}
	r.take(factsOf(c))
	if r.Stale || r.outdated(models) {
		if err := s.rebuild(ctx, r, models); err != nil {
			return err
		}
	}
	if err := s.adoptKinds(ctx, r, models); err != nil {
		return err
	}
	now := s.now()
	r.Writers = running(r.Writers, now, "")
	r.Stale = len(r.Writers) > 0
	s.judge(r, models, now)
	return ignoreConflict(s.db.rhythms.Replace(ctx, r))
}
