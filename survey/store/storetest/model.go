package storetest

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"earshot/survey/store"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// runModel does random operations on an engine and on a map, and compares all that can be seen. -rapid.checks says how
// many histories, -rapid.steps how long they are.
func runModel(t *testing.T, open Open) {
	_, s, spec := itemsAndStore(t, open)
	rapid.Check(t, func(rt *rapid.T) {
		m := &model{T: rt, ctx: t.Context(), engine: s, spec: spec, docs: map[string]item{}}
		m.clear()
		rt.Repeat(map[string]func(*rapid.T){
			"write": m.write, "find": m.find, "fold": m.fold, "claim": m.claim, "": m.compare,
		})
	})
}

// model is what the engine should hold.
type model struct {
	*rapid.T
	ctx    context.Context
	engine store.Store
	spec   *store.Spec
	docs   map[string]item
}

func (m *model) must(what string, err error) {
	if err != nil {
		m.Fatalf("%s: %v", what, err)
	}
}

func (m *model) same(what string, got, want any) {
	if diff := gocmp.Diff(want, got, withoutMarks); diff != "" {
		m.Fatalf("%s differs (- want, + got):\n%s", what, diff)
	}
}

// clear removes what an earlier history has left.
func (m *model) clear() {
	docs, _, err := m.engine.Find(m.ctx, m.spec, store.Query{Index: store.ByID, Limit: store.MaxLimit})
	m.must("find", err)
	items := make([]store.Write, len(docs))
	for i, d := range docs {
		items[i] = store.Write{Op: store.Delete, Doc: d}
	}
	_, err = m.engine.Write(m.ctx, m.spec, items)
	m.must("delete", err)
}

func (m *model) all() []*item {
	list := make([]*item, 0, len(m.docs))
	for _, d := range m.docs {
		list = append(list, &d)
	}
	return list
}

var (
	someIDs      = rapid.SampledFrom([]string{"a", "b", "c", "d", "e~", " f"})
	someGroups   = rapid.SampledFrom([]group{"", "x", "y", "ÿ"})
	someTroubles = rapid.SampledFrom([]string{"", "mail:dead", "mail:failing"})
	someDays     = rapid.Custom(func(t *rapid.T) time.Time {
		if n := rapid.IntRange(0, 4).Draw(t, "day"); n > 0 {
			return day(n)
		}
		return time.Time{}
	})
)

