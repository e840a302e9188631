package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"
)

// docPointer constrains P to be *T and a Doc.
type docPointer[T any] interface {
	*T
	Doc
}

// Collection is a typed view of one collection: Collection[Customer, *Customer]. Batches may be of any size: they are cut
// into what one operation of the engine takes.
type Collection[T any, P docPointer[T]] struct {
	store Store
	spec  *Spec
}

// NewCollection binds a declaration to an engine. The declaration's New must return a P.
func NewCollection[T any, P docPointer[T]](s Store, spec *Spec) Collection[T, P] {
	return Collection[T, P]{store: s, spec: spec}
}

// Get returns the document of that id, or ErrNotFound.
func (c Collection[T, P]) Get(ctx context.Context, id string) (P, error) {
	docs, err := c.store.Fetch(ctx, c.spec, []string{id})
	if err != nil {
		return nil, err
	}
	if len(docs) == 0 {
		return nil, ErrNotFound
	}
	return docs[0].(P), nil
}

// Fetch returns the documents that exist among ids, by their id.
func (c Collection[T, P]) Fetch(ctx context.Context, ids []string) (map[string]P, error) {
	found := make(map[string]P, len(ids))
	for part := range slices.Chunk(ids, MaxBatch) {
		docs, err := c.store.Fetch(ctx, c.spec, part)
		if err != nil {
			return nil, err
		}
		for _, d := range docs {
			found[d.Envelope().ID] = d.(P)
		}
	}
	return found, nil
}

// DuplicateError says which documents of an insert or a replace were refused because an id or a unique index was taken.
type DuplicateError struct {
	// Refused are the refused documents, by their place among those that were passed, ascending.
	Refused []Duplicate
}

// Duplicate is one refused document.
type Duplicate struct {
	// Doc is its place among those that were passed.
	Doc int
	// Index is the name of the index that is taken; see TakenError.
	Index string
}

// Error names the first refused document.
func (e *DuplicateError) Error() string {
	return fmt.Sprintf("store: %d documents refused, the first (no. %d) because of index %q",
		len(e.Refused), e.Refused[0].Doc, e.Refused[0].Index)
}

// Insert adds the documents; see Store.Write. Where some are taken already, it inserts all others and returns
// *DuplicateError.
func (c Collection[T, P]) Insert(ctx context.Context, docs ...P) error {
	outcomes, err := c.write(ctx, Insert, docs)
	if err != nil {
		return err
	}
	return duplicates(outcomes)
}

// duplicates gathers the items that are taken.
func duplicates(outcomes []error) error {
	var refused []Duplicate
	for i, err := range outcomes {
		var taken *TakenError
		switch {
		case errors.As(err, &taken):
			refused = append(refused, Duplicate{Doc: i, Index: taken.Index})
		case err != nil:
			return err
		}
	}
	if refused != nil {
		return &DuplicateError{refused}
	}
	return nil
}

// Replace overwrites the document if nobody else did since it was read. Returns ErrConflict if somebody did, or if it is
// gone, and *DuplicateError if a unique index is taken.
func (c Collection[T, P]) Replace(ctx context.Context, doc P) error {
	return c.one(ctx, Replace, doc)
}

// Delete removes the document if it is still the one that was read; else it returns ErrConflict.
func (c Collection[T, P]) Delete(ctx context.Context, doc P) error {
	return c.one(ctx, Delete, doc)
}

// ReplaceAll overwrites the documents and returns what became of each; see Store.Write.
func (c Collection[T, P]) ReplaceAll(ctx context.Context, docs []P) ([]error, error) {
	return c.write(ctx, Replace, docs)
}

// DeleteAll removes the documents and returns what became of each; see Store.Write.
func (c Collection[T, P]) DeleteAll(ctx context.Context, docs []P) ([]error, error) {
	return c.write(ctx, Delete, docs)
}

// ExtendAll holds on to claimed documents until their Due; see Extend.
func (c Collection[T, P]) ExtendAll(ctx context.Context, docs []P) ([]error, error) {
	return c.write(ctx, Extend, docs)
}

// one writes one document.
func (c Collection[T, P]) one(ctx context.Context, op Op, doc P) error {
	outcomes, err := c.write(ctx, op, []P{doc})
	if err != nil {
		return err
	}
	return duplicates(outcomes)
}

func (c Collection[T, P]) write(ctx context.Context, op Op, docs []P) ([]error, error) {
	outcomes := make([]error, 0, len(docs))
	for part := range slices.Chunk(docs, MaxBatch) {
		items := make([]Write, len(part))
		for i, d := range part {
			items[i] = Write{Op: op, Doc: d}
		}
		some, err := c.store.Write(ctx, c.spec, items)
		if err != nil {
			return nil, err
		}
		outcomes = append(outcomes, some...)
	}
	return outcomes, nil
}

// Find returns one page; see Store.Find.
func (c Collection[T, P]) Find(ctx context.Context, q Query) ([]P, Cursor, error) {
	docs, next, err := c.store.Find(ctx, c.spec, q)
	if err != nil {
		return nil, "", err
	}
	return typed[T, P](docs), next, nil
}

// typed gives documents their type.
func typed[T any, P docPointer[T]](docs []Doc) []P {
	list := make([]P, len(docs))
	for i, d := range docs {
		list[i] = d.(P)
	}
	return list
}

// First returns the first document that q finds, or ErrNotFound.
func (c Collection[T, P]) First(ctx context.Context, q Query) (P, error) {
	q.Limit = 1
	docs, _, err := c.Find(ctx, q)
	if err != nil {
		return nil, err
	}
	if len(docs) == 0 {
		return nil, ErrNotFound
	}
	return docs[0], nil
}

// All walks through everything that q finds, a page of q.Limit (MaxLimit where it is 0) at a time, so that memory does
// not grow. An error ends the walk and is its last element.
func (c Collection[T, P]) All(ctx context.Context, q Query) iter.Seq2[P, error] {
	if q.Limit == 0 {
		q.Limit = MaxLimit
	}
	return func(yield func(P, error) bool) {
		for {
			docs, next, err := c.Find(ctx, q)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, d := range docs {
				if !yield(d, nil) {
					return
				}
			}
			if next == "" {
				return
			}
			q.After = next
		}
	}
}

// Fold counts and sums what f finds; see Store.Fold.
func (c Collection[T, P]) Fold(ctx context.Context, f Fold) ([]Group, error) {
	return c.store.Fold(ctx, c.spec, f)
}

// Claim leases up to n documents that have been due longest; see Store.Claim.
func (c Collection[T, P]) Claim(ctx context.Context, now, until time.Time, n int) ([]P, error) {
	docs, err := c.store.Claim(ctx, c.spec, now, until, n)
	if err != nil {
		return nil, err
	}
	return typed[T, P](docs), nil
}
