package outbox

import (
	"context"
	"sync"
	"time"

	"earshot/survey/store"
)

// Effect is one kind of thing to be done after a document of type P was written.
type Effect[P store.Doc] struct {
	// Name is what documents owe it by.
	Name string
	// Do carries the effect out for the whole batch in few operations, idempotently: any part of it may have been done
	// before. Items that it says nothing of are done. An error means that the batch as a whole failed.
	Do func(ctx context.Context, b *Batch[P]) error
	// Tries is how often an item may fail before it is set aside; 0 means DefaultTries.
	Tries int
	// Size is the most items of one batch; 0 means DefaultSize.
	Size int
	// Within bounds one batch; 0 means DefaultWithin. Leases are held meanwhile.
	Within time.Duration
}

// Defaults of an Effect.
const (
	// DefaultTries is reached after about half a day of growing pauses.
	DefaultTries  = 16
	DefaultSize   = 1000
	DefaultWithin = 5 * time.Minute
)

// Batch is the part of what was claimed that owes one effect.
type Batch[P store.Doc] struct {
	// Items are the documents; each owes the effect now.
	Items []*Item[P]
	// Stopping is closed when the process is about to end: long work should come to a resting place and say Again.
	Stopping <-chan struct{}

	write func(ctx context.Context, saved, settled []*Item[P]) error
}

// Item is one document of a batch.
type Item[P store.Doc] struct {
	// Doc is the document as it was claimed. Alter it only by Then, or just before Save.
	Doc P

	owed    store.Owed
	held    *held[P]
	outcome outcome
	at      time.Time
	err     error
	changes []func(P)
}

// held is a document that this process has claimed; several items may share it.
type held[P store.Doc] struct {
	mu  sync.Mutex
	doc P
	// id is the document's: the rest of its envelope belongs to the effect while it works.
	id      string
	version int64
	// due is when the lease runs out.
	due  time.Time
	lost bool
	// settled says that it was written as the end of the batch would write it, and is in nobody's hands any more.
	settled bool
}

type outcome uint8

const (
	done outcome = iota
	again
	failed
	dropped
)

// Owed returns the entry that is being worked on.
func (i *Item[P]) Owed() store.Owed { return i.owed }

// Again leaves the effect owed until at: it is not to be done yet, or not wholly done. This is no failure.
func (i *Item[P]) Again(at time.Time) { i.outcome, i.at = again, at }

// Fail leaves the effect owed, to be tried again after a pause; after too many tries it is set aside.
func (i *Item[P]) Fail(err error) { i.outcome, i.err = failed, err }

// Drop has the document deleted instead of written, whatever else it owes.
func (i *Item[P]) Drop() { i.outcome = dropped }

// Failed returns what Fail was told, or nil.
func (i *Item[P]) Failed() error { return i.err }

// Then has the document altered when the effect is struck. Where somebody else has written it meanwhile, change is called
// again, on the document as it is then: it must do no more than alter its argument.
func (i *Item[P]) Then(change func(P)) { i.changes = append(i.changes, change) }

// Lost says that somebody else wrote the document since it was claimed, as a Save found out.
func (i *Item[P]) Lost() bool { return i.held.lost }

// Save writes the documents of items as they stand now, before the effect goes on: so that what follows
// cannot happen without a trace. Items that are lost (see Lost) were not written and are left to their next turn, when the
// lease of whoever has them is over: the effect must not go on with them.
func (b *Batch[P]) Save(ctx context.Context, items ...*Item[P]) error {
	return b.write(ctx, items, nil)
}

// Write is Save for some items; others it settles: it writes their documents as they stand now, with what became of the effect (see Again and Fail), and lets
// go of them, so that the end of the batch writes them no more. What Then was told must stand in those already. Settled items that are lost were not
// written, and are at the end of the batch. Both may be of other batches of the same effect. It is one operation of the store.
func (b *Batch[P]) Write(ctx context.Context, saved, settled []*Item[P]) error {
	return b.write(ctx, saved, settled)
}
