package storetest

import (
	"errors"
	"fmt"
	"testing"

	"earshot/survey/store"
)

// outcome says in a word what became of an item.
func outcome(err error) string {
	var taken *store.TakenError
	switch {
	case err == nil:
		return "done"
	case errors.Is(err, store.ErrConflict):
		return "conflict"
	case errors.As(err, &taken):
		return "taken in " + taken.Index
	}
	return err.Error()
}

func outcomes(list []error) []string {
	words := make([]string, len(list))
	for i, err := range list {
		words[i] = outcome(err)
	}
	return words
}

// batch writes items and returns what became of them, in words.
func batch(t *testing.T, s store.Store, spec *store.Spec, items ...store.Write) []string {
	t.Helper()
	list, err := s.Write(t.Context(), spec, items)
	must(t, "write", err)
	return outcomes(list)
}

func runWrite(t *testing.T, open Open) {
	t.Run("mixed, each told apart", func(t *testing.T) { writeMixed(t, open) })
	t.Run("one after the other", func(t *testing.T) { writeInOrder(t, open) })
	t.Run("what an earlier item gives free or takes", func(t *testing.T) { writeUniques(t, open) })
	t.Run("replaces of which some found nothing", func(t *testing.T) { writeSomeReplaces(t, open) })
	t.Run("extend", func(t *testing.T) { writeExtend(t, open) })
	t.Run("mistakes", func(t *testing.T) { writeMistakes(t, open) })
}

func writeMixed(t *testing.T, open Open) {
	c, s, spec := itemsAndStore(t, open)
	a, b, d, e := newItem("a"), newItem("b"), newItem("d"), newItem("e")
	insert(t, c, a, b, d, e)
	stale := *a
	must(t, "replace", c.Replace(t.Context(), a))
	a.Rank, b.Rank, stale.Rank = 1, 2, 3
	clash := newItem("f")
	clash.Code = b.Code
	taken := *d
	taken.Code = b.Code
	got := batch(t, s, spec,
		store.Write{Op: store.Replace, Doc: a}, store.Write{Op: store.Replace, Doc: &stale},
		store.Write{Op: store.Insert, Doc: newItem("a")}, store.Write{Op: store.Insert, Doc: clash},
		store.Write{Op: store.Replace, Doc: &taken}, store.Write{Op: store.Delete, Doc: e},
		store.Write{Op: store.Delete, Doc: newItem("nobody")}, store.Write{Op: store.Replace, Doc: newItem("nobody")},
		store.Write{Op: store.Insert, Doc: newItem("g")}, store.Write{Op: store.Replace, Doc: b})
	same(t, "outcomes", got, []string{
		"done", "conflict", "taken in id", "taken in by_code", "taken in by_code", "done", "conflict", "conflict", "done", "done",
	})
	same(t, "versions", []int64{a.Version, stale.Version, clash.Version, taken.Version, b.Version}, []int64{3, 1, 0, 1, 2})
	same(t, "documents", pages(t.Context(), t, c, store.Query{Index: store.ByID, Limit: 9}), []string{"a", "b", "d", "g"})
	same(t, "replaced", get(t, c, "a"), a)
	same(t, "left alone", get(t, c, "d"), d)
}

// writeInOrder writes the same ids several times in a batch: each item finds what the one before it has left.
func writeInOrder(t *testing.T, open Open) {
	c, s, spec := itemsAndStore(t, open)
	at := func(version, rank int64) *item {
		d := newItem("a")
		d.Version, d.Rank = version, rank
		return d
	}
	same(t, "outcomes", batch(t, s, spec,
		store.Write{Op: store.Replace, Doc: at(1, 1)}, store.Write{Op: store.Insert, Doc: at(0, 2)},
		store.Write{Op: store.Replace, Doc: at(1, 3)}, store.Write{Op: store.Replace, Doc: at(1, 4)},
		store.Write{Op: store.Replace, Doc: at(2, 5)}, store.Write{Op: store.Insert, Doc: at(0, 6)},
	), []string{"conflict", "done", "done", "conflict", "done", "taken in id"})
	want := at(3, 5)
	same(t, "stored", get(t, c, "a"), want)
	same(t, "outcomes", batch(t, s, spec,
		store.Write{Op: store.Delete, Doc: at(3, 0)}, store.Write{Op: store.Replace, Doc: at(3, 7)},
		store.Write{Op: store.Insert, Doc: at(0, 8)}, store.Write{Op: store.Delete, Doc: at(3, 0)},
		store.Write{Op: store.Delete, Doc: at(1, 0)}, store.Write{Op: store.Delete, Doc: at(1, 0)},
	), []string{"done", "conflict", "done", "conflict", "done", "conflict"})
	same(t, "documents", pages(t.Context(), t, c, store.Query{Index: store.ByID, Limit: 9}), []string(nil))
}

