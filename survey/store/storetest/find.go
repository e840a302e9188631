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
		}
	}
	return list
}

func findRows(t *testing.T, open Open) {
	c := itemsIn(t, open)
	all := findable()
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	insert(t, c, all...)
	rows := []struct {
		name string
		q    store.Query
	}{
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
	}
	for _, row := range rows {
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

func findMistakes(t *testing.T, open Open) {
	c := itemsIn(t, open)
	insert(t, c, findable()...)
	_, cursor, err := c.Find(t.Context(), store.Query{Index: "by_group", Equal: []any{"red"}, Limit: 1})
	must(t, "find", err)
	rows := map[string]store.Query{
		"no index":            {Limit: 1},
		"an unknown index":    {Index: "by_nothing", Limit: 1},
		"no limit":            {Index: store.ByID},
		"a limit too large":   {Index: store.ByID, Limit: store.MaxLimit + 1},
		"a negative limit":    {Index: store.ByID, Limit: -1},
		"too many values":     {Index: "by_code", Equal: []any{"a", "b", "c"}, Limit: 1},
		"a wrong type":        {Index: "by_group", Equal: []any{7}, Limit: 1},
		"a nil value":         {Index: "by_group", Equal: []any{nil}, Limit: 1},
		"a wrong bound":       {Index: "by_at", From: "yesterday", Limit: 1},
		"a struct":            {Index: "by_at", To: struct{}{}, Limit: 1},
		"no field to bound":   {Index: store.ByID, Equal: []any{"a"}, From: "a", Limit: 1},
		"another's cursor":    {Index: "by_group", Equal: []any{"blue"}, Limit: 1, After: cursor},
		"the other direction": {Index: "by_group", Equal: []any{"red"}, Limit: 1, After: cursor, Descending: true},
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
