package mongodb_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/mongodb/mongotest"
)

// TestOwnWrites reads what was acknowledged a moment ago while primaries change: a new one answers for what a majority has only as far as
// it has heard of, which at first can be less than its forerunner acknowledged.
func TestOwnWrites(t *testing.T) {
	t.Parallel()
	const writers, reads, faults = 8, 20, 2
	rows := map[string]func(*mongotest.ReplicaSet) error{
		"killed": func(set *mongotest.ReplicaSet) error {
			killed, err := set.KillPrimary(t.Context())
			if err != nil {
				return err
			}
			_, err = set.Primary(t.Context())
			return errors.Join(err, killed.Start())
		},
		"frozen": func(set *mongotest.ReplicaSet) error {
			frozen, err := set.FreezePrimary(t.Context())
			if err != nil {
				return err
			}
			_, err = set.Primary(t.Context())
			return errors.Join(err, frozen.Thaw())
		},
	}
	for name, fault := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set := mongotest.Set(t)
			c := store.NewCollection[note](open(t, set.Database(t)), notes)
			var over atomic.Bool
			var group sync.WaitGroup
			for w := range writers {
				group.Go(func() {
					for n := 0; !over.Load(); n++ {
						id := fmt.Sprint(w, " ", n)
						if err := insertThrough(t.Context(), c, id); err != nil {
							t.Errorf("insert: %v", err)
						}
						for range reads {
							if _, err := c.Get(t.Context(), id); err != nil && !errors.Is(err, store.ErrUnavailable) {
								t.Errorf("get what was inserted: %v", err)
							}
						}
					}
				})
			}
			for range faults {
				time.Sleep(200 * time.Millisecond) // they write
				if err := errors.Join(fault(set), set.AwaitHealthy(t.Context())); err != nil {
					t.Error(err)
				}
			}
			over.Store(true)
			group.Wait()
		})
	}
}
