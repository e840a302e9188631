package mongodb

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// The driver's own rules for structs, maps and texts differ from encoding/json's in names, embedding, nil and empty, and in
// what a key may hold. The codecs below follow encoding/json, so that a document means the same in both engines. What JSON
// writes as text for want of a type (times, bytes) is stored with MongoDB's own type. Each type is compiled once, and writes
// itself straight into the bytes of a message: an import spends half its time here otherwise.

// codec writes and reads the values of one type.
type codec struct {
	// put appends v as an element of that name.
	put func(dst []byte, name string, v reflect.Value) ([]byte, error)
	// get reads raw, which is not null, into v, which can be set.
	get func(v reflect.Value, raw bsoncore.Value) error
}

// read reads raw into v; null is the zero value of every type.
func (c *codec) read(v reflect.Value, raw bsoncore.Value) error {
	if raw.Type == bsoncore.TypeNull {
		v.SetZero()
		return nil
	}
	return c.get(v, raw)
}

var (
	timeType       = reflect.TypeFor[time.Time]()
	byteType       = reflect.TypeFor[byte]()
	jsonWriterType = reflect.TypeFor[json.Marshaler]()
	jsonReaderType = reflect.TypeFor[json.Unmarshaler]()
	textWriterType = reflect.TypeFor[encoding.TextMarshaler]()
	textReaderType = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// codecs compiles codecs and keeps them. It is safe for concurrent use.
type codecs struct {
	mu    sync.RWMutex
	known map[reflect.Type]*codec
}

// of returns the codec of a type.
func (cs *codecs) of(t reflect.Type) *codec {
	cs.mu.RLock()
	c, ok := cs.known[t]
	cs.mu.RUnlock()
	if ok {
		return c
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	return cs.compiled(t)
}

// compiled is of under the lock. The codec is noted before it is built, for a type may contain itself.
func (cs *codecs) compiled(t reflect.Type) *codec {
	if c, ok := cs.known[t]; ok {
		return c
	}
	c := new(codec)
	cs.known[t] = c
	*c = cs.build(t)
	return c
}

func (cs *codecs) build(t reflect.Type) codec {
	switch {
	case t == timeType:
		return codec{putTime, getTime}
	case t.Kind() == reflect.Pointer:
		return pointers(cs.compiled(t.Elem()))
	case t.Kind() == reflect.Interface:
		return codec{cs.putInterface, getInterface}
	}
	return own(t, cs.plain(t))
}

// plain is the codec of a type that does not write itself.
func (cs *codecs) plain(t reflect.Type) codec {
	switch t.Kind() {
	case reflect.Struct:
		return cs.structs(t)
	case reflect.Map:
		return mapsOf(t, cs.compiled(t.Elem()))
	case reflect.Slice, reflect.Array:
		if t.Elem() == byteType {
			return codec{putBytes, getBytes}
		}
		return listsOf(cs.compiled(t.Elem()))
	case reflect.String:
		return codec{putText, getText}
	case reflect.Bool:
		return codec{putBool, getBool}
	case reflect.Float32, reflect.Float64:
		return codec{putFloat, getFloat}
	case reflect.Int64:
		return codec{putInt64, getInt}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32:
		return codec{putInt, getInt}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return codec{putUint, getUint}
	}
	return codec{
		func([]byte, string, reflect.Value) ([]byte, error) {
			return nil, fmt.Errorf("a %v cannot be stored", t)
		},
		func(reflect.Value, bsoncore.Value) error { return fmt.Errorf("a %v cannot be stored", t) },
	}
}

// unreadable says that raw does not fit v.
func unreadable(v reflect.Value, raw bsoncore.Value) error {
	return fmt.Errorf("a %v cannot be read from BSON's %v", v.Type(), bson.Type(raw.Type))
}

// elements calls do for each element of a document or an array.
func elements(doc []byte, do func(name []byte, v bsoncore.Value) error) error {
	length, rest, ok := bsoncore.ReadLength(doc)
	if !ok || int(length) != len(doc) {
		return fmt.Errorf("a document of %d bytes is broken", len(doc))
	}
	for {
		t, after, ok := bsoncore.ReadType(rest)
		if !ok {
			return fmt.Errorf("a document of %d bytes is broken", len(doc))
		}
		if t == 0 {
			return nil
		}
		name, after, ok := bsoncore.ReadKeyBytes(after)
		if !ok {
			return fmt.Errorf("a document of %d bytes is broken", len(doc))
		}
		value, after, ok := bsoncore.ReadValue(after, t)
		if !ok {
			return fmt.Errorf("a document of %d bytes is broken at %q", len(doc), name)
		}
		if err := do(name, value); err != nil {
			return err
		}
		rest = after
	}
}

// registry is for the driver, which for each inserted document decodes the id only to hand it back: nobody wants it.
func registry() *bson.Registry {
	r := bson.NewRegistry()
	r.RegisterKindDecoder(reflect.Struct, bson.ValueDecoderFunc(func(bson.DecodeContext, bson.ValueReader, reflect.Value) error { return nil }))
	return r
}
