package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"zombiezen.com/go/sqlite"
)

// layouts notes for each collection which columns are filled, and how, so that opening with other declarations fills them
// anew.
const layouts = `CREATE TABLE IF NOT EXISTS "_collections" (name TEXT PRIMARY KEY, layout TEXT NOT NULL)`

// format is the version of the file's layout. Up to 1, a document's text held its version and due too: what the columns say
// counts, so that such a row needs no rewriting. A program that knows only that layout would take the version from the text.
const format = 2

// ErrNewer says that the file was written by a newer program, whose layout this one does not know.
var ErrNewer = errors.New("the database file was written by a newer version of earshot")

func sameFormat(conn *sqlite.Conn) error {
	there, err := scalar(conn, "PRAGMA user_version")
	if err != nil {
		return err
	}
	if there > format {
		return fmt.Errorf("%w: its layout has number %d, and this program knows those up to %d", ErrNewer, there, format)
	}
	return exec(conn, fmt.Sprintf("PRAGMA user_version=%d", format))
}

// migrate brings the file to the declarations in one transaction: a process that dies on the way leaves it as it was.
func migrate(ctx context.Context, conn *sqlite.Conn, tables []*table) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := exec(conn, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err != nil && !conn.AutocommitEnabled() {
			err = errors.Join(err, exec(conn, "ROLLBACK"))
		}
	}()
	if err := sameFormat(conn); err != nil {
		return err
	}
	if err := exec(conn, layouts); err != nil {
		return err
	}
	for _, t := range tables {
		if err := t.migrate(ctx, conn); err != nil {
			return fmt.Errorf("collection %q: %w", t.Spec.Name, err)
		}
	}
	return exec(conn, "COMMIT")
}

func (t *table) migrate(ctx context.Context, conn *sqlite.Conn) error {
	if err := exec(conn, t.definition()); err != nil {
		return err
	}
	old, err := texts(conn, `SELECT layout FROM "_collections" WHERE name=?1`, t.Spec.Name)
	if err != nil {
		return err
	}
	changed := len(old) == 0 || old[0] != t.layout()
	if changed {
		// Old indexes could refuse the new values.
		if err := t.dropIndexes(conn, nil); err != nil {
			return err
		}
		if err := t.addColumns(conn); err != nil {
			return err
		}
		if err := t.fill(ctx, conn); err != nil {
			return err
		}
	}
	if err := t.syncIndexes(conn); err != nil {
		return err
	}
	_, err = texts(conn, `INSERT OR REPLACE INTO "_collections" (name, layout) VALUES (?1, ?2)`, t.Spec.Name, t.layout())
	return err
}

// definition puts the columns in front of the document, so that reading them does not walk through it.
func (t *table) definition() string {
	var columns []string
	for _, c := range t.columns {
		columns = append(columns, c.name+" "+c.typing+", ")
	}
	return fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s (id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, due INTEGER, %sdoc TEXT NOT NULL)",
		t.name, strings.Join(columns, ""))
}

func (t *table) layout() string {
	var list []string
	for _, c := range t.columns {
		list = append(list, fmt.Sprintf("%s %s kind=%d nullable=%t", c.name, c.typing, c.field.Kind, c.field.Nullable))
	}
	return strings.Join(list, ", ")
}

func (t *table) addColumns(conn *sqlite.Conn) error {
	names, err := texts(conn, "SELECT name FROM pragma_table_info(?1)", t.Spec.Name)
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, name := range names {
		there[quote(name)] = true
	}
	for _, c := range t.columns {
		if there[c.name] {
			continue
		}
		if err := exec(conn, fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", t.name, c.name, c.typing)); err != nil {
			return err
		}
	}
	return nil
}

// fillSize is how many documents are read before they are written back.
const fillSize = 500

