package mongodb

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
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
