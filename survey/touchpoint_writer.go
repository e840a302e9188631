package survey

import (
	"context"
	"errors"
	"slices"
	"sync"

	"earshot/survey/store"
)

// insertPart is how many documents are inserted with one operation; see insert.
const insertPart = 2500

// touchpointWriter writes touchpoints in batches, each with its ledger (TouchpointBatch). Its methods are called one at a
// time; several batches may be under way.
type touchpointWriter struct {
	s    *Service
	refs *references
	// source is where the touchpoints come from.
	source FeedSource
	// once makes external ids that are taken a conflict instead of a change.
	once bool
	// atOnce has the rhythms told before a batch is done, instead of by the queue.
	atOnce bool
	// underWay waits for the batches that are under way, flying are the ids in them.
	underWay sync.WaitGroup
	flying   map[string]struct{}
	// mu guards look.
	mu sync.Mutex
	// look says that the store is asked what is there before anything is written: at first, and as long as most of it is, so
	// that a file that was taken in before costs no write.
	look bool
}

// newTouchpointWriter returns a writer for one call.
func (s *Service) newTouchpointWriter() *touchpointWriter {
	return &touchpointWriter{s: s, refs: s.newReferences(), flying: map[string]struct{}{}, atOnce: true, look: true}
}

// newTouchpointImporter returns a writer for an import, which leaves the rhythms to the queue.
func (s *Service) newTouchpointImporter() *touchpointWriter {
	w := s.newTouchpointWriter()
	w.atOnce = false
	return w
}

// write stores rows.
func (w *touchpointWriter) write(ctx context.Context, rows []touchpointRow) []RowResult {
	return w.begin(ctx, rows)()
}

