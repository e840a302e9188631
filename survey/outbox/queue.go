package outbox

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"earshot/survey/store"
)

// pointer constrains P to be *T and a document.
type pointer[T any] interface {
	*T
	store.Doc
}

// Queue is a collection whose documents owe effects. Make it with NewQueue.
type Queue interface {
	// Name is the collection's.
	Name() string
	// Effects are the names of the effects in its table.
	Effects() []string

	// size is how many documents are claimed at once.
	size() int
	// work carries out what is due in one batch. It returns how many documents there were, and how late the latest of them was.
	work(ctx context.Context, r *Runner, stopping <-chan struct{}) (worked int, late time.Duration, err error)
	next(ctx context.Context) (time.Time, error)
	look(now time.Time) backlogs
	letters(ctx context.Context, query store.Query, after store.Cursor, limit int) ([]Letter, store.Cursor, error)
	restart(ctx context.Context, ids []string, effect string, now time.Time) (started int, err error)
}

// queue is a Queue over documents of one type.
type queue[T any, P pointer[T]] struct {
	name    string
	docs    store.Collection[T, P]
	effects []Effect[P]
}

// NewQueue returns the queue of a collection with its table of effects.
func NewQueue[T any, P pointer[T]](name string, docs store.Collection[T, P], effects ...Effect[P]) Queue {
	return &queue[T, P]{name: name, docs: docs, effects: effects}
}

// Name implements Queue.
func (q *queue[T, P]) Name() string { return q.name }

// Effects implements Queue.
func (q *queue[T, P]) Effects() []string {
	names := make([]string, len(q.effects))
	for i, e := range q.effects {
		names[i] = e.Name
	}
	return names
}

// size is how many documents are claimed at once.
func (q *queue[T, P]) size() int {
	size := 1
	for _, e := range q.effects {
		size = max(size, e.size())
	}
	return size
}

func (e Effect[P]) size() int {
	if e.Size > 0 {
		return e.Size
	}
	return DefaultSize
}

func (e Effect[P]) tries() int {
	if e.Tries > 0 {
		return e.Tries
	}
	return DefaultTries
}

func (e Effect[P]) within() time.Duration {
	if e.Within > 0 {
		return e.Within
	}
	return DefaultWithin
}

// work claims a batch and carries out what is due in it.
func (q *queue[T, P]) work(ctx context.Context, r *Runner, stopping <-chan struct{}) (worked int, late time.Duration, err error) {
	now := r.now()
	claimed, err := q.docs.Claim(ctx, now, now.Add(Lease), q.size())
	if err != nil || len(claimed) == 0 {
		return 0, 0, err
	}
	for _, d := range claimed {
		adopt(d, now)
	}
	l := newLease(q.docs, claimed, r.now)
	defer l.end()
	writer := &writer[T, P]{docs: q.docs, now: r.now, settle: func(i *Item[P]) { q.close(r, i, i.Doc, r.now()) }}
	var all []*Item[P]
	for _, e := range q.effects {
		items := l.owing(e.Name, now)
		for _, i := range items {
			late = max(late, now.Sub(i.owed.Due))
		}
		all = append(all, items...)
		for part := range slices.Chunk(items, e.size()) {
			q.carryOut(ctx, r, e, &Batch[P]{Items: part, Stopping: stopping, write: writer.write})
		}
	}
	return len(claimed), late, q.finish(ctx, r, l, all)
}

// heir is a document that knows what it owes though it does not say so by name: programs before the outbox wrote the due time
// alone, and may still run beside this one while it is rolled out.
type heir interface{ OweAnew(at time.Time) bool }

// adopt has a claimed document that names nothing say what it owes.
func adopt(d store.Doc, now time.Time) {
	if h, ok := d.(heir); ok && len(d.Envelope().Owes) == 0 {
		h.OweAnew(now)
	}
}

// carryOut does one effect for a batch. Where the batch fails as a whole, its halves are tried, so that one bad document
// does not hold up the others.
func (q *queue[T, P]) carryOut(ctx context.Context, r *Runner, e Effect[P], b *Batch[P]) {
	ctx, cancel := context.WithTimeout(ctx, e.within())
	defer cancel()
	began := time.Now()
	err := safely(ctx, e, b)
	switch {
	case err == nil:
		r.counts.add(q.name, e.Name, b.tally(), time.Since(began))
		return
	case len(b.Items) == 1 || r.outage(err) || ctx.Err() != nil:
		for _, i := range b.Items {
			i.changes = nil
			i.Fail(err)
		}
		r.counts.add(q.name, e.Name, b.tally(), time.Since(began))
		return
	}
	half := len(b.Items) / 2
	for _, items := range [][]*Item[P]{b.Items[:half], b.Items[half:]} {
		for _, i := range items {
			i.outcome, i.err, i.changes = done, nil, nil
		}
		q.carryOut(ctx, r, e, &Batch[P]{Items: items, Stopping: b.Stopping, write: b.write})
	}
}

