package shape

import (
	"cmp"
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"time"

	"earshot/survey/store"
)

// Kind is how engines store an indexed field.
type Kind uint8

// The kinds of indexed fields. Booleans travel as integers 0 and 1, times as milliseconds since 1970.
const (
	Text Kind = iota + 1
	Int
	Float
	Bool
	Time
)

// Value is an indexed field's value: Text in S, Float in F, all others in I. Null stands for the zero value of a
// nullable field and comes before every other value.
type Value struct {
	Kind Kind
	Null bool
	S    string
	I    int64
	F    float64
}

var (
	timeType = reflect.TypeFor[time.Time]()
	textType = reflect.TypeFor[encoding.TextMarshaler]()
	jsonType = reflect.TypeFor[json.Marshaler]()
)

// kindOf returns how a field of that type is stored, 0 where it cannot be indexed: a type that writes itself has no order
// that engines know.
func kindOf(t reflect.Type) Kind {
	if t == timeType {
		return Time
	}
	if t.Implements(textType) || t.Implements(jsonType) {
		return 0
	}
	switch t.Kind() {
	case reflect.String:
		return Text
	case reflect.Bool:
		return Bool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return Int
	case reflect.Float32, reflect.Float64:
		return Float
	}
	return 0
}

// valueOf reads v, which must be of that kind.
func valueOf(v reflect.Value, k Kind) Value {
	switch k {
	case Text:
		return Value{Kind: Text, S: store.ValidText(v.String())}
	case Bool:
		if v.Bool() {
			return Value{Kind: Bool, I: 1}
		}
		return Value{Kind: Bool}
	case Float:
		return Value{Kind: Float, F: v.Float()}
	case Time:
		t := timeOf(v)
		return Value{Kind: Time, Null: t.IsZero(), I: t.UnixMilli()}
	}
	if v.CanInt() {
		return Value{Kind: Int, I: v.Int()}
	}
	return Value{Kind: Int, I: int64(v.Uint())}
}

// Go returns the value as store.Group.By holds it.
func (v Value) Go() any {
	switch v.Kind {
	case Text:
		return v.S
	case Float:
		return v.F
	case Bool:
		return v.I != 0
	case Time:
		return v.Time()
	}
	return v.I
}

// Time returns the value of the kind Time.
func (v Value) Time() time.Time {
	if v.Null {
		return time.Time{}
	}
	return time.UnixMilli(v.I).UTC()
}

// Set puts a value of the field's kind into doc.
func (f *Field) Set(doc store.Doc, v Value) {
	to := reflect.ValueOf(doc).Elem().FieldByIndex(f.path)
	switch {
	case v.Kind == Text:
		to.SetString(v.S)
	case v.Kind == Float:
		to.SetFloat(v.F)
	case v.Kind == Bool:
		to.SetBool(v.I != 0)
	case v.Kind == Time:
		*to.Addr().Interface().(*time.Time) = v.Time()
	case to.CanInt():
		to.SetInt(v.I)
	default:
		to.SetUint(uint64(v.I))
	}
}

func timeOf(v reflect.Value) time.Time {
	if v.CanAddr() {
		return *v.Addr().Interface().(*time.Time)
	}
	return v.Interface().(time.Time)
}

// Zero says whether v is its kind's zero value.
func (v Value) Zero() bool {
	switch v.Kind {
	case Text:
		return v.S == ""
	case Float:
		return v.F == 0
	case Time:
		return v.Null
	}
	return v.I == 0
}

// Compare orders two values of one kind, null first.
func (v Value) Compare(w Value) int {
	switch {
	case v.Null || w.Null:
		return cmp.Compare(ordinal(!v.Null), ordinal(!w.Null))
	case v.Kind == Text:
		return cmp.Compare(v.S, w.S)
	case v.Kind == Float:
		return cmp.Compare(v.F, w.F)
	}
	return cmp.Compare(v.I, w.I)
}

func ordinal(b bool) int {
	if b {
		return 1
	}
	return 0
}

// asked turns a value that a caller put into a query into the field's kind. It refuses what does not fit.
func (f *Field) asked(x any) (Value, error) {
	v := reflect.ValueOf(x)
	if !v.IsValid() {
		return Value{}, fmt.Errorf("%w: field %q cannot be compared with nil", store.ErrQuery, f.Name)
	}
	k := kindOf(v.Type())
	if k == Int && f.Kind == Float {
		v, k = v.Convert(reflect.TypeFor[float64]()), Float
	}
	if k != f.Kind {
		return Value{}, fmt.Errorf("%w: field %q cannot be compared with a %T", store.ErrQuery, f.Name, x)
	}
	if v.CanUint() && v.Uint() > math.MaxInt64 {
		return Value{}, fmt.Errorf("%w: field %q is compared with more than 63 bits", store.ErrQuery, f.Name)
	}
	w := valueOf(v, k)
	if w.Kind == Float && math.IsNaN(w.F) {
		return Value{}, fmt.Errorf("%w: field %q is compared with no number", store.ErrQuery, f.Name)
	}
	return f.nulled(w), nil
}

// nulled makes the zero value of a nullable field null.
func (f *Field) nulled(v Value) Value {
	if f.Nullable && v.Zero() {
		return Value{Kind: v.Kind, Null: true}
	}
	return v
}
