package storetest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"earshot/survey/store"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// runModel does random operations on an engine and on a map, and compares all that can be seen. -rapid.checks says how
// many histories, -rapid.steps how long they are.
func runModel(t *testing.T, open Open) {
	c := itemsIn(t, open)
	rapid.Check(t, func(rt *rapid.T) {
		m := &model{T: rt, ctx: t.Context(), engine: c, docs: map[string]item{}}
		m.clear()
		rt.Repeat(map[string]func(*rapid.T){
			"insert": m.insert, "replace": m.replace, "delete": m.remove, "find": m.find, "claim": m.claim, "": m.compare,
		})
	})
}

// model is what the engine should hold.
type model struct {
	*rapid.T
	ctx    context.Context
	engine store.Collection[item, *item]
	docs   map[string]item
}

func (m *model) must(what string, err error) {
	if err != nil {
		m.Fatalf("%s: %v", what, err)
	}
}

func (m *model) same(what string, got, want any) {
	if diff := cmp.Diff(want, got); diff != "" {
		m.Fatalf("%s differs (- want, + got):\n%s", what, diff)
	}
}

// clear removes what an earlier history has left.
func (m *model) clear() {
	for d, err := range m.engine.All(m.ctx, store.Query{Index: store.ByID}) {
		m.must("all", err)
		m.must("delete", m.engine.Delete(m.ctx, d))
	}
}

func (m *model) all() []*item {
	list := make([]*item, 0, len(m.docs))
	for _, d := range m.docs {
		list = append(list, &d)
	}
	return list
}

var (
	someIDs    = rapid.SampledFrom([]string{"a", "b", "c", "d", "e~", " f"})
	someGroups = rapid.SampledFrom([]group{"", "x", "y", "ÿ"})
	someDays   = rapid.Custom(func(t *rapid.T) time.Time {
		if n := rapid.IntRange(0, 4).Draw(t, "day"); n > 0 {
			return day(n)
		}
		return time.Time{}
	})
)

// draw makes an item of few different values, so that they meet.
func draw(t *rapid.T, id string) *item {
	return &item{
		Meta:  store.Meta{ID: id, Due: someDays.Draw(t, "due")},
		Code:  rapid.SampledFrom([]string{"one", "two", "three", "four"}).Draw(t, "code"),
		Email: rapid.SampledFrom([]string{"", "m", "n"}).Draw(t, "email"),
		Group: someGroups.Draw(t, "group"),
		Rank:  rapid.Int64Range(-2, 2).Draw(t, "rank"),
		Score: rapid.SampledFrom([]float64{-1.5, 0, 0.25, 7}).Draw(t, "score"),
		Done:  rapid.Bool().Draw(t, "done"),
		At:    someDays.Draw(t, "at"),
		Note:  rapid.SampledFrom([]string{"", "p", "q"}).Draw(t, "note"),
	}
}

// taken returns the index that refuses d, empty when none does.
func (m *model) taken(d *item, inserting bool) string {
	if _, there := m.docs[d.ID]; there && inserting {
		return store.ByID
	}
	for _, index := range []string{"by_code", "by_email"} {
		for _, other := range m.docs {
			equal := other.Code == d.Code
			if index == "by_email" {
				equal = d.Email != "" && other.Email == d.Email && other.Group == d.Group
			}
			if equal && other.ID != d.ID {
				return index
			}
		}
	}
	return ""
}

func (m *model) insert(t *rapid.T) {
	docs := make([]*item, rapid.IntRange(1, 4).Draw(t, "number"))
	var want []store.Duplicate
	for i := range docs {
		docs[i] = draw(t, someIDs.Draw(t, "id"))
		if index := m.taken(docs[i], true); index != "" {
			want = append(want, store.Duplicate{Doc: i, Index: index})
			continue
		}
		stored := *docs[i]
		stored.Version = 1
		m.docs[stored.ID] = stored
	}
	m.refused(m.engine.Insert(m.ctx, docs...), want)
}

func (m *model) refused(err error, want []store.Duplicate) {
	var duplicate *store.DuplicateError
	if want == nil || !errors.As(err, &duplicate) {
		m.must("write", err)
		m.same("refused", []store.Duplicate(nil), want)
		return
	}
	m.same("refused", duplicate.Refused, want)
}

