package mongodb

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"earshot/survey/store"

	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// pointers is the codec of pointers to values of another one.
func pointers(to *codec) codec {
	return codec{
		put: func(dst []byte, name string, v reflect.Value) ([]byte, error) {
			if v.IsNil() {
				return bsoncore.AppendNullElement(dst, name), nil
			}
			return to.put(dst, name, v.Elem())
		},
		get: func(v reflect.Value, raw bsoncore.Value) error {
			v.Set(reflect.New(v.Type().Elem()))
			return to.read(v.Elem(), raw)
		},
	}
}

// listsOf is the codec of slices and arrays.
func listsOf(of *codec) codec {
	return codec{
		put: func(dst []byte, name string, v reflect.Value) ([]byte, error) {
			if v.Kind() == reflect.Slice && v.IsNil() {
				return bsoncore.AppendNullElement(dst, name), nil
			}
			at, dst := bsoncore.AppendArrayElementStart(dst, name)
			var err error
			for i := range v.Len() {
				if dst, err = of.put(dst, strconv.Itoa(i), v.Index(i)); err != nil {
					return nil, fmt.Errorf("element %d: %w", i, err)
				}
			}
			return bsoncore.AppendArrayEnd(dst, at)
		},
		get: func(v reflect.Value, raw bsoncore.Value) error {
			if raw.Type != bsoncore.TypeArray {
				return unreadable(v, raw)
			}
			return getList(of, v, raw.Data)
		},
	}
}

func getList(of *codec, v reflect.Value, array []byte) error {
	if v.Kind() == reflect.Slice {
		v.Set(reflect.MakeSlice(v.Type(), 0, 4))
	}
	n := 0
	return elements(array, func(_ []byte, raw bsoncore.Value) error {
		if v.Kind() == reflect.Slice {
			v.Grow(1)
			v.SetLen(n + 1)
		}
		// As in encoding/json, an array of fixed length takes what fits.
		if n < v.Len() {
			if err := of.read(v.Index(n), raw); err != nil {
				return fmt.Errorf("element %d: %w", n, err)
			}
		}
		n++
		return nil
	})
}

// own is the codec of a type that may write itself, as JSON or as text; else it is plain.
func own(t reflect.Type, plain codec) codec {
	pointer := reflect.PointerTo(t)
	c := plain
	switch {
	case pointer.Implements(jsonWriterType):
		c.put = addressed(t, jsonWriterType, putJSON, plain.put)
	case pointer.Implements(textWriterType):
		c.put = addressed(t, textWriterType, putOwnText, plain.put)
	}
	switch {
	case pointer.Implements(jsonReaderType):
		c.get = getJSON
	case pointer.Implements(textReaderType):
		c.get = getOwnText
	}
	return c
}

type putter = func([]byte, string, reflect.Value) ([]byte, error)

// addressed writes values by a method that t's values have or, as encoding/json does, by one of their pointers where they
// have an address; else plainly.
func addressed(t, method reflect.Type, by, plain putter) putter {
	if t.Implements(method) {
		return by
	}
	return func(dst []byte, name string, v reflect.Value) ([]byte, error) {
		if v.CanAddr() {
			return by(dst, name, v.Addr())
		}
		return plain(dst, name, v)
	}
}

// putJSON stores what a type writes of itself as this text.
func putJSON(dst []byte, name string, v reflect.Value) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v.Interface()); err != nil {
		return nil, err
	}
	return bsoncore.AppendStringElement(dst, name, string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))), nil
}

func getJSON(v reflect.Value, raw bsoncore.Value) error {
	text, ok := raw.StringValueOK()
	if !ok {
		return unreadable(v, raw)
	}
	return json.Unmarshal([]byte(text), v.Addr().Interface())
}

func putOwnText(dst []byte, name string, v reflect.Value) ([]byte, error) {
	text, err := v.Interface().(encoding.TextMarshaler).MarshalText()
	if err != nil {
		return nil, err
	}
	return bsoncore.AppendStringElement(dst, name, store.ValidText(string(text))), nil
}

func getOwnText(v reflect.Value, raw bsoncore.Value) error {
	text, ok := raw.StringValueOK()
	if !ok {
		return unreadable(v, raw)
	}
	return v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text))
}

// putInterface writes what is in an interface.
func (cs *codecs) putInterface(dst []byte, name string, v reflect.Value) ([]byte, error) {
	if v.IsNil() {
		return bsoncore.AppendNullElement(dst, name), nil
	}
	return cs.of(v.Elem().Type()).put(dst, name, v.Elem())
}

// getInterface reads into an empty interface what encoding/json would put there.
func getInterface(v reflect.Value, raw bsoncore.Value) error {
	x, err := anything(raw)
	if err != nil || v.NumMethod() > 0 {
		return unreadable(v, raw)
	}
	if x != nil {
		v.Set(reflect.ValueOf(x))
	}
	return nil
}

func anything(raw bsoncore.Value) (any, error) {
	switch raw.Type {
	case bsoncore.TypeNull:
		return nil, nil
	case bsoncore.TypeString:
		return raw.StringValue(), nil
	case bsoncore.TypeBoolean:
		return raw.Boolean(), nil
	case bsoncore.TypeDateTime:
		return time.UnixMilli(raw.DateTime()).UTC().Format(time.RFC3339Nano), nil
	case bsoncore.TypeBinary:
		_, b := raw.Binary()
		return base64.StdEncoding.EncodeToString(b), nil
	case bsoncore.TypeArray:
		list := []any{}
		err := elements(raw.Data, func(_ []byte, e bsoncore.Value) error {
			x, err := anything(e)
			list = append(list, x)
			return err
		})
		return list, err
	case bsoncore.TypeEmbeddedDocument:
		m := map[string]any{}
		err := elements(raw.Data, func(name []byte, e bsoncore.Value) error {
			x, err := anything(e)
			m[unescapeKey(string(name))] = x
			return err
		})
		return m, err
	}
	f, ok := number(raw)
	if !ok {
		return nil, fmt.Errorf("nothing of the kind is stored")
	}
	return f, nil
}
