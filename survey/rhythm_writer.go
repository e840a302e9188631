package survey

import (
	"context"
	"errors"
	"slices"
	"time"

	"earshot/survey/quiet"
	"earshot/survey/store"
)

// A rhythm is made from touchpoints, which are documents of their own, so two documents have to be written, and no
// process death between the two may lose a sign of life. Whoever writes touchpoints (or changes what the rhythm repeats of
// its customer) therefore
//
//  1. marks the rhythm: stale, with a lease of the writer, and due when the lease runs out;
//  2. writes the touchpoints;
//  3. replaces the rhythm as marked by one that includes them, or leaves it stale and due now.
//
// A writer that dies after 1 leaves a rhythm that a worker rebuilds when the lease is over. Step 3 replaces exactly the
// version that step 1 wrote, so it fails when somebody else has marked since; and a worker does not clear Stale while
// a lease runs. So Stale is false only if Kinds tells the whole history and nobody is writing.

// writeLease is how long a writer of a few touchpoints may take; see writeTimeout.
const writeLease = time.Minute

// rhythmWriter is one writer of touchpoints.
type rhythmWriter struct {
	s     *Service
	id    string
	lease time.Duration
}

// markedRhythm is a rhythm as its writer marked it.
type markedRhythm struct {
	rhythm *Rhythm
	// fresh says that Kinds told the whole history before the mark.
	fresh bool
}

// lifeChange is what a writer has done to the signs of life of one customer.
type lifeChange struct {
	// added are new signs of life.
	added []lifeSign
	// rebuild says that others were changed or removed.
	rebuild bool
}

// lifeSign is one sign of life.
type lifeSign struct {
	kind TouchpointKind
	at   time.Time
}

// customerFacts is what a rhythm repeats of its customer.
type customerFacts struct {
	id           CustomerID
	rep          RepID
	segment      string
	status       Status
	valuePerWeek float64
}

func factsOf(c *Customer) customerFacts {
	return customerFacts{CustomerID(c.ID), c.RepID, c.Segment, c.Status, c.ValuePerYear / weeksPerYear}
}

// take repeats the facts in the rhythm.
func (r *Rhythm) take(f customerFacts) {
	r.RepID, r.Segment, r.Status, r.ValuePerWeek = f.rep, f.segment, f.status, f.valuePerWeek
}

func (s *Service) newRhythmWriter(lease time.Duration) *rhythmWriter {
	return &rhythmWriter{s: s, id: s.newID("wrt"), lease: lease}
}

// beginMode says what begin does where a customer has no rhythm yet.
type beginMode bool

const (
	orNew     beginMode = true  // make one: its first touchpoint is being written
	onlyKnown beginMode = false // leave it: there is nothing to tell it
)

// begin marks the rhythms of customers, which must differ. It returns the marked ones.
func (w *rhythmWriter) begin(ctx context.Context, ids []CustomerID, mode beginMode) ([]*markedRhythm, error) {
	var marked []*markedRhythm
	for part := range slices.Chunk(ids, store.MaxBatch) {
		known, err := w.s.db.rhythms.Fetch(ctx, strs(part))
		if err != nil {
			return nil, err
		}
		fresh, err := w.insertNew(ctx, part, known, mode)
		if err != nil {
			return nil, err
		}
		old, err := w.markKnown(ctx, known)
		if err != nil {
			return nil, err
		}
		marked = append(append(marked, fresh...), old...)
	}
	return marked, nil
}

// insertNew makes the rhythms that are not known. What somebody else made meanwhile it adds to known.
func (w *rhythmWriter) insertNew(ctx context.Context, ids []CustomerID, known map[string]*Rhythm, mode beginMode) ([]*markedRhythm, error) {
	if mode == onlyKnown {
		return nil, nil
	}
	var docs []*Rhythm
	for _, id := range ids {
		if known[string(id)] == nil {
			r := &Rhythm{Meta: store.Meta{ID: string(id)}}
			w.mark(r)
			docs = append(docs, r)
		}
	}
	err := w.s.db.rhythms.Insert(ctx, docs...)
	var duplicate *store.DuplicateError
	if err != nil && !errors.As(err, &duplicate) {
		return nil, err
	}
	var marked []*markedRhythm
	for i, r := range docs {
		if refusedBy(err, i) != "" {
			known[r.ID] = nil
			continue
		}
		marked = append(marked, &markedRhythm{rhythm: r, fresh: true})
	}
	return marked, nil
}

// markKnown marks rhythms that exist; nil ones have not been read yet.
func (w *rhythmWriter) markKnown(ctx context.Context, known map[string]*Rhythm) ([]*markedRhythm, error) {
	places := make(map[string]int, len(known))
	ids := make([]string, 0, len(known))
	for id := range known {
		places[id] = len(ids)
		ids = append(ids, id)
	}
	marked := make([]*markedRhythm, len(ids))
	err := each(ctx, ids, func(ctx context.Context, id string) error {
		m, err := w.markOne(ctx, id, known[id])
		marked[places[id]] = m
		return err
	})
	return slices.DeleteFunc(marked, func(m *markedRhythm) bool { return m == nil }), err
}

