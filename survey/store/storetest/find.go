package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"earshot/survey/store"
)

func runFind(t *testing.T, open Open) {
	t.Run("rows", func(t *testing.T) { findRows(t, open) })
	t.Run("mistakes", func(t *testing.T) { findMistakes(t, open) })
	t.Run("while others insert", func(t *testing.T) { findWhileInserting(t, open) })
	t.Run("bad cursors", func(t *testing.T) { findBadCursors(t, open) })
	t.Run("another window at a cursor", func(t *testing.T) { findOtherWindow(t, open) })
	t.Run("some fields", func(t *testing.T) { findFields(t, open) })
	t.Run("among very many values", func(t *testing.T) { findAmongMany(t, open) })
}

// findable are items with ties in every indexed field.
func findable() []*item {
	list := numbered(24)
	for i, d := range list {
		d.Group = group([]string{"", "blue", "red", "Ünder"}[i%4])
		d.Rank = int64(i%3 - 1)
		d.Score = float64(i%5) - 1.5
		d.Done = i%2 == 1
		if i%6 != 0 {
			d.At = day(i % 4)
		}
		if i%3 != 0 {
			d.Note = fmt.Sprint("note ", i%2)
			d.Colour, d.Size = []string{"red", "green", ""}[i%5%3], int16(i%4)
		}
		if i%4 > 0 {
			d.Seen, d.Loose, d.Weight = day(i%3).Add(-7*time.Millisecond*time.Duration(i%2)), i%3 == 1, float64(i%3)/4
		}
	}
	return list
}

// findQueries are questions of every kind, without a direction and a limit.
func findQueries() []findRow {
	rows := []findRow{
		{"all by id", store.Query{Index: store.ByID}},
		{"ids in a range", store.Query{Index: store.ByID, From: "item-003", To: "item-011"}},
		{"one id", store.Query{Index: store.ByID, Equal: []any{"item-003"}}},
		{"all by a unique field", store.Query{Index: "by_code"}},
		{"equal in one of two", store.Query{Index: "by_group", Equal: []any{"blue"}}},
		{"equal in the zero value", store.Query{Index: "by_group", Equal: []any{group("")}}},
		{"equal in both", store.Query{Index: "by_group", Equal: []any{"red", 1}}},
		{"equal in both and the id", store.Query{Index: "by_group", Equal: []any{"red", int8(-1)}, From: "item-006"}},
		{"a range behind an equal", store.Query{Index: "by_group", Equal: []any{"Ünder"}, From: 0}},
		{"a range of texts", store.Query{Index: "by_group", From: "a", To: "s"}},
		{"a range of floats", store.Query{Index: "by_score", From: -0.5, To: 2.5}},
		{"a float by an integer", store.Query{Index: "by_score", From: 0}},
		{"a boolean", store.Query{Index: "by_done", Equal: []any{true}}},
		{"all times, the zero ones first", store.Query{Index: "by_at"}},
		{"zero times", store.Query{Index: "by_at", Equal: []any{time.Time{}}}},
		{"times from", store.Query{Index: "by_at", From: day(1)}},
		{"times to, without the zero ones", store.Query{Index: "by_at", To: day(2)}},
		{"times behind an equal", store.Query{Index: "by_done", Equal: []any{false}, From: day(0), To: day(3)}},
		{"times and zero times behind an equal", store.Query{Index: "by_done", Equal: []any{false}}},
		{"two fields free", store.Query{Index: "by_done"}},
		{"a sparse index", store.Query{Index: "by_note"}},
		{"a sparse index, equal", store.Query{Index: "by_note", Equal: []any{"note 1"}}},
		{"a sparse index, range", store.Query{Index: "by_note", From: "", To: "note 1"}},
		{"a range that is empty", store.Query{Index: "by_group", From: "z", To: "a"}},
		{"nothing", store.Query{Index: "by_group", Equal: []any{"green"}}},
		{"one of several", store.Query{Index: "by_group", In: []any{"red", "blue", "green", group("red")}}},
		{"one of several and of two fields free", store.Query{Index: "by_done", In: []any{true, false}}},
		{"one of several behind an equal", store.Query{Index: "by_group", Equal: []any{""}, In: []any{1, -1}}},
		{"one of several ids", store.Query{Index: store.ByID, In: []any{"item-020", "item-003", "item-004"}}},
		{"one of several ids behind equals", store.Query{Index: "by_group", Equal: []any{"red", 1}, In: []any{"item-010", "item-002", "item-022"}}},
		{"one of several times", store.Query{Index: "by_at", In: []any{day(2), day(1)}}},
		{"one of several in a sparse index", store.Query{Index: "by_note", In: []any{"note 1", "note 7"}}},
		{"one of one", store.Query{Index: "by_group", In: []any{"Ünder"}}},
		{"one of none", store.Query{Index: "by_group", In: []any{}}},
	}
	for i, w := range conditions() {
		rows = append(rows, findRow{fmt.Sprint("where ", w), store.Query{Index: "by_done", Where: []store.Where{w}}})
		for _, v := range conditions()[:i] {
			rows = append(rows, findRow{fmt.Sprint("where ", v, w), store.Query{Index: "by_note", From: "note 1", Where: []store.Where{v, w}}})
		}
	}
	return rows
}

