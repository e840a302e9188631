package storetest

import (
	"errors"
	"testing"

	"earshot/survey/store"
)

// runCollection tests the typed view of a collection.
func runCollection(t *testing.T, open Open) {
	c := itemsIn(t, open)
	docs := numbered(7)
	insert(t, c, docs...)
	t.Run("all", func(t *testing.T) {
		var got []string
		for d, err := range c.All(t.Context(), store.Query{Index: store.ByID, Limit: 3}) {
			must(t, "all", err)
			got = append(got, d.ID)
		}
		same(t, "documents", got, ids(docs))
	})
	t.Run("all stops at an error", func(t *testing.T) {
		n := 0
		for d, err := range c.All(t.Context(), store.Query{Index: "by_nothing"}) {
			n++
			if d != nil || !errors.Is(err, store.ErrQuery) {
				t.Errorf("got %v and %v, want ErrQuery", d, err)
			}
		}
		same(t, "steps", n, 1)
	})
	t.Run("first", func(t *testing.T) {
		d, err := c.First(t.Context(), store.Query{Index: store.ByID, Descending: true})
		must(t, "first", err)
		same(t, "document", d, docs[6])
		if _, err := c.First(t.Context(), store.Query{Index: store.ByID, From: "z"}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	})
	t.Run("update", func(t *testing.T) {
		refused := errors.New("refused by a rule")
		if _, err := c.Update(t.Context(), "item-001", func(d *item) error { d.Rank = 9; return refused }); !errors.Is(err, refused) {
			t.Errorf("got %v, want the rule's error", err)
		}
		same(t, "stored", get(t, c, "item-001"), docs[1])
		if _, err := c.Update(t.Context(), "nobody", func(*item) error { return nil }); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	})
}
