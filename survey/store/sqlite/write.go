package sqlite

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"zombiezen.com/go/sqlite"
)

// row is a document as it is stored.
type row struct {
	id      string
	version int64
	due     shape.Value
	values  []shape.Value
	doc     string
	// refused is the index that refused the row, empty when it was inserted.
	refused string
}

// value returns a field's value in the row.
func (r *row) value(t *table, f *shape.Field) shape.Value {
	for i, g := range t.Fields {
		if f == g {
			return r.values[i]
		}
	}
	switch f {
	case t.ID:
		return shape.Value{Kind: shape.Text, S: r.id}
	case t.Due:
		return r.due
	}
	return shape.Value{Kind: shape.Int, I: r.version}
}

// row encodes a document with that version, leaving the document's own version as it is.
func (t *table) row(d store.Doc, version int64) (row, error) {
	m := d.Envelope()
	r := row{id: m.ID, version: version, due: t.Due.Of(d), values: make([]shape.Value, len(t.Fields))}
	for i, f := range t.Fields {
		r.values[i] = f.Of(d)
	}
	var err error
	r.doc, err = encode(d, version)
	return r, err
}

// encode writes a document as JSON with that version in it.
func encode(d store.Doc, version int64) (string, error) {
	m := d.Envelope()
	defer func(old int64) { m.Version = old }(m.Version)
	m.Version = version
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(d); err != nil {
		return "", fmt.Errorf("%w: document %q: %w", store.ErrQuery, m.ID, err)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

func (r *row) bind(stmt *sqlite.Stmt) {
	stmt.BindText(1, r.id)
	stmt.BindInt64(2, r.version)
	bind(stmt, 3, r.due)
	stmt.BindText(4, r.doc)
	for i, v := range r.values {
		bind(stmt, firstColumn+i, v)
	}
}

func bind(stmt *sqlite.Stmt, param int, v shape.Value) {
	switch {
	case v.Null:
		stmt.BindNull(param)
	case v.Kind == shape.Text:
		stmt.BindText(param, v.S)
	case v.Kind == shape.Float:
		stmt.BindFloat(param, v.F)
	default:
		stmt.BindInt64(param, v.I)
	}
}

// Replace implements store.Store.
func (s *Store) Replace(ctx context.Context, c *store.Spec, doc store.Doc) error {
	t, err := s.table(c)
	if err != nil {
		return err
	}
	if err := t.Check(doc); err != nil {
		return err
	}
	m := doc.Envelope()
	r, err := t.row(doc, m.Version+1)
	if err != nil {
		return err
	}
	r.version = m.Version
	err = s.write(ctx, func(conn *sqlite.Conn) error { return t.replaceRow(conn, &r) })
	if err == nil {
		m.Version++
	}
	return err
}

func (t *table) replaceRow(conn *sqlite.Conn, r *row) error {
	if done, err := t.amendRow(conn, r); done || err != nil {
		return err
	}
	stmt, err := conn.Prepare(t.replace)
	if err != nil {
		return failed(err)
	}
	r.bind(stmt)
	_, err = stmt.Step()
	if sqlite.ErrCode(err) == sqlite.ResultConstraintUnique {
		index, err := t.refusedBy(conn, r, err)
		if err != nil {
			return err
		}
		return &store.DuplicateError{Refused: []store.Duplicate{{Index: index}}}
	}
	return changedOne(conn, err)
}

// amendRow replaces the document if its indexed fields are what they were, and says whether it did.
func (t *table) amendRow(conn *sqlite.Conn, r *row) (bool, error) {
	stmt, err := conn.Prepare(t.amend)
	if err != nil {
		return false, failed(err)
	}
	r.bind(stmt)
	if _, err := stmt.Step(); err != nil {
		return false, failed(err)
	}
	return conn.Changes() > 0, nil
}

// changedOne turns the outcome of a conditional statement into ErrConflict when it found nothing.
func changedOne(conn *sqlite.Conn, err error) error {
	if err != nil {
		return failed(err)
	}
	if conn.Changes() == 0 {
		return store.ErrConflict
	}
	return nil
}

// Delete implements store.Store.
func (s *Store) Delete(ctx context.Context, c *store.Spec, id string, version int64) error {
	t, err := s.table(c)
	if err != nil {
		return err
	}
	return s.write(ctx, func(conn *sqlite.Conn) error {
		stmt, err := conn.Prepare(t.remove)
		if err != nil {
			return failed(err)
		}
		stmt.BindText(1, id)
		stmt.BindInt64(2, version)
		_, err = stmt.Step()
		return changedOne(conn, err)
	})
}

// Claim implements store.Store.
func (s *Store) Claim(ctx context.Context, c *store.Spec, now, until time.Time) (store.Doc, error) {
	t, err := s.table(c)
	if err != nil {
		return nil, err
	}
	if !c.Queue {
		return nil, fmt.Errorf("%w: collection %q is not declared as a queue", store.ErrQuery, c.Name)
	}
	now, until = store.Time(now), store.Time(until)
	var raw []byte
	err = s.write(ctx, func(conn *sqlite.Conn) error {
		raw, err = t.claimRow(conn, now, until)
		return err
	})
	if err != nil {
		return nil, err
	}
	return t.decode(raw)
}

func (t *table) claimRow(conn *sqlite.Conn, now, until time.Time) ([]byte, error) {
	stmt, err := conn.Prepare(t.claim)
	if err != nil {
		return nil, failed(err)
	}
	defer reset(stmt)
	stmt.BindInt64(1, now.UnixMilli())
	stmt.BindInt64(2, until.UnixMilli())
	stmt.BindText(3, until.Format(time.RFC3339Nano))
	found, err := stmt.Step()
	if err != nil {
		return nil, failed(err)
	}
	if !found {
		return nil, store.ErrNotFound
	}
	raw := column0(stmt, nil)
	// RETURNING gives its rows before the statement ends; only after the last step it has.
	_, err = stmt.Step()
	return raw, failed(err)
}
