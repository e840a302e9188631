package mongodb

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"earshot/survey/store"

	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// mapsOf is the codec of maps: with their keys sorted and escaped, for MongoDB gives dots, a leading dollar and NUL a meaning.
func mapsOf(t reflect.Type, values *codec) codec {
	return codec{
		put: func(dst []byte, name string, v reflect.Value) ([]byte, error) {
			if v.IsNil() {
				return bsoncore.AppendNullElement(dst, name), nil
			}
			return putMap(dst, name, v, values)
		},
		get: func(v reflect.Value, raw bsoncore.Value) error {
			if raw.Type != bsoncore.TypeEmbeddedDocument {
				return unreadable(v, raw)
			}
			v.Set(reflect.MakeMap(t))
			return elements(raw.Data, func(name []byte, value bsoncore.Value) error {
				if err := getEntry(v, t, values, string(name), value); err != nil {
					return fmt.Errorf("key %q: %w", name, err)
				}
				return nil
			})
		},
	}
}

func putMap(dst []byte, name string, v reflect.Value, values *codec) ([]byte, error) {
	type entry struct {
		key   string
		value reflect.Value
	}
	entries := make([]entry, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		key, err := keyText(it.Key())
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{key, it.Value()})
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	at, dst := bsoncore.AppendDocumentElementStart(dst, name)
	for i, e := range entries {
		// Of several keys that read alike, the last counts.
		if i+1 < len(entries) && entries[i+1].key == e.key {
			continue
		}
		var err error
		if dst, err = values.put(dst, escapeKey(e.key), e.value); err != nil {
			return nil, fmt.Errorf("key %q: %w", e.key, err)
		}
	}
	return bsoncore.AppendDocumentEnd(dst, at)
}

func getEntry(m reflect.Value, t reflect.Type, values *codec, name string, raw bsoncore.Value) error {
	key, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
	if err := setKey(key, unescapeKey(name)); err != nil {
		return err
	}
	if err := values.read(value, raw); err != nil {
		return err
	}
	m.SetMapIndex(key, value)
	return nil
}

func keyText(key reflect.Value) (string, error) {
	if key.Kind() == reflect.String {
		return store.ValidText(key.String()), nil
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
