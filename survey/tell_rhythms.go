package survey

import (
	"context"
	"maps"
	"slices"
	"time"

	"earshot/survey/quiet"
	"earshot/survey/store"
)

// A rhythm is folded from the days on which there were touchpoints, and touchpoints are documents of their own. Whoever
// writes them owes it to tell the rhythm (see TouchpointBatch, and the responses' effects) and may do so any number of
// times: a day that was folded already changes nothing when it is the last one, and one that is earlier has the rhythm
// made anew from all touchpoints (see rebuildRhythms).

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

// toldAtOnce is how many rhythms are written together.
const toldAtOnce = 2500

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
