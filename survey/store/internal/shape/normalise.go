package shape

import (
	"reflect"
	"time"

	"earshot/survey/store"
)

// tidier puts all times below a value through store.Time, in place. A nil tidier has nothing to do.
type tidier func(reflect.Value)

// tidiers builds tidiers by type; building one passes through types that contain themselves.
type tidiers struct {
	known map[reflect.Type]*tidier
}

// of returns the tidier for t, nil when no time is below it. Not safe for concurrent use: callers build once.
func (b *tidiers) of(t reflect.Type) *tidier {
	if known, ok := b.known[t]; ok {
		return known
	}
	slot := new(tidier)
	b.known[t] = slot
	*slot = b.build(t)
	if *slot == nil {
		b.known[t] = nil
		return nil
	}
	return slot
}

func (b *tidiers) build(t reflect.Type) tidier {
	if t == timeType {
		return func(v reflect.Value) {
			at := v.Addr().Interface().(*time.Time)
			*at = store.Time(*at)
		}
	}
	switch t.Kind() {
	case reflect.Struct:
		return b.structs(t)
	case reflect.Slice, reflect.Array:
		return b.lists(t)
	case reflect.Pointer:
		return b.pointers(t)
	case reflect.Map:
		return b.maps(t)
	}
	return nil
}

func (b *tidiers) structs(t reflect.Type) tidier {
	type part struct {
		path []int
		tidy *tidier
	}
	var parts []part
	for _, m := range Members(t) {
		if tidy := b.of(t.FieldByIndex(m.Path).Type); tidy != nil {
			parts = append(parts, part{m.Path, tidy})
		}
	}
	if parts == nil {
		return nil
	}
	return func(v reflect.Value) {
		for _, p := range parts {
			(*p.tidy)(v.FieldByIndex(p.path))
		}
	}
}

func (b *tidiers) lists(t reflect.Type) tidier {
	tidy := b.of(t.Elem())
	if tidy == nil {
		return nil
	}
	return func(v reflect.Value) {
		for i := range v.Len() {
			(*tidy)(v.Index(i))
		}
	}
}

func (b *tidiers) pointers(t reflect.Type) tidier {
	tidy := b.of(t.Elem())
	if tidy == nil {
		return nil
	}
	return func(v reflect.Value) {
		if !v.IsNil() {
			(*tidy)(v.Elem())
		}
	}
}

// maps tidies a copy of each value, for a map's values cannot be changed in place.
func (b *tidiers) maps(t reflect.Type) tidier {
	tidy := b.of(t.Elem())
	if tidy == nil {
		return nil
	}
	return func(v reflect.Value) {
		for _, key := range v.MapKeys() {
			value := reflect.New(t.Elem()).Elem()
			value.Set(v.MapIndex(key))
			(*tidy)(value)
			v.SetMapIndex(key, value)
		}
	}
}
