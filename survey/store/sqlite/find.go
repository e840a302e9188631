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

// Find implements store.Store.
func (s *Store) Find(ctx context.Context, c *store.Spec, q store.Query) ([]store.Doc, store.Cursor, error) {
	f, err := s.newFinding(c, q)
	if err != nil {
		return nil, "", err
	}
	if err := s.read(ctx, func(conn *sqlite.Conn) error { return f.read(ctx, conn) }); err != nil {
		return nil, "", err
	}
	r := f.result()
	return r.Docs, r.Next, nil
}

// finding is a Find under way.
type finding struct {
	scan *scan
	wanted
	docs []store.Doc
}

func (s *Store) newFinding(c *store.Spec, q store.Query) (*finding, error) {
	t, err := s.table(c)
	if err != nil {
		return nil, err
	}
	plan, err := t.Plan(q)
	if err != nil {
		return nil, err
	}
	w := t.wanted(plan.Fields)
	return &finding{scan: t.newScan(plan, w), wanted: w}, nil
}

func (f *finding) read(ctx context.Context, conn *sqlite.Conn) error {
	return f.scan.run(ctx, conn, func(stmt *sqlite.Stmt) (bool, error) {
		doc, err := f.decode(stmt, f.scan.take(stmt))
		f.docs = append(f.docs, doc)
		return len(f.docs) <= f.scan.plan.Limit, err
	})
}

func (f *finding) result() store.Result {
	plan := f.scan.plan
	if len(f.docs) <= plan.Limit {
		return store.Result{Docs: f.docs}
	}
	docs := f.docs[:plan.Limit]
	return store.Result{Docs: docs, Next: plan.Cursor(f.scan.Spec.Name, docs[plan.Limit-1])}
}

// scan reads what a plan asks for, in its order: range by range of the index, with the conditions that columns decide in the
// statement, and the others asked of each row.
type scan struct {
	*table
	plan   *shape.Plan
	wanted selection
	// sieve are the conditions that no column decides, with what must be decoded for them.
	sieve    []shape.Condition
	sieveDoc *partial
	scratch  store.Doc
	buf      []byte
	// anyOrder says that the rows may come in any order, one that only the first of each range is wanted.
	anyOrder, one bool
}

// selection is what is selected of each row.
type selection interface {
	// columns are those to select.
	columns() []string
	// whole says whether the document as stored must be selected behind them.
	whole() bool
}

// wanted is a selection of which documents can be made.
type wanted interface {
	selection
	// decode makes a document of the current row, whose stored text is doc where it was selected.
	decode(stmt *sqlite.Stmt, doc []byte) (store.Doc, error)
}

func (t *table) newScan(plan *shape.Plan, w selection) *scan {
	sc := &scan{table: t, plan: plan, wanted: w}
	var fields []string
	for _, c := range plan.Where {
		if t.columnOf(c.Field) == "" {
			sc.sieve = append(sc.sieve, c)
			fields = append(fields, c.Field.Name)
		}
	}
	if sc.sieve != nil {
		sc.sieveDoc, sc.scratch = t.partial(fields), t.Spec.New()
	}
	return sc
}

// run calls do for each row, until it returns false.
func (sc *scan) run(ctx context.Context, conn *sqlite.Conn, do func(*sqlite.Stmt) (bool, error)) error {
	ranges := sc.ranges()
	if len(ranges) < 2 {
		return sc.runAll(ctx, conn, ranges, do)
	}
	return snapshot(conn, func() error { return sc.runAll(ctx, conn, ranges, do) })
}

func (sc *scan) runAll(ctx context.Context, conn *sqlite.Conn, ranges [][]shape.Term, do func(*sqlite.Stmt) (bool, error)) error {
	for _, r := range ranges {
		if more, err := sc.runOne(ctx, conn, r, do); !more || err != nil {
			return err
		}
	}
	return nil
}

