package storetest

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"earshot/survey/store"
)

func runClaim(t *testing.T, open Open) {
	t.Run("in the order of due", func(t *testing.T) { claimOrder(t, open) })
	t.Run("again after the lease", func(t *testing.T) { claimLease(t, open) })
	t.Run("each once", func(t *testing.T) { claimRace(t, open) })
	t.Run("not a queue", func(t *testing.T) {
		spec := newItems()
		spec.Queue = false
		s := open(t, spec)
		if _, err := s.Claim(t.Context(), spec, day(0), day(1)); !errors.Is(err, store.ErrQuery) {
			t.Errorf("got %v, want ErrQuery", err)
		}
	})
}

func claimOrder(t *testing.T, open Open) {
	c := itemsIn(t, open)
	docs := numbered(5)
	docs[0].Due, docs[1].Due, docs[3].Due, docs[4].Due = day(3), day(1), day(2), day(2)
	insert(t, c, docs...)
	if _, err := c.Claim(t.Context(), day(1).Add(-time.Millisecond), day(9)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("before anything is due: got %v, want ErrNotFound", err)
	}
	var got []string
	for {
		d, err := c.Claim(t.Context(), day(2), day(9))
		if errors.Is(err, store.ErrNotFound) {
			break
		}
		must(t, "claim", err)
		same(t, "version", d.Version, int64(2))
		same(t, "due", d.Due, day(9))
		same(t, "stored", get(t, c, d.ID), d)
		got = append(got, d.ID)
	}
	same(t, "claimed", got, []string{"item-001", "item-003", "item-004"})
}

func claimLease(t *testing.T, open Open) {
	c := itemsIn(t, open)
	a := newItem("a")
	a.Due, a.Note = day(0), "<b> & \"c\" \u2028"
	insert(t, c, a)
	first, err := c.Claim(t.Context(), day(1), day(2))
	must(t, "first claim", err)
	same(t, "note", first.Note, a.Note)
	if _, err := c.Claim(t.Context(), day(1), day(2)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("while leased: got %v, want ErrNotFound", err)
	}
	second, err := c.Claim(t.Context(), day(2), day(3))
	must(t, "claim after the lease", err)
	first.Due = time.Time{}
	if err := c.Replace(t.Context(), first); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the first claimant, late: got %v, want ErrConflict", err)
	}
	second.Due = time.Time{}
	must(t, "replace by the second claimant", c.Replace(t.Context(), second))
	if _, err := c.Claim(t.Context(), day(99), day(100)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("when nothing is owed: got %v, want ErrNotFound", err)
	}
}

func claimRace(t *testing.T, open Open) {
	const documents, claimants = 24, 6
	c := itemsIn(t, open)
	docs := numbered(documents)
	for _, d := range docs {
		d.Due = day(0)
	}
	insert(t, c, docs...)
	var mu sync.Mutex
	var got []string
	var group sync.WaitGroup
	for range claimants {
		group.Go(func() {
			for {
				d, err := c.Claim(t.Context(), day(1), day(2))
				if err != nil {
					if !errors.Is(err, store.ErrNotFound) {
						t.Errorf("claim: %v", err)
					}
					return
				}
				mu.Lock()
				got = append(got, d.ID)
				mu.Unlock()
			}
		})
	}
	group.Wait()
	slices.Sort(got)
	same(t, "claimed", got, ids(docs))
}
