package survey

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// manyWriters is how many single operations are under way at once where many are due: engines group them into one commit.
const manyWriters = 16

// eachAt calls do for every item and its place, manyWriters at a time, and returns the first error.
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