func (m *model) replace(t *rapid.T) {
	d := draw(t, someIDs.Draw(t, "id"))
	stored, there := m.docs[d.ID]
	d.Version = stored.Version - rapid.SampledFrom([]int64{0, 0, 0, 1}).Draw(t, "behind")
	index := m.taken(d, false)
	before := d.Version
	err := m.engine.Replace(m.ctx, d)
	switch {
	case !there || before != stored.Version:
		if !errors.Is(err, store.ErrConflict) {
			m.Fatalf("replace of version %d, stored %d: got %v, want ErrConflict", before, stored.Version, err)
		}
	case index != "":
		m.refused(err, []store.Duplicate{{Doc: 0, Index: index}})
	default:
		m.must("replace", err)
		m.same("version", d.Version, before+1)
		m.docs[d.ID] = *d
	}
}

func (m *model) remove(t *rapid.T) {
	id := someIDs.Draw(t, "id")
	stored, there := m.docs[id]
	d := &item{Meta: store.Meta{ID: id, Version: stored.Version + rapid.SampledFrom([]int64{0, 0, 1}).Draw(t, "ahead")}}
	err := m.engine.Delete(m.ctx, d)
	if !there || d.Version != stored.Version {
		if !errors.Is(err, store.ErrConflict) {
			m.Fatalf("delete of version %d, stored %d: got %v, want ErrConflict", d.Version, stored.Version, err)
		}
		return
	}
	m.must("delete", err)
	delete(m.docs, id)
}

func (m *model) claim(t *rapid.T) {
	now, until := day(rapid.IntRange(0, 5).Draw(t, "now")), day(rapid.IntRange(0, 5).Draw(t, "until"))
	due := slices.DeleteFunc(m.all(), func(d *item) bool { return d.Due.IsZero() || d.Due.After(now) })
	got, err := m.engine.Claim(m.ctx, now, until)
	if len(due) == 0 {
		if !errors.Is(err, store.ErrNotFound) {
			m.Fatalf("claim: got %v, want ErrNotFound", err)
		}
		return
	}
	m.must("claim", err)
	first := slices.MinFunc(due, func(a, b *item) int {
		if c := a.Due.Compare(b.Due); c != 0 {
			return c
		}
		return compare(a.ID, b.ID)
	})
	want := *first
	want.Due, want.Version = until, want.Version+1
	m.docs[want.ID] = want
	m.same("claimed", *got, want)
}

// drawQuery asks one of the indexes for something.
func drawQuery(t *rapid.T) store.Query {
	q := store.Query{Descending: rapid.Bool().Draw(t, "descending"), Limit: rapid.SampledFrom([]int{1, 2, 9}).Draw(t, "limit")}
	fields := map[string]*rapid.Generator[any]{
		"id": someIDs.AsAny(), "group": someGroups.AsAny(), "rank": rapid.IntRange(-2, 2).AsAny(), "at": someDays.AsAny(),
		"done": rapid.Bool().AsAny(), "score": rapid.Float64Range(-2, 8).AsAny(), "note": rapid.SampledFrom([]string{"", "p", "q"}).AsAny(),
		"code": rapid.SampledFrom([]string{"one", "two"}).AsAny(), "email": rapid.SampledFrom([]string{"", "m"}).AsAny(),
	}
	q.Index = rapid.SampledFrom([]string{store.ByID, "by_code", "by_email", "by_group", "by_score", "by_done", "by_at", "by_note"}).Draw(t, "index")
	keys := indexFields(q.Index)
	for _, f := range keys[:rapid.IntRange(0, len(keys)-1).Draw(t, "equal")] {
		q.Equal = append(q.Equal, fields[f].Draw(t, "value"))
	}
	bound := fields[keys[len(q.Equal)]]
	if rapid.Bool().Draw(t, "has from") {
		q.From = bound.Draw(t, "from")
	}
	if rapid.Bool().Draw(t, "has to") {
		q.To = bound.Draw(t, "to")
	}
	return q
}

func (m *model) find(t *rapid.T) {
	q := drawQuery(t)
	want := expect(m.all(), q)
	var got []string
	for {
		docs, next, err := m.engine.Find(m.ctx, q)
		m.must("find", err)
		got = append(got, ids(docs)...)
		if next == "" {
			break
		}
		q.After = next
	}
	m.same("found", got, want)
}

// compare reads everything.
func (m *model) compare(*rapid.T) {
	docs, _, err := m.engine.Find(m.ctx, store.Query{Index: store.ByID, Limit: 100})
	m.must("find", err)
	got := map[string]item{}
	for _, d := range docs {
		got[d.ID] = *d
	}
	m.same("documents", got, m.docs)
}
