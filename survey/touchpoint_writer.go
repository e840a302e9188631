package survey

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"earshot/survey/store"
)

const (
	// importLease is how long an import marks a rhythm for; it marks it again when half of that is over.
	importLease = 5 * time.Minute
	// writeTimeout bounds one write, so that it does not outlive the lease of its writer.
	writeTimeout = writeLease / 2
	// insertPart is how many documents are inserted with one operation; see insert.
	insertPart = 2500
	// releasedAtOnce is how many rhythms an import hands over to the workers at its end; those of the others become due
	// when their leases run out.
	releasedAtOnce = 100_000
)

// touchpointWriter writes touchpoints in batches by the protocol of rhythmWriter. Its methods are called one at a time;
// several batches may be under way.
type touchpointWriter struct {
	s       *Service
	refs    *references
	rhythms *rhythmWriter
	// underWay waits for the batches that are under way, flying are the ids in them.
	underWay sync.WaitGroup
	flying   map[string]struct{}
	// mu guards what follows.
	mu sync.Mutex
	// held is until when each rhythm is marked.
	held *bounded[CustomerID, time.Time]
	// Of one call, marked and changes are kept, so that end can fold them in; of an import, which may touch any number of
	// customers, only whom it touched, as far as releasedAtOnce goes.
	marked  map[CustomerID]*markedRhythm
	changes map[CustomerID]lifeChange
	facts   map[CustomerID]customerFacts
	touched map[CustomerID]struct{}
	// once makes external ids that are taken a conflict instead of a change.
	once bool
	// unsure is an error after which nobody knows what was written.
	unsure error
}

func (s *Service) newTouchpointWriter() *touchpointWriter {
	return &touchpointWriter{
		s: s, refs: s.newReferences(), rhythms: s.newRhythmWriter(writeLease), held: newBounded[CustomerID, time.Time](refsKept),
		flying: map[string]struct{}{},
		marked: map[CustomerID]*markedRhythm{}, changes: map[CustomerID]lifeChange{}, facts: map[CustomerID]customerFacts{},
	}
}

func (s *Service) newTouchpointImporter() *touchpointWriter {
	return &touchpointWriter{
		s: s, refs: s.newReferences(), rhythms: s.newRhythmWriter(importLease), held: newBounded[CustomerID, time.Time](refsKept),
		flying:  map[string]struct{}{},
		touched: map[CustomerID]struct{}{},
	}
}

// write stores rows.
func (w *touchpointWriter) write(ctx context.Context, rows []touchpointRow) []RowResult {
	return w.begin(ctx, rows)()
}

// begin begins to store rows, and returns what waits for the results: the caller lays out the next
// batch while the store writes this one. Every batch must be waited for.
func (w *touchpointWriter) begin(ctx context.Context, rows []touchpointRow) func() []RowResult {
	b := newTouchpointBatch(rows)
	err := w.resolve(ctx, b)
	if err == nil {
		b.collect(w.once)
		err = w.hold(ctx, b.alive())
	}
	if err != nil {
		w.failed(err)
		b.fail(err)
		return func() []RowResult { return b.results }
	}
	if w.clashes(b) {
		w.underWay.Wait()
	}
	done := make(chan struct{})
	w.underWay.Go(func() {
		defer close(done)
		w.commit(ctx, b)
	})
	for _, t := range b.docs {
		w.flying[t.ID] = struct{}{}
	}
	return func() []RowResult {
		<-done
		for _, t := range b.docs {
			delete(w.flying, t.ID)
		}
		return b.results
	}
}

// clashes says whether a row means a touchpoint that is in a batch under way, which has to be waited for then.
func (w *touchpointWriter) clashes(b *touchpointBatch) bool {
	return len(w.flying) > 0 && slices.ContainsFunc(b.docs, func(t *Touchpoint) bool {
		_, flies := w.flying[t.ID]
		return flies
	})
}