type findRow struct {
	name string
	q    store.Query
}

// conditions are some on fields of every kind, indexed and not, zero and not.
func conditions() []store.Where {
	return []store.Where{
		{Field: "id", Is: store.OneOf, Value: []any{"item-001", "item-007", "item-008", "nobody"}},
		{Field: "group", Is: store.Differs, Value: ""}, {Field: "rank", Is: store.AtLeast, Value: 0},
		{Field: "score", Is: store.Below, Value: 0.5}, {Field: "at", Is: store.Equals, Value: time.Time{}},
		{Field: "at", Is: store.Differs, Value: time.Time{}}, {Field: "at", Is: store.Below, Value: day(2)},
		{Field: "at", Is: store.AtLeast, Value: time.Time{}}, {Field: "note", Is: store.AtLeast, Value: ""},
		{Field: "note", Is: store.OneOf, Value: []any{"", "note 1"}}, {Field: "note", Is: store.Differs, Value: "note 1"},
		{Field: "colour", Is: store.Equals, Value: "red"}, {Field: "colour", Is: store.Differs, Value: "red"},
		{Field: "colour", Is: store.Equals, Value: ""}, {Field: "colour", Is: store.Below, Value: "red"},
		{Field: "colour", Is: store.OneOf, Value: []any{}}, {Field: "colour", Is: store.OneOf, Value: []any{"green", ""}},
		{Field: "size", Is: store.Below, Value: 2}, {Field: "size", Is: store.OneOf, Value: []any{0, 3}},
		{Field: "weight", Is: store.AtLeast, Value: 0.25}, {Field: "weight", Is: store.Equals, Value: 0},
		{Field: "loose", Is: store.Equals, Value: true}, {Field: "loose", Is: store.Differs, Value: true},
		{Field: "seen", Is: store.Equals, Value: day(1)}, {Field: "seen", Is: store.AtLeast, Value: day(1)},
		{Field: "seen", Is: store.Below, Value: day(2)}, {Field: "seen", Is: store.Differs, Value: day(1)},
		{Field: "seen", Is: store.Equals, Value: time.Time{}}, {Field: "seen", Is: store.OneOf, Value: []any{time.Time{}, day(2)}},
		{Field: "seen", Is: store.NotAtLeast, Value: day(1)}, {Field: "at", Is: store.NotAtLeast, Value: day(2)},
		{Field: "at", Is: store.NotAtLeast, Value: time.Time{}}, {Field: "rank", Is: store.NotAtLeast, Value: 0},
		{Field: "colour", Is: store.NotAtLeast, Value: "red"}, {Field: "note", Is: store.NotAtLeast, Value: "note 1"},
		{Field: "note", Is: store.HasWord, Value: []any{"1", "(0)"}}, {Field: "note", Is: store.HasWord, Value: []any{}},
		{Field: "colour", Is: store.HasWord, Value: []any{"re"}}, {Field: "colour", Is: store.HasWord, Value: []any{"red", "green.", "g.*n"}},
		{Field: "due", Is: store.Equals, Value: time.Time{}}, {Field: "version", Is: store.Equals, Value: 1},
	}
}

func findRows(t *testing.T, open Open) {
	c := itemsIn(t, open)
	all := findable()
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	insert(t, c, all...)
	for _, row := range findQueries() {
		for _, descending := range []bool{false, true} {
			for _, limit := range []int{1, 3, 100} {
				row.q.Descending, row.q.Limit = descending, limit
				want := expect(all, row.q)
				got := pages(t.Context(), t, c, row.q)
				if !slices.Equal(got, want) {
					t.Errorf("%s, descending %t, limit %d:\n got %v\nwant %v", row.name, descending, limit, got, want)
				}
			}
		}
	}
}

func where(field string, is store.Comparison, value any) store.Query {
	return store.Query{Index: store.ByID, Where: []store.Where{{Field: field, Is: is, Value: value}}, Limit: 1}
}

