package access

import (
	"sync"
	"time"
)

// tries counts recent tries by key. It lives in this process only: each process allows its own share.
type tries struct {
	mu     sync.Mutex
	counts map[string]tryCount
}

// tryCount is how many tries there were in the window that began at since.
type tryCount struct {
	since time.Time
	n     int
}

// maxTryKeys bounds the memory of tries: with so many keys at once the windows that are over are swept out.
const maxTryKeys = 100_000

// allow counts one try for key and says whether it is among the first limit of its window.
func (t *tries) allow(now time.Time, key string, limit int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = make(map[string]tryCount)
	}
	if len(t.counts) >= maxTryKeys {
		t.sweep(now)
	}
	c := t.counts[key]
	if now.Sub(c.since) >= loginWindow {
		c = tryCount{since: now}
	}
	c.n++
	t.counts[key] = c
	return c.n <= limit
}

// sweep removes the windows that are over; if none is, all: a flood of keys must not end in a full memory.
func (t *tries) sweep(now time.Time) {
	for key, c := range t.counts {
		if now.Sub(c.since) >= loginWindow {
			delete(t.counts, key)
		}
	}
	if len(t.counts) >= maxTryKeys {
		clear(t.counts)
	}
}

// forget drops the count of key.
func (t *tries) forget(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.counts, key)
}
