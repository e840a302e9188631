package survey

import (
	"context"
	"errors"
	"time"

	"earshot/survey/store"
)

// DefaultSnooze is how many days a customer is snoozed where nobody says.
const DefaultSnooze = 14

// longestSnooze is how far ahead a customer can be snoozed: longer, and the silence is forgotten rather than put off.
const longestSnooze = 366 * 24 * time.Hour

// Snooze keeps a customer out of the lists of the quiet and the drifting until then, or until their next sign of life (of who drifts:
// until they buy, or go quiet); the zero time ends a snooze.
// Returns NotFound where the customer has never given a sign of life, Invalid for a time that is over or too far ahead.
func (s *Service) Snooze(ctx context.Context, id CustomerID, until time.Time) error {
	now := s.now()
	if !until.IsZero() && !until.After(now) {
		return InvalidField("until", "must lie in the future")
	}
	if until.After(now.Add(longestSnooze)) {
		return InvalidField("until", "must lie within a year from now")
	}
	err := s.byModels(ctx, func(models fittedModels) error {
		_, err := s.db.rhythms.Update(ctx, string(id), func(r *Rhythm) error {
			if !r.turn(models) { // what is snoozed is what stands there now
				return errBehind
			}
			r.SnoozedUntil, r.SnoozedAt = store.Time(until), time.Time{}
			if !until.IsZero() {
				r.SnoozedAt = now
			}
			s.called(r)
			return nil
		})
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return Errorf(NotFound, "there is no customer %q with a silence to snooze", id)
	}
	return err
}
