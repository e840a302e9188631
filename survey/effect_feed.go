package survey

import (
	"context"
	"slices"

	"earshot/survey/outbox"
	"earshot/survey/store"
)

// The effects that feeds owe.
const (
	// effectLookAtFeed looks whether the feed has stopped or thinned, or is back.
	effectLookAtFeed = "look_at_feed"
	// effectHold judges the silences anew that rest on the feed: it holds them, or lets them go.
	effectHold = "hold_silences"
)

// lookAtFeeds is the effect effectLookAtFeed.
func (s *Service) lookAtFeeds(ctx context.Context, b *outbox.Batch[*Feed]) error {
	var all []*Feed
	for f, err := range s.db.feeds.All(ctx, store.Query{Index: store.ByID}) {
		if err != nil {
			return err
		}
		all = append(all, f)
	}
	now := s.now()
	tomorrow := s.startOf(s.day(now) + 1)
	for _, i := range b.Items {
		i.Then(func(f *Feed) { f.look(all, s.feedDay(now), now, tomorrow) })
	}
	return nil
}

// holdSilences is the effect effectHold. It is done again once the other processes have read how the feeds are, which may
// have judged a silence by what they knew before.
func (s *Service) holdSilences(ctx context.Context, b *outbox.Batch[*Feed]) error {
	s.models.forget()
	err := s.byModels(ctx, func(models fittedModels) error {
		for _, index := range append(models.listIndexes(), rhythmsByHeld) {
			if err := s.rankThose(ctx, store.Query{Index: index}, models); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	now := s.now()
	for _, i := range b.Items {
		if known := i.Doc.TurnedAt.Add(2 * modelsLifetime); now.Before(known) {
			i.Again(known)
		}
	}
	return nil
}

// rankThose judges the rhythms that q finds, and writes those of which something changed.
func (s *Service) rankThose(ctx context.Context, q store.Query, models fittedModels) error {
	var ids []string
	q.Fields = []string{"held_by"}
	for r, err := range s.db.rhythms.All(ctx, q) {
		if err != nil {
			return err
		}
		ids = append(ids, r.ID)
	}
	now, behind := s.now(), false
	for part := range slices.Chunk(ids, toldAtOnce) {
		_, err := s.db.rhythms.UpdateAll(ctx, part, func(r *Rhythm) bool {
			if !r.turn(models) {
				behind = true
				return false
			}
			list, held, aside := r.List, r.HeldBy, r.side()
			s.rank(r, models, now)
			after := r.side()
			return r.List != list || r.HeldBy != held || after.List != aside.List || after.HeldBy != aside.HeldBy
		})
		if err != nil {
			return err
		}
	}
	if behind {
		return errBehind
	}
	return nil
}
