package quiet

import (
	"context"
	"runtime"
	"sync"
)

// batchSize is the number of states that a worker scores between two looks at the context.
const batchSize = 1024

// ScoreAll writes the fast alarm score of states[i] to out[i], on all cores. out must be as long as states. It returns
// the error of the context if that ends first; out is then filled in part.
func (m *Model) ScoreAll(ctx context.Context, states []State, now Day, out []float64) error {
	return parallel(ctx, len(states), func(from, to int) {
		for i := from; i < to; i++ {
			out[i] = m.FastAlarm(&states[i], now)
		}
	})
}

// parallel runs work over [0, n) in batches on all cores.
func parallel(ctx context.Context, n int, work func(from, to int)) error {
	starts := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (n+batchSize-1)/batchSize) {
		wg.Go(func() {
			for from := range starts {
				work(from, min(from+batchSize, n))
			}
		})
	}
	err := ctx.Err()
	for from := 0; from < n && err == nil; from += batchSize {
		select {
		case starts <- from:
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	close(starts)
	wg.Wait()
	return err
}
