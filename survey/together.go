package survey

import (
	"sync"
	"time"
)

// together lets callers that come at the same time share one call of do: while one call is under way the next ones gather,
// and are done by one call after it.
type together[T any] struct {
	do func([]T)
	// enough says whether so many are worth a call by themselves; where they are not, others are waited for: for half as long as the last call took, but
	// at least for lingering. nil means always.
	enough func(waiting int) bool

	mu      sync.Mutex
	busy    bool
	waiting []T
	// took is how long the last call took.
	took time.Duration
	// done is closed when those that wait now have been done.
	done chan struct{}
}

// lingering is how long others are waited for at least: less than what a store takes to sync its disk, or to tell its replicas. lingerMost is the most.
const (
	lingering  = 2 * time.Millisecond
	lingerMost = 50 * time.Millisecond
)

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
		t.linger()
		list, finished := t.waiting, t.done
		t.waiting, t.done = nil, nil
		t.mu.Unlock()
		began := time.Now()
		t.do(list)
		took := time.Since(began)
		close(finished)
		t.mu.Lock()
		t.took = took
	}
	t.busy = false
	t.mu.Unlock()
}

// linger waits for others, if those who wait are too few.
func (t *together[T]) linger() {
	if t.enough == nil {
		return
	}
	for left := min(max(t.took/2, lingering), lingerMost); left > 0 && !t.enough(len(t.waiting)); left -= lingering {
		t.mu.Unlock()
		time.Sleep(min(left, lingering))
		t.mu.Lock()
	}
}
