package mongodb

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"earshot/survey/store/internal/shape"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// mapCodec writes maps with their keys sorted and escaped: MongoDB gives dots, a leading dollar and NUL a meaning.
type mapCodec struct{}

func (mapCodec) EncodeValue(ec bson.EncodeContext, w bson.ValueWriter, v reflect.Value) error {
	if v.IsNil() {
		return w.WriteNull()
	}
	values := make(map[string]reflect.Value, v.Len())
	keys := make([]string, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		key, err := keyText(it.Key())
		if err != nil {
			return err
		}
		keys = append(keys, key)
		values[key] = it.Value()
	}
	slices.Sort(keys)
	d, err := w.WriteDocument()
	if err != nil {
		return err
	}
	for _, key := range keys {
		element, err := d.WriteDocumentElement(escapeKey(key))
		if err != nil {
			return err
		}
		if err := encode(ec, element, values[key]); err != nil {
			return fmt.Errorf("key %q: %w", key, err)
		}
	}
	return d.WriteDocumentEnd()
}

func keyText(key reflect.Value) (string, error) {
	if key.Kind() == reflect.String {
		return shape.ValidText(key.String()), nil
	}
	if t, ok := key.Interface().(encoding.TextMarshaler); ok {
		text, err := t.MarshalText()
		return string(text), err
	}
	if key.CanInt() {
		return strconv.FormatInt(key.Int(), 10), nil
	}
	if key.CanUint() {
		return strconv.FormatUint(key.Uint(), 10), nil
	}
	return "", fmt.Errorf("a %v cannot be a key", key.Type())
}

func (mapCodec) DecodeValue(dc bson.DecodeContext, r bson.ValueReader, v reflect.Value) error {
	if r.Type() == bson.TypeNull {
		v.SetZero()
		return r.ReadNull()
	}
	d, err := r.ReadDocument()
	if err != nil {
		return err
	}
	v.Set(reflect.MakeMap(v.Type()))
	return elements(d, func(name string, element bson.ValueReader) error {
		key := reflect.New(v.Type().Key()).Elem()
		if err := setKey(key, unescapeKey(name)); err != nil {
			return fmt.Errorf("key %q: %w", name, err)
		}
		value := reflect.New(v.Type().Elem()).Elem()
		if err := decode(dc, element, value); err != nil {
			return fmt.Errorf("key %q: %w", name, err)
		}
		v.SetMapIndex(key, value)
		return nil
	})
}

func setKey(key reflect.Value, text string) error {
	if t, ok := key.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return t.UnmarshalText([]byte(text))
	}
	switch {
	case key.Kind() == reflect.String:
		key.SetString(text)
	case key.CanInt():
		n, err := strconv.ParseInt(text, 10, 64)
		key.SetInt(n)
		return err
	case key.CanUint():
		n, err := strconv.ParseUint(text, 10, 64)
		key.SetUint(n)
		return err
	}
	return nil
}

var (
	keyEscapes   = strings.NewReplacer("%", "%25", ".", "%2E", "\x00", "%00")
	keyUnescapes = strings.NewReplacer("%25", "%", "%2E", ".", "%00", "\x00", "%24", "$")
)

// emptyKey stands for a key of no bytes; no escaped key is equal to it.
const emptyKey = "%"

func escapeKey(key string) string {
	if key == "" {
		return emptyKey
	}
	escaped := keyEscapes.Replace(key)
	if rest, ok := strings.CutPrefix(escaped, "$"); ok {
		return "%24" + rest
	}
	return escaped
}

func unescapeKey(name string) string {
	if name == emptyKey {
		return ""
	}
	return keyUnescapes.Replace(name)
}