func findMistakes(t *testing.T, open Open) {
	c := itemsIn(t, open)
	insert(t, c, findable()...)
	_, cursor, err := c.Find(t.Context(), store.Query{Index: "by_group", Equal: []any{"red"}, Limit: 1})
	must(t, "find", err)
	rows := map[string]store.Query{
		"no index":              {Limit: 1},
		"an unknown index":      {Index: "by_nothing", Limit: 1},
		"no limit":              {Index: store.ByID},
		"a limit too large":     {Index: store.ByID, Limit: store.MaxLimit + 1},
		"a negative limit":      {Index: store.ByID, Limit: -1},
		"too many values":       {Index: "by_code", Equal: []any{"a", "b", "c"}, Limit: 1},
		"a wrong type":          {Index: "by_group", Equal: []any{7}, Limit: 1},
		"a nil value":           {Index: "by_group", Equal: []any{nil}, Limit: 1},
		"a wrong bound":         {Index: "by_at", From: "yesterday", Limit: 1},
		"a struct":              {Index: "by_at", To: struct{}{}, Limit: 1},
		"no field to bound":     {Index: store.ByID, Equal: []any{"a"}, From: "a", Limit: 1},
		"another's cursor":      {Index: "by_group", Equal: []any{"blue"}, Limit: 1, After: cursor},
		"the other direction":   {Index: "by_group", Equal: []any{"red"}, Limit: 1, After: cursor, Descending: true},
		"other values":          {Index: "by_group", In: []any{"red"}, Limit: 1, After: cursor},
		"In and From":           {Index: "by_group", In: []any{"red"}, From: "a", Limit: 1},
		"In the zero value":     {Index: "by_at", In: []any{day(1), time.Time{}}, Limit: 1},
		"In of a wrong type":    {Index: "by_at", In: []any{7}, Limit: 1},
		"In of no field":        {Index: store.ByID, Equal: []any{"a"}, In: []any{"a"}, Limit: 1},
		"In of too many":        {Index: "by_group", In: make([]any, store.MaxBatch+1), Limit: 1},
		"where of no field":     where("shape", store.Equals, "a"),
		"where of a list":       where("tags", store.Equals, "a"),
		"where of no kind":      where("rank", 0, 1),
		"where of a new kind":   where("rank", store.HasWord+1, 1),
		"where of a wrong type": where("rank", store.Equals, "a"),
		"one of one value":      where("rank", store.OneOf, 1),
		"a word of a number":    where("rank", store.HasWord, []any{1}),
		"two words in one":      where("note", store.HasWord, []any{"a b"}),
		"an empty word":         where("note", store.HasWord, []any{""}),
		"one of a wrong type":   where("rank", store.OneOf, []any{"a"}),
		"fields of no field":    {Index: store.ByID, Fields: []string{"shape"}, Limit: 1},
	}
	for name, q := range rows {
		if _, _, err := c.Find(t.Context(), q); !errors.Is(err, store.ErrQuery) {
			t.Errorf("%s: got %v, want ErrQuery", name, err)
		}
	}
}

func findWhileInserting(t *testing.T, open Open) {
	c := itemsIn(t, open)
	old := numbered(20)
	for i, d := range old {
		d.Group, d.Rank = "g", int64(i)
	}
	insert(t, c, old...)
	q := store.Query{Index: "by_group", Equal: []any{"g"}, Limit: 3}
	var got []string
	for n := 0; ; n++ {
		docs, next, err := c.Find(t.Context(), q)
		must(t, "find", err)
		for _, d := range docs {
			if d.Note == "" {
				got = append(got, d.ID)
			}
		}
		if next == "" {
			break
		}
		late := newItem(fmt.Sprintf("late-%03d", n))
		late.Group, late.Rank, late.Note = "g", int64(n*2), "late"
		insert(t, c, late)
		q.After = next
	}
	same(t, "documents that were there all the time", got, ids(old))
}

func findBadCursors(t *testing.T, open Open) {
	c := itemsIn(t, open)
	insert(t, c, findable()...)
	q := store.Query{Index: "by_done", Equal: []any{true}, Limit: 1}
	_, good, err := c.Find(t.Context(), q)
	must(t, "find", err)
	for i := range len(good) {
		bad := []byte(good)
		bad[i] ^= 1
		q.After = store.Cursor(bad)
		if _, _, err := c.Find(t.Context(), q); err != nil && !errors.Is(err, store.ErrQuery) {
			t.Errorf("cursor %q: got %v, want ErrQuery or a page", bad, err)
		}
	}
	for _, bad := range []store.Cursor{"x", "!", good[:len(good)-1], good + "AA", store.Cursor("ä")} {
		q.After = bad
		if _, _, err := c.Find(t.Context(), q); !errors.Is(err, store.ErrQuery) {
			t.Errorf("cursor %q: got %v, want ErrQuery", bad, err)
		}
	}
}

