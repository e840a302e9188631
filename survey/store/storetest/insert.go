package storetest

import (
	"errors"
	"strings"
	"testing"

	"earshot/survey/store"
)

func runInsert(t *testing.T, open Open) {
	t.Run("sets the version and is fetched", func(t *testing.T) {
		c := itemsIn(t, open)
		docs := numbered(3)
		insert(t, c, docs...)
		same(t, "version", docs[1].Version, int64(1))
		found, err := c.Fetch(t.Context(), []string{"item-002", "nobody", "item-000", "item-002"})
		must(t, "fetch", err)
		same(t, "fetched", found, map[string]*item{"item-000": docs[0], "item-002": docs[2]})
	})
	t.Run("nothing is there at first", func(t *testing.T) {
		c := itemsIn(t, open)
		if _, err := c.Get(t.Context(), "nobody"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	})
	t.Run("refuses what is taken and inserts the others", func(t *testing.T) { insertRefusals(t, open) })
	t.Run("sparse", func(t *testing.T) { insertSparse(t, open) })
	t.Run("bad documents", func(t *testing.T) { insertBad(t, open) })
	t.Run("a full batch", func(t *testing.T) {
		c := itemsIn(t, open)
		docs := numbered(1200)
		insert(t, c, docs...)
		same(t, "number", len(pages(t.Context(), t, c, store.Query{Index: store.ByID, Limit: 1000})), len(docs))
	})
}

func insertRefusals(t *testing.T, open Open) {
	c := itemsIn(t, open)
	insert(t, c, newItem("a"), newItem("b"))
	sameID, sameCode, both, within := newItem("a"), newItem("d"), newItem("b"), newItem("c")
	sameID.Code, sameCode.Code = "other", "code-a"
	err := c.Insert(t.Context(), newItem("c"), sameID, newItem("e"), sameCode, both, within, newItem("f"))
	same(t, "refused", refusals(t, err), []store.Duplicate{
		{Doc: 1, Index: store.ByID}, {Doc: 3, Index: "by_code"}, {Doc: 4, Index: store.ByID}, {Doc: 5, Index: store.ByID},
	})
	same(t, "documents", pages(t.Context(), t, c, store.Query{Index: store.ByID, Limit: 10}), []string{"a", "b", "c", "e", "f"})
	same(t, "the refused document", get(t, c, "a").Code, "code-a")
}

func refusals(t *testing.T, err error) []store.Duplicate {
	t.Helper()
	var duplicate *store.DuplicateError
	if !errors.As(err, &duplicate) {
		t.Fatalf("got %v, want a DuplicateError", err)
	}
	return duplicate.Refused
}

func insertSparse(t *testing.T, open Open) {
	c := itemsIn(t, open)
	a, b, d, e, f := newItem("a"), newItem("b"), newItem("d"), newItem("e"), newItem("f")
	d.Email, d.Group = "x@example.org", "one"
	e.Email, e.Group = "x@example.org", "two"
	f.Email, f.Group = "x@example.org", "one"
	insert(t, c, a, b, d, e)
	same(t, "refused", refusals(t, c.Insert(t.Context(), f)), []store.Duplicate{{Doc: 0, Index: "by_email"}})
	same(t, "found", pages(t.Context(), t, c, store.Query{Index: "by_email", Limit: 2}), []string{"d", "e"})
	same(t, "found by the zero value",
		pages(t.Context(), t, c, store.Query{Index: "by_email", Equal: []any{""}, Limit: 2}), []string(nil))

	d.Email = ""
	must(t, "replace", c.Replace(t.Context(), d))
	insert(t, c, f)
	same(t, "found", pages(t.Context(), t, c, store.Query{Index: "by_email", Limit: 2}), []string{"f", "e"})
}

func insertBad(t *testing.T, open Open) {
	rows := map[string]*item{
		"no id":           newItem(""),
		"an id too long":  newItem(strings.Repeat("i", 129)),
		"an id not ASCII": newItem("Zoë"),
		"a control":       newItem("a\tb"),
	}
	for name, bad := range rows {
		t.Run(name, func(t *testing.T) {
			c := itemsIn(t, open)
			if err := c.Insert(t.Context(), newItem("good"), bad); !errors.Is(err, store.ErrQuery) {
				t.Errorf("got %v, want ErrQuery", err)
			}
			same(t, "documents", pages(t.Context(), t, c, store.Query{Index: store.ByID, Limit: 10}), []string(nil))
		})
	}
	t.Run("a batch too large", func(t *testing.T) {
		c, s, spec := itemsAndStore(t, open)
		if _, err := s.Fetch(t.Context(), spec, make([]string, store.MaxBatch+1)); !errors.Is(err, store.ErrQuery) {
			t.Errorf("fetch: got %v, want ErrQuery", err)
		}
		docs := numbered(store.MaxBatch + 1)
		insert(t, c, docs...)
		found, err := c.Fetch(t.Context(), ids(docs))
		must(t, "fetch in parts", err)
		same(t, "number", len(found), len(docs))
	})
}
