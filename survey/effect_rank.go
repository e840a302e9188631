package survey

import (
	"context"
	"slices"
	"time"

	"earshot/survey/outbox"
	"earshot/survey/store"
)

// effectRank brings the models that were learnt last into force; the Ranking owes it.
const effectRank = "rank_customers"

const (
	// rankStep is how many rhythms are judged by coming models together, and rankFor for how long before the place is written down.
	rankStep = store.MaxLimit
	rankFor  = 5 * time.Second
)

// haveRanked is the effect effectWalk.
func (s *Service) haveRanked(ctx context.Context, _ *outbox.Batch[*RhythmModel]) error {
	now := s.now()
	fresh := func(id string) *Ranking { return &Ranking{Meta: store.Meta{ID: id}} }
	_, err := s.db.rankings.UpsertAll(ctx, []string{rankingID}, nil, fresh, func(r *Ranking) bool {
		r.Owe(effectRank, now)
		return true
	})
	return err
}

// rankAnew is the effect effectRank: it takes up the models that were learnt last, has all rhythms judged by them, a part at a
// time, puts them into force, and looks whether others were learnt meanwhile.
func (s *Service) rankAnew(ctx context.Context, b *outbox.Batch[*Ranking]) error {
	for _, i := range b.Items {
		if err := s.rankFurther(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) rankFurther(ctx context.Context, i *outbox.Item[*Ranking]) error {
	s.models.forget() // the step before may have brought others into force
	now, seen := s.now(), *i.Doc
	if seen.Coming == nil {
		laws, err := s.learntLaws(ctx)
		if err != nil {
			return err
		}
		if sameLaws(laws, seen.Models) {
			return s.byModels(ctx, s.endSnoozes(ctx))
		}
		// Every process must know of them before the first rhythm is judged by them: else it would change what was judged already.
		from := now.Add(2 * modelsLifetime)
		i.Then(func(r *Ranking) { r.takeUp(&seen, laws, from) })
		i.Again(from)
		return nil
	}
	if now.Before(seen.From) {
		i.Again(seen.From)
		return nil
	}
	models, err := s.fittedModels(ctx)
	if err != nil {
		return err
	}
	if models.number != seen.Number || models.coming == nil { // others have gone on, to models whose time has not come
		i.Again(now)
		return nil
	}
	reached, err := s.judgeByComing(ctx, seen.Walked, models)
	if err != nil {
		return err
	}
	i.Then(func(r *Ranking) { r.reach(&seen, reached) })
	i.Again(now)
	return nil
}

// judgeByComing judges the rhythms behind a place by the models to come, for a while, and returns the place that it has reached; empty
// at the end.
func (s *Service) judgeByComing(ctx context.Context, from store.Cursor, models fittedModels) (store.Cursor, error) {
	for start := s.clock(); ; {
		found, next, err := s.db.rhythms.Find(ctx, store.Query{Index: store.ByID, After: from, Limit: rankStep, Fields: []string{"under"}})
		if err != nil {
			return "", err
		}
		ids := make([]string, len(found))
		for i, r := range found {
			ids[i] = r.ID
		}
		if err := s.prepareRhythms(ctx, ids, models); err != nil {
			return "", err
		}
		if from = next; next == "" || s.clock().Sub(start) > rankFor {
			return next, nil
		}
	}
}

// endSnoozes ends those snoozes that the models in force end (see Rhythm.unsnooze): lists are read by what is stored.
func (s *Service) endSnoozes(ctx context.Context) func(models fittedModels) error {
	return func(models fittedModels) error {
		var ids []string
		for _, list := range Lists() {
			q := listQuery(models.number, list, "")
			q.Where = []store.Where{{Field: "snoozed_until", Is: store.AtLeast, Value: s.now()}}
			q.Fields = []string{"snoozed_until"}
			for r, err := range s.db.rhythms.All(ctx, q) {
				if err != nil {
					return err
				}
				ids = append(ids, r.ID)
			}
		}
		behind := false
		for part := range slices.Chunk(ids, toldAtOnce) {
			_, err := s.db.rhythms.UpdateAll(ctx, part, func(r *Rhythm) bool {
				until := r.SnoozedUntil
				known := r.turn(models)
				behind = behind || !known
				return known && !r.SnoozedUntil.Equal(until)
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
}
