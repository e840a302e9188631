package idempotency_test

import (
	"context"
	"sync/atomic"

	"earshot/survey/store"
)

// numb is a store whose writes fail while it is numb: what a process sees that the network has cut off.
type numb struct {
	store.Store
	numb atomic.Bool
}

func (n *numb) Write(ctx context.Context, c *store.Spec, items []store.Write) ([]error, error) {
	if n.numb.Load() {
		return nil, store.ErrUnavailable
	}
	return n.Store.Write(ctx, c, items)
}
