package survey

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// manyWriters is how many single operations are under way at once where many are due: engines group them into one commit.
const manyWriters = 16

// each calls do for every item, manyWriters at a time, and returns the first error.
func each[T any](ctx context.Context, items []T, do func(context.Context, T) error) error {
	return eachAt(ctx, items, func(ctx context.Context, _ int, item T) error { return do(ctx, item) })
}

// eachAt is each for a function that wants the item's place too.
func eachAt[T any](ctx context.Context, items []T, do func(context.Context, int, T) error) error {
	if len(items) == 1 {
		return do(ctx, 0, items[0])
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(manyWriters)
	for i, item := range items {
		g.Go(func() error { return do(ctx, i, item) })
	}
	return g.Wait()
}
