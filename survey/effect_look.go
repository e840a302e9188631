package survey

import (
	"context"

	"earshot/survey/outbox"
)

// effectLook looks at a customer's silence on the day on which it is to be looked at; rhythms owe it.
const effectLook = "look_at_silence"

// lookAtRhythms is the effect effectLook. A rhythm that was folded under older parameters is made anew.
func (s *Service) lookAtRhythms(ctx context.Context, b *outbox.Batch[*Rhythm]) error {
	return s.byModels(ctx, func(models fittedModels) error {
		var outdated []string
		for _, i := range b.Items {
			r := *i.Doc
			if !r.turn(models) {
				return errBehind
			}
			if r.outdated(models) {
				outdated = append(outdated, r.ID)
			}
		}
		now := s.now()
		for _, i := range b.Items {
			i.Then(func(r *Rhythm) {
				if r.turn(models) {
					s.rank(r, models, now)
				} else { // others came into force meanwhile
					r.Schedule(effectLook, now.Add(modelsLifetime))
				}
			})
		}
		return s.rebuildRhythms(ctx, outdated, models)
	})
}