// findOtherWindow resumes with bounds that the cursor lies outside of: the bounds hold all the same.
func findOtherWindow(t *testing.T, open Open) {
	c := itemsIn(t, open)
	all := findable()
	insert(t, c, all...)
	for _, descending := range []bool{false, true} {
		whole := store.Query{Index: "by_score", Descending: descending, Limit: 12}
		_, cursor, err := c.Find(t.Context(), whole)
		must(t, "find", err)
		order := expect(all, whole)
		for _, w := range [][2]float64{{-2, 0}, {-1, 1}, {0, 3}, {2, 9}, {5, 9}} {
			q := store.Query{Index: "by_score", Descending: descending, Limit: 4, After: cursor, From: w[0], To: w[1]}
			inside := expect(all, store.Query{Index: "by_score", Descending: descending, From: w[0], To: w[1], Limit: 100})
			want := slices.DeleteFunc(inside, func(id string) bool { return slices.Index(order, id) < 12 })
			if got := pages(t.Context(), t, c, q); !slices.Equal(got, want) {
				t.Errorf("descending %t, window %v: got %v, want %v", descending, w, got, want)
			}
		}
	}
}

// projected is d with nothing but these fields, besides the id and the fields of the index.
func projected(d *item, q store.Query) *item {
	if len(q.Fields) == 0 {
		return d
	}
	all := map[string]func(*item){
		"due": func(p *item) { p.Due = d.Due }, "dead": func(p *item) { p.Dead = d.Dead }, "owes": func(p *item) { p.Owes = d.Owes },
		"failing": func(p *item) { p.Failing = d.Failing }, "troubled": func(p *item) { p.Troubled = d.Troubled },
		"code": func(p *item) { p.Code = d.Code }, "email": func(p *item) { p.Email = d.Email }, "group": func(p *item) { p.Group = d.Group },
		"rank": func(p *item) { p.Rank = d.Rank }, "score": func(p *item) { p.Score = d.Score }, "done": func(p *item) { p.Done = d.Done },
		"at": func(p *item) { p.At = d.At }, "note": func(p *item) { p.Note = d.Note }, "colour": func(p *item) { p.Colour = d.Colour },
		"size": func(p *item) { p.Size = d.Size }, "seen": func(p *item) { p.Seen = d.Seen }, "tags": func(p *item) { p.Tags = d.Tags },
		"id": func(*item) {}, "version": func(*item) {},
	}
	p := &item{Meta: store.Meta{ID: d.ID}}
	for _, name := range append(indexFields(q.Index), q.Fields...) {
		all[name](p)
	}
	return p
}

func findFields(t *testing.T, open Open) {
	c := itemsIn(t, open)
	all := findable()
	for i, d := range all {
		d.Tags = [][]string{nil, {}, {"a", "b"}}[i%3]
		if i%2 == 0 {
			d.Owe("mail", day(i))
		}
	}
	insert(t, c, all...)
	rows := [][]string{
		{"group"}, {"rank", "score", "at", "done", "note", "email"}, {"due"}, {"due", "colour"}, {"tags"}, {"colour", "size", "seen"},
		{"owes", "dead", "failing", "troubled", "version"}, {"id"}, {"group", "tags"},
	}
	for _, fields := range rows {
		for _, index := range []string{store.ByID, "by_done", store.ByDue} {
			q := store.Query{Index: index, Fields: fields, Limit: 7, Where: []store.Where{{Field: "size", Is: store.Below, Value: 3}}}
			want := expect(all, q)
			for d, err := range c.All(t.Context(), q) {
				must(t, "all", err)
				if len(want) == 0 || want[0] != d.ID {
					t.Fatalf("%v by %s: got %s, want %v", fields, index, d.ID, want)
				}
				want = want[1:]
				i := slices.IndexFunc(all, func(a *item) bool { return a.ID == d.ID })
				same(t, fmt.Sprint(fields, " by ", index), d, projected(all[i], q))
			}
			same(t, fmt.Sprint(fields, " by ", index, ": not found"), want, []string{})
		}
	}
	d, err := c.First(t.Context(), store.Query{Index: store.ByID, Fields: []string{"rank"}})
	must(t, "first", err)
	if err := c.Replace(t.Context(), d); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a part of a document in place of the whole: got %v, want ErrConflict", err)
	}
}

// findAmongMany asks for as many values as there may be.
func findAmongMany(t *testing.T, open Open) {
	c := itemsIn(t, open)
	docs := numbered(40)
	insert(t, c, docs...)
	var values []any
	for i := range store.MaxBatch {
		values = append(values, fmt.Sprintf("code-item-%03d", i*3))
	}
	for _, descending := range []bool{false, true} {
		q := store.Query{Index: "by_code", In: values, Descending: descending, Limit: 4}
		same(t, "documents", pages(t.Context(), t, c, q), expect(docs, q))
		q = store.Query{Index: store.ByID, Where: []store.Where{{Field: "code", Is: store.OneOf, Value: values}}, Descending: descending, Limit: 4}
		same(t, "documents", pages(t.Context(), t, c, q), expect(docs, q))
	}
}
