package api

import (
	"errors"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// id is an identifier in a path: 1 to 128 characters of printable ASCII.
type id string

// maxIDLength is how long identifiers and external ids can be.
const maxIDLength = 128

// UnmarshalText reads an identifier.
func (i *id) UnmarshalText(text []byte) error {
	if len(text) == 0 || len(text) > maxIDLength || strings.IndexFunc(string(text), notPrintable) >= 0 {
		return errors.New("must be an identifier of at most 128 printable ASCII characters")
	}
	*i = id(text)
	return nil
}

func notPrintable(r rune) bool { return r <= ' ' || r > '~' }

// idPath is the path of one thing.
type idPath struct {
	ID id `path:"id"`
}

// idRead is the path of one thing, with what the caller holds of it already.
type idRead struct {
	idPath
	cached
}

// idVersioned is the path of one thing and the version that its change asks for.
type idVersioned struct {
	ID      id      `path:"id"`
	IfMatch ifMatch `header:"If-Match"`
}

// cursor is a place in a list, as an earlier page told it.
type cursor string

// maxCursor is more than any cursor that we tell.
const maxCursor = 2048

// UnmarshalText reads a cursor. What it means only the storage engine knows.
func (p *cursor) UnmarshalText(text []byte) error {
	if len(text) > maxCursor || strings.IndexFunc(string(text), notPrintable) >= 0 {
		return errors.New("must be the next_cursor of an earlier page")
	}
	*p = cursor(text)
	return nil
}

// nullable is a member that null clears, as in a JSON merge patch (RFC 7396).
type nullable[T any] struct {
	// Value is the zero T where null was sent.
	Value T
}

// UnmarshalJSONFrom reads a T or null.
func (n *nullable[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() == 'n' {
		var zero T
		n.Value = zero
		_, err := dec.ReadToken()
		return err
	}
	return json.UnmarshalDecode(dec, &n.Value)
}

// takesNull marks the type for strictJSON.
func (*nullable[T]) takesNull() {}

// value returns what is to be changed: nil where the member was not sent.
func (n *nullable[T]) value() *T {
	if n == nil {
		return nil
	}
	return &n.Value
}

// as returns a member that may not have been sent as the domain's type.
func as[D ~string](sent *string) *D {
	if sent == nil {
		return nil
	}
	d := D(*sent)
	return &d
}
