package survey

import "sync"

// together lets callers that come at the same time share one call of do: while one call is under way the next ones gather,
// and are done by one call after it.
type together[T any] struct {
	do func([]T)

	mu      sync.Mutex
	busy    bool
	waiting []T
	// done is closed when those that wait now have been done.
	done chan struct{}
}

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
