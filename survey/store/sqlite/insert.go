package sqlite

import (
	"context"
	"fmt"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"zombiezen.com/go/sqlite"
)

// sliceSize is after how many documents of one Insert the other writers get their turn, so that they wait for
// milliseconds only while a large import goes on.
const sliceSize = 250

// Insert implements store.Store.
func (s *Store) Insert(ctx context.Context, c *store.Spec, docs []store.Doc) error {
	t, err := s.table(c)
	if err != nil {
		return err
	}
	if len(docs) > store.MaxBatch {
		return fmt.Errorf("%w: %d documents are more than %d", store.ErrQuery, len(docs), store.MaxBatch)
	}
	for _, d := range docs {
		if err := t.Check(d); err != nil {
			return err
		}
	}
	if len(docs) == 0 {
		return nil
	}
	rows := make([]row, len(docs))
	for i, d := range docs {
		if rows[i], err = t.row(d, insertedVersion(d)); err != nil {
			return err
		}
	}
	if err := s.insertRows(ctx, t, rows); err != nil {
		return err
	}
	return accepted(docs, rows)
}

func (s *Store) insertRows(ctx context.Context, t *table, rows []row) error {
	next := 0
	return s.writeLong(ctx, func(conn *sqlite.Conn, crowded func() bool) (bool, error) {
		for next < len(rows) {
			if err := t.insertRow(conn, &rows[next]); err != nil {
				return false, err
			}
			next++
			if next%sliceSize == 0 && next < len(rows) && crowded() {
				return true, nil
			}
		}
		return false, nil
	})
}

// accepted sets the versions of the documents that were inserted and reports the others.
func accepted(docs []store.Doc, rows []row) error {
	var refused []store.Duplicate
	for i, r := range rows {
		if r.refused != "" {
			refused = append(refused, store.Duplicate{Doc: i, Index: r.refused})
			continue
		}
		docs[i].Envelope().Version = r.version
	}
	if refused != nil {
		return &store.DuplicateError{Refused: refused}
	}
	return nil
}

// insertedVersion keeps a version that is there already: so copies keep theirs.
func insertedVersion(d store.Doc) int64 { return max(1, d.Envelope().Version) }

// insertRow inserts a row, or notes in it which index refused it.
func (t *table) insertRow(conn *sqlite.Conn, r *row) error {
	stmt, err := conn.Prepare(t.insert)
	if err != nil {
		return failed(err)
	}
	r.bind(stmt)
	_, err = stmt.Step()
	switch {
	case sqlite.ErrCode(err) == sqlite.ResultConstraintUnique:
		r.refused, err = t.refusedBy(conn, r, err)
		return err
	case err == nil && conn.Changes() == 0:
		r.refused = store.ByID
	}
	return failed(err)
}

// refusedBy tells which unique index refused a row: the first declared one that is taken.
func (t *table) refusedBy(conn *sqlite.Conn, r *row, refusal error) (string, error) {
	for _, u := range t.uniques {
		if len(t.uniques) == 1 {
			return u.index.Name, nil
		}
		taken, err := t.taken(conn, u.index, r)
		if err != nil {
			return "", err
		}
		if taken {
			return u.index.Name, nil
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
	where, values := condition(terms)
	stmt, err := conn.Prepare(fmt.Sprintf("SELECT 1 FROM %s WHERE %s AND id<>?%d", t.name, where, len(values)+1))
	if err != nil {
		return false, failed(err)
	}
	defer reset(stmt)
	for i, v := range values {
		bind(stmt, i+1, v)
	}
	stmt.BindText(len(values)+1, r.id)
	found, err := stmt.Step()
	return found, failed(err)
}