// draw makes an item of few different values, so that they meet.
func draw(t *rapid.T, id string) *item {
	return &item{
		Meta: store.Meta{
			ID: id, Due: someDays.Draw(t, "due"), Dead: someDays.Draw(t, "dead"), Failing: someDays.Draw(t, "failing"),
			Troubled: someTroubles.Draw(t, "troubled"),
		},
		Code:  rapid.SampledFrom([]string{"one", "two", "three", "four"}).Draw(t, "code"),
		Email: rapid.SampledFrom([]string{"", "m", "n"}).Draw(t, "email"),
		Group: someGroups.Draw(t, "group"),
		Rank:  rapid.Int64Range(-2, 2).Draw(t, "rank"),
		Score: rapid.SampledFrom([]float64{-1.5, 0, 0.25, 7}).Draw(t, "score"),
		Done:  rapid.Bool().Draw(t, "done"),
		At:    someDays.Draw(t, "at"),
		Note:  rapid.SampledFrom([]string{"", "p", "q"}).Draw(t, "note"),

		Colour: rapid.SampledFrom([]string{"", "red", "green"}).Draw(t, "colour"),
		Size:   rapid.Int16Range(0, 3).Draw(t, "size"),
		Weight: rapid.SampledFrom([]float64{0, 0.25, 2}).Draw(t, "weight"),
		Loose:  rapid.Bool().Draw(t, "loose"),
		Seen:   someDays.Draw(t, "seen"),
		Tags:   rapid.SampledFrom([][]string{nil, {}, {"a", "b"}}).Draw(t, "tags"),
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

// write writes a random batch: each item is judged on what those before it have left.
func (m *model) write(t *rapid.T) {
	items := make([]store.Write, rapid.IntRange(1, 12).Draw(t, "number"))
	want := make([]string, len(items))
	versions := make([]int64, len(items))
	for i := range items {
		d := draw(t, someIDs.Draw(t, "id"))
		items[i] = store.Write{Op: rapid.SampledFrom(ops).Draw(t, "op"), Doc: d}
		if items[i].Op != store.Insert {
			d.Version = m.docs[d.ID].Version - rapid.SampledFrom([]int64{0, 0, 0, 1}).Draw(t, "behind")
		}
		want[i], versions[i] = m.apply(items[i].Op, *d)
	}
	got, err := m.engine.Write(m.ctx, m.spec, items)
	m.must("write", err)
	m.same("outcomes", outcomes(got), want)
	for i, item := range items {
		m.same("version", item.Doc.Envelope().Version, versions[i])
	}
}

var ops = []store.Op{store.Insert, store.Insert, store.Replace, store.Replace, store.Delete, store.Extend}

// apply does an item of a batch to the model and returns its outcome, and the version that its document has then.
func (m *model) apply(op store.Op, d item) (string, int64) {
	stored, there := m.docs[d.ID]
	if op == store.Insert {
		if index := m.taken(&d, true); index != "" {
			return "taken in " + index, d.Version
		}
		d.Version = 1
		m.docs[d.ID] = d
		return "done", d.Version
	}
	if !there || stored.Version != d.Version {
		return "conflict", d.Version
	}
	switch op {
	case store.Replace:
		if index := m.taken(&d, false); index != "" {
			return "taken in " + index, d.Version
		}
		d.Version++
		m.docs[d.ID] = d
	case store.Delete:
		delete(m.docs, d.ID)
	case store.Extend:
		stored.Due = d.Due
		m.docs[d.ID] = stored
	}
	return "done", d.Version
}

// claim takes some documents, longest due first.
func (m *model) claim(t *rapid.T) {
	now, until := day(rapid.IntRange(0, 5).Draw(t, "now")), day(rapid.IntRange(0, 5).Draw(t, "until"))
	n := rapid.IntRange(1, 4).Draw(t, "number")
	due := slices.DeleteFunc(m.all(), func(d *item) bool { return d.Due.IsZero() || d.Due.After(now) })
	slices.SortFunc(due, func(a, b *item) int { return cmp.Or(a.Due.Compare(b.Due), compare(a.ID, b.ID)) })
	var want []item
	for _, d := range due[:min(n, len(due))] {
		d.Due, d.Version = until, d.Version+1
		m.docs[d.ID] = *d
		want = append(want, *d)
	}
	claimed, err := m.docsOf(m.engine.Claim(m.ctx, m.spec, now, until, n))
	m.must("claim", err)
	m.same("claimed", claimed, want)
}

// docsOf gives documents their type.
func (m *model) docsOf(docs []store.Doc, err error) ([]item, error) {
	var list []item
	for _, d := range docs {
		list = append(list, *d.(*item))
	}
	return list, err
}

// drawQuery asks one of the indexes for something.
func drawQuery(t *rapid.T) store.Query {
	q := store.Query{Descending: rapid.Bool().Draw(t, "descending"), Limit: rapid.SampledFrom([]int{1, 2, 9}).Draw(t, "limit")}
	fields := map[string]*rapid.Generator[any]{
		"id": someIDs.AsAny(), "group": someGroups.AsAny(), "rank": rapid.IntRange(-2, 2).AsAny(), "at": someDays.AsAny(),
		"done": rapid.Bool().AsAny(), "score": rapid.Float64Range(-2, 8).AsAny(), "note": rapid.SampledFrom([]string{"", "p", "q"}).AsAny(),
		"code": rapid.SampledFrom([]string{"one", "two"}).AsAny(), "email": rapid.SampledFrom([]string{"", "m"}).AsAny(),
		"due": someDays.AsAny(), "dead": someDays.AsAny(),
		"failing": someDays.AsAny(), "troubled": someTroubles.AsAny(),
	}
	q.Index = rapid.SampledFrom([]string{
		store.ByID, "by_code", "by_email", "by_group", "by_score", "by_done", "by_at", "by_note", store.ByDue, store.ByDead, store.ByFailing,
	}).Draw(t, "index")
	keys := indexFields(q.Index)
	for _, f := range keys[:rapid.IntRange(0, len(keys)-1).Draw(t, "equal")] {
		q.Equal = append(q.Equal, fields[f].Draw(t, "value"))
	}
	bound := fields[keys[len(q.Equal)]]
	if rapid.IntRange(0, 3).Draw(t, "in") == 0 {
		q.In = rapid.SliceOfN(bound.Filter(func(v any) bool { return !zero(v) || !nullable(keys[len(q.Equal)]) }), 0, 4).Draw(t, "values")
		return q
	}
	if rapid.Bool().Draw(t, "has from") {
		q.From = bound.Draw(t, "from")
	}
	if rapid.Bool().Draw(t, "has to") {
		q.To = bound.Draw(t, "to")
	}
	return q
}

// drawConditions narrows a query by fields that its index need not hold.
func drawConditions(t *rapid.T) []store.Where {
	all := conditions()
	var list []store.Where
	for range rapid.IntRange(0, 2).Draw(t, "conditions") {
		list = append(list, rapid.SampledFrom(all).Draw(t, "condition"))
	}
	return list
}

func (m *model) find(t *rapid.T) {
	q := drawQuery(t)
	q.Where = drawConditions(t)
	q.Fields = rapid.SampledFrom([][]string{nil, nil, {"rank"}, {"tags", "colour"}, {"due", "owes"}, {"note", "at"}}).Draw(t, "fields")
	var want []item
	all := m.all()
	for _, id := range expect(all, q) {
		d := m.docs[id]
		want = append(want, *projected(&d, q))
	}
	var got []item
	for {
		docs, next, err := m.engine.Find(m.ctx, m.spec, q)
		page, err := m.docsOf(docs, err)
		m.must("find", err)
		got = append(got, page...)
		if next == "" {
			break
		}
		q.After = next
	}
	m.same("found", got, want)
}

// fold counts what a random query finds, by random fields and periods.
func (m *model) fold(t *rapid.T) {
	f := store.Fold{Query: drawQuery(t)}
	f.Where = drawConditions(t)
	f.By = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"group", "rank", "done", "note", "colour", "seen", "due"}), 0, 3, rapid.ID).Draw(t, "by")
	f.Sum = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"rank", "score", "size", "weight"}), 0, 3, rapid.ID).Draw(t, "sum")
	if f.At = rapid.SampledFrom([]string{"", "at", "seen"}).Draw(t, "at"); f.At != "" {
		f.Every = rapid.SampledFrom(periods).Draw(t, "every")
		f.Zone = rapid.SampledFrom(zones()).Draw(t, "zone")
	}
	groups, err := m.engine.Fold(m.ctx, m.spec, f)
	m.must("fold", err)
	m.same("groups", readable(groups, f), folded(m.all(), f))
}

// compare reads everything.
func (m *model) compare(*rapid.T) {
	found, _, err := m.engine.Find(m.ctx, m.spec, store.Query{Index: store.ByID, Limit: 100})
	docs, err := m.docsOf(found, err)
	m.must("find", err)
	got := map[string]item{}
	for _, d := range docs {
		got[d.ID] = d
	}
	m.same("documents", got, m.docs)
}
