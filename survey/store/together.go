package store

import (
	"context"
	"slices"
)

// MaxReads is the most reads that one ReadAll takes.
const MaxReads = 100

// Read is one of the reads of Store.ReadAll: a Find or a Fold. Exactly one of Query and Fold is set.
type Read struct {
	Spec  *Spec
	Query *Query
	Fold  *Fold
}

// Result is what a Read found: documents and the cursor behind them, or groups.
type Result struct {
	Docs   []Doc
	Next   Cursor
	Groups []Group
}

// Reading is a read with what it found, once Together has carried it out: a Finding or a Folding.
type Reading interface {
	read() Read
	found(Result)
}

// Together carries out readings, also of different collections, in one round trip for each MaxReads of them. What is nil is
// left out.
func Together(ctx context.Context, s Store, readings ...Reading) error {
	readings = slices.DeleteFunc(readings, func(r Reading) bool { return r == nil })
	for part := range slices.Chunk(readings, MaxReads) {
		reads := make([]Read, len(part))
		for i, r := range part {
			reads[i] = r.read()
		}
		results, err := s.ReadAll(ctx, reads)
		if err != nil {
			return err
		}
		for i, r := range part {
			r.found(results[i])
		}
	}
	return nil
}

// Finding is a Find to be carried out together with others.
type Finding[T any, P docPointer[T]] struct {
	// Docs and Next are what it found; see Store.Find.
	Docs []P
	Next Cursor

	spec  *Spec
	query Query
}

// Finding returns a Find to be carried out together with others.
func (c Collection[T, P]) Finding(q Query) *Finding[T, P] {
	return &Finding[T, P]{spec: c.spec, query: q}
}

// Fetching returns a fetch of at most MaxLimit documents to be carried out together with others; they come in the order of
// their ids.
func (c Collection[T, P]) Fetching(ids []string) *Finding[T, P] {
	q := Query{Index: ByID, In: []any{}, Limit: MaxLimit}
	for _, id := range ids {
		q.In = append(q.In, id)
	}
	return c.Finding(q)
}

// Only has it fill in these fields alone; see Query.Fields.
func (f *Finding[T, P]) Only(fields ...string) *Finding[T, P] {
	f.query.Fields = fields
	return f
}

func (f *Finding[T, P]) read() Read { return Read{Spec: f.spec, Query: &f.query} }

func (f *Finding[T, P]) found(r Result) { f.Docs, f.Next = typed[T, P](r.Docs), r.Next }

// First returns the first document that was found, nil if none was.
func (f *Finding[T, P]) First() P {
	if len(f.Docs) == 0 {
		return nil
	}
	return f.Docs[0]
}

// ByID returns the documents by their ids.
func (f *Finding[T, P]) ByID() map[string]P {
	byID := make(map[string]P, len(f.Docs))
	for _, d := range f.Docs {
		byID[d.Envelope().ID] = d
	}
	return byID
}

// Folding is a Fold to be carried out together with others.
type Folding struct {
	// Groups are what it found; see Store.Fold.
	Groups []Group

	spec *Spec
	fold Fold
}

// Folding returns a Fold to be carried out together with others.
func (c Collection[T, P]) Folding(f Fold) *Folding { return &Folding{spec: c.spec, fold: f} }

func (f *Folding) read() Read { return Read{Spec: f.spec, Fold: &f.fold} }

func (f *Folding) found(r Result) { f.Groups = r.Groups }