// ranges are the plan's branches with each of several values in a range of its own.
func (sc *scan) ranges() [][]shape.Term {
	var list [][]shape.Term
	for _, branch := range sc.plan.Branches {
		last := len(branch) - 1
		if last < 0 || branch[last].Op != shape.OneOf {
			list = append(list, branch)
			continue
		}
		values := branch[last].Values
		for i := range values {
			v := values[i]
			if sc.plan.Descending {
				v = values[len(values)-1-i]
			}
			list = append(list, append(slices.Clone(branch[:last]), shape.Term{Field: branch[last].Field, Op: shape.Equal, Value: v}))
		}
	}
	return list
}

// runOne reads one range of the index.
func (sc *scan) runOne(ctx context.Context, conn *sqlite.Conn, terms []shape.Term, do func(*sqlite.Stmt) (bool, error)) (bool, error) {
	stmt, done, err := sc.prepare(conn, terms)
	if err != nil {
		return false, err
	}
	defer done()
	for {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		found, err := stmt.Step()
		if err != nil || !found {
			return true, failed(err)
		}
		holds, err := sc.holds(stmt)
		if err != nil {
			return false, err
		}
		if !holds {
			continue
		}
		if more, err := do(stmt); !more || err != nil {
			return false, err
		}
	}
}

// prepare readies the statement of one range, and returns what ends it. A statement with a list of values is used once, for
// there are many lengths of lists.
func (sc *scan) prepare(conn *sqlite.Conn, terms []shape.Term) (*sqlite.Stmt, func(), error) {
	query, w, often := sc.statement(terms)
	var stmt *sqlite.Stmt
	var err error
	end := func() { reset(stmt) }
	if often {
		stmt, err = conn.Prepare(query)
	} else {
		stmt, _, err = conn.PrepareTransient(query)
		end = func() { finalize(stmt) }
	}
	if err != nil {
		return nil, nil, failed(err)
	}
	w.bind(stmt)
	return stmt, end, nil
}

// statement writes what selects one range, and says whether the same text will be used often.
func (sc *scan) statement(terms []shape.Term) (query string, w *where, often bool) {
	w, often = new(where), true
	w.terms(terms)
	for _, c := range sc.plan.Where {
		if column := sc.columnOf(c.Field); column != "" {
			w.condition(column, c)
			often = often && len(c.Values) < 2
		}
	}
	return "SELECT " + sc.selected() + " FROM " + sc.name + sc.indexedBy(sc.plan.Index) + " WHERE " + w.text() + sc.order(), w, often
}

func (sc *scan) selected() string {
	list := sc.wanted.columns()
	if sc.wanted.whole() || sc.sieve != nil {
		list = append(list[:len(list):len(list)], "doc")
	}
	if len(list) == 0 {
		return "NULL"
	}
	return strings.Join(list, ", ")
}

// take returns the stored document of the current row, nil if it was not selected. The next call overwrites it.
func (sc *scan) take(stmt *sqlite.Stmt) []byte {
	if !sc.wanted.whole() && sc.sieve == nil {
		return nil
	}
	sc.buf = columnBytes(stmt, len(sc.wanted.columns()), sc.buf)
	return sc.buf
}

// holds says whether the current row fulfils the conditions that no column decides.
func (sc *scan) holds(stmt *sqlite.Stmt) (bool, error) {
	if sc.sieve == nil {
		return true, nil
	}
	if err := sc.sieveDoc.fill(sc.scratch, sc.take(stmt)); err != nil {
		return false, err
	}
	for _, c := range sc.sieve {
		if !c.Holds(c.Field.Of(sc.scratch)) {
			return false, nil
		}
	}
	return true, nil
}

// indexedBy makes SQLite use the index, or fail: never scan.
func (t *table) indexedBy(ix *shape.Index) string {
	if ix.Name == store.ByID {
		// So SQLite calls the index of a primary key.
		return " INDEXED BY " + quote("sqlite_autoindex_"+t.Spec.Name+"_1")
	}
	return " INDEXED BY " + indexName(t.Spec, ix.Name)
}

func (sc *scan) order() string {
	if sc.anyOrder {
		return ""
	}
	direction := ""
	if sc.plan.Descending {
		direction = " DESC"
	}
	var list []string
	for _, f := range sc.plan.Index.Order {
		list = append(list, fmt.Sprint(quote(f.Name), direction))
	}
	order := " ORDER BY " + strings.Join(list, ", ")
	if sc.one {
		order += " LIMIT 1"
	}
	return order
}