// commit writes a batch that is laid out.
func (w *touchpointWriter) commit(ctx context.Context, b *touchpointBatch) {
	if len(b.docs) == 0 {
		w.settle(ctx, b, nil)
		return
	}
	refused, err := w.insert(ctx, b)
	if err != nil {
		w.failed(err)
		b.fail(err)
		return
	}
	w.settle(ctx, b, refused)
}

// failed notes an error after which nobody knows what was written.
func (w *touchpointWriter) failed(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unsure = err
}

// resolve finds the customers and contacts that the rows name, and gives each row its id.
func (w *touchpointWriter) resolve(ctx context.Context, b *touchpointBatch) error {
	w.refs.refresh()
	customerRefs := make([]customerRef, len(b.rows))
	var contactRefs []contactRef
	for i := range b.rows {
		if b.rows[i].err == nil {
			customerRefs[i] = b.rows[i].customer
			if b.rows[i].contact != (contactRef{}) {
				contactRefs = append(contactRefs, b.rows[i].contact)
			}
		}
	}
	customers, err := w.refs.customers.all(ctx, customerRefs)
	if err != nil {
		return err
	}
	contacts, err := w.refs.contacts.all(ctx, contactRefs)
	if err != nil {
		return err
	}
	for i := range b.rows {
		row := &b.rows[i]
		if row.err != nil {
			continue
		}
		customer := customers[row.customer]
		row.err = row.refer(customer, contacts[row.contact])
		if row.err == nil && w.facts != nil {
			w.facts[customer.id] = *customer
		}
	}
	return nil
}

// hold sees to it that the rhythms of these customers are marked for long enough to write.
func (w *touchpointWriter) hold(ctx context.Context, ids []CustomerID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.s.Clock()
	var need []CustomerID
	for _, id := range ids {
		if until, ok := w.held.get(id); !ok || until.Sub(now) < w.rhythms.lease/2 {
			need = append(need, id)
		}
	}
	marked, err := w.rhythms.begin(ctx, need, orNew)
	for _, m := range marked {
		id := CustomerID(m.rhythm.ID)
		w.held.put(id, now.Add(w.rhythms.lease))
		if w.marked != nil {
			w.marked[id] = m
		} else if len(w.touched) < releasedAtOnce {
			w.touched[id] = struct{}{}
		}
	}
	return err
}

// insert adds the documents and returns the places of those that are there already. Parts of them go to the store at
// once: they are sorted, so each touches pages of its own, and the engine can put them into one commit.
func (w *touchpointWriter) insert(ctx context.Context, b *touchpointBatch) ([]int, error) {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	parts := slices.Collect(slices.Chunk(b.docs, insertPart))
	refused := make([][]int, len(parts))
	err := eachAt(ctx, parts, func(ctx context.Context, i int, docs []*Touchpoint) error {
		err := w.s.db.touchpoints.Insert(ctx, docs...)
		var duplicate *store.DuplicateError
		if errors.As(err, &duplicate) {
			for _, r := range duplicate.Refused {
				refused[i] = append(refused[i], i*insertPart+r.Doc)
			}
			return nil
		}
		return err
	})
	return slices.Concat(refused...), err
}

// settle says of each row what became of it, after those that were refused were compared with what is there.
func (w *touchpointWriter) settle(ctx context.Context, b *touchpointBatch, refused []int) {
	outcomes := make([]RowResult, len(b.docs))
	for i, t := range b.docs {
		outcomes[i] = RowResult{Status: RowCreated, ID: t.ID}
	}
	w.merge(ctx, b, refused, outcomes)
	w.note(b, outcomes)
	for i, at := range b.docOf {
		if at < 0 {
			continue
		}
		b.results[i] = outcomes[at]
		if status, repeats := b.repeats[i]; repeats && outcomes[at].Err == nil {
			b.results[i].Status = status
		}
	}
}

// note keeps the new signs of life for end.
func (w *touchpointWriter) note(b *touchpointBatch, outcomes []RowResult) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.changes == nil {
		return
	}
	for i, t := range b.docs {
		if outcomes[i].Status == RowCreated && t.Kind.SignOfLife() {
			c := w.changes[t.CustomerID]
			c.added = append(c.added, lifeSign{t.Kind, t.At})
			w.changes[t.CustomerID] = c
		}
	}
}