// markOne marks one rhythm, as read or else as it is now. One that has gone meanwhile is nil: its customer was deleted.
func (w *rhythmWriter) markOne(ctx context.Context, id string, r *Rhythm) (*markedRhythm, error) {
	if r != nil && w.holds(r) {
		return &markedRhythm{rhythm: r}, nil
	}
	if r != nil {
		m := &markedRhythm{rhythm: r, fresh: !r.Stale}
		w.mark(r)
		if err := w.s.db.rhythms.Replace(ctx, r); !errors.Is(err, store.ErrConflict) {
			return m, err
		}
	}
	var fresh bool
	r, err := w.s.db.rhythms.Update(ctx, id, func(r *Rhythm) error {
		fresh = !r.Stale
		w.mark(r)
		return nil
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil //nolint:nilnil // markKnown drops it
	}
	if err != nil {
		return nil, err
	}
	return &markedRhythm{rhythm: r, fresh: fresh}, nil
}

// holds says whether the rhythm is marked by this very writer and for long enough.
func (w *rhythmWriter) holds(r *Rhythm) bool {
	enough := w.s.now().Add(w.lease / 2)
	return slices.ContainsFunc(r.Writers, func(l WriterLease) bool { return l.ID == w.id && l.Until.After(enough) })
}

// mark writes the lease into the rhythm and drops those of others that are over.
func (w *rhythmWriter) mark(r *Rhythm) {
	now := w.s.now()
	until := store.Time(now.Add(w.lease))
	r.Writers = append(running(r.Writers, now, w.id), WriterLease{ID: w.id, Until: until})
	r.Stale = true
	r.Due = earlier(r.Due, until)
}

// running returns the leases that are not over, without the one of that id.
func running(leases []WriterLease, now time.Time, without string) []WriterLease {
	var left []WriterLease
	for _, l := range leases {
		if l.ID != without && now.Before(l.Until) {
			left = append(left, l)
		}
	}
	return left
}

// earlier returns the earlier of two times, of which zero is never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// end tells the rhythm what was written. Where it cannot be folded in, or the store fails, the rhythm stays stale for
// a worker: what was written is safe, so nothing of this is an error of the caller's.
func (w *rhythmWriter) end(ctx context.Context, m *markedRhythm, facts customerFacts, change lifeChange) {
	folded, err := w.fold(ctx, m, facts, change)
	if err == nil && !folded {
		err = w.release(ctx, m.rhythm.ID)
	}
	if err != nil {
		w.s.Log.WarnContext(ctx, "rhythm left to the end of its writer's lease", "customer", m.rhythm.ID, "error", err)
	}
}

// fold replaces the marked rhythm by one that includes the change. It returns false where that takes a rebuild, or where
// somebody else has marked the rhythm meanwhile.
func (w *rhythmWriter) fold(ctx context.Context, m *markedRhythm, facts customerFacts, change lifeChange) (bool, error) {
	if !m.fresh || change.rebuild {
		return false, nil
	}
	models, err := w.s.fittedModels(ctx)
	if err != nil {
		return false, err
	}
	r := *m.rhythm
	r.Kinds = slices.Clone(r.Kinds)
	slices.SortFunc(change.added, func(a, b lifeSign) int { return a.at.Compare(b.at) })
	for _, sign := range change.added {
		if !w.s.observe(&r, models, sign) {
			return false, nil
		}
	}
	r.take(facts)
	r.Stale, r.Writers = false, nil
	if err := w.s.adoptKinds(ctx, &r, models); err != nil {
		return false, err
	}
	w.s.judge(&r, models, w.s.now())
	err = w.s.db.rhythms.Replace(ctx, &r)
	if errors.Is(err, store.ErrConflict) {
		return false, nil
	}
	return err == nil, err
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
	if k.Fit != fitted.fit || fitted.model.Observe(&k.State, s.day(sign.at)) == quiet.OutOfOrder {
		return false
	}
	r.seen(sign.at)
	slices.SortFunc(r.Kinds, byKind)
	return true
}

// release takes the writer's lease back and leaves the rhythm to a worker now.
func (w *rhythmWriter) release(ctx context.Context, id string) error {
	_, err := w.s.db.rhythms.Update(ctx, id, func(r *Rhythm) error {
		now := w.s.now()
		r.Writers = running(r.Writers, now, w.id)
		r.Due = earlier(r.Due, now)
		return nil
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// abandon takes the marks back after a write that did not happen, as far as that can be done now. One of which nobody
// knows whether it happened is left to the end of the lease.
func (w *rhythmWriter) abandon(ctx context.Context, marked []*markedRhythm, cause error) {
	if KindOf(cause) == Unavailable {
		return
	}
	for _, m := range marked {
		if err := w.release(ctx, m.rhythm.ID); err != nil {
			return // the leases run out by themselves
		}
	}
}

// strs returns identifiers as the store takes them.
func strs[T ~string](ids []T) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}
