package sqlite

import (
	"bytes"
	"fmt"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
	"zombiezen.com/go/sqlite"
)

// row is an item of a batch as it is written, and what became of it.
type row struct {
	op store.Op
	id string
	// version is the stored one that is expected or, of an insert, the one to store.
	version int64
	due     shape.Value
	values  []shape.Value
	doc     string
	outcome error
}

// rows encodes a batch, or refuses it as a whole for an item that cannot be written.
func (t *table) rows(items []store.Write) ([]row, error) {
	if len(items) > store.MaxBatch {
		return nil, fmt.Errorf("%w: %d items are more than %d", store.ErrQuery, len(items), store.MaxBatch)
	}
	rows := make([]row, len(items))
	values := make([]shape.Value, len(items)*len(t.columns))
	ends := make([]int, len(items))
	var text bytes.Buffer
	for i, item := range items {
		rows[i].values, values = values[:len(t.columns)], values[len(t.columns):]
		if err := t.row(&rows[i], item, &text); err != nil {
			return nil, err
		}
		ends[i] = text.Len()
	}
	// One text for the whole batch: a document is a part of it, not a copy.
	all, from := text.String(), 0
	for i, end := range ends {
		rows[i].doc, from = all[from:end], end
	}
	return rows, nil
}

// row fills r with an item, except for the document, which it appends to text.
func (t *table) row(r *row, item store.Write, text *bytes.Buffer) error {
	if err := t.Check(item.Doc); err != nil {
		return err
	}
	m := item.Doc.Envelope()
	r.op, r.id, r.version, r.due = item.Op, m.ID, m.Version, t.Due.Of(item.Doc)
	switch item.Op {
	case store.Delete:
		return nil
	case store.Extend:
		return t.mustQueue()
	case store.Insert:
		// A version that is there already is kept: so copies keep theirs.
		r.version = max(1, m.Version)
	case store.Replace:
	default:
		return fmt.Errorf("%w: there is no operation %d", store.ErrQuery, item.Op)
	}
	for i, c := range t.columns {
		r.values[i] = c.field.Of(item.Doc)
	}
	return encode(text, item.Doc)
}

func (t *table) mustQueue() error {
	if !t.Spec.Queue {
		return fmt.Errorf("%w: collection %q is not declared as a queue", store.ErrQuery, t.Spec.Name)
	}
	return nil
}

// asText makes of a document what encoding/json makes of it, in half the time, and reads it so. Names are told apart by
// case, as MongoDB does.
var asText = json.JoinOptions(jsonv1.DefaultOptionsV1(), jsontext.EscapeForHTML(false), json.MatchCaseInsensitiveNames(false))

// encode appends a document as it is stored: as JSON without its version and due, which stand in columns of their own, so
// that a claim changes two numbers and no text.
func encode(text *bytes.Buffer, d store.Doc) error {
	start := text.Len()
	if err := json.MarshalWrite(text, d, asText); err != nil {
		return fmt.Errorf("%w: document %q: %w", store.ErrQuery, d.Envelope().ID, err)
	}
	raw := text.Bytes()[start:]
	from, to := columned(raw)
	n := copy(raw[from:], raw[to:])
	text.Truncate(start + from + n)
	return nil
}

// columned returns where version and due stand in a document's JSON, whose first members are the id, the version and, if
// it is not zero, due. The first version that is found is the envelope's, for an id has its quotes escaped.
func columned(raw []byte) (from, to int) {
	const version, due = `,"version":`, `,"due":"`
	from = bytes.Index(raw, []byte(version))
	to = from + len(version)
	to += bytes.IndexAny(raw[to:], ",}")
	if bytes.HasPrefix(raw[to:], []byte(due)) {
		to += len(due)
		to += bytes.IndexByte(raw[to:], '"') + 1
	}
	return from, to
}

// value returns a field's value in the row.
func (r *row) value(t *table, f *shape.Field) shape.Value {
	for i, c := range t.columns {
		if c.field == f {
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

// bind binds what a statement takes: the id and the version, then due, then all.
func (r *row) bind(stmt *sqlite.Stmt) {
	stmt.BindText(1, r.id)
	stmt.BindInt64(2, r.version)
	if r.op == store.Delete {
		return
	}
	bind(stmt, 3, r.due)
	if r.op == store.Extend {
		return
	}
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
