package sqlite

import (
	"fmt"
	"strings"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"
)

// table is a collection and the statements that work on it.
type table struct {
	*shape.Shape
	name    string
	columns []column

	insert, replace, remove, claim, fetch string
	// amend is replace for a document whose indexed fields stay: SQLite writes every index whose columns an UPDATE names,
	// and this one names none of theirs.
	amend string
	// uniques are the unique indexes in the order of their declaration, each with the column list by which SQLite's message
	// names it.
	uniques []unique
}

// column is an indexed field's column.
type column struct {
	field  *shape.Field
	name   string
	typing string
}

type unique struct {
	index   *shape.Index
	message string
}

func quote(name string) string { return `"` + name + `"` }

var typings = map[shape.Kind]string{
	shape.Text: "TEXT", shape.Int: "INTEGER", shape.Float: "REAL", shape.Bool: "INTEGER", shape.Time: "INTEGER",
}

func newTable(s *shape.Shape) *table {
	t := &table{Shape: s, name: quote(s.Spec.Name)}
	var names, marks, sets, same []string
	for i, f := range s.Fields {
		t.columns = append(t.columns, column{field: f, name: quote(f.Name), typing: typings[f.Kind]})
		names = append(names, quote(f.Name)+", ")
		marks = append(marks, fmt.Sprintf("?%d, ", firstColumn+i))
		sets = append(sets, fmt.Sprintf("%s=?%d, ", quote(f.Name), firstColumn+i))
		same = append(same, fmt.Sprintf(" AND %s IS ?%d", quote(f.Name), firstColumn+i))
	}
	t.insert = fmt.Sprintf("INSERT INTO %s (id, version, due, %sdoc) VALUES (?1, ?2, ?3, %s?4) ON CONFLICT(id) DO NOTHING",
		t.name, strings.Join(names, ""), strings.Join(marks, ""))
	t.replace = fmt.Sprintf("UPDATE %s SET version=?2+1, due=?3, %sdoc=?4 WHERE id=?1 AND version=?2", t.name, strings.Join(sets, ""))
	t.amend = fmt.Sprintf("UPDATE %s SET version=?2+1, due=?3, doc=?4 WHERE id=?1 AND version=?2%s", t.name, strings.Join(same, ""))
	t.remove = fmt.Sprintf("DELETE FROM %s WHERE id=?1 AND version=?2", t.name)
	t.claim = fmt.Sprintf("UPDATE %[1]s SET version=version+1, due=?2, doc=json_set(doc, '$.version', version+1, '$.due', ?3)"+
		" WHERE id=(SELECT id FROM %[1]s INDEXED BY %[2]s WHERE due<=?1 ORDER BY due, id LIMIT 1) RETURNING doc",
		t.name, indexName(s.Spec, dueIndex))
	t.fetch = fmt.Sprintf("SELECT doc FROM %s WHERE id=?1", t.name)
	for _, ix := range s.Indexes {
		if ix.Unique {
			t.uniques = append(t.uniques, unique{ix, uniqueMessage(s.Spec, ix)})
		}
	}
	return t
}

// dueIndex is the name of the index that Claim uses; no declared index can be called so.
const dueIndex = "~due"

// firstColumn is the number of the first parameter behind id, version, due and doc.
const firstColumn = 5

// uniqueMessage is what SQLite says when the index refuses a row.
func uniqueMessage(c *store.Spec, ix *shape.Index) string {
	var names []string
	for _, f := range ix.Fields {
		names = append(names, c.Name+"."+f)
	}
	return "UNIQUE constraint failed: " + strings.Join(names, ", ")
}
