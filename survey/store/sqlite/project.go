package sqlite

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"zombiezen.com/go/sqlite"
)

// wanted returns what is to be read for a query that asks for these fields; nil asks for everything.
func (t *table) wanted(fields []string) wanted {
	if fields == nil {
		return everything{t}
	}
	var list []*shape.Field
	for _, name := range fields {
		f, err := t.Comparable(name)
		if err != nil || t.columnOf(f) == "" {
			return someFields{t.partial(fields)}
		}
		list = append(list, f)
	}
	return someColumns{t, list}
}

// everything reads whole documents.
type everything struct{ *table }

func (everything) columns() []string { return []string{"version", "due"} }
func (everything) whole() bool       { return true }

func (w everything) decode(stmt *sqlite.Stmt, doc []byte) (store.Doc, error) {
	return w.table.decode(stored{version: stmt.ColumnInt64(0), due: columnTime(stmt, 1), doc: doc})
}

// someColumns reads fields all of which have a column, and no document.
type someColumns struct {
	*table
	fields []*shape.Field
}

func (w someColumns) columns() []string {
	list := make([]string, len(w.fields))
	for i, f := range w.fields {
		list[i] = w.columnOf(f)
	}
	return list
}

func (someColumns) whole() bool { return false }

func (w someColumns) decode(stmt *sqlite.Stmt, _ []byte) (store.Doc, error) {
	doc := w.Spec.New()
	for i, f := range w.fields {
		f.Set(doc, columnValue(stmt, i, f))
	}
	return doc, nil
}

// someFields reads a part of the document.
type someFields struct{ *partial }

func (w someFields) columns() []string {
	if w.due {
		return []string{"due"}
	}
	return nil
}

func (someFields) whole() bool { return true }

func (w someFields) decode(stmt *sqlite.Stmt, raw []byte) (store.Doc, error) {
	doc := w.Spec.New()
	if w.due {
		doc.Envelope().Due = columnTime(stmt, 0)
	}
	return doc, w.fill(doc, raw)
}

// partial decodes some of a document's fields: into a struct that has no others, so that those are passed over.
type partial struct {
	*table
	typ   reflect.Type
	paths [][]int
	// due says that it is among the fields: it stands in its column only.
	due bool
}

// partial returns what decodes these fields.
func (t *table) partial(fields []string) *partial {
	key := strings.Join(fields, " ")
	if known, ok := t.partials.Load(key); ok {
		return known.(*partial)
	}
	p := &partial{table: t, due: slices.Contains(fields, "due")}
	document := reflect.TypeOf(t.Spec.New()).Elem()
	var list []reflect.StructField
	for _, m := range shape.Members(document) {
		if m.Name == "due" || !slices.Contains(fields, m.Name) {
			continue
		}
		list = append(list, reflect.StructField{
			Name: fmt.Sprint("F", len(list)), Type: document.FieldByIndex(m.Path).Type,
			Tag: reflect.StructTag(fmt.Sprintf("json:%q", m.Name)),
		})
		p.paths = append(p.paths, m.Path)
	}
	p.typ = reflect.StructOf(list)
	t.partials.Store(key, p)
	return p
}

// fill sets the fields of doc to what is stored.
func (p *partial) fill(doc store.Doc, raw []byte) error {
	v := reflect.New(p.typ)
	if err := p.unmarshal(raw, v.Interface()); err != nil {
		return err
	}
	to := reflect.ValueOf(doc).Elem()
	for i, path := range p.paths {
		to.FieldByIndex(path).Set(v.Elem().Field(i))
	}
	return nil
}
