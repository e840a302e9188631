// Package shape is what every engine needs to know of a collection: which Go fields its indexes name, how their values
// compare, what a query asks for and how a cursor is written. Both engines build on it, so that the same declaration, the
// same query and the same cursor mean the same in both. It is compiled by reflection once for each collection.
package shape

import (
	"fmt"
	"math"
	"reflect"
	"regexp"

	"earshot/survey/store"
)

// Shape is a compiled store.Spec.
type Shape struct {
	Spec *store.Spec
	// Fields are all fields that an index names, without id and due, in the order of their first mention.
	Fields []*Field
	// Indexes are the declared indexes in their order, behind store.ByDead and store.ByFailing of a queue; store.ByID and store.ByDue are not among
	// them.
	Indexes []*Index
	// ID and Due are the envelope's fields.
	ID, Due *Field

	byID, byDue *Index
	typ         reflect.Type
	tidy        *tidier
	// named are the fields that an index names; any are those and all others that can be compared.
	named, any map[string]*Field
}

// Field is one top-level field that an index names.
type Field struct {
	// Name is its JSON name.
	Name string
	Kind Kind
	// Nullable fields are stored as null (left out) when zero: times, and fields that lead a sparse index.
	Nullable bool

	path []int
}

// Index is a compiled store.Index.
type Index struct {
	store.Index
	// Keys are the declared fields and, last, the id.
	Keys []*Field
	// Order are the fields that order the index: Keys, or without the id where the others are unique without it.
	Order []*Field
}

var (
	collectionName = regexp.MustCompile(`^[a-z][a-z_]{0,62}$`)
	fieldName      = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
)

// New compiles a declaration. It refuses one that does not fit the document's type, with store.ErrQuery.
func New(spec *store.Spec) (*Shape, error) {
	if spec == nil || spec.New == nil || !collectionName.MatchString(spec.Name) {
		return nil, fmt.Errorf("%w: a collection needs a name of lower-case letters and underscores, and New", store.ErrQuery)
	}
	typ := reflect.TypeOf(spec.New())
	if typ.Kind() != reflect.Pointer || typ.Elem().Kind() != reflect.Struct {
		return nil, fmt.Errorf("%w: collection %q: New must return a pointer to a struct", store.ErrQuery, spec.Name)
	}
	if first := Members(typ.Elem()); len(first) < 3 || first[0].Name != "id" || first[1].Name != "version" || first[2].Name != "due" {
		return nil, fmt.Errorf("%w: collection %q: documents must embed store.Meta first, and hide nothing of it", store.ErrQuery, spec.Name)
	}
	s := &Shape{Spec: spec, typ: typ, named: map[string]*Field{}, any: map[string]*Field{}}
	s.tidy = (&tidiers{known: map[reflect.Type]*tidier{}}).of(typ.Elem())
	for _, name := range []string{"id", "version", "due"} {
		if _, err := s.field(name); err != nil {
			return nil, err
		}
	}
	s.ID, s.Due = s.named["id"], s.named["due"]
	s.byID = &Index{Index: store.Index{Name: store.ByID, Unique: true}, Keys: []*Field{s.ID}, Order: []*Field{s.ID}}
	for _, ix := range s.declared() {
		if err := s.add(ix); err != nil {
			return nil, err
		}
	}
	if err := s.nameAll(); err != nil {
		return nil, err
	}
	if err := s.checkShard(); err != nil {
		return nil, err
	}
	return s, s.checkUniques()
}

// checkShard refuses to spread documents by what they are not written by, or where an index could not be kept unique then.
func (s *Shape) checkShard() error {
	if s.Spec.Shard == "" {
		return nil
	}
	if s.Spec.Shard != s.ID.Name {
		return fmt.Errorf("%w: collection %q cannot be spread by %q: documents are written by their id", store.ErrQuery, s.Spec.Name, s.Spec.Shard)
	}
	for _, ix := range s.Spec.Indexes {
		if ix.Unique {
			return fmt.Errorf("%w: collection %q cannot be spread: index %q is unique", store.ErrQuery, s.Spec.Name, ix.Name)
		}
	}
	return nil
}

// declared are the indexes of the declaration, behind those that every queue has.
func (s *Shape) declared() []store.Index {
	if !s.Spec.Queue {
		return s.Spec.Indexes
	}
	s.byDue = &Index{Index: store.Index{Name: store.ByDue, Fields: []string{"due"}, Sparse: true}, Keys: []*Field{s.Due, s.ID}}
	s.byDue.Order = s.byDue.Keys
	return append([]store.Index{
		{Name: store.ByDead, Fields: []string{"dead", "troubled"}, Sparse: true},
		{Name: store.ByFailing, Fields: []string{"failing", "troubled"}, Sparse: true},
	}, s.Spec.Indexes...)
}

// nameAll notes all other fields that can be compared, and checks the one by which documents expire.
func (s *Shape) nameAll() error {
	for _, m := range Members(s.typ.Elem()) {
		if f, ok := s.named[m.Name]; ok {
			s.any[m.Name] = f
		} else if k := kindOf(s.typ.Elem().FieldByIndex(m.Path).Type); k != 0 {
			s.any[m.Name] = &Field{Name: m.Name, Kind: k, Nullable: k == Time, path: m.Path}
		}
	}
	if f := s.any[s.Spec.Expires]; s.Spec.Expires != "" && (f == nil || f.Kind != Time) {
		return fmt.Errorf("%w: collection %q cannot expire by %q, which is no time", store.ErrQuery, s.Spec.Name, s.Spec.Expires)
	}
	return nil
}