// noteRebuild keeps for end that the rhythms of these customers have to be made anew.
func (w *touchpointWriter) noteRebuild(ids []CustomerID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range ids {
		if w.changes != nil {
			w.changes[id] = lifeChange{rebuild: true}
		}
	}
}

// merge compares the refused documents with those that are there, and changes what differs.
func (w *touchpointWriter) merge(ctx context.Context, b *touchpointBatch, refused []int, outcomes []RowResult) {
	if len(refused) == 0 {
		return
	}
	stored, err := w.stored(ctx, b, refused)
	if err != nil {
		for _, at := range refused {
			outcomes[at] = failedRow(err)
		}
		return
	}
	var differ []int
	for _, at := range refused {
		switch old := stored[b.docs[at].ID]; {
		case old == nil:
			outcomes[at] = failedRow(store.ErrConflict)
		case old.sameAs(b.docs[at]):
			outcomes[at].Status = RowUnchanged
		case w.once:
			outcomes[at] = failedRow(taken(nil, "there is such a touchpoint already, which tells something else",
				"external_id", "is taken by another touchpoint of this customer"))
		default:
			differ = append(differ, at)
		}
	}
	w.change(ctx, b, differ, stored, outcomes)
}

// stored returns the touchpoints that are there already, by id.
func (w *touchpointWriter) stored(ctx context.Context, b *touchpointBatch, places []int) (map[string]*Touchpoint, error) {
	all := make(map[string]*Touchpoint, len(places))
	for part := range slices.Chunk(places, insertPart) {
		ids := make([]string, len(part))
		for i, at := range part {
			ids[i] = b.docs[at].ID
		}
		found, err := w.s.db.touchpoints.Fetch(ctx, ids)
		if err != nil {
			return nil, err
		}
		maps.Copy(all, found)
	}
	return all, nil
}

// change replaces touchpoints that are there by what the rows say.
func (w *touchpointWriter) change(ctx context.Context, b *touchpointBatch, places []int, stored map[string]*Touchpoint, outcomes []RowResult) {
	var ids []CustomerID
	seen := map[CustomerID]bool{}
	for _, at := range places {
		if t := b.docs[at]; !t.sameLifeAs(stored[t.ID]) && !seen[t.CustomerID] {
			seen[t.CustomerID] = true
			ids = append(ids, t.CustomerID)
		}
	}
	w.noteRebuild(ids)
	err := w.hold(ctx, ids)
	if err == nil {
		err = eachAt(ctx, places, func(ctx context.Context, _ int, at int) error {
			_, err := w.s.db.touchpoints.Update(ctx, b.docs[at].ID, func(t *Touchpoint) error {
				meta, recorded := t.Meta, t.RecordedAt
				*t = *b.docs[at]
				t.Meta, t.RecordedAt = meta, recorded
				return nil
			})
			return err
		})
	}
	if err != nil {
		w.failed(err)
	}
	for _, at := range places {
		outcomes[at].Status = RowChanged
		if err != nil {
			outcomes[at] = failedRow(err)
		}
	}
}

// end folds what one call wrote into the rhythms.
func (w *touchpointWriter) end(ctx context.Context) {
	marked := make([]*markedRhythm, 0, len(w.marked))
	for _, m := range w.marked {
		marked = append(marked, m)
	}
	if w.unsure != nil {
		w.rhythms.abandon(ctx, marked, w.unsure)
		return
	}
	_ = each(ctx, marked, func(ctx context.Context, m *markedRhythm) error {
		id := CustomerID(m.rhythm.ID)
		w.rhythms.end(ctx, m, w.facts[id], w.changes[id])
		return nil
	})
}

// release hands the rhythms that an import touched over to the workers.
func (w *touchpointWriter) release(ctx context.Context) error {
	ids := make([]string, 0, len(w.touched))
	for id := range w.touched {
		ids = append(ids, string(id))
	}
	return each(ctx, ids, w.rhythms.release)
}
