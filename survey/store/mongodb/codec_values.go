package mongodb

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"

	"earshot/survey/store/internal/shape"

	"go.mongodb.org/mongo-driver/v2/bson"
)

func encodeText(_ bson.EncodeContext, w bson.ValueWriter, v reflect.Value) error {
	return w.WriteString(shape.ValidText(v.String()))
}

func encodeFloat(_ bson.EncodeContext, w bson.ValueWriter, v reflect.Value) error {
	if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
		return fmt.Errorf("%v is no number", f)
	}
	return w.WriteDouble(v.Float())
}

func encodeTime(_ bson.EncodeContext, w bson.ValueWriter, v reflect.Value) error {
	t := v.Interface().(time.Time)
	if t.IsZero() {
		return w.WriteNull()
	}
	return w.WriteDateTime(t.UnixMilli())
}

func decodeTime(_ bson.DecodeContext, r bson.ValueReader, v reflect.Value) error {
	if r.Type() == bson.TypeNull {
		v.SetZero()
		return r.ReadNull()
	}
	ms, err := r.ReadDateTime()
	v.Set(reflect.ValueOf(time.UnixMilli(ms).UTC()))
	return err
}

// encodeJSON stores what a type writes of itself as this text.
func encodeJSON(ec bson.EncodeContext, w bson.ValueWriter, v reflect.Value) error {
	if v.Kind() == reflect.Pointer {
		return encodePointer(ec, w, v)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v.Interface()); err != nil {
		return err
	}
	return w.WriteString(strings.TrimSuffix(b.String(), "\n"))
}

func decodeJSON(dc bson.DecodeContext, r bson.ValueReader, v reflect.Value) error {
	if v.Kind() == reflect.Pointer {
		return decodePointer(dc, r, v)
	}
	text, err := r.ReadString()
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), v.Addr().Interface())
}

func encodeTextMarshaler(ec bson.EncodeContext, w bson.ValueWriter, v reflect.Value) error {
	if v.Kind() == reflect.Pointer {
		return encodePointer(ec, w, v)
	}
	text, err := v.Interface().(encoding.TextMarshaler).MarshalText()
	if err != nil {
		return err
	}
	return w.WriteString(shape.ValidText(string(text)))
}

func decodeTextMarshaler(dc bson.DecodeContext, r bson.ValueReader, v reflect.Value) error {
	if v.Kind() == reflect.Pointer {
		return decodePointer(dc, r, v)
	}
	text, err := r.ReadString()
	if err != nil {
		return err
	}
	return v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text))
}

// encodePointer writes what v points to: pointers have the methods of what they point to, which is not what is meant.
func encodePointer(ec bson.EncodeContext, w bson.ValueWriter, v reflect.Value) error {
	if v.IsNil() {
		return w.WriteNull()
	}
	return encode(ec, w, v.Elem())
}

func decodePointer(dc bson.DecodeContext, r bson.ValueReader, v reflect.Value) error {
	if r.Type() == bson.TypeNull {
		v.SetZero()
		return r.ReadNull()
	}
	v.Set(reflect.New(v.Type().Elem()))
	return decode(dc, r, v.Elem())
}

// decodeAny reads into an empty interface what encoding/json would put there.
func decodeAny(dc bson.DecodeContext, r bson.ValueReader, v reflect.Value) error {
	var err error
	var x any
	switch r.Type() {
	case bson.TypeArray:
		return decodeInto[[]any](dc, r, v)
	case bson.TypeEmbeddedDocument:
		return decodeInto[map[string]any](dc, r, v)
	case bson.TypeString:
		return decodeInto[string](dc, r, v)
	case bson.TypeBoolean:
		return decodeInto[bool](dc, r, v)
	case bson.TypeDateTime:
		var t time.Time
		if err = decodeTime(dc, r, reflect.ValueOf(&t).Elem()); err == nil {
			x = t.Format(time.RFC3339Nano)
		}
	case bson.TypeBinary:
		var raw []byte
		if raw, _, err = r.ReadBinary(); err == nil {
			x = base64.StdEncoding.EncodeToString(raw)
		}
	case bson.TypeNull:
		v.SetZero()
		return r.ReadNull()
	default:
		return decodeInto[float64](dc, r, v)
	}
	v.Set(reflect.ValueOf(x))
	return err
}

func decodeInto[T any](dc bson.DecodeContext, r bson.ValueReader, v reflect.Value) error {
	var x T
	err := decode(dc, r, reflect.ValueOf(&x).Elem())
	v.Set(reflect.ValueOf(x))
	return err
}
