package store

import (
	"context"
	"errors"
	"iter"
	"time"
)

// docPointer constrains P to be *T and a Doc.
type docPointer[T any] interface {
	*T
	Doc
}

// Collection is a typed view of one collection: Collection[Customer, *Customer].
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
	if len(ids) == 0 {
		return found, nil
	}
	docs, err := c.store.Fetch(ctx, c.spec, ids)
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		found[d.Envelope().ID] = d.(P)
	}
	return found, nil
}

// Insert adds the documents; see Store.Insert.
func (c Collection[T, P]) Insert(ctx context.Context, docs ...P) error {
	if len(docs) == 0 {
		return nil
	}
	list := make([]Doc, len(docs))
	for i, d := range docs {
		list[i] = d
	}
	return c.store.Insert(ctx, c.spec, list)
}

// Replace overwrites the document if nobody else did since it was read; see Store.Replace.
func (c Collection[T, P]) Replace(ctx context.Context, doc P) error {
	return c.store.Replace(ctx, c.spec, doc)
}

// updateTries bounds how often Update starts again: with it exhausted a document would be written to by dozens at once.
const updateTries = 50

// Update reads the document of that id, lets change alter it and replaces it, again from the start when somebody else
// was faster. An error of change is returned as it is and nothing is written. Returns the document as stored.
func (c Collection[T, P]) Update(ctx context.Context, id string, change func(P) error) (P, error) {
	for range updateTries {
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
	}
	return nil, ErrConflict
}

// Delete removes the document if it is still the one that was read; see Store.Delete.
func (c Collection[T, P]) Delete(ctx context.Context, doc P) error {
	m := doc.Envelope()
	return c.store.Delete(ctx, c.spec, m.ID, m.Version)
}

// Find returns one page; see Store.Find.
func (c Collection[T, P]) Find(ctx context.Context, q Query) ([]P, Cursor, error) {
	docs, next, err := c.store.Find(ctx, c.spec, q)
	if err != nil {
		return nil, "", err
	}
	list := make([]P, len(docs))
	for i, d := range docs {
		list[i] = d.(P)
	}
	return list, next, nil
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

// Claim leases the document that has been due longest; see Store.Claim.
func (c Collection[T, P]) Claim(ctx context.Context, now, until time.Time) (P, error) {
	d, err := c.store.Claim(ctx, c.spec, now, until)
	if err != nil {
		return nil, err
	}
	return d.(P), nil
}