// Comparable returns the field of that JSON name, indexed or not, if it is one that can be compared.
func (s *Shape) Comparable(name string) (*Field, error) {
	if f, ok := s.any[name]; ok {
		return f, nil
	}
	return nil, fmt.Errorf("%w: collection %q has no field %q that can be compared", store.ErrQuery, s.Spec.Name, name)
}

// checkUniques refuses unique indexes over fields that can be null, for engines differ in whether two nulls are equal. Only
// the first field of a sparse index may be: nulls are left out there.
func (s *Shape) checkUniques() error {
	for _, ix := range s.Indexes {
		for i, f := range ix.Order {
			if ix.Unique && f.Nullable && (!ix.Sparse || i > 0) {
				return fmt.Errorf("%w: collection %q: unique index %q holds %q, which can be left out of documents",
					store.ErrQuery, s.Spec.Name, ix.Name, f.Name)
			}
		}
	}
	return nil
}

func (s *Shape) add(ix store.Index) error {
	wrong := func(why string) error {
		return fmt.Errorf("%w: collection %q, index %q: %s", store.ErrQuery, s.Spec.Name, ix.Name, why)
	}
	if !fieldName.MatchString(ix.Name) || s.Index(ix.Name) != nil {
		return wrong("its name is not one, or is taken")
	}
	if len(ix.Fields) == 0 {
		return wrong("it names no field")
	}
	compiled := &Index{Index: ix}
	seen := map[string]bool{"id": true}
	for _, name := range ix.Fields {
		f, err := s.field(name)
		if err != nil {
			return err
		}
		if seen[name] {
			return wrong("a field is named twice, or is the id, which is always the last")
		}
		seen[name] = true
		compiled.Keys = append(compiled.Keys, f)
	}
	if ix.Sparse {
		compiled.Keys[0].Nullable = true
	}
	compiled.Keys = append(compiled.Keys, s.ID)
	compiled.Order = compiled.Keys
	if ix.Unique {
		compiled.Order = compiled.Keys[:len(ix.Fields)]
	}
	s.Indexes = append(s.Indexes, compiled)
	return nil
}

// field returns the field of that JSON name and notes that an index uses it.
func (s *Shape) field(name string) (*Field, error) {
	if f, ok := s.named[name]; ok {
		return f, nil
	}
	for _, m := range Members(s.typ.Elem()) {
		if m.Name != name {
			continue
		}
		f := &Field{Name: name, Kind: kindOf(s.typ.Elem().FieldByIndex(m.Path).Type), path: m.Path}
		if f.Kind == 0 || !fieldName.MatchString(name) || name == "doc" {
			break
		}
		f.Nullable = f.Kind == Time
		s.named[name] = f
		if name != "id" && name != "due" && name != "version" {
			s.Fields = append(s.Fields, f)
		}
		return f, nil
	}
	return nil, fmt.Errorf("%w: collection %q has no field %q that can be indexed", store.ErrQuery, s.Spec.Name, name)
}

// Index returns the index of that name, nil when it is not declared.
func (s *Shape) Index(name string) *Index {
	switch {
	case name == store.ByID:
		return s.byID
	case name == store.ByDue && s.byDue != nil:
		return s.byDue
	}
	for _, ix := range s.Indexes {
		if ix.Name == name {
			return ix
		}
	}
	return nil
}

// Named returns the field of that JSON name if an index names it.
func (s *Shape) Named(name string) (*Field, bool) {
	f, ok := s.named[name]
	return f, ok
}

// Nullable says whether the field of that name is left out when zero. A nil Shape has no such fields.
func (s *Shape) Nullable(name string) bool {
	if s == nil {
		return false
	}
	f, ok := s.named[name]
	return ok && f.Nullable
}

// Of returns the field's value in doc, null when it is the zero value of a nullable field.
func (f *Field) Of(doc store.Doc) Value {
	v := reflect.ValueOf(doc).Elem()
	for _, i := range f.path {
		v = v.Field(i)
	}
	return f.nulled(valueOf(v, f.Kind))
}

// Check refuses a document that is not of the collection's type, has no proper id, or has an indexed value that no
// engine can hold. It puts the document's times through store.Time.
func (s *Shape) Check(doc store.Doc) error {
	if reflect.TypeOf(doc) != s.typ || reflect.ValueOf(doc).IsNil() {
		return fmt.Errorf("%w: collection %q holds %v, not %T", store.ErrQuery, s.Spec.Name, s.typ, doc)
	}
	if err := checkID(doc.Envelope().ID); err != nil {
		return err
	}
	for _, f := range s.Fields {
		v := reflect.ValueOf(doc).Elem().FieldByIndex(f.path)
		if f.Kind == Int && v.CanUint() && v.Uint() > math.MaxInt64 {
			return fmt.Errorf("%w: field %q has more than 63 bits", store.ErrQuery, f.Name)
		}
	}
	if s.tidy != nil {
		(*s.tidy)(reflect.ValueOf(doc).Elem())
	}
	return nil
}

// maxID is the greatest length of an id in bytes.
const maxID = 128

func checkID(id string) error {
	if id == "" || len(id) > maxID {
		return fmt.Errorf("%w: an id has 1 to %d bytes, not %d", store.ErrQuery, maxID, len(id))
	}
	for i := range len(id) {
		if id[i] < ' ' || id[i] > '~' {
			return fmt.Errorf("%w: the id %q is not printable ASCII", store.ErrQuery, id)
		}
	}
	return nil
}
