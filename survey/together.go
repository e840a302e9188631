package survey

import (
	"sync"
	"time"
)

// together lets callers that come at the same time share one call of do: while one call is under way the next ones gather,
// and are done by one call after it.
type together[T any] struct {
	do func([]T)
	// enough says whether so many are worth a call by themselves; where they are not, others are waited for, for lingering. nil means always.
	enough func(waiting int) bool

	mu      sync.Mutex
	busy    bool
	waiting []T
	// done is closed when those that wait now have been done.
	done chan struct{}
}

// lingering is how long others are waited for: much less than what a store takes to sync its disk, or to tell its replicas.
const lingering = 2 * time.Millisecond

// join returns when do has been called with v, alone or among others.
func (t *together[T]) join(v T) {
	t.mu.Lock()
	t.waiting = append(t.waiting, v)
	if t.done == nil {
		t.done = make(chan struct{})
	}
	done := t.done
	if t.busy {
		t.mu.Unlock()
		<-done
		return
	}
	t.busy = true
	for len(t.waiting) > 0 {
		if t.enough != nil && !t.enough(len(t.waiting)) {
			t.mu.Unlock()
			time.Sleep(lingering)
			t.mu.Lock()
		}
		list, finished := t.waiting, t.done
		t.waiting, t.done = nil, nil
		t.mu.Unlock()
		t.do(list)
		close(finished)
		t.mu.Lock()
	}
	t.busy = false
	t.mu.Unlock()
}
