package sqlite

import (
	"context"
	"fmt"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"github.com/go-json-experiment/json"
	"zombiezen.com/go/sqlite"
)

// stored is a document as it was read: the columns version, due and doc.
type stored struct {
	version int64
	due     time.Time
	doc     []byte
}

// read takes these columns, the first of the current row, with doc in buf, which grows as needed.
func read(stmt *sqlite.Stmt, buf []byte) stored {
	return stored{version: stmt.ColumnInt64(0), due: columnTime(stmt, 1), doc: columnBytes(stmt, 2, buf)}
}

// readAll reads all rows.
func readAll(stmt *sqlite.Stmt) ([]stored, error) {
	defer reset(stmt)
	var list []stored
	for {
		found, err := stmt.Step()
		if err != nil || !found {
			return list, failed(err)
		}
		list = append(list, read(stmt, nil))
	}
}

// decode makes a document of what is stored.
func (t *table) decode(row stored) (store.Doc, error) {
	doc := t.Spec.New()
	if err := t.unmarshal(row.doc, doc); err != nil {
		return nil, err
	}
	m := doc.Envelope()
	m.Version, m.Due = row.version, row.due
	return doc, nil
}

func (t *table) unmarshal(raw []byte, into any) error {
	if err := json.Unmarshal(raw, into, asText); err != nil {
		return fmt.Errorf("a document of collection %q cannot be read: %w", t.Spec.Name, err)
	}
	return nil
}

func columnTime(stmt *sqlite.Stmt, column int) time.Time {
	if stmt.ColumnIsNull(column) {
		return time.Time{}
	}
	return time.UnixMilli(stmt.ColumnInt64(column)).UTC()
}

// dueValue is due as it is stored.
func dueValue(at time.Time) shape.Value {
	return shape.Value{Kind: shape.Time, Null: at.IsZero(), I: at.UnixMilli()}
}

// columnBytes copies a column of the current row into buf, which grows as needed.
func columnBytes(stmt *sqlite.Stmt, column int, buf []byte) []byte {
	n := stmt.ColumnLen(column)
	if cap(buf) < n {
		buf = make([]byte, n)
	}
	buf = buf[:n]
	stmt.ColumnBytes(column, buf)
	return buf
}

// columnValue reads a field's column of the current row.
func columnValue(stmt *sqlite.Stmt, column int, f *shape.Field) shape.Value {
	v := shape.Value{Kind: f.Kind}
	switch {
	case f.Nullable && stmt.ColumnIsNull(column):
		v.Null = true
	case f.Kind == shape.Text:
		v.S = stmt.ColumnText(column)
	case f.Kind == shape.Float:
		v.F = stmt.ColumnFloat(column)
	default:
		v.I = stmt.ColumnInt64(column)
	}
	return v
}

// snapshot runs do in a transaction for reading, so that all of it sees the same state.
func snapshot(conn *sqlite.Conn, do func() error) error {
	if !conn.AutocommitEnabled() {
		return do() // it is a part of one
	}
	if err := run(conn, "BEGIN"); err != nil {
		return err
	}
	err := do()
	if e := run(conn, "COMMIT"); err == nil {
		err = e
	}
	return err
}

// Fetch implements store.Store.
func (s *Store) Fetch(ctx context.Context, c *store.Spec, ids []string) ([]store.Doc, error) {
	t, err := s.table(c)
	if err != nil {
		return nil, err
	}
	if len(ids) > store.MaxBatch {
		return nil, fmt.Errorf("%w: %d ids are more than %d", store.ErrQuery, len(ids), store.MaxBatch)
	}
	var docs []store.Doc
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		if len(ids) == 1 {
			docs, err = t.fetchOne(conn, ids[0], nil)
			return err
		}
		return snapshot(conn, func() error {
			docs, err = t.fetchAll(ctx, conn, ids)
			return err
		})
	})
	return docs, err
}

func (t *table) fetchAll(ctx context.Context, conn *sqlite.Conn, ids []string) ([]store.Doc, error) {
	seen := make(map[string]bool, len(ids))
	docs := make([]store.Doc, 0, len(ids))
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		if docs, err = t.fetchOne(conn, id, docs); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

func (t *table) fetchOne(conn *sqlite.Conn, id string, docs []store.Doc) ([]store.Doc, error) {
	stmt, err := conn.Prepare(t.fetch)
	if err != nil {
		return nil, failed(err)
	}
	defer reset(stmt)
	stmt.BindText(1, id)
	found, err := stmt.Step()
	if err != nil || !found {
		return docs, failed(err)
	}
	doc, err := t.decode(read(stmt, nil))
	if err != nil {
		return nil, err
	}
	return append(docs, doc), nil
}
