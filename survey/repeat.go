package survey

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"earshot/survey/store"
)

// repeatable is a request that its caller may send again, as the use cases see it.
type repeatable struct {
	key string
	at  time.Time

	mu sync.Mutex
	// made counts what was made under the request, by the prefix of its ids.
	made map[string]int
}

// repeatableKey is where a repeatable stands in a context.
type repeatableKey struct{}

// Repeatable returns a context for one try at a request that may be tried again: what use cases make under it gets ids that
// belong to the key, so that a later try finds what an earlier one made, though that died before it could tell. at is when
// the first try began. No two tries may be under way at once.
func Repeatable(ctx context.Context, key string, at time.Time) context.Context {
	return context.WithValue(ctx, repeatableKey{}, &repeatable{key: key, at: at, made: map[string]int{}})
}

// repeats says whether the request may be tried again.
func repeats(ctx context.Context) bool { return ctx.Value(repeatableKey{}) != nil }

// newIDFor returns the identifier of something that is made for a request: a fresh one, or that which each try at a
// repeatable request gives it.
func (s *Service) newIDFor(ctx context.Context, prefix string) string {
	r, ok := ctx.Value(repeatableKey{}).(*repeatable)
	if !ok {
		return s.newID(prefix)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.made[prefix]++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%d", r.key, prefix, r.made[prefix]))
	return NewID(prefix, r.at, bytes.NewReader(sum[:]))
}

// madeOnce inserts what was made under an id of newIDFor, and returns it as it is stored: by an earlier try at the request,
// where there was one.
func madeOnce[T any, P interface {
	*T
	store.Doc
}](ctx context.Context, c store.Collection[T, P], doc P) (P, error) {
	err := c.Insert(ctx, doc)
	if refusedBy(err, 0) == store.ByID && repeats(ctx) {
		return c.Get(ctx, doc.Envelope().ID)
	}
	return doc, err
}