func writeUniques(t *testing.T, open Open) {
	c, s, spec := itemsAndStore(t, open)
	a, b := newItem("a"), newItem("b")
	insert(t, c, a, b)
	moved, follower, late := *a, *b, newItem("c")
	moved.Code, follower.Code, late.Code = "free", a.Code, b.Code
	same(t, "a chain of moves", batch(t, s, spec,
		store.Write{Op: store.Replace, Doc: &moved}, store.Write{Op: store.Replace, Doc: &follower},
		store.Write{Op: store.Insert, Doc: late}), []string{"done", "done", "done"})
	same(t, "stored", get(t, c, "b").Code, "code-a")

	early, gone := newItem("d"), *late
	early.Code = late.Code
	again := newItem("e")
	again.Code = late.Code
	same(t, "before and after a delete", batch(t, s, spec,
		store.Write{Op: store.Insert, Doc: early}, store.Write{Op: store.Delete, Doc: &gone},
		store.Write{Op: store.Insert, Doc: again}), []string{"taken in by_code", "done", "done"})
}

// writeSomeReplaces replaces many, among them stale and vanished ones: exactly those are told.
func writeSomeReplaces(t *testing.T, open Open) {
	c := itemsIn(t, open)
	docs := numbered(300)
	insert(t, c, docs...)
	want := make([]string, len(docs))
	for i, d := range docs {
		d.Rank, want[i] = int64(i), "done"
		switch i % 7 {
		case 3:
			d.Version, want[i] = 5, "conflict"
		case 5:
			gone := *d
			must(t, "delete", c.Delete(t.Context(), &gone))
			want[i] = "conflict"
		}
	}
	list, err := c.ReplaceAll(t.Context(), docs)
	must(t, "replace", err)
	same(t, "outcomes", outcomes(list), want)
	found, err := c.Fetch(t.Context(), ids(docs))
	must(t, "fetch", err)
	for i, d := range docs {
		stored := found[d.ID]
		switch i % 7 {
		case 3:
			same(t, fmt.Sprint("stale ", d.ID), stored.Rank, int64(0))
		case 5:
			same(t, fmt.Sprint("gone ", d.ID), stored, (*item)(nil))
		default:
			same(t, fmt.Sprint("replaced ", d.ID), stored, d)
		}
	}
}

func writeExtend(t *testing.T, open Open) {
	c, s, spec := itemsAndStore(t, open)
	a, b := newItem("a"), newItem("b")
	a.Due, a.Note = day(0), "kept"
	b.Due = day(0)
	insert(t, c, a, b)
	held := *a
	held.Due, held.Note = day(5), "not written"
	stale := *b
	stale.Version, stale.Due = 7, day(5)
	gone := newItem("nobody")
	gone.Version = 1
	same(t, "outcomes", batch(t, s, spec, store.Write{Op: store.Extend, Doc: &held}, store.Write{Op: store.Extend, Doc: &stale},
		store.Write{Op: store.Extend, Doc: gone}), []string{"done", "conflict", "conflict"})
	a.Due = day(5)
	same(t, "held on to", get(t, c, "a"), a)
	same(t, "version", held.Version, int64(1))
	claimed, err := c.Claim(t.Context(), day(4), day(9), 9)
	must(t, "claim", err)
	same(t, "claimed meanwhile", ids(claimed), []string{"b"})
	must(t, "replace at the version that stayed", c.Replace(t.Context(), &held))
	list, err := c.ExtendAll(t.Context(), []*item{a})
	must(t, "extend", err)
	same(t, "a late extend", outcomes(list), []string{"conflict"})
}

func writeMistakes(t *testing.T, open Open) {
	c, s, spec := itemsAndStore(t, open)
	good := store.Write{Op: store.Insert, Doc: newItem("good")}
	rows := map[string]store.Write{
		"no operation":      {Doc: newItem("a")},
		"unknown operation": {Op: store.Extend + 1, Doc: newItem("a")},
		"no document":       {Op: store.Replace},
		"no id":             {Op: store.Delete, Doc: newItem("")},
		"another type":      {Op: store.Delete, Doc: &everything{Meta: store.Meta{ID: "a"}}},
	}
	for name, bad := range rows {
		if _, err := s.Write(t.Context(), spec, []store.Write{good, bad}); !errors.Is(err, store.ErrQuery) {
			t.Errorf("%s: got %v, want ErrQuery", name, err)
		}
	}
	if _, err := s.Write(t.Context(), spec, make([]store.Write, store.MaxBatch+1)); !errors.Is(err, store.ErrQuery) {
		t.Errorf("a batch too large: got %v, want ErrQuery", err)
	}
	same(t, "documents", pages(t.Context(), t, c, store.Query{Index: store.ByID, Limit: 9}), []string(nil))
	noQueue := newItems()
	noQueue.Queue = false
	if _, err := open(t, noQueue).Write(t.Context(), noQueue, []store.Write{{Op: store.Extend, Doc: newItem("a")}}); !errors.Is(err, store.ErrQuery) {
		t.Errorf("extend in a collection that is no queue: got %v, want ErrQuery", err)
	}
}
