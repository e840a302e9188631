package survey

import (
	"context"

	"earshot/survey/outbox"
)

// effectFacts carries what a rhythm repeats of its customer over to it; customers owe it.
const effectFacts = "tell_facts"

// tellFacts is the effect effectFacts. A rhythm whose pauses are others now is made anew.
func (s *Service) tellFacts(ctx context.Context, b *outbox.Batch[*Customer]) error {
	models, err := s.fittedModels(ctx)
	if err != nil {
		return err
	}
	byID := make(map[string]*Customer, len(b.Items))
	for _, i := range b.Items {
		byID[i.Doc.ID] = i.Doc
	}
	now := s.now()
	told, err := s.db.rhythms.UpdateAll(ctx, keys(byID), func(r *Rhythm) bool {
		r.take(factsOf(byID[r.ID]))
		s.judge(r, models, now)
		return true
	})
	if err != nil {
		return err
	}
	var outdated []string
	for id, r := range told {
		if r.outdated(models) {
			outdated = append(outdated, id)
		}
	}
	return s.rebuildRhythms(ctx, outdated, models)
}
