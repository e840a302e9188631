// Package storetest is the contract of store.Store as tests: every engine runs the same ones.
package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"earshot/survey/store"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Open opens an empty engine with these collections. The engine is closed by the suite, or by a cleanup of tb.
type Open func(tb testing.TB, specs ...*store.Spec) store.Store

// Run runs the whole contract.
func Run(t *testing.T, open Open) {
	parts := map[string]func(*testing.T, Open){
		"insert": runInsert, "replace": runReplace, "delete": runDelete, "write": runWrite, "find": runFind, "fold": runFold,
		"claim": runClaim, "expire": runExpire, "round trip": runRoundTrip, "race": runRaces, "lifecycle": runLifecycle,
		"declaration": runDeclaration, "collection": runCollection, "together": runTogether, "large": runLarge, "model": runModel,
	}
	for name, part := range parts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			part(t, open)
		})
	}
}

// item is a document with fields of every kind that can be compared, indexed and not.
type item struct {
	store.Meta `json:",inline"`

	Code   string    `json:"code"`
	Email  string    `json:"email,omitempty"`
	Group  group     `json:"group"`
	Rank   int64     `json:"rank"`
	Score  float64   `json:"score"`
	Done   bool      `json:"done"`
	At     time.Time `json:"at,omitzero"`
	Note   string    `json:"note,omitempty"`
	Colour string    `json:"colour,omitempty"`
	Size   int16     `json:"size,omitempty"`
	Weight float64   `json:"weight"`
	Loose  bool      `json:"loose,omitempty"`
	Seen   time.Time `json:"seen,omitzero"`
	Tags   []string  `json:"tags"`
}

type group string

// newItems declares a fresh collection of items, so that tests that share a server do not meet.
func newItems() *store.Spec {
	return &store.Spec{
		Name:  "items",
		New:   func() store.Doc { return new(item) },
		Queue: true,
		Indexes: []store.Index{
			{Name: "by_code", Fields: []string{"code"}, Unique: true},
			{Name: "by_email", Fields: []string{"email", "group"}, Unique: true, Sparse: true},
			{Name: "by_group", Fields: []string{"group", "rank"}},
			{Name: "by_score", Fields: []string{"score"}},
			{Name: "by_done", Fields: []string{"done", "at"}},
			{Name: "by_at", Fields: []string{"at"}},
			{Name: "by_note", Fields: []string{"note"}, Sparse: true},
		},
	}
}

// itemsIn opens an engine with one collection of items.
func itemsIn(t *testing.T, open Open) store.Collection[item, *item] {
	t.Helper()
	c, _, _ := itemsAndStore(t, open)
	return c
}

func itemsAndStore(t *testing.T, open Open) (store.Collection[item, *item], store.Store, *store.Spec) {
	t.Helper()
	spec := newItems()
	s := open(t, spec)
	return store.NewCollection[item](s, spec), s, spec
}

// newItem returns an item whose unique fields follow from its id.
func newItem(id string) *item { return &item{Meta: store.Meta{ID: id}, Code: "code-" + id} }

// numbered returns n items, item-000 and so on.
func numbered(n int) []*item {
	list := make([]*item, n)
	for i := range list {
		list[i] = newItem(fmt.Sprintf("item-%03d", i))
	}
	return list
}

// day returns a time some days and milliseconds after a fixed one.
func day(n int) time.Time {
	return time.Date(2026, 3, 1, 12, 0, 0, 7e6, time.UTC).AddDate(0, 0, n)
}

func insert(t *testing.T, c store.Collection[item, *item], docs ...*item) {
	t.Helper()
	if err := c.Insert(t.Context(), docs...); err != nil {
		t.Fatalf("insert: %v", err)
	}
}

func get(t *testing.T, c store.Collection[item, *item], id string) *item {
	t.Helper()
	doc, err := c.Get(t.Context(), id)
	if err != nil {
		t.Fatalf("get %q: %v", id, err)
	}
	return doc
}

func ids(docs []*item) []string {
	var list []string
	for _, d := range docs {
		list = append(list, d.ID)
	}
	return list
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(everything{}), withoutMarks); diff != "" {
		t.Errorf("%s differs (- want, + got):\n%s", what, diff)
	}
}

// withoutMarks leaves out what belongs to the engine.
var withoutMarks = cmpopts.IgnoreFields(store.Meta{}, "Marks")

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// pages reads everything that q finds, page by page, and checks that only the last page has no cursor behind it.
func pages(ctx context.Context, t *testing.T, c store.Collection[item, *item], q store.Query) []string {
	t.Helper()
	var list []string
	for {
		docs, next, err := c.Find(ctx, q)
		must(t, "find", err)
		if len(docs) > q.Limit || next != "" && len(docs) < q.Limit {
			t.Fatalf("page of %d documents with limit %d and next %q", len(docs), q.Limit, next)
		}
		list = append(list, ids(docs)...)
		if next == "" {
			return list
		}
		q.After = next
	}
}
