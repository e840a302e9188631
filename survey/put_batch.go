package survey

import (
	"context"
	"errors"

	"earshot/survey/store"
)

// record is a document that bulk writes change: a pointer.
type record interface {
	comparable
	store.Doc
}

// putRules is how one noun is written in bulk.
type putRules[P record] struct {
	// verify holds a new record against the rules.
	verify func(P) error
	// apply returns what a record becomes by a row, or what is wrong with that.
	apply func(row int, before P) (P, error)
	// same says whether two records hold the same.
	same   func(P, P) bool
	insert func(context.Context, ...P) error
	// replace stores after in place of before, at the same places, and returns what became of each: store.ErrConflict, or a
	// sentence about what is taken.
	replace func(ctx context.Context, before, after []P) ([]error, error)
	// again writes one row by itself, where the batch could not: somebody else wrote its record meanwhile, or two rows of the
	// batch name one new record in different ways.
	again func(ctx context.Context, row int) RowResult
}

// putBatch is one bulk write: rows are laid onto the records that they mean, one after the other, and each record is
// written once.
type putBatch[P record] struct {
	putRules[P]
	results []RowResult
	entries []*putEntry[P]
	byID    map[string]*putEntry[P]
}

// putEntry is one record of a putBatch.
type putEntry[P record] struct {
	old  P // as stored; nil of a new one
	now  P // as it shall be
	rows []int
}

func newPutBatch[P record](rows int, rules putRules[P]) *putBatch[P] {
	return &putBatch[P]{putRules: rules, results: make([]RowResult, rows), byID: map[string]*putEntry[P]{}}
}

// failAll gives every row the same error.
func (b *putBatch[P]) failAll(err error) []RowResult {
	for i := range b.results {
		b.results[i] = failedRow(err)
	}
	return b.results
}

// add lays one row onto the record that it means: old as it is stored, nil where there is none, so that it is the draft.
func (b *putBatch[P]) add(row int, old, draft P) {
	id := draft.Envelope().ID
	var none P
	if old != none {
		id = old.Envelope().ID
	}
	entry := b.byID[id]
	if entry == nil && old == none {
		if err := b.verify(draft); err != nil {
			b.results[row] = failedRow(err)
			return
		}
		b.keep(id, &putEntry[P]{now: draft, rows: []int{row}})
		b.results[row].Status = RowCreated
		return
	}
	if entry == nil {
		entry = &putEntry[P]{old: old, now: old}
	}
	after, err := b.apply(row, entry.now)
	if err != nil {
		b.results[row] = failedRow(err)
		return
	}
	b.results[row].Status = RowChanged
	if b.same(entry.now, after) {
		b.results[row].Status, after = RowUnchanged, entry.now
	}
	entry.now = after
	entry.rows = append(entry.rows, row)
	b.keep(id, entry)
}

func (b *putBatch[P]) keep(id string, e *putEntry[P]) {
	if b.byID[id] == nil {
		b.byID[id] = e
		b.entries = append(b.entries, e)
	}
}

// store writes what is new and what changed, each at once, and gives the rows their ids.
func (b *putBatch[P]) store(ctx context.Context) []RowResult {
	var fresh, changed []*putEntry[P]
	var none P
	for _, e := range b.entries {
		switch {
		case e.old == none:
			fresh = append(fresh, e)
		case e.now != e.old:
			changed = append(changed, e)
		default:
			b.name(e)
		}
	}
	b.storeFresh(ctx, fresh)
	b.storeChanged(ctx, changed)
	return b.results
}

func (b *putBatch[P]) storeFresh(ctx context.Context, entries []*putEntry[P]) {
	if len(entries) == 0 {
		return
	}
	docs := make([]P, len(entries))
	for i, e := range entries {
		docs[i] = e.now
	}
	err := b.insert(ctx, docs...)
	var duplicate *store.DuplicateError
	known := errors.As(err, &duplicate)
	for i, e := range entries {
		switch {
		case err != nil && !known:
			b.fail(e, err)
		case refusedBy(err, i) != "":
			b.repeat(ctx, e)
		default:
			b.name(e)
		}
	}
}

func (b *putBatch[P]) storeChanged(ctx context.Context, entries []*putEntry[P]) {
	if len(entries) == 0 {
		return
	}
	before, after := make([]P, len(entries)), make([]P, len(entries))
	for i, e := range entries {
		before[i], after[i] = e.old, e.now
	}
	outcomes, err := b.replace(ctx, before, after)
	for i, e := range entries {
		switch {
		case err != nil:
			b.fail(e, err)
		case errors.Is(outcomes[i], store.ErrConflict):
			b.repeat(ctx, e)
		case outcomes[i] != nil:
			b.fail(e, outcomes[i])
		default:
			b.name(e)
		}
	}
}

// repeat writes the rows of one record one by one.
func (b *putBatch[P]) repeat(ctx context.Context, e *putEntry[P]) {
	for _, row := range e.rows {
		b.results[row] = b.again(ctx, row)
	}
}

func (b *putBatch[P]) fail(e *putEntry[P], err error) {
	for _, row := range e.rows {
		b.results[row] = failedRow(err)
	}
}

func (b *putBatch[P]) name(e *putEntry[P]) {
	for _, row := range e.rows {
		b.results[row].ID = e.now.Envelope().ID
	}
}
