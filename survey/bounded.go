package survey

// bounded is a map that forgets: it keeps at least the latest half of size entries that were written or read, and never
// more than size. It is not safe for concurrent use.
type bounded[K comparable, V any] struct {
	half        int
	young, aged map[K]V
}

func newBounded[K comparable, V any](size int) *bounded[K, V] {
	return &bounded[K, V]{half: max(1, size/2), young: map[K]V{}}
}

func (b *bounded[K, V]) get(key K) (V, bool) {
	if v, ok := b.young[key]; ok {
		return v, true
	}
	v, ok := b.aged[key]
	if ok {
		b.put(key, v)
	}
	return v, ok
}

func (b *bounded[K, V]) put(key K, v V) {
	if len(b.young) >= b.half {
		b.aged, b.young = b.young, make(map[K]V, b.half)
	}
	b.young[key] = v
}

// clear forgets everything.
func (b *bounded[K, V]) clear() { b.young, b.aged = map[K]V{}, nil }
