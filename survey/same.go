package survey

import (
	"reflect"
	"slices"
	"time"

	"earshot/survey/store"
)

// stamps are the fields that say when a record was written, not what it says.
var stamps = []string{"CreatedAt", "UpdatedAt", "RecordedAt"}

// comparer returns what says whether two records of a type hold the same, apart from the envelope and the stamps. It
// looks at every field that the type has, so that none can be forgotten: a change that a comparison does not see is lost.
// A nil slice differs from an empty one, as it does in the store.
func comparer[T any]() func(a, b *T) bool {
	t := reflect.TypeFor[T]()
	var fields []fieldComparer
	for i := range t.NumField() {
		if f := t.Field(i); f.Type != reflect.TypeFor[store.Meta]() && !slices.Contains(stamps, f.Name) {
			fields = append(fields, fieldComparer{i, equalOf(f.Type)})
		}
	}
	return func(a, b *T) bool {
		x, y := reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem()
		for _, f := range fields {
			if !f.equal(x.Field(f.place), y.Field(f.place)) {
				return false
			}
		}
		return true
	}
}

// fieldComparer compares one field of a struct.
type fieldComparer struct {
	place int
	equal func(x, y reflect.Value) bool
}

// equalOf returns what compares two addressable values of a type. It is told by type once, so that a million records are
// compared without looking types up.
func equalOf(t reflect.Type) func(x, y reflect.Value) bool {
	switch {
	case t == reflect.TypeFor[time.Time](): // == would tell zones apart
		return func(x, y reflect.Value) bool {
			return x.Addr().Interface().(*time.Time).Equal(*y.Addr().Interface().(*time.Time))
		}
	case t.Kind() == reflect.String:
		return func(x, y reflect.Value) bool { return x.String() == y.String() }
	case t.Kind() == reflect.Struct:
		return equalStructs(t)
	case t.Kind() == reflect.Slice:
		return equalSlices(equalOf(t.Elem()))
	case t.Comparable() && t.Kind() != reflect.Interface && t.Kind() != reflect.Pointer:
		return reflect.Value.Equal
	}
	return func(x, y reflect.Value) bool { return reflect.DeepEqual(x.Interface(), y.Interface()) }
}

func equalStructs(t reflect.Type) func(x, y reflect.Value) bool {
	fields := make([]func(x, y reflect.Value) bool, t.NumField())
	for i := range fields {
		fields[i] = equalOf(t.Field(i).Type)
	}
	return func(x, y reflect.Value) bool {
		for i, equal := range fields {
			if !equal(x.Field(i), y.Field(i)) {
				return false
			}
		}
		return true
	}
}

func equalSlices(equal func(x, y reflect.Value) bool) func(x, y reflect.Value) bool {
	return func(x, y reflect.Value) bool {
		if x.Len() != y.Len() || x.IsNil() != y.IsNil() {
			return false
		}
		for i := range x.Len() {
			if !equal(x.Index(i), y.Index(i)) {
				return false
			}
		}
		return true
	}
}

// The comparisons of the nouns that bulk writes change.
var (
	sameCustomer   = comparer[Customer]()
	sameContact    = comparer[Contact]()
	sameTouchpoint = comparer[Touchpoint]()
)

// sameAs says whether the two hold the same, apart from when they were written.
func (c *Customer) sameAs(other *Customer) bool { return sameCustomer(c, other) }

// sameAs says whether the two hold the same, apart from when they were written.
func (c *Contact) sameAs(other *Contact) bool { return sameContact(c, other) }

// sameAs says whether the two tell the same, apart from when we learnt of it.
func (t *Touchpoint) sameAs(other *Touchpoint) bool { return sameTouchpoint(t, other) }