// fill computes all columns from the documents.
func (t *table) fill(ctx context.Context, conn *sqlite.Conn) error {
	if len(t.columns) == 0 {
		return nil
	}
	var sets []string
	for i, c := range t.columns {
		sets = append(sets, fmt.Sprintf("%s=?%d", c.name, i+2))
	}
	update := fmt.Sprintf("UPDATE %s SET %s WHERE id=?1", t.name, strings.Join(sets, ", "))
	query := fmt.Sprintf("SELECT version, due, doc FROM %s WHERE id>?1 ORDER BY id LIMIT %d", t.name, fillSize)
	for last := ""; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		stmt, err := conn.Prepare(query)
		if err != nil {
			return failed(err)
		}
		stmt.BindText(1, last)
		rows, err := readAll(stmt)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			d, err := t.decode(r)
			if err != nil {
				return err
			}
			if err := t.fillRow(conn, update, d); err != nil {
				return err
			}
			last = d.Envelope().ID
		}
	}
}

func (t *table) fillRow(conn *sqlite.Conn, update string, d store.Doc) error {
	stmt, err := conn.Prepare(update)
	if err != nil {
		return failed(err)
	}
	stmt.BindText(1, d.Envelope().ID)
	for i, c := range t.columns {
		bind(stmt, i+2, c.field.Of(d))
	}
	_, err = stmt.Step()
	return failed(err)
}

// syncIndexes creates what is declared and missing, and drops what is there and not so declared.
func (t *table) syncIndexes(conn *sqlite.Conn) error {
	wanted := t.indexes()
	if err := t.dropIndexes(conn, wanted); err != nil {
		return err
	}
	for _, definition := range wanted {
		if err := exec(conn, definition); err != nil {
			return fmt.Errorf("%s: %w", definition, err)
		}
	}
	return nil
}

// indexes returns the definitions of the indexes. SQLite keeps their text, so that a changed one is recognised.
func (t *table) indexes() []string {
	var list []string
	for _, ix := range t.Indexes {
		kind := "INDEX"
		if ix.Unique {
			kind = "UNIQUE INDEX"
		}
		list = append(list, t.index(ix.Name, kind, ix.Order, ix.Sparse))
	}
	if t.Spec.Queue {
		list = append(list, t.index(store.ByDue, "INDEX", []*shape.Field{t.Due, t.ID}, true))
	}
	if t.expiry != nil {
		list = append(list, t.index(expiryIndex, "INDEX", []*shape.Field{t.expiry}, true))
	}
	return list
}

func (t *table) index(name, kind string, keys []*shape.Field, sparse bool) string {
	var columns []string
	for _, f := range keys {
		columns = append(columns, quote(f.Name))
	}
	definition := fmt.Sprintf("CREATE %s IF NOT EXISTS %s ON %s (%s)",
		kind, indexName(t.Spec, name), t.name, strings.Join(columns, ", "))
	if sparse {
		definition += " WHERE " + columns[0] + " IS NOT NULL"
	}
	return definition
}

func indexName(c *store.Spec, index string) string { return quote(c.Name + "." + index) }

func (t *table) dropIndexes(conn *sqlite.Conn, keep []string) error {
	kept := map[string]bool{}
	for _, definition := range keep {
		kept[strings.Replace(definition, "IF NOT EXISTS ", "", 1)] = true
	}
	const query = "SELECT name || char(0) || sql FROM sqlite_master WHERE type='index' AND tbl_name=?1 AND sql IS NOT NULL"
	rows, err := texts(conn, query, t.Spec.Name)
	if err != nil {
		return err
	}
	for _, r := range rows {
		name, definition, _ := strings.Cut(r, "\x00")
		if kept[definition] {
			continue
		}
		if err := exec(conn, "DROP INDEX "+quote(name)); err != nil {
			return err
		}
	}
	return nil
}

// texts returns the first column of all rows.
func texts(conn *sqlite.Conn, query string, parameters ...string) ([]string, error) {
	stmt, _, err := conn.PrepareTransient(query)
	if err != nil {
		return nil, failed(err)
	}
	defer finalize(stmt)
	for i, p := range parameters {
		stmt.BindText(i+1, p)
	}
	var list []string
	for {
		found, err := stmt.Step()
		if err != nil || !found {
			return list, failed(err)
		}
		list = append(list, string(columnBytes(stmt, 0, nil)))
	}
}
