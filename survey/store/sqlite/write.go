package sqlite

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"zombiezen.com/go/sqlite"
)

// sliceSize is after how many items of one batch the other writers get their turn, so that they wait for milliseconds only
// while a large import goes on.
const sliceSize = 250

// Write implements store.Store.
func (s *Store) Write(ctx context.Context, c *store.Spec, items []store.Write) ([]error, error) {
	t, err := s.table(c)
	if err != nil {
		return nil, err
	}
	rows, err := t.rows(items)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	order, next := t.order(rows), 0
	err = s.writeLong(ctx, func(conn *sqlite.Conn, crowded func() bool) (bool, error) {
		for next < len(order) {
			if err := t.write(conn, order[next]); err != nil {
				return false, err
			}
			next++
			if next%sliceSize == 0 && next < len(order) && crowded() {
				return true, nil
			}
		}
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	return outcomes(items, rows), nil
}

// order returns the rows in the order in which they are written: by their ids, since neighbours share pages, each of which
// goes into the log once for each transaction. Rows of one id stay as they were, and so do all where one of them could take a
// unique key from another.
func (t *table) order(rows []row) []*row {
	order := make([]*row, len(rows))
	for i := range rows {
		order[i] = &rows[i]
	}
	if len(t.uniques) == 0 {
		slices.SortStableFunc(order, func(a, b *row) int { return strings.Compare(a.id, b.id) })
	}
	return order
}

// outcomes tells what became of each item, and gives the documents that were written their version.
func outcomes(items []store.Write, rows []row) []error {
	list := make([]error, len(rows))
	for i, r := range rows {
		list[i] = r.outcome
		if r.outcome != nil {
			continue
		}
		switch r.op {
		case store.Insert:
			items[i].Doc.Envelope().Version = r.version
		case store.Replace:
			items[i].Doc.Envelope().Version = r.version + 1
		}
	}
	return list
}

// write does one item and notes in it what became of it. It fails only where SQLite does.
func (t *table) write(conn *sqlite.Conn, r *row) error {
	var done bool
	var err error
	switch r.op {
	case store.Insert:
		if done, err = t.change(conn, t.insert, r); !done && err == nil && r.outcome == nil {
			r.outcome = &store.TakenError{Index: store.ByID}
		}
		return err
	case store.Replace:
		done, err = t.replaceRow(conn, r)
	case store.Delete:
		done, err = t.change(conn, t.remove, r)
	case store.Extend:
		done, err = t.change(conn, t.extend, r)
	}
	if !done && err == nil && r.outcome == nil {
		r.outcome = store.ErrConflict
	}
	return err
}

// change runs a statement that changes one row or none, and says whether it did. A unique index that refuses it is noted in
// the row.
func (t *table) change(conn *sqlite.Conn, statement string, r *row) (bool, error) {
	stmt, err := conn.Prepare(statement)
	if err != nil {
		return false, failed(err)
	}
	r.bind(stmt)
	_, err = stmt.Step()
	if err == nil {
		return conn.Changes() > 0, nil
	}
	if sqlite.ErrCode(err) != sqlite.ResultConstraintUnique {
		return false, failed(err)
	}
	index, err := t.refusedBy(conn, r, err)
	r.outcome = &store.TakenError{Index: index}
	return false, err
}

// refusedBy tells which unique index refused a row: the first declared one that is taken.
func (t *table) refusedBy(conn *sqlite.Conn, r *row, refusal error) (string, error) {
	for _, ix := range t.uniques {
		if len(t.uniques) == 1 {
			return ix.Name, nil
		}
		taken, err := t.taken(conn, ix, r)
		if err != nil {
			return "", err
		}
		if taken {
			return ix.Name, nil
		}
	}
	return "", failed(refusal)
}

func (t *table) taken(conn *sqlite.Conn, ix *shape.Index, r *row) (bool, error) {
	var terms []shape.Term
	for _, f := range ix.Keys[:len(ix.Fields)] {
		v := r.value(t, f)
		op := shape.Equal
		if v.Null {
			op = shape.Null
		}
		terms = append(terms, shape.Term{Field: f, Op: op, Value: v})
	}
	if ix.Sparse && terms[0].Op == shape.Null {
		return false, nil
	}
	var w where
	w.terms(terms)
	stmt, err := conn.Prepare(fmt.Sprintf("SELECT 1 FROM %s WHERE %s AND id<>?%d", t.name, w.text(), len(w.values)+1))
	if err != nil {
		return false, failed(err)
	}
	defer reset(stmt)
	w.bind(stmt)
	stmt.BindText(len(w.values)+1, r.id)
	found, err := stmt.Step()
	return found, failed(err)
}