// begin begins to store rows, and returns what waits for the results: the caller lays out the next
// batch while the store writes this one. Every batch must be waited for.
func (w *touchpointWriter) begin(ctx context.Context, rows []touchpointRow) func() []RowResult {
	b := newTouchpointBatch(rows)
	if err := w.resolve(ctx, b); err != nil {
		b.fail(err)
		return func() []RowResult { return b.results }
	}
	b.collect(w.once)
	if w.clashes(b) {
		w.underWay.Wait()
	}
	done := make(chan struct{})
	w.underWay.Go(func() {
		defer close(done)
		if err := w.store(ctx, b); err != nil {
			b.fail(err)
		}
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

// resolve finds the customers and contacts that the rows name, and gives each row its id.
func (w *touchpointWriter) resolve(ctx context.Context, b *touchpointBatch) error {
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
		if row.err == nil {
			row.err = row.refer(customers[row.customer], contacts[row.contact])
		}
	}
	return nil
}

// store writes a batch that is laid out: what is new is inserted; what is there already, as was known before or is found
// out then, is compared, and changed where it differs.
func (w *touchpointWriter) store(ctx context.Context, b *touchpointBatch) error {
	places := make([]int, len(b.docs))
	for i := range places {
		places[i] = i
	}
	outcomes := make([]RowResult, len(b.docs))
	stored := map[string]*Touchpoint{}
	if w.looks() {
		var err error
		if stored, err = w.stored(ctx, b, places); err != nil {
			return err
		}
	}
	known := len(stored)
	for len(places) > 0 {
		p := b.plan(places, stored, w.once, outcomes)
		refused, err := w.carryOut(ctx, p)
		if err != nil {
			return err
		}
		if places = refused; len(places) > 0 {
			if stored, err = w.stored(ctx, b, places); err != nil {
				return err
			}
			known += len(stored)
		}
	}
	w.learn(2*known > len(b.docs))
	b.report(outcomes)
	return nil
}

func (w *touchpointWriter) looks() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.look
}

func (w *touchpointWriter) learn(look bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.look = look
}

// stored returns those touchpoints of the batch that are there already, by id.
func (w *touchpointWriter) stored(ctx context.Context, b *touchpointBatch, places []int) (map[string]*Touchpoint, error) {
	ids := make([]string, len(places))
	for i, at := range places {
		ids[i] = b.docs[at].ID
	}
	return w.s.db.touchpoints.Fetch(ctx, ids)
}

// carryOut writes what is planned, and returns the places of documents that turned out to be there already.
func (w *touchpointWriter) carryOut(ctx context.Context, p *touchpointPlan) ([]int, error) {
	if len(p.fresh)+len(p.differ) == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	var ledger *TouchpointBatch
	if customers := p.alive(); len(customers) > 0 {
		var err error
		ledger, err = w.s.openBatch(ctx, &TouchpointBatch{Customers: customers, Source: w.source, Counts: w.counts(p, nil)})
		if err != nil {
			return nil, err
		}
	}
	refused, err := w.insert(ctx, p)
	if err != nil {
		return nil, err
	}
	if err := w.change(ctx, p); err != nil {
		return nil, err
	}
	if ledger == nil {
		return refused, nil
	}
	if len(refused) > 0 {
		ledger.Counts = w.counts(p, refused)
	}
	if w.atOnce {
		w.s.tellBatch(ctx, ledger, p.changes(refused))
		return refused, nil
	}
	return refused, w.s.leaveBatch(ctx, ledger, p.changes(refused))
}

// insert adds the documents and returns the places of those that are there already. Parts of them go to the store at
// once: they are sorted, so each touches pages of its own, and the engine can put them into one commit.
func (w *touchpointWriter) insert(ctx context.Context, p *touchpointPlan) ([]int, error) {
	parts := slices.Collect(slices.Chunk(p.fresh, insertPart))
	refused := make([][]int, len(parts))
	err := eachAt(ctx, parts, func(ctx context.Context, i int, places []int) error {
		docs := make([]*Touchpoint, len(places))
		for n, at := range places {
			docs[n] = p.docs[at]
		}
		err := w.s.db.touchpoints.Insert(ctx, docs...)
		var duplicate *store.DuplicateError
		if errors.As(err, &duplicate) {
			for _, r := range duplicate.Refused {
				refused[i] = append(refused[i], places[r.Doc])
			}
			return nil
		}
		return err
	})
	return slices.Concat(refused...), err
}

// change replaces touchpoints that are there by what the rows say.
func (w *touchpointWriter) change(ctx context.Context, p *touchpointPlan) error {
	if len(p.differ) == 0 {
		return nil
	}
	docs, wanted := make([]*Touchpoint, len(p.differ)), make(map[string]*Touchpoint, len(p.differ))
	for i, at := range p.differ {
		docs[i], wanted[p.docs[at].ID] = p.stored[p.docs[at].ID], p.docs[at]
	}
	_, err := w.s.db.touchpoints.ChangeAll(ctx, docs, func(t *Touchpoint) bool {
		meta, recorded := t.Meta, t.RecordedAt
		*t = *wanted[t.ID]
		t.Meta, t.RecordedAt = meta, recorded
		return true
	})
	return err
}

// counts returns the plan's new signs of life by kind and day, for the feed, apart from the documents at the places that were
// refused; none where the touchpoints come by no feed.
func (w *touchpointWriter) counts(p *touchpointPlan, refused []int) []DayCount {
	if w.source == "" {
		return nil
	}
	not := make(map[int]struct{}, len(refused))
	for _, at := range refused {
		not[at] = struct{}{}
	}
	byDay := map[DayCount]int{}
	for _, at := range p.fresh {
		if _, is := not[at]; !is && p.docs[at].Kind.SignOfLife() {
			byDay[DayCount{Kind: p.docs[at].Kind, Day: w.s.feedDay(p.docs[at].At)}]++
		}
	}
	counts := make([]DayCount, 0, len(byDay))
	for c, n := range byDay {
		c.N = n
		counts = append(counts, c)
	}
	return counts
}
