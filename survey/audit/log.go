package audit

import (
	"context"
	"errors"
	"time"

	"earshot/survey/store"
)

// Log is the log of an installation. It is safe for concurrent use, and several processes may write to the same.
type Log struct {
	entries store.Collection[Entry, *Entry]
	clock   func() time.Time
	// turn lets the writers of this process one by one, so that they do not race each other for a number.
	turn chan struct{}
}

// New returns the log that is kept in db. clock tells the time; nil means the machine's.
func New(db store.Store, clock func() time.Time) *Log {
	if clock == nil {
		clock = time.Now
	}
	return &Log{entries: store.NewCollection[Entry](db, entrySpec), clock: clock, turn: make(chan struct{}, 1)}
}

// Begin writes that an act begins. What it returns is for End. Without it the act must not be done.
func (l *Log) Begin(ctx context.Context, a Act) (*Entry, error) {
	return l.add(ctx, a, Result{Outcome: Begun})
}

// Note writes of an act that is over what came of it, in one entry.
func (l *Log) Note(ctx context.Context, a Act, r Result) (*Entry, error) { return l.add(ctx, a, r) }

func (l *Log) add(ctx context.Context, a Act, r Result) (*Entry, error) {
	e := &Entry{
		Act: a.Name, Who: a.Actor.ID, WhoKind: a.Actor.Kind, WhoName: cut(a.Actor.Name), From: cut(a.From),
		Document: cut(a.Document), Sent: a.Sent, RequestID: a.RequestID,
	}
	e.conclude(r)
	return e, l.write(ctx, e)
}

// End writes what came of an act that was begun.
func (l *Log) End(ctx context.Context, begun *Entry, r Result) error {
	e := &Entry{Act: begun.Act, Of: begun.Number, Who: begun.Who, WhoKind: begun.WhoKind, WhoName: begun.WhoName, RequestID: begun.RequestID}
	e.conclude(r)
	return l.write(ctx, e)
}

// conclude puts the result into the entry.
func (e *Entry) conclude(r Result) {
	e.Outcome, e.Detail = r.Outcome, cut(r.Detail)
	if r.Document != "" {
		e.Document = cut(r.Document)
	}
	for _, change := range r.Changed {
		e.Changed = append(e.Changed, Change{change.Field, cut(change.Was), cut(change.Is)})
	}
}

// write puts the entry behind the last one. Where another process took the number meanwhile it takes the next.
func (l *Log) write(ctx context.Context, e *Entry) error {
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		last, err := l.last(ctx)
		if err != nil {
			return err
		}
		if err := e.follow(last, l.clock()); err != nil {
			return err
		}
		err = l.entries.Insert(ctx, e)
		var taken *store.DuplicateError
		if !errors.As(err, &taken) {
			return err
		}
	}
}

// last returns the last entry; nil where there is none.
func (l *Log) last(ctx context.Context) (*Entry, error) {
	e, err := l.entries.First(ctx, store.Query{Index: store.ByID, Descending: true})
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return e, err
}

// Head returns the head of the log; its number is 0 where there is no entry.
func (l *Log) Head(ctx context.Context) (Head, error) {
	last, err := l.last(ctx)
	if last == nil {
		return Head{}, err
	}
	return Head{last.Number, last.Hash}, err
}

// Verify reads the whole log and returns its head. Where an entry does not fit it returns a *BrokenError of the first that
// does not. An expected head that was noted earlier finds also what was cut off at the end, or written anew as a whole;
// the zero Head expects nothing.
func (l *Log) Verify(ctx context.Context, expected Head) (Head, error) {
	var head Head
	for e, err := range l.All(ctx) {
		if err == nil {
			err = e.check(head)
		}
		if err != nil {
			return head, err
		}
		head = Head{e.Number, e.Hash}
		if head.Number == expected.Number && head.Hash != expected.Hash {
			return head, &BrokenError{head.Number, "is not the one that was noted: the log was written anew"}
		}
	}
	if head.Number < expected.Number {
		return head, &BrokenError{head.Number + 1, "is missing, and all up to the one that was noted: the end was cut off"}
	}
	return head, nil
}
