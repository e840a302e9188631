package sqlite

import (
	"fmt"
	"strings"
	"sync"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"
)

// table is a collection and the statements that work on it.
type table struct {
	*shape.Shape
	name    string
	columns []column
	// partials are the projections that were asked for, by their fields.
	partials sync.Map

	insert, replace, remove, extend, fetch string
	// amend is replace for a document whose indexed fields stay: SQLite writes every index whose columns an UPDATE names,
	// and this one names none of theirs.
	amend string
	// differing tells which columns of a row a document would change, and replacements are the statements that change just those: see replaceRow.
	differing    string
	replacements sync.Map
	// waiting reads what is due longest, lease takes it; both are empty where the collection is no queue.
	waiting, lease string
	// expiry is the field by which documents expire, nil where none do, and expire removes some that have.
	expiry *shape.Field
	expire string
	// uniques are the unique indexes in the order of their declaration.
	uniques []*shape.Index
}

// column is the column of a field by which documents are found, or expire.
type column struct {
	field  *shape.Field
	name   string
	typing string
}

func quote(name string) string { return `"` + name + `"` }

var typings = map[shape.Kind]string{
	shape.Text: "TEXT", shape.Int: "INTEGER", shape.Float: "REAL", shape.Bool: "INTEGER", shape.Time: "INTEGER",
}

func newTable(s *shape.Shape) (*table, error) {
	t := &table{Shape: s, name: quote(s.Spec.Name)}
	for _, f := range s.Fields {
		t.addColumn(f)
	}
	for _, ix := range s.Indexes {
		if ix.Unique {
			t.uniques = append(t.uniques, ix)
		}
	}
	if s.Spec.Expires != "" {
		if err := t.expires(s.Spec.Expires); err != nil {
			return nil, err
		}
	}
	t.state()
	return t, nil
}

func (t *table) addColumn(f *shape.Field) {
	t.columns = append(t.columns, column{field: f, name: quote(f.Name), typing: typings[f.Kind]})
}

// expires sees to a column for the field by which documents expire.
func (t *table) expires(name string) error {
	f, err := t.Comparable(name)
	if err != nil {
		return err
	}
	if t.expiry = f; t.columnOf(f) == "" {
		t.addColumn(f)
	}
	t.expire = fmt.Sprintf("DELETE FROM %[1]s WHERE rowid IN (SELECT rowid FROM %[1]s INDEXED BY %[2]s WHERE %[3]s<=?1 ORDER BY %[3]s LIMIT ?2)",
		t.name, indexName(t.Spec, expiryIndex), quote(name))
	return nil
}

// columnOf returns the name of the column that holds the field, empty when none does.
func (t *table) columnOf(f *shape.Field) string {
	switch f.Name {
	case "id", "version", "due":
		return f.Name
	}
	for _, c := range t.columns {
		if c.field.Name == f.Name {
			return c.name
		}
	}
	return ""
}

// firstColumn is the number of the first parameter behind id, version, due and doc.
const firstColumn = 5

// state writes the statements.
func (t *table) state() {
	var names, marks, sets, same strings.Builder
	for i, c := range t.columns {
		fmt.Fprintf(&names, "%s, ", c.name)
		fmt.Fprintf(&marks, "?%d, ", firstColumn+i)
		fmt.Fprintf(&sets, "%s=?%d, ", c.name, firstColumn+i)
		fmt.Fprintf(&same, " AND %s IS ?%d", c.name, firstColumn+i)
	}
	const versioned = " WHERE id=?1 AND version=?2"
	t.insert = "INSERT INTO " + t.name + " (id, version, due, " + names.String() + "doc) VALUES (?1, ?2, ?3, " + marks.String() +
		"?4) ON CONFLICT(id) DO NOTHING"
	t.replace = "UPDATE " + t.name + " SET version=?2+1, due=?3, " + sets.String() + "doc=?4" + versioned
	t.amend = "UPDATE " + t.name + " SET version=?2+1, due=?3, doc=?4" + versioned + same.String()
	t.differing = t.differences()
	t.remove = "DELETE FROM " + t.name + versioned
	t.extend = "UPDATE " + t.name + " SET due=?3" + versioned
	t.fetch = "SELECT version, due, doc FROM " + t.name + " WHERE id=?1"
	if t.Spec.Queue {
		due := t.name + " INDEXED BY " + indexName(t.Spec, store.ByDue) + " WHERE due<=?1 ORDER BY due, id LIMIT ?2"
		t.waiting = "SELECT version, due, doc FROM " + due
		t.lease = "UPDATE " + t.name + " SET version=version+1, due=?3 WHERE rowid IN (SELECT rowid FROM " + due + ")"
	}
}

// expiryIndex is the name of the index by which documents expire; no declared index can be called so.
const expiryIndex = "~expires"
