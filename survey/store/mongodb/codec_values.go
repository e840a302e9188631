package mongodb

import (
	"fmt"
	"math"
	"reflect"
	"time"

	"earshot/survey/store"

	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

func putText(dst []byte, name string, v reflect.Value) ([]byte, error) {
	return bsoncore.AppendStringElement(dst, name, store.ValidText(v.String())), nil
}

func getText(v reflect.Value, raw bsoncore.Value) error {
	text, ok := raw.StringValueOK()
	if !ok {
		return unreadable(v, raw)
	}
	v.SetString(text)
	return nil
}

func putBool(dst []byte, name string, v reflect.Value) ([]byte, error) {
	return bsoncore.AppendBooleanElement(dst, name, v.Bool()), nil
}

func getBool(v reflect.Value, raw bsoncore.Value) error {
	b, ok := raw.BooleanOK()
	if !ok {
		return unreadable(v, raw)
	}
	v.SetBool(b)
	return nil
}

func putFloat(dst []byte, name string, v reflect.Value) ([]byte, error) {
	f := v.Float()
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, fmt.Errorf("%v is no number", f)
	}
	return bsoncore.AppendDoubleElement(dst, name, f), nil
}

func getFloat(v reflect.Value, raw bsoncore.Value) error {
	f, ok := number(raw)
	if !ok {
		return unreadable(v, raw)
	}
	v.SetFloat(f)
	return nil
}

// number reads a number of any kind.
func number(raw bsoncore.Value) (float64, bool) {
	if f, ok := raw.DoubleOK(); ok {
		return f, true
	}
	n, ok := raw.AsInt64OK()
	return float64(n), ok
}

func putInt64(dst []byte, name string, v reflect.Value) ([]byte, error) {
	return bsoncore.AppendInt64Element(dst, name, v.Int()), nil
}

// putInt writes short numbers with 4 bytes.
func putInt(dst []byte, name string, v reflect.Value) ([]byte, error) {
	if n := v.Int(); n >= math.MinInt32 && n <= math.MaxInt32 {
		return bsoncore.AppendInt32Element(dst, name, int32(n)), nil
	}
	return putInt64(dst, name, v)
}

func putUint(dst []byte, name string, v reflect.Value) ([]byte, error) {
	n := v.Uint()
	if n > math.MaxInt64 {
		return nil, fmt.Errorf("%d has more than 63 bits", n)
	}
	return bsoncore.AppendInt64Element(dst, name, int64(n)), nil
}

func getInt(v reflect.Value, raw bsoncore.Value) error {
	n, ok := integer(raw)
	if !ok || v.OverflowInt(n) {
		return unreadable(v, raw)
	}
	v.SetInt(n)
	return nil
}

func getUint(v reflect.Value, raw bsoncore.Value) error {
	n, ok := integer(raw)
	if !ok || n < 0 || v.OverflowUint(uint64(n)) {
		return unreadable(v, raw)
	}
	v.SetUint(uint64(n))
	return nil
}

// integer reads a whole number of any kind.
func integer(raw bsoncore.Value) (int64, bool) {
	if f, ok := raw.DoubleOK(); ok {
		return int64(f), f == math.Trunc(f) && math.Abs(f) < 1<<63
	}
	return raw.AsInt64OK()
}

func timeOf(v reflect.Value) time.Time {
	if v.CanAddr() {
		return *v.Addr().Interface().(*time.Time)
	}
	return v.Interface().(time.Time)
}

func putTime(dst []byte, name string, v reflect.Value) ([]byte, error) {
	t := timeOf(v)
	if t.IsZero() {
		return bsoncore.AppendNullElement(dst, name), nil
	}
	return bsoncore.AppendDateTimeElement(dst, name, t.UnixMilli()), nil
}

func getTime(v reflect.Value, raw bsoncore.Value) error {
	ms, ok := raw.DateTimeOK()
	if !ok {
		return unreadable(v, raw)
	}
	*v.Addr().Interface().(*time.Time) = time.UnixMilli(ms).UTC()
	return nil
}

func putBytes(dst []byte, name string, v reflect.Value) ([]byte, error) {
	if v.Kind() == reflect.Slice {
		if v.IsNil() {
			return bsoncore.AppendNullElement(dst, name), nil
		}
		return bsoncore.AppendBinaryElement(dst, name, 0, v.Bytes()), nil
	}
	raw := make([]byte, v.Len())
	reflect.Copy(reflect.ValueOf(raw), v)
	return bsoncore.AppendBinaryElement(dst, name, 0, raw), nil
}

func getBytes(v reflect.Value, raw bsoncore.Value) error {
	_, bytes, ok := raw.BinaryOK()
	if !ok || v.Kind() == reflect.Array && v.Len() != len(bytes) {
		return unreadable(v, raw)
	}
	if v.Kind() == reflect.Slice {
		v.SetBytes(append([]byte{}, bytes...))
		return nil
	}
	reflect.Copy(v, reflect.ValueOf(bytes))
	return nil
}
