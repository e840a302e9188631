// Package recent keeps what was read a moment ago, so that it need not be read again: a bounded number of values, of which
// those go first that nobody has asked for longest, and each of which grows stale by the caller's clock.
package recent

import (
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// Cache keeps values by key. Make it with New. It is safe for concurrent use.
type Cache[K comparable, V any] struct {
	kept *lru.Cache[K, entry[V]]
	life time.Duration
}

type entry[V any] struct {
	value V
	until time.Time
}

// New returns a cache of at most size values, at least one, that are fresh for life; 0 means for ever.
func New[K comparable, V any](size int, life time.Duration) *Cache[K, V] {
	kept, err := lru.New[K, entry[V]](size)
	if err != nil {
		panic("recent: " + err.Error()) // only for a size below 1
	}
	return &Cache[K, V]{kept: kept, life: life}
}

// Get returns the value of key, if it is there and fresh.
func (c *Cache[K, V]) Get(now time.Time, key K) (value V, ok bool) {
	e, ok := c.kept.Get(key)
	if !ok || c.life > 0 && !now.Before(e.until) {
		return value, false
	}
	return e.value, true
}

// Put keeps a value that was read at that time.
func (c *Cache[K, V]) Put(now time.Time, key K, value V) {
	c.kept.Add(key, entry[V]{value, now.Add(c.life)})
}

// Forget drops the value of key.
func (c *Cache[K, V]) Forget(key K) { c.kept.Remove(key) }

// Recall returns the value of key, by fetching it where it is not there or stale. An error is not kept.
func (c *Cache[K, V]) Recall(now time.Time, key K, fetch func() (V, error)) (V, error) {
	if value, ok := c.Get(now, key); ok {
		return value, nil
	}
	value, err := fetch()
	if err == nil {
		c.Put(now, key, value)
	}
	return value, err
}