// safely does the effect, and makes an error of a panic.
func safely[P store.Doc](ctx context.Context, e Effect[P], b *Batch[P]) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("effect %s panicked: %v\n%s", e.Name, p, debug.Stack())
		}
	}()
	return e.Do(ctx, b)
}

// tally counts the items by their outcome.
func (b *Batch[P]) tally() (t tally) {
	for _, i := range b.Items {
		if i.owed.Tries > 0 {
			t.retried++
		}
		switch i.outcome {
		case failed:
			t.failed++
		case again:
			t.again++
		default:
			t.done++
		}
	}
	return t
}

// finish writes what became of the items: one bulk of replaced documents, and one of deleted ones.
func (q *queue[T, P]) finish(ctx context.Context, r *Runner, l *lease[T, P], items []*Item[P]) error {
	l.end()
	byDoc := make(map[string][]*Item[P], len(items))
	drop := map[string]bool{}
	for _, i := range items {
		id := i.Doc.Envelope().ID
		byDoc[id] = append(byDoc[id], i)
		drop[id] = drop[id] || i.outcome == dropped
	}
	var gone, left []P
	for _, h := range l.held {
		id := h.doc.Envelope().ID
		switch {
		case h.settled:
		case drop[id]:
			gone = append(gone, h.doc)
		case h.lost && !slices.ContainsFunc(byDoc[id], (*Item[P]).alters):
			// It may be in the hands of another worker, from whom a write would take it away.
		default:
			left = append(left, h.doc)
		}
	}
	if len(gone) > 0 {
		// One that somebody else has written meanwhile is looked at again when its lease is over.
		if _, err := q.docs.DeleteAll(ctx, gone); err != nil {
			return err
		}
	}
	now := r.now()
	_, err := q.docs.ChangeAll(ctx, left, func(d P) bool {
		m := d.Envelope()
		for _, i := range byDoc[m.ID] {
			q.note(r, i, d, now)
		}
		q.leaveUnknown(m, now)
		return true
	})
	return err
}

// alters says whether there is something to write into the document, whoever has it now.
func (i *Item[P]) alters() bool {
	return len(i.changes) > 0 || i.outcome == done || i.outcome == failed
}

// note writes what became of one item into its document.
func (q *queue[T, P]) note(r *Runner, i *Item[P], d P, now time.Time) {
	for _, change := range i.changes {
		change(d)
	}
	q.close(r, i, d, now)
}

// close writes into a document what became of the item.
func (q *queue[T, P]) close(r *Runner, i *Item[P], d P, now time.Time) {
	m := d.Envelope()
	entry := m.Owing(i.owed.Effect)
	current := entry != nil && entry.Since.Equal(i.owed.Since) && entry.Count == i.owed.Count
	switch {
	case i.outcome == done:
		m.Strike(i.owed)
	case current && i.outcome == again:
		m.Schedule(i.owed.Effect, i.at)
	case current && i.outcome == failed:
		r.putOff(q.name, entry, m.ID, i.err, q.triesOf(i.owed.Effect), now)
	}
	m.Reckon()
}

func (q *queue[T, P]) triesOf(effect string) int {
	for _, e := range q.effects {
		if e.Name == effect {
			return e.tries()
		}
	}
	return DefaultTries
}

// unknownPause is how long an effect is left alone that is not in this program's table: a newer program, which is being
// rolled out, knows it.
const unknownPause = time.Minute

// leaveUnknown puts off what is due and not known here.
func (q *queue[T, P]) leaveUnknown(m *store.Meta, now time.Time) {
	for i := range m.Owes {
		o := &m.Owes[i]
		known := slices.ContainsFunc(q.effects, func(e Effect[P]) bool { return e.Name == o.Effect })
		if !known && o.Dead.IsZero() && !o.Due.After(now) {
			m.Owes = slices.Clone(m.Owes)
			m.Owes[i].Due = store.Time(now.Add(unknownPause))
		}
	}
	m.Reckon()
}

// next returns when the next document of the queue will be due; zero if none.
func (q *queue[T, P]) next(ctx context.Context) (time.Time, error) {
	docs, _, err := q.docs.Find(ctx, store.Query{Index: store.ByDue, Limit: 1, Fields: []string{"due"}})
	if err != nil || len(docs) == 0 {
		return time.Time{}, err
	}
	return docs[0].Envelope().Due, nil
}
