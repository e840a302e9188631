package shape

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"

	"earshot/survey/store"
)

// A cursor is, in unpadded URL-safe base64: 4 bytes that tell the query it belongs to, then for each free field of the
// index and the id a flag (0 null, 1 value) and the value: 8 bytes for numbers and times, length and bytes for texts.

// Cursor returns the place behind doc.
func (p *Plan) Cursor(collection string, doc store.Doc) store.Cursor {
	raw := p.origin(collection)
	for _, f := range p.free {
		raw = appendValue(raw, f.Of(doc))
	}
	return store.Cursor(base64.RawURLEncoding.EncodeToString(raw))
}

// origin tells queries with another collection, index, direction or other equal values apart.
func (p *Plan) origin(collection string) []byte {
	raw := append([]byte(collection+"\x00"+p.Index.Name), byte(ordinal(p.Descending)))
	for _, v := range p.equal {
		raw = appendValue(raw, v)
	}
	for _, v := range p.in {
		raw = appendValue(append(raw, '|'), v)
	}
	h := fnv.New32a()
	h.Write(raw) //nolint:gosec // a hash never fails to write
	return h.Sum(nil)
}

func appendValue(raw []byte, v Value) []byte {
	if v.Null {
		return append(raw, 0)
	}
	raw = append(raw, 1)
	switch v.Kind {
	case Text:
		raw = binary.AppendUvarint(raw, uint64(len(v.S)))
		return append(raw, v.S...)
	case Float:
		return binary.BigEndian.AppendUint64(raw, math.Float64bits(v.F))
	}
	return binary.BigEndian.AppendUint64(raw, uint64(v.I))
}

func (p *Plan) decode(collection string, c store.Cursor) ([]Value, error) {
	wrong := fmt.Errorf("%w: the cursor does not belong to this query", store.ErrQuery)
	raw, err := base64.RawURLEncoding.Strict().DecodeString(string(c))
	origin := p.origin(collection)
	if err != nil || len(raw) < len(origin) || string(raw[:len(origin)]) != string(origin) {
		return nil, wrong
	}
	raw = raw[len(origin):]
	var list []Value
	for _, f := range p.free {
		v, rest, ok := cutValue(raw, f.Kind)
		if !ok || v.Null && !f.Nullable || f.nulled(v) != v {
			return nil, wrong
		}
		list, raw = append(list, v), rest
	}
	if len(raw) > 0 {
		return nil, wrong
	}
	return list, nil
}

func cutValue(raw []byte, k Kind) (v Value, rest []byte, ok bool) {
	v = Value{Kind: k}
	if len(raw) == 0 || raw[0] > 1 {
		return v, nil, false
	}
	if raw[0] == 0 {
		v.Null = true
		return v, raw[1:], true
	}
	raw = raw[1:]
	if k == Text {
		n, used := binary.Uvarint(raw)
		if used <= 0 || n > uint64(len(raw)-used) {
			return v, nil, false
		}
		end := used + int(n)
		v.S = string(raw[used:end])
		return v, raw[end:], true
	}
	if len(raw) < 8 {
		return v, nil, false
	}
	bits := binary.BigEndian.Uint64(raw)
	if k == Float {
		v.F = math.Float64frombits(bits)
	} else {
		v.I = int64(bits)
	}
	return v, raw[8:], !math.IsNaN(v.F)
}
