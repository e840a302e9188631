package mongodb

import (
	"reflect"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"
)

// WithMonitor lets tests see the commands.
var WithMonitor = withMonitor

// Codec gives tests what writes and reads the documents of a collection.
func Codec(spec *store.Spec) (encode func(store.Doc) ([]byte, error), decode func([]byte) (store.Doc, error)) {
	shaped, err := shape.New(spec)
	if err != nil {
		panic(err)
	}
	d := (&codecs{known: map[reflect.Type]*codec{}}).documents(shaped, reflect.TypeOf(spec.New()).Elem())
	encode = func(doc store.Doc) ([]byte, error) {
		m := doc.Envelope()
		return d.encode(doc, m.Version, m.Marks)
	}
	decode = func(raw []byte) (store.Doc, error) {
		doc := spec.New()
		return doc, d.decode(raw, doc)
	}
	return encode, decode
}

// Server and Judged let tests judge servers that they do not have.
type Server = server

func Judged(s Server, version string, direct bool) ([]string, error) {
	s.version, s.direct = version, direct
	return s.judged()
}
