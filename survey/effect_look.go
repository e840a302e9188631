package survey

import (
	"context"

	"earshot/survey/outbox"
)

// effectLook looks at a customer's silence on the day on which it is to be looked at; rhythms owe it.
const effectLook = "look_at_silence"

// lookAtRhythms is the effect effectLook. A rhythm that was folded under older parameters is made anew.
func (s *Service) lookAtRhythms(ctx context.Context, b *outbox.Batch[*Rhythm]) error {
	models, err := s.fittedModels(ctx)
	if err != nil {
		return err
	}
	var outdated []string
	now := s.now()
	for _, i := range b.Items {
		if i.Doc.outdated(models) {
			outdated = append(outdated, i.Doc.ID)
		}
		i.Then(func(r *Rhythm) { s.judge(r, models, now) })
	}
	return s.rebuildRhythms(ctx, outdated, models)
}
