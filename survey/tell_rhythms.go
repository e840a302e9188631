package survey

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"earshot/survey/quiet"
	"earshot/survey/store"

	"golang.org/x/sync/errgroup"
)

// A rhythm is folded from the days on which there were touchpoints, and touchpoints are documents of their own. Whoever
// writes them owes it to tell the rhythm (see TouchpointBatch, and the responses' effects) and may do so any number of
// times: a day that was folded already changes nothing when it is the last one, and one that is earlier has the rhythm
// made anew from all touchpoints. Such a rebuild reads the rhythm first and replaces just that version: whoever wrote a
// touchpoint behind the rebuild's back tells the rhythm after it, and so either is in it or comes behind it.

// lifeSign is one sign of life.
type lifeSign struct {
	kind TouchpointKind
	at   time.Time
}

// lifeChange is what has become of the signs of life of one customer.
type lifeChange struct {
	// added are new signs of life.
	added []lifeSign
	// rebuild says that others were changed or removed, or that nobody knows.
	rebuild bool
}

// lifeChanges are the changes of many customers.
type lifeChanges map[CustomerID]lifeChange

func (c lifeChanges) add(id CustomerID, sign lifeSign) {
	one := c[id]
	one.added = append(one.added, sign)
	c[id] = one
}

func (c lifeChanges) rebuild(id CustomerID) { c[id] = lifeChange{rebuild: true} }

// customerFacts is what a rhythm repeats of its customer.
type customerFacts struct {
	id           CustomerID
	rep          RepID
	segment      string
	status       Status
	valuePerWeek float64
	pauses       []quiet.Pause
	renewsOn     Date
}

func factsOf(c *Customer) customerFacts {
	return customerFacts{CustomerID(c.ID), c.RepID, c.Segment, c.Status, c.ValuePerYear / weeksPerYear, c.pauses(), c.RenewsOn}
}

// take repeats the facts in the rhythm.
func (r *Rhythm) take(f customerFacts) {
	r.RepID, r.Segment, r.Status, r.ValuePerWeek, r.RenewsOn = f.rep, f.segment, f.status, f.valuePerWeek, f.renewsOn
	r.pausing(f.pauses)
}

// toldAtOnce is how many rhythms are written together, rebuiltAtOnce how many are made anew together, and partsAtOnce how many such
// parts are under way, for one waits for the store while another is folded.
const (
	toldAtOnce    = 2500
	rebuiltAtOnce = 250
	partsAtOnce   = 4
)

// tellRhythms folds the changes into the rhythms of their customers.
func (s *Service) tellRhythms(ctx context.Context, changes lifeChanges) error {
	return s.byModels(ctx, func(models fittedModels) error {
		var rebuild []string
		for part := range slices.Chunk(slices.Sorted(maps.Keys(changes)), toldAtOnce) {
			stale, err := s.foldSigns(ctx, part, changes, models)
			if err != nil {
				return err
			}
			rebuild = append(rebuild, stale...)
		}
		return s.rebuildRhythms(ctx, rebuild, models)
	})
}

// foldSigns adds new signs of life to rhythms, and returns the ids of those that have to be made anew instead.
func (s *Service) foldSigns(ctx context.Context, ids []CustomerID, changes lifeChanges, models fittedModels) ([]string, error) {
	known, err := s.db.rhythms.Fetch(ctx, strs(ids))
	if err != nil {
		return nil, err
	}
	fresh, err := s.freshRhythms(ctx, strs(ids), known, models)
	if err != nil {
		return nil, err
	}
	now, stale, kinds, behind := s.now(), map[string]bool{}, map[TouchpointKind]bool{}, false
	_, err = s.db.rhythms.UpsertAll(ctx, strs(ids), known, fresh, func(r *Rhythm) bool {
		if !r.turn(models) {
			behind = true
			return false
		}
		change := changes[CustomerID(r.ID)]
		folded, altered := s.folded(r, change, models)
		stale[r.ID] = !folded
		if !folded || !altered {
			return false
		}
		for _, k := range r.Kinds {
			kinds[k.Kind] = true
		}
		s.rank(r, models, now)
		return true
	})
	if err != nil {
		return nil, err
	}
	if behind {
		return nil, errBehind
	}
	maps.DeleteFunc(stale, func(_ string, is bool) bool { return !is })
	return slices.Sorted(maps.Keys(stale)), s.adoptKinds(ctx, kinds, models)
}

// folded folds the change into the rhythm. It returns false if that takes a rebuild; and whether the rhythm was altered.
func (s *Service) folded(r *Rhythm, change lifeChange, models fittedModels) (folded, altered bool) {
	if change.rebuild {
		return false, false
	}
	slices.SortFunc(change.added, func(a, b lifeSign) int { return a.at.Compare(b.at) })
	next, aside := *r, r.side()
	next.Kinds = slices.Clone(r.Kinds)
	for _, sign := range change.added {
		if !s.observe(&next, models, sign) || r.Next != nil && !s.observe(aside, *models.coming, sign) {
			return false, false
		}
	}
	altered = !next.LastAt.Equal(r.LastAt) || !slices.Equal(next.Kinds, r.Kinds) || r.Next != nil && !slices.Equal(aside.Kinds, r.Next.Kinds)
	if r.Next != nil {
		next.aside(aside, models.coming)
	}
	*r = next
	return true, altered
}

// freshRhythms returns what makes the rhythms of customers that have none yet; it makes none where the customer is gone.
func (s *Service) freshRhythms(ctx context.Context, ids []string, known map[string]*Rhythm, models fittedModels) (func(string) *Rhythm, error) {
	var missing []string
	for _, id := range ids {
		if known[id] == nil {
			missing = append(missing, id)
		}
	}
	customers, err := s.db.customers.Fetch(ctx, missing)
	return func(id string) *Rhythm {
		c := customers[id]
		if c == nil || !c.DeletedAt.IsZero() {
			return nil
		}
		r := &Rhythm{Meta: store.Meta{ID: id}, Under: models.number}
		if models.coming != nil {
			r.Next = &NextVerdict{Under: models.coming.number}
		}
		r.take(factsOf(c))
		return r
	}, err
}

// observe folds one sign of life into the rhythm. It returns false if that takes a rebuild.
func (s *Service) observe(r *Rhythm, models fittedModels, sign lifeSign) bool {
	fitted := models.of(sign.kind)
	i := slices.IndexFunc(r.Kinds, func(k KindRhythm) bool { return k.Kind == sign.kind })
	if i < 0 {
		i = len(r.Kinds)
		r.Kinds = append(r.Kinds, KindRhythm{Kind: sign.kind, Fit: fitted.fit})
	}
	k := &r.Kinds[i]
	if k.Fit != fitted.fit {
		return false
	}
	switch fitted.model.Pausing(r.Pauses...).Observe(&k.State, s.day(sign.at)) {
	case quiet.OutOfOrder:
		return false
	case quiet.Folded:
		if k.buying() {
			r.bought()
		}
	}
	r.seen(sign.at)
	slices.SortFunc(r.Kinds, byKind)
	return true
}

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

// both are the models in force and, if any, those to come.
func (m fittedModels) both() []fittedModels {
	if m.coming == nil {
		return []fittedModels{m}
	}
	return []fittedModels{m, *m.coming}
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

// strs returns identifiers as the store takes them.
func strs[T ~string](ids []T) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

// anys returns values as a query takes them.
func anys[T any](values []T) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}
