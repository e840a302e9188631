package survey

import (
	"context"
	"errors"
	"slices"
	"time"

	"earshot/survey/quiet"
	"earshot/survey/store"

	"golang.org/x/sync/errgroup"
)

// A rebuild makes rhythms anew from all touchpoints. It reads the rhythm first and replaces just that version: whoever wrote a touchpoint
// behind its back tells the rhythm after it, and so either is in it or comes behind it.

// rebuiltAtOnce is how many rhythms are made anew together, and partsAtOnce how many such parts are under way, for one waits for the store
// while another is folded.
const (
	rebuiltAtOnce = 250
	partsAtOnce   = 4
)

// rebuildRhythms makes rhythms anew from all touchpoints of their customers.
func (s *Service) rebuildRhythms(ctx context.Context, ids []string, models fittedModels) error {
	return s.remakeRhythms(ctx, ids, func(ctx context.Context, part []string) ([]string, error) {
		return s.rebuildOnce(ctx, part, models, func(*Rhythm) bool { return true })
	})
}

// prepareRhythms makes the verdicts of rhythms by the models to come. What is in force stays, unless it is outdated.
func (s *Service) prepareRhythms(ctx context.Context, ids []string, models fittedModels) error {
	return s.remakeRhythms(ctx, ids, func(ctx context.Context, part []string) ([]string, error) {
		return s.rebuildOnce(ctx, part, models, func(r *Rhythm) bool { return r.outdated(models) })
	})
}

// remakeRhythms has rhythms remade a part at a time, again those that somebody else wrote meanwhile.
func (s *Service) remakeRhythms(ctx context.Context, ids []string, remake func(ctx context.Context, part []string) ([]string, error)) error {
	parts, ctx := errgroup.WithContext(ctx)
	parts.SetLimit(partsAtOnce)
	for part := range slices.Chunk(ids, rebuiltAtOnce) {
		parts.Go(func() error {
			for wait := store.Turns(ctx); ; {
				left, err := remake(ctx, part)
				if err != nil {
					return err
				}
				if part = left; len(part) == 0 {
					return nil
				}
				if err := wait(); err != nil {
					return err
				}
			}
		})
	}
	return parts.Wait()
}

// rebuildOnce makes rhythms anew by the models to come and, of those that are to be remade, by those in force. It returns the ids of
// those that somebody else wrote meanwhile.
func (s *Service) rebuildOnce(ctx context.Context, ids []string, models fittedModels, remade func(*Rhythm) bool) ([]string, error) {
	// The rhythms come first: see the top of this file.
	known, err := s.db.rhythms.Fetch(ctx, ids)
	if err != nil {
		return nil, err
	}
	fresh, err := s.freshRhythms(ctx, ids, known, models)
	if err != nil {
		return nil, err
	}
	pauses := map[CustomerID][]quiet.Pause{}
	inserts := map[string]bool{}
	for _, id := range ids {
		if known[id] == nil {
			known[id], inserts[id] = fresh(id), true
		}
		if r := known[id]; r != nil {
			if !r.turn(models) {
				return nil, errBehind
			}
			pauses[CustomerID(id)] = r.Pauses
		}
	}
	lives, err := s.replay(ctx, ids, models.both(), pauses)
	if err != nil {
		return nil, err
	}
	var insert, replace []*Rhythm
	kinds, now := map[TouchpointKind]bool{}, s.now()
	for _, id := range ids {
		r, list := known[id], &replace
		if r == nil {
			continue
		}
		if inserts[id] {
			list = &insert
		}
		r.relive(lives[CustomerID(id)], models, remade(r))
		for _, k := range r.Kinds {
			kinds[k.Kind] = true
		}
		s.rank(r, models, now)
		*list = append(*list, r)
	}
	left, err := s.writeRhythms(ctx, insert, replace)
	if err != nil {
		return nil, err
	}
	return left, s.adoptKinds(ctx, kinds, models)
}

// writeRhythms writes rhythms and returns the ids of those that somebody else wrote meanwhile.
func (s *Service) writeRhythms(ctx context.Context, insert, replace []*Rhythm) ([]string, error) {
	var left []string
	err := s.db.rhythms.Insert(ctx, insert...)
	var duplicate *store.DuplicateError
	if err != nil && !errors.As(err, &duplicate) {
		return nil, err
	}
	for i, r := range insert {
		if refusedBy(err, i) != "" {
			left = append(left, r.ID)
		}
	}
	outcomes, err := s.db.rhythms.ReplaceAll(ctx, replace)
	if err != nil {
		return nil, err
	}
	for i, err := range outcomes {
		switch {
		case errors.Is(err, store.ErrConflict):
			left = append(left, replace[i].ID)
		case err != nil:
			return nil, err
		}
	}
	return left, nil
}

// life is all signs of life of a customer, folded by each of some models.
type life struct {
	states []map[TouchpointKind]*quiet.State
	last   time.Time
}

// replay reads all touchpoints of the customers, who have these pauses, and folds them by each of the models.
func (s *Service) replay(ctx context.Context, ids []string, models []fittedModels, pauses map[CustomerID][]quiet.Pause) (map[CustomerID]life, error) {
	lives := make(map[CustomerID]life, len(ids))
	history := store.Query{Index: touchpointsByCustomer, In: anys(ids), Fields: []string{"customer_id", "at", "kind"}}
	for t, err := range s.db.touchpoints.All(ctx, history) {
		if err != nil {
			return nil, err
		}
		if !t.Kind.SignOfLife() {
			continue
		}
		l, known := lives[t.CustomerID]
		if !known {
			l.states = make([]map[TouchpointKind]*quiet.State, len(models))
			for i := range models {
				l.states[i] = map[TouchpointKind]*quiet.State{}
			}
		}
		for i, m := range models {
			if l.states[i][t.Kind] == nil {
				l.states[i][t.Kind] = new(quiet.State)
			}
			m.of(t.Kind).model.Pausing(pauses[t.CustomerID]...).Observe(l.states[i][t.Kind], s.day(t.At))
		}
		l.last = t.At
		lives[t.CustomerID] = l
	}
	return lives, nil
}

// relive makes the rhythm tell that life, folded by the models to come and, if it is to be remade, by those in force.
func (r *Rhythm) relive(l life, models fittedModels, remade bool) {
	side := r.side()
	for i, m := range models.both() {
		var states map[TouchpointKind]*quiet.State
		if l.states != nil {
			states = l.states[i]
		}
		switch {
		case i > 0:
			side.become(states, l.last, m)
			r.aside(side, models.coming)
		case remade:
			r.become(states, l.last, m)
		}
	}
}

// become makes the rhythm tell the states, and the last sign of life.
func (r *Rhythm) become(states map[TouchpointKind]*quiet.State, last time.Time, models fittedModels) {
	bought := r.lastBought()
	r.Kinds = make([]KindRhythm, 0, len(states))
	for kind, state := range states {
		r.Kinds = append(r.Kinds, KindRhythm{Kind: kind, State: *state, Fit: models.of(kind).fit})
	}
	slices.SortFunc(r.Kinds, byKind)
	if r.lastBought() != bought {
		r.bought()
	}
	if list, _ := r.stands(); !list.goesOn() {
		r.leave() // so that judge dates the silence anew
	}
	if last.After(r.LastAt) {
		r.seen(last)
	}
	r.LastAt = last
}
