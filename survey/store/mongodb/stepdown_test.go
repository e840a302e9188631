package mongodb_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/mongodb/mongotest"
)

// TestStepDown lets the primary step down while many insert: what was acknowledged is there, once, and no insert is refused
// as a duplicate of its own first try.
func TestStepDown(t *testing.T) {
	t.Parallel()
	const writers, each = 8, 200
	set := mongotest.Set(t)
	s := open(t, set.Database(t))
	c := store.NewCollection[note](s, notes)
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for n := range each {
				if err := insertThrough(t.Context(), c, fmt.Sprint(w, " ", n)); err != nil {
					t.Errorf("insert: %v", err)
				}
			}
		})
	}
	time.Sleep(200 * time.Millisecond) // they write
	if err := set.StepDown(t.Context()); err != nil {
		t.Errorf("step down: %v", err)
	}
	group.Wait()
	count := 0
	for _, err := range c.All(t.Context(), store.Query{Index: store.ByID}) {
		if err != nil {
			t.Fatal(err)
		}
		count++
	}
	if want := writers * each; count != want {
		t.Errorf("got %d documents, want %d", count, want)
	}
}

// insertThrough inserts until it is acknowledged. Only after ErrUnavailable, which says that a write may have happened, may
// the document be there already.
func insertThrough(ctx context.Context, c store.Collection[note, *note], id string) error {
	unsure := false
	for {
		err := c.Insert(ctx, &note{Meta: store.Meta{ID: id}})
		var duplicate *store.DuplicateError
		switch {
		case errors.Is(err, store.ErrUnavailable):
			unsure = true
		case unsure && errors.As(err, &duplicate):
			return nil
		default:
			return err
		}
	}
}
