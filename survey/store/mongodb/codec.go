package mongodb

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"earshot/survey/store/internal/shape"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// The driver's own rules for structs, maps and texts differ from encoding/json's in names, embedding, nil and empty, and in
// what a key may hold. The codecs below follow encoding/json, so that a document means the same in both engines. What JSON
// writes as text for want of a type (times, bytes) is stored with MongoDB's own type.

var (
	timeType   = reflect.TypeFor[time.Time]()
	anyType    = reflect.TypeFor[any]()
	textReader = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// registry returns the codecs for one collection's documents.
func registry(s *shape.Shape, document reflect.Type) *bson.Registry {
	r := bson.NewRegistry()
	top := structCodec{top: s}
	r.RegisterTypeEncoder(document, top)
	r.RegisterTypeDecoder(document, top)
	r.RegisterKindEncoder(reflect.Struct, structCodec{})
	r.RegisterKindDecoder(reflect.Struct, structCodec{})
	r.RegisterKindEncoder(reflect.Map, mapCodec{})
	r.RegisterKindDecoder(reflect.Map, mapCodec{})
	r.RegisterKindEncoder(reflect.String, bson.ValueEncoderFunc(encodeText))
	r.RegisterKindEncoder(reflect.Float64, bson.ValueEncoderFunc(encodeFloat))
	r.RegisterKindEncoder(reflect.Float32, bson.ValueEncoderFunc(encodeFloat))
	r.RegisterTypeEncoder(timeType, bson.ValueEncoderFunc(encodeTime))
	r.RegisterTypeDecoder(timeType, bson.ValueDecoderFunc(decodeTime))
	r.RegisterTypeDecoder(anyType, bson.ValueDecoderFunc(decodeAny))
	r.RegisterInterfaceEncoder(reflect.TypeFor[json.Marshaler](), bson.ValueEncoderFunc(encodeJSON))
	r.RegisterInterfaceDecoder(reflect.TypeFor[json.Unmarshaler](), bson.ValueDecoderFunc(decodeJSON))
	r.RegisterInterfaceEncoder(reflect.TypeFor[encoding.TextMarshaler](), bson.ValueEncoderFunc(encodeTextMarshaler))
	r.RegisterInterfaceDecoder(textReader, bson.ValueDecoderFunc(decodeTextMarshaler))
	return r
}

// encode writes v with the codec of its type.
func encode(ec bson.EncodeContext, w bson.ValueWriter, v reflect.Value) error {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() {
		return w.WriteNull()
	}
	codec, err := ec.LookupEncoder(v.Type())
	if err != nil {
		return err
	}
	return codec.EncodeValue(ec, w, v)
}

// decode reads into v, which can be set, with the codec of its type.
func decode(dc bson.DecodeContext, r bson.ValueReader, v reflect.Value) error {
	codec, err := dc.LookupDecoder(v.Type())
	if err != nil {
		return err
	}
	return codec.DecodeValue(dc, r, v)
}

// structCodec writes and reads structs. For a collection's documents (top is set) the id is called _id, and nullable
// fields are left out when zero, so that partial indexes can leave them out too.
type structCodec struct{ top *shape.Shape }

func (c structCodec) EncodeValue(ec bson.EncodeContext, w bson.ValueWriter, v reflect.Value) error {
	d, err := w.WriteDocument()
	if err != nil {
		return err
	}
	for _, m := range shape.Members(v.Type()) {
		field := v.FieldByIndex(m.Path)
		if m.OmitEmpty && empty(field) || m.OmitZero && zero(field) || c.top.Nullable(m.Name) && zero(field) {
			continue
		}
		element, err := d.WriteDocumentElement(c.name(m.Name))
		if err != nil {
			return err
		}
		if err := encode(ec, element, field); err != nil {
			return fmt.Errorf("field %q: %w", m.Name, err)
		}
	}
	return d.WriteDocumentEnd()
}

func (c structCodec) name(name string) string {
	if c.top != nil && name == c.top.ID.Name {
		return "_id"
	}
	return name
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
	if z, ok := v.Interface().(interface{ IsZero() bool }); ok && (v.Kind() != reflect.Pointer || !v.IsNil()) {
		return z.IsZero()
	}
	return v.IsZero()
}

func (c structCodec) DecodeValue(dc bson.DecodeContext, r bson.ValueReader, v reflect.Value) error {
	if r.Type() == bson.TypeNull {
		return r.ReadNull()
	}
	d, err := r.ReadDocument()
	if err != nil {
		return err
	}
	members := shape.Members(v.Type())
	return elements(d, func(name string, element bson.ValueReader) error {
		i := slices.IndexFunc(members, func(m shape.Member) bool { return c.name(m.Name) == name })
		if i < 0 {
			return element.Skip()
		}
		if err := decode(dc, element, v.FieldByIndex(members[i].Path)); err != nil {
			return fmt.Errorf("field %q: %w", name, err)
		}
		return nil
	})
}

// elements calls do for each element of a document.
func elements(d bson.DocumentReader, do func(string, bson.ValueReader) error) error {
	for {
		name, r, err := d.ReadElement()
		if errors.Is(err, bson.ErrEOD) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := do(name, r); err != nil {
			return err
		}
	}
}

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
