package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"zombiezen.com/go/sqlite"
)

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

// snapshot runs do in a transaction for reading, so that all of it sees the same state.
func snapshot(conn *sqlite.Conn, do func() error) error {
	if err := run(conn, "BEGIN"); err != nil {
		return err
	}
	err := do()
	if e := run(conn, "COMMIT"); err == nil {
		err = e
	}
	return err
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
	doc, err := t.decode(column0(stmt, nil))
	if err != nil {
		return nil, err
	}
	return append(docs, doc), nil
}

// column0 copies the first column of the current row into buf, which grows as needed.
func column0(stmt *sqlite.Stmt, buf []byte) []byte {
	n := stmt.ColumnLen(0)
	if cap(buf) < n {
		buf = make([]byte, n)
	}
	buf = buf[:n]
	stmt.ColumnBytes(0, buf)
	return buf
}

func (t *table) decode(raw []byte) (store.Doc, error) {
	doc := t.Spec.New()
	if err := json.Unmarshal(raw, doc); err != nil {
		return nil, fmt.Errorf("a document of collection %q cannot be read: %w", t.Spec.Name, err)
	}
	return doc, nil
}

// Find implements store.Store.
func (s *Store) Find(ctx context.Context, c *store.Spec, q store.Query) ([]store.Doc, store.Cursor, error) {
	t, err := s.table(c)
	if err != nil {
		return nil, "", err
	}
	plan, err := t.Plan(q)
	if err != nil {
		return nil, "", err
	}
	var docs []store.Doc
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		if len(plan.Branches) < 2 {
			docs, err = t.find(ctx, conn, plan)
			return err
		}
		return snapshot(conn, func() error {
			docs, err = t.find(ctx, conn, plan)
			return err
		})
	})
	if err != nil || len(docs) <= plan.Limit {
		return docs, "", err
	}
	docs = docs[:plan.Limit]
	return docs, plan.Cursor(c.Name, docs[plan.Limit-1]), nil
}

// find returns one document more than the limit when there is one.
func (t *table) find(ctx context.Context, conn *sqlite.Conn, plan *shape.Plan) ([]store.Doc, error) {
	var docs []store.Doc
	for _, branch := range plan.Branches {
		rest := plan.Limit + 1 - len(docs)
		if rest == 0 {
			break
		}
		stmt, err := t.prepare(conn, plan, branch, rest)
		if err != nil {
			return nil, err
		}
		if docs, err = t.collect(ctx, stmt, docs); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

func (t *table) prepare(conn *sqlite.Conn, plan *shape.Plan, branch []shape.Term, limit int) (*sqlite.Stmt, error) {
	where, values := condition(branch)
	if where == "" {
		where = "TRUE"
	}
	query := fmt.Sprintf("SELECT doc FROM %s%s WHERE %s ORDER BY %s LIMIT ?%d",
		t.name, t.indexedBy(plan.Index), where, order(plan), len(values)+1)
	stmt, err := conn.Prepare(query)
	if err != nil {
		return nil, failed(err)
	}
	for i, v := range values {
		bind(stmt, i+1, v)
	}
	stmt.BindInt64(len(values)+1, int64(limit))
	return stmt, nil
}

// indexedBy makes SQLite use the index, or fail: never scan.
func (t *table) indexedBy(ix *shape.Index) string {
	if ix.Name == store.ByID {
		return ""
	}
	return " INDEXED BY " + indexName(t.Spec, ix.Name)
}

func order(plan *shape.Plan) string {
	direction := ""
	if plan.Descending {
		direction = " DESC"
	}
	var list []string
	for _, f := range plan.Index.Order {
		list = append(list, quote(f.Name)+direction)
	}
	return strings.Join(list, ", ")
}

var operators = map[shape.Op]string{
	shape.Equal: "=", shape.Greater: ">", shape.AtLeast: ">=", shape.Less: "<",
}

// condition writes terms as SQL with numbered parameters, and lists their values.
func condition(terms []shape.Term) (string, []shape.Value) {
	var list []string
	var values []shape.Value
	for _, term := range terms {
		switch term.Op {
		case shape.Null:
			list = append(list, quote(term.Field.Name)+" IS NULL")
		case shape.NotNull:
			list = append(list, quote(term.Field.Name)+" IS NOT NULL")
		default:
			values = append(values, term.Value)
			list = append(list, fmt.Sprintf("%s%s?%d", quote(term.Field.Name), operators[term.Op], len(values)))
		}
	}
	return strings.Join(list, " AND "), values
}

func (t *table) collect(ctx context.Context, stmt *sqlite.Stmt, docs []store.Doc) ([]store.Doc, error) {
	defer reset(stmt)
	var buf []byte
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		found, err := stmt.Step()
		if err != nil || !found {
			return docs, failed(err)
		}
		buf = column0(stmt, buf)
		doc, err := t.decode(buf)
		if err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
}
