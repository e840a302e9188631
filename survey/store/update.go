package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// A write that somebody else was faster with is read and tried again after a pause that grows, with jitter, so that many
// writers of one document get their turns.
const (
	firstPause = time.Millisecond
	worstPause = 100 * time.Millisecond
	// conflictsWithin bounds how long a document may be fought for before ErrConflict is returned after all: hundreds of
	// writers would have had their turns by then.
	conflictsWithin = 30 * time.Second
)

// Turns returns what waits between two tries at what somebody else was faster with. The wait returns ErrConflict when too
// much time has passed, or ctx's error.
func Turns(ctx context.Context) (wait func() error) {
	pause := &backoff.ExponentialBackOff{
		InitialInterval: firstPause, RandomizationFactor: backoff.DefaultRandomizationFactor, Multiplier: 2, MaxInterval: worstPause,
	}
	pause.Reset()
	began := time.Now()
	return func() error {
		if time.Since(began) > conflictsWithin {
			return fmt.Errorf("%w, again and again for %v", ErrConflict, conflictsWithin)
		}
		timer := time.NewTimer(pause.NextBackOff())
		defer timer.Stop()
		select {
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Update reads the document of that id, lets change alter it and replaces it, again from the start when somebody else
// was faster. An error of change is returned as it is and nothing is written. Returns the document as stored, or
// ErrNotFound.
func (c Collection[T, P]) Update(ctx context.Context, id string, change func(P) error) (P, error) {
	for wait := Turns(ctx); ; {
		doc, err := c.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := change(doc); err != nil {
			return nil, err
		}
		if err := c.Replace(ctx, doc); !errors.Is(err, ErrConflict) {
			return doc, err
		}
		if err := wait(); err != nil {
			return nil, err
		}
	}
}

// UpdateAll is Update for many documents, in few operations. change says whether it altered the document; those that do
// not exist are left out. Returns the documents as they are stored, by id. After an error some may have been written.
func (c Collection[T, P]) UpdateAll(ctx context.Context, ids []string, change func(P) bool) (map[string]P, error) {
	return c.UpsertAll(ctx, ids, nil, nil, change)
}

// ChangeAll is UpdateAll for documents that have been read already: change is first tried on these.
func (c Collection[T, P]) ChangeAll(ctx context.Context, docs []P, change func(P) bool) (map[string]P, error) {
	ids, known := make([]string, len(docs)), make(map[string]P, len(docs))
	for i, d := range docs {
		ids[i], known[d.Envelope().ID] = d.Envelope().ID, d
	}
	return c.UpsertAll(ctx, ids, known, nil, change)
}

// UpsertAll is UpdateAll, where a document that does not exist is made by fresh, and inserted if change alters it; where
// fresh is nil or returns nil it is left out. known, if not nil, is what was read already.
func (c Collection[T, P]) UpsertAll(ctx context.Context, ids []string, known map[string]P, fresh func(string) P, change func(P) bool) (map[string]P, error) {
	stored := make(map[string]P, len(ids))
	for wait := Turns(ctx); ; {
		if known == nil {
			var err error
			if known, err = c.Fetch(ctx, ids); err != nil {
				return nil, err
			}
		}
		again, err := c.tryOnce(ctx, c.changed(ids, known, fresh, change, stored), stored)
		if err != nil || len(again) == 0 {
			return stored, err
		}
		if err := wait(); err != nil {
			return nil, err
		}
		ids, known = again, nil
	}
}

// changed returns what is to be written, each document once; what needs no write is noted in stored.
func (c Collection[T, P]) changed(ids []string, known map[string]P, fresh func(string) P, change func(P) bool, stored map[string]P) []Write {
	items := make([]Write, 0, len(ids))
	seen := make(map[string]struct{}, len(ids))
	for _, id := range ids {
		if _, twice := seen[id]; twice {
			continue
		}
		seen[id] = struct{}{}
		doc, op := known[id], Replace
		if doc == nil && fresh != nil {
			doc, op = fresh(id), Insert
		}
		switch {
		case doc == nil:
		case change(doc):
			items = append(items, Write{Op: op, Doc: doc})
		case op == Replace:
			stored[id] = doc
		}
	}
	return items
}

// tryOnce writes the items, notes those that are done in stored, and returns the ids of those that somebody else was
// faster with.
func (c Collection[T, P]) tryOnce(ctx context.Context, items []Write, stored map[string]P) ([]string, error) {
	var again []string
	for len(items) > 0 {
		part := items[:min(len(items), MaxBatch)]
		items = items[len(part):]
		outcomes, err := c.store.Write(ctx, c.spec, part)
		if err != nil {
			return nil, err
		}
		for i, err := range outcomes {
			id := part[i].Doc.Envelope().ID
			var taken *TakenError
			switch {
			case err == nil:
				stored[id] = part[i].Doc.(P)
			case errors.Is(err, ErrConflict), errors.As(err, &taken) && taken.Index == ByID:
				again = append(again, id)
			default:
				return nil, duplicates(outcomes[i : i+1])
			}
		}
	}
	return again, nil
}
