package storetest

import (
	"errors"
	"testing"

	"earshot/survey/store"
)

func runReplace(t *testing.T, open Open) {
	t.Run("adds one to the version", func(t *testing.T) {
		c := itemsIn(t, open)
		a := newItem("a")
		insert(t, c, a)
		a.Rank, a.Group = 7, "new"
		must(t, "replace", c.Replace(t.Context(), a))
		same(t, "version", a.Version, int64(2))
		same(t, "stored", get(t, c, "a"), a)
		same(t, "found", pages(t.Context(), t, c, store.Query{Index: "by_group", Equal: []any{"new", 7}, Limit: 5}), []string{"a"})
		same(t, "found at the old place", pages(t.Context(), t, c, store.Query{Index: "by_group", Equal: []any{""}, Limit: 5}), []string(nil))
	})
	t.Run("conflicts", func(t *testing.T) { replaceConflicts(t, open) })
	t.Run("refuses what is taken", func(t *testing.T) {
		c := itemsIn(t, open)
		a, b := newItem("a"), newItem("b")
		insert(t, c, a, b)
		b.Code = a.Code
		same(t, "refused", refusals(t, c.Replace(t.Context(), b)), []store.Duplicate{{Doc: 0, Index: "by_code"}})
		same(t, "version", b.Version, int64(1))
		same(t, "stored", get(t, c, "b").Code, "code-b")
	})
}

func replaceConflicts(t *testing.T, open Open) {
	c := itemsIn(t, open)
	insert(t, c, newItem("a"))
	first, second := get(t, c, "a"), get(t, c, "a")
	first.Rank, second.Rank = 1, 2
	must(t, "first replace", c.Replace(t.Context(), first))
	for name, doc := range map[string]*item{"stale": second, "gone": newItem("nobody")} {
		before := doc.Version
		if err := c.Replace(t.Context(), doc); !errors.Is(err, store.ErrConflict) {
			t.Errorf("%s: got %v, want ErrConflict", name, err)
		}
		same(t, name+": version", doc.Version, before)
	}
	same(t, "stored", get(t, c, "a"), first)
}

func runDelete(t *testing.T, open Open) {
	c := itemsIn(t, open)
	a := newItem("a")
	a.Email = "x@example.org"
	insert(t, c, a)
	stale := *a
	must(t, "replace", c.Replace(t.Context(), a))
	if err := c.Delete(t.Context(), &stale); !errors.Is(err, store.ErrConflict) {
		t.Errorf("stale: got %v, want ErrConflict", err)
	}
	must(t, "delete", c.Delete(t.Context(), a))
	if err := c.Delete(t.Context(), a); !errors.Is(err, store.ErrConflict) {
		t.Errorf("again: got %v, want ErrConflict", err)
	}
	if _, err := c.Get(t.Context(), "a"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
	again := newItem("a")
	again.Email = a.Email
	insert(t, c, again)
	same(t, "version", again.Version, int64(1))
}
