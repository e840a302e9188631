package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"earshot/survey/store"
)

func runRaces(t *testing.T, open Open) {
	t.Run("counters", func(t *testing.T) { raceCounters(t, open) })
	t.Run("one id", func(t *testing.T) { raceInsert(t, open) })
}

// raceCounters counts with many writers on one document: each increment must be there at the end.
func raceCounters(t *testing.T, open Open) {
	const writers, increments = 5, 8
	c := itemsIn(t, open)
	insert(t, c, newItem("counter"))
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for range increments {
				if err := increment(t.Context(), c); err != nil {
					t.Errorf("update: %v", err)
				}
			}
		})
	}
	group.Wait()
	got := get(t, c, "counter")
	same(t, "count", got.Rank, int64(writers*increments))
	same(t, "version", got.Version, int64(writers*increments+1))
}

// increment tries again as long as others are faster.
func increment(ctx context.Context, c store.Collection[item, *item]) error {
	for {
		_, err := c.Update(ctx, "counter", func(d *item) error {
			d.Rank++
			return nil
		})
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}

// raceInsert inserts the same ids from many sides: each is accepted once.
func raceInsert(t *testing.T, open Open) {
	const writers, documents = 5, 10
	c := itemsIn(t, open)
	accepted := make([]int, writers)
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for i := range documents {
				d := newItem(fmt.Sprintf("item-%03d", i))
				d.Code = fmt.Sprint(w, " ", i)
				err := c.Insert(t.Context(), d)
				var duplicate *store.DuplicateError
				switch {
				case err == nil:
					accepted[w]++
				case !errors.As(err, &duplicate) || duplicate.Refused[0].Index != store.ByID:
					t.Errorf("insert: %v", err)
				}
			}
		})
	}
	group.Wait()
	sum := 0
	for _, n := range accepted {
		sum += n
	}
	same(t, "accepted", sum, documents)
	same(t, "documents", pages(t.Context(), t, c, store.Query{Index: store.ByID, Limit: 4}), ids(numbered(documents)))
}
