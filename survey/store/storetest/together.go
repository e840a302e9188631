package storetest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"earshot/survey/store"
)

// label is a document of a second collection.
type label struct {
	store.Meta `json:",inline"`

	Text string `json:"text"`
}

func newLabels() *store.Spec {
	return &store.Spec{
		Name: "labels", New: func() store.Doc { return new(label) }, Indexes: []store.Index{{Name: "by_text", Fields: []string{"text"}}},
	}
}

func runTogether(t *testing.T, open Open) {
	t.Run("as each alone", func(t *testing.T) { togetherRows(t, open) })
	t.Run("of two collections", func(t *testing.T) { togetherTwo(t, open) })
	t.Run("mistakes", func(t *testing.T) { togetherMistakes(t, open) })
}

// togetherRows asks everything at once, and everything alone.
func togetherRows(t *testing.T, open Open) {
	c, s, spec := itemsAndStore(t, open)
	all := findable()
	insert(t, c, all...)
	for _, conditions := range []bool{false, true} {
		togetherSome(t, s, spec, all, conditions)
	}
}

// togetherSome asks what has conditions, or what has none.
func togetherSome(t *testing.T, s store.Store, spec *store.Spec, all []*item, conditions bool) {
	c := store.NewCollection[item](s, spec)
	var readings []store.Reading
	var findings []*store.Finding[item, *item]
	var queries []store.Query
	rows := slices.DeleteFunc(findQueries(), func(r findRow) bool { return (r.q.Where != nil) != conditions })
	for i, row := range rows {
		row.q.Descending, row.q.Limit = i%2 == 0, 1+i%9
		if i%5 == 0 {
			row.q.Fields = []string{"rank", "tags"}
		}
		findings, queries = append(findings, c.Finding(row.q)), append(queries, row.q)
		readings = append(readings, findings[i])
	}
	folds := foldQueries()
	foldings := map[string]*store.Folding{}
	maps.DeleteFunc(folds, func(_ string, f store.Fold) bool { return (f.Where != nil) != conditions })
	for name, f := range folds {
		foldings[name] = c.Folding(f)
		readings = append(readings, foldings[name])
	}
	must(t, "together", store.Together(t.Context(), s, readings...))
	for i, f := range findings {
		docs, next, err := s.Find(t.Context(), spec, queries[i])
		must(t, "find", err)
		name := fmt.Sprintf("%+v", queries[i])
		same(t, name+": number", len(f.Docs), len(docs))
		for n, d := range docs[:min(len(docs), len(f.Docs))] {
			same(t, name, f.Docs[n], d.(*item))
		}
		same(t, name+": cursor", f.Next, next)
	}
	for name, f := range folds {
		same(t, name, readable(foldings[name].Groups, f), folded(all, f))
	}
}

func togetherTwo(t *testing.T, open Open) {
	items, labels := newItems(), newLabels()
	s := open(t, items, labels)
	c, l := store.NewCollection[item](s, items), store.NewCollection[label](s, labels)
	docs := numbered(5)
	insert(t, c, docs...)
	must(t, "insert", l.Insert(t.Context(), &label{Meta: store.Meta{ID: "a"}, Text: "x"}, &label{Meta: store.Meta{ID: "b"}, Text: "y"}))
	some := c.Fetching([]string{"item-003", "nobody", "item-001", "item-003"})
	none, empty := c.Fetching(nil), l.Finding(store.Query{Index: "by_text", Equal: []any{"z"}, Limit: 3})
	last := l.Finding(store.Query{Index: "by_text", Descending: true, Limit: 1})
	count := c.Folding(store.Fold{Query: store.Query{Index: store.ByID}})
	must(t, "together", store.Together(t.Context(), s, none, some, nil, empty, last, count))
	same(t, "fetched", ids(some.Docs), []string{"item-001", "item-003"})
	same(t, "fetched by id", some.ByID()["item-003"], docs[3])
	same(t, "none", len(none.Docs)+len(empty.Docs), 0)
	same(t, "none, first", empty.First(), (*label)(nil))
	same(t, "last", last.First().Text, "y")
	same(t, "counted", count.Groups, []store.Group{{Count: 5}})
	must(t, "nothing", store.Together(t.Context(), s))
	must(t, "only what is empty", store.Together(t.Context(), s, c.Fetching(nil)))
	var many []store.Reading
	for range store.MaxReads + 1 {
		many = append(many, l.Finding(store.Query{Index: store.ByID, Limit: 1}))
	}
	must(t, "very many", store.Together(t.Context(), s, many...))
	for _, r := range many {
		same(t, "one of very many", r.(*store.Finding[label, *label]).First().ID, "a")
	}
}

func togetherMistakes(t *testing.T, open Open) {
	c, s, spec := itemsAndStore(t, open)
	insert(t, c, newItem("a"))
	good := store.Query{Index: store.ByID, Limit: 1}
	bad, undeclared := good, newItems()
	bad.Limit = 0
	rows := map[string]store.Read{
		"neither":                    {Spec: spec},
		"both":                       {Spec: spec, Query: &good, Fold: &store.Fold{Query: good}},
		"a bad query":                {Spec: spec, Query: &bad},
		"a bad fold":                 {Spec: spec, Fold: &store.Fold{}},
		"a collection not declared":  {Spec: undeclared, Query: &good},
		"no collection":              {Query: &good},
		"a sum of what is distinct":  {Spec: spec, Fold: &store.Fold{Query: good, Sum: []string{"rank"}, Distinct: true}},
		"a fold of no such question": {Spec: spec, Fold: &store.Fold{Query: store.Query{Index: "by_nothing"}}},
	}
	for name, r := range rows {
		if _, err := s.ReadAll(t.Context(), []store.Read{{Spec: spec, Query: &good}, r}); !errors.Is(err, store.ErrQuery) {
			t.Errorf("%s: got %v, want ErrQuery", name, err)
		}
	}
	if _, err := s.ReadAll(t.Context(), make([]store.Read, store.MaxReads+1)); !errors.Is(err, store.ErrQuery) {
		t.Errorf("too many: got %v, want ErrQuery", err)
	}
}
