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
	ctx, cancel := context.WithCancel(context.Background())
	l := &lease[T, P]{docs: docs, now: now, stop: cancel}
	for _, d := range claimed {
		l.held = append(l.held, &held[P]{doc: d, version: d.Envelope().Version})
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
	until := l.now().Add(Lease)
	list := make([]P, 0, len(l.held))
	for _, h := range l.held {
		h.mu.Lock()
		if !h.lost {
			d := P(new(T))
			*d.Envelope() = store.Meta{ID: h.doc.Envelope().ID, Version: h.version, Due: store.Time(until)}
			list = append(list, d)
		}
		h.mu.Unlock()
	}
	return list
}

// save implements Batch.Save.
func (l *lease[T, P]) save(ctx context.Context, items []*Item[P]) error {
	docs := make([]P, len(items))
	for n, i := range items {
		docs[n] = i.Doc
		i.Doc.Envelope().Due = store.Time(l.now().Add(Lease))
	}
	outcomes, err := l.docs.ReplaceAll(ctx, docs)
	if err != nil {
		return err
	}
	for n, i := range items {
		i.held.mu.Lock()
		i.held.version = i.Doc.Envelope().Version
		if outcomes[n] != nil {
			i.held.lost = true
			i.Again(l.now())
			if !errors.Is(outcomes[n], store.ErrConflict) {
				i.Fail(outcomes[n])
			}
		}
		i.held.mu.Unlock()
	}
	return nil
}
