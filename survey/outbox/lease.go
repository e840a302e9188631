package outbox

import (
	"context"
	"errors"
	"sync"
	"time"

	"earshot/survey/store"
)

// Lease is for how long a claimed document is left to its worker, who extends it while it works. A worker that dies so
// leaves its documents to others within this time.
const Lease = 10 * time.Second

// lease is the claim on a batch of documents, extended until it ends.
type lease[T any, P pointer[T]] struct {
	docs store.Collection[T, P]
	held []*held[P]
	now  func() time.Time
	stop context.CancelFunc
	over sync.WaitGroup
}

func newLease[T any, P pointer[T]](docs store.Collection[T, P], claimed []P, now func() time.Time) *lease[T, P] {
	ctx, cancel := context.WithCancel(context.Background()) //nolint:gosec // whoever ends the lease calls stop
	l := &lease[T, P]{docs: docs, now: now, stop: cancel}
	for _, d := range claimed {
		l.held = append(l.held, &held[P]{doc: d, id: d.Envelope().ID, version: d.Envelope().Version, due: d.Envelope().Due})
	}
	l.over.Go(func() { l.extend(ctx) })
	return l
}

// end stops extending the lease.
func (l *lease[T, P]) end() {
	l.stop()
	l.over.Wait()
}

// owing returns the items that owe the effect now.
func (l *lease[T, P]) owing(effect string, now time.Time) []*Item[P] {
	var items []*Item[P]
	for _, h := range l.held {
		if h.settled {
			continue
		}
		if o := h.doc.Envelope().Owing(effect); o != nil && o.Dead.IsZero() && !o.Due.After(now) {
			items = append(items, &Item[P]{Doc: h.doc, owed: *o, held: h})
		}
	}
	return items
}

// extend extends the lease from time to time. That it fails is seen by what follows.
func (l *lease[T, P]) extend(ctx context.Context) {
	ticker := time.NewTicker(Lease / 3)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			_, _ = l.docs.ExtendAll(ctx, l.envelopes())
		}
	}
}

// envelopes returns documents that are nothing but the envelopes of those that are held: the documents themselves belong to
// the effect.
func (l *lease[T, P]) envelopes() []P {
	until := store.Time(l.now().Add(Lease))
	list := make([]P, 0, len(l.held))
	for _, h := range l.held {
		h.mu.Lock()
		if !h.lost && !h.settled {
			d := P(new(T))
			h.due = until
			*d.Envelope() = store.Meta{ID: h.id, Version: h.version, Due: until}
			list = append(list, d)
		}
		h.mu.Unlock()
	}
	return list
}

// writer writes documents in the midst of a batch: see Batch.Write.
type writer[T any, P pointer[T]] struct {
	docs store.Collection[T, P]
	now  func() time.Time
	// settle writes what became of an item into its document.
	settle func(*Item[P])
}

// write implements Batch.Write.
func (w *writer[T, P]) write(ctx context.Context, saved, settled []*Item[P]) error {
	docs := make([]P, 0, len(saved)+len(settled))
	for _, i := range saved {
		i.held.mu.Lock()
		i.Doc.Envelope().Due = i.held.due // which spares the store an entry of its index
		i.held.mu.Unlock()
		docs = append(docs, i.Doc)
	}
	before := make([]store.Meta, len(settled))
	for n, i := range settled {
		before[n] = *i.Doc.Envelope()
		w.settle(i)
		docs = append(docs, i.Doc)
	}
	outcomes, err := w.docs.ReplaceAll(ctx, docs)
	if err != nil {
		for n, i := range settled { // it is still in our hands
			*i.Doc.Envelope() = before[n]
		}
		return err
	}
	for n, i := range saved {
		w.written(i, outcomes[n], false)
	}
	for n, i := range settled {
		w.written(i, outcomes[len(saved)+n], true)
	}
	return nil
}

// written notes what became of a write.
func (w *writer[T, P]) written(i *Item[P], outcome error, settled bool) {
	i.held.mu.Lock()
	defer i.held.mu.Unlock()
	i.held.version = i.Doc.Envelope().Version
	i.held.settled = settled && outcome == nil
	if outcome == nil {
		return
	}
	i.held.lost = true
	i.Again(w.now())
	if !errors.Is(outcome, store.ErrConflict) {
		i.Fail(outcome)
	}
}
