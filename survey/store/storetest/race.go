package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"earshot/survey/store"
)

func runRaces(t *testing.T, open Open) {
	t.Run("one counter", func(t *testing.T) { raceCounter(t, open) })
	t.Run("many counters", func(t *testing.T) { raceCounters(t, open) })
	t.Run("counters that nobody has made", func(t *testing.T) { raceFreshCounters(t, open) })
	t.Run("one id", func(t *testing.T) { raceInsert(t, open) })
}

// raceCounter counts with many writers on one document: each increment must be there at the end.
func raceCounter(t *testing.T, open Open) {
	const writers, increments = 5, 8
	c := itemsIn(t, open)
	insert(t, c, newItem("counter"))
	together(t, writers, func(int) error {
		for range increments {
			if _, err := c.Update(t.Context(), "counter", func(d *item) error { d.Rank++; return nil }); err != nil {
				return err
			}
		}
		return nil
	})
	got := get(t, c, "counter")
	same(t, "count", got.Rank, int64(writers*increments))
	same(t, "version", got.Version, int64(writers*increments+1))
}

// together runs do from many sides at once.
func together(t *testing.T, sides int, do func(side int) error) {
	t.Helper()
	var group sync.WaitGroup
	for side := range sides {
		group.Go(func() {
			if err := do(side); err != nil {
				t.Errorf("side %d: %v", side, err)
			}
		})
	}
	group.Wait()
}

const (
	counterWriters = 8
	counterRounds  = 5
	counters       = 12
)

// share returns the counters that a writer increments: each one's overlap with the others', and come in another order.
func share(writer int) []string {
	var list []string
	for i := range counters {
		if (i+writer)%3 > 0 {
			list = append(list, numbered(counters)[(i*5+writer)%counters].ID)
		}
	}
	return list
}

// counted is how often each counter is incremented in all.
func counted() map[string]int64 {
	want := map[string]int64{}
	for w := range counterWriters {
		for _, id := range share(w) {
			want[id] += counterRounds
		}
	}
	return want
}

// raceCounters increments overlapping sets of documents with UpdateAll: each increment happens once.
func raceCounters(t *testing.T, open Open) {
	c := itemsIn(t, open)
	insert(t, c, numbered(counters)...)
	together(t, counterWriters, func(w int) error {
		for range counterRounds {
			stored, err := c.UpdateAll(t.Context(), append(share(w), "nobody"), func(d *item) bool { d.Rank++; return true })
			if err != nil || len(stored) != len(share(w)) {
				return fmt.Errorf("%d documents are stored: %w", len(stored), err)
			}
		}
		return nil
	})
	checkCounters(t, c, 1)
}

// raceFreshCounters does so with UpsertAll, where there are none at first.
func raceFreshCounters(t *testing.T, open Open) {
	c := itemsIn(t, open)
	together(t, counterWriters, func(w int) error {
		for range counterRounds {
			if _, err := c.UpsertAll(t.Context(), share(w), nil, newItem, func(d *item) bool { d.Rank++; return true }); err != nil {
				return err
			}
		}
		return nil
	})
	checkCounters(t, c, 0)
}

// checkCounters checks that each counter was written once for each increment, and so many times more.
func checkCounters(t *testing.T, c store.Collection[item, *item], more int64) {
	t.Helper()
	ranks, versions := map[string]int64{}, map[string]int64{}
	for d, err := range c.All(t.Context(), store.Query{Index: store.ByID}) {
		must(t, "all", err)
		ranks[d.ID], versions[d.ID] = d.Rank, d.Version-more
	}
	same(t, "counts", ranks, counted())
	same(t, "versions", versions, counted())
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
