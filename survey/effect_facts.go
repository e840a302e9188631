package survey

import (
	"context"

	"earshot/survey/outbox"
)

// effectFacts carries what a rhythm repeats of its customer over to it; customers owe it.
const effectFacts = "tell_facts"

// tellFacts is the effect effectFacts. A rhythm whose pauses are others now is made anew.
func (s *Service) tellFacts(ctx context.Context, b *outbox.Batch[*Customer]) error {
	byID := make(map[string]*Customer, len(b.Items))
	for _, i := range b.Items {
		byID[i.Doc.ID] = i.Doc
	}
	return s.byModels(ctx, func(models fittedModels) error {
		now, behind := s.now(), false
		told, err := s.db.rhythms.UpdateAll(ctx, keys(byID), func(r *Rhythm) bool {
			if !r.turn(models) {
				behind = true
				return false
			}
			r.take(factsOf(byID[r.ID]))
			s.rank(r, models, now)
			return true
		})
		if err != nil {
			return err
		}
		if behind {
			return errBehind
		}
		var outdated []string
		for id, r := range told {
			if r.outdated(models) {
				outdated = append(outdated, id)
			}
		}
		return s.rebuildRhythms(ctx, outdated, models)
	})
}
