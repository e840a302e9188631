package mongodb

import (
	"fmt"
	"reflect"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// field is a stored field of a struct.
type field struct {
	name  string
	path  []int
	codec *codec
	// absent says whether a value is left out; nil if none is.
	absent func(reflect.Value) bool
}

func (f *field) of(v reflect.Value) reflect.Value {
	for _, i := range f.path {
		v = v.Field(i)
	}
	return v
}

// put appends the field of v, if it is not left out.
func (f *field) put(dst []byte, v reflect.Value) ([]byte, error) {
	value := f.of(v)
	if f.absent != nil && f.absent(value) {
		return dst, nil
	}
	dst, err := f.codec.put(dst, f.name, value)
	if err != nil {
		return nil, fmt.Errorf("field %q: %w", f.name, err)
	}
	return dst, nil
}

// fields are the stored fields of a struct in their order.
type fields struct {
	list []field
	at   map[string]int
}

func (cs *codecs) fields(t reflect.Type) *fields {
	fs := &fields{at: map[string]int{}}
	for _, m := range shape.Members(t) {
		typ := t.FieldByIndex(m.Path).Type
		f := field{name: m.Name, path: m.Path, codec: cs.compiled(typ)}
		switch {
		case m.OmitZero && m.OmitEmpty:
			f.absent = func(v reflect.Value) bool { return empty(v) || zero(v) }
		case m.OmitZero:
			f.absent = zero
		case m.OmitEmpty:
			f.absent = empty
		}
		fs.add(f)
	}
	return fs
}

func (fs *fields) add(f field) {
	fs.at[f.name] = len(fs.list)
	fs.list = append(fs.list, f)
}

// read reads a document into v. Fields come mostly in the order in which they were written, so the next one is tried first.
// What is no field goes to other, if there is one.
func (fs *fields) read(v reflect.Value, doc []byte, other func(name []byte, raw bsoncore.Value)) error {
	next := 0
	return elements(doc, func(name []byte, raw bsoncore.Value) error {
		if next >= len(fs.list) || fs.list[next].name != string(name) {
			at, known := fs.at[string(name)]
			if !known {
				if other != nil {
					other(name, raw)
				}
				return nil
			}
			next = at
		}
		f := &fs.list[next]
		next++
		if err := f.codec.read(f.of(v), raw); err != nil {
			return fmt.Errorf("field %q: %w", name, err)
		}
		return nil
	})
}

// structs is the codec of structs inside documents.
func (cs *codecs) structs(t reflect.Type) codec {
	fs := cs.fields(t)
	return codec{
		put: func(dst []byte, name string, v reflect.Value) ([]byte, error) {
			at, dst := bsoncore.AppendDocumentElementStart(dst, name)
			var err error
			for i := range fs.list {
				if dst, err = fs.list[i].put(dst, v); err != nil {
					return nil, err
				}
			}
			return bsoncore.AppendDocumentEnd(dst, at)
		},
		get: func(v reflect.Value, raw bsoncore.Value) error {
			if raw.Type != bsoncore.TypeEmbeddedDocument {
				return unreadable(v, raw)
			}
			return fs.read(v, raw.Data, nil)
		},
	}
}

// empty says what encoding/json's omitempty leaves out.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// zero says what encoding/json's omitzero leaves out.
func zero(v reflect.Value) bool {
	if v.Type() == timeType {
		return timeOf(v).IsZero()
	}
	if z, ok := v.Interface().(interface{ IsZero() bool }); ok && (v.Kind() != reflect.Pointer || !v.IsNil()) {
		return z.IsZero()
	}
	return v.IsZero()
}

// The names of the envelope's fields that are not called in MongoDB as they are in Go.
const (
	idField      = "_id"
	versionField = "version"
	dueField     = "due"
	// marksField holds Meta.Marks, as many times 8 bytes. No JSON name of a field can be called so.
	marksField = "~w"
	// claimField holds the mark of the latest Claim, until somebody replaces the document.
	claimField = "~c"
)

// documents writes and reads the documents of a collection. The id is called _id; nullable fields are left out when zero,
// so that partial indexes can leave them out too; all others that an index names are always there.
type documents struct {
	*fields
	// rest are the fields but the id and the version.
	rest []field
}

func (cs *codecs) documents(s *shape.Shape, t reflect.Type) *documents {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	d := &documents{fields: &fields{at: map[string]int{}}}
	for _, f := range cs.fields(t).list {
		indexed, ok := s.Named(f.name)
		switch {
		case f.name == s.ID.Name:
			f.name = idField
		case f.name == versionField:
		case ok && indexed.Nullable:
			f.absent = zero
		case ok:
			f.absent = nil
		}
		d.add(f)
		if f.name != idField && f.name != versionField {
			d.rest = append(d.rest, f)
		}
	}
	return d
}

// encode writes a document with that version and these marks, whatever its own are.
func (d *documents) encode(doc store.Doc, version int64, marks []int64) (bson.Raw, error) {
	m, v := doc.Envelope(), reflect.ValueOf(doc).Elem()
	at, dst := bsoncore.AppendDocumentStart(make([]byte, 0, 512))
	dst = bsoncore.AppendStringElement(dst, idField, m.ID)
	dst = bsoncore.AppendInt64Element(dst, versionField, version)
	var err error
	for i := range d.rest {
		if dst, err = d.rest[i].put(dst, v); err != nil {
			return nil, fmt.Errorf("%w: document %q: %w", store.ErrQuery, m.ID, err)
		}
	}
	if len(marks) > 0 {
		dst = bsoncore.AppendBinaryElement(dst, marksField, 0, marksValue(marks).Data)
	}
	return bsoncore.AppendDocumentEnd(dst, at)
}

// decode reads a document.
func (d *documents) decode(raw []byte, doc store.Doc) error {
	m := doc.Envelope()
	return d.read(reflect.ValueOf(doc).Elem(), raw, func(name []byte, value bsoncore.Value) {
		if string(name) == marksField {
			m.Marks = marksIn(value)
		}
	})
}
