package storetest

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"earshot/survey/store"
)

// expect is the port's Find in its plainest form, over a slice and without a cursor: the ids of all documents that q asks
// for, in order. The engines are compared with it.
func expect(all []*item, q store.Query) []string {
	fields := indexFields(q.Index)
	var found []*item
	for _, d := range all {
		if fits(d, fields, q) {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, func(a, b *item) int {
		order := 0
		for _, f := range fields {
			order = cmp.Or(order, compare(field(a, f), field(b, f)))
		}
		if q.Descending {
			return -order
		}
		return order
	})
	if found == nil {
		return nil
	}
	return ids(found)
}

// indexFields are the fields that order an index.
func indexFields(index string) []string {
	for _, ix := range newItems().Indexes {
		if ix.Name == index {
			return append(ix.Fields, "id")
		}
	}
	switch index {
	case store.ByID:
		return []string{"id"}
	case store.ByDue:
		return []string{index, "id"}
	}
	return []string{index, "troubled", "id"}
}

func fits(d *item, fields []string, q store.Query) bool {
	if sparse(q.Index) && zero(field(d, fields[0])) {
		return false
	}
	for i, want := range q.Equal {
		if compare(field(d, fields[i]), want) != 0 {
			return false
		}
	}
	if q.In != nil && !slices.ContainsFunc(q.In, func(x any) bool { return compare(field(d, fields[len(q.Equal)]), x) == 0 }) {
		return false
	}
	if !slices.ContainsFunc(q.Where, func(w store.Where) bool { return !holds(d, w) }) {
		return q.From == nil && q.To == nil || bounded(fields[len(q.Equal)], field(d, fields[len(q.Equal)]), q.From, q.To)
	}
	return false
}

// bounded says whether a field's value lies within bounds, in which the zero value of a nullable field never does.
func bounded(name string, v, from, to any) bool {
	if nullable(name) && zero(v) {
		return false
	}
	return (from == nil || compare(v, from) >= 0) && (to == nil || compare(v, to) < 0)
}

func holds(d *item, w store.Where) bool {
	v := field(d, w.Field)
	switch w.Is {
	case store.Equals:
		return compare(v, w.Value) == 0
	case store.Differs:
		return compare(v, w.Value) != 0
	case store.HasWord:
		return slices.ContainsFunc(strings.Fields(v.(string)), func(word string) bool { return slices.Contains(w.Value.([]any), any(word)) })
	case store.OneOf:
		return slices.ContainsFunc(w.Value.([]any), func(x any) bool { return compare(v, x) == 0 })
	}
	if nullable(w.Field) && (zero(v) || zero(w.Value)) {
		return w.Is == store.NotAtLeast
	}
	return (w.Is == store.AtLeast) == (compare(v, w.Value) >= 0)
}

func sparse(index string) bool {
	return index == store.ByDue || index == store.ByDead || index == store.ByFailing ||
		slices.ContainsFunc(newItems().Indexes, func(ix store.Index) bool { return ix.Name == index && ix.Sparse })
}

// nullable says whether the field is a time or leads a sparse index: its zero value is neither below nor at least anything.
func nullable(name string) bool {
	_, time := field(&item{}, name).(time.Time)
	return time || slices.ContainsFunc(newItems().Indexes, func(ix store.Index) bool { return ix.Sparse && ix.Fields[0] == name })
}

func zero(v any) bool {
	if at, ok := v.(time.Time); ok {
		return at.IsZero()
	}
	return v == "" || v == 0 || v == int64(0) || v == float64(0) || v == false
}

func field(d *item, name string) any {
	return map[string]any{
		"id": d.ID, "version": d.Version, "due": d.Due, "dead": d.Dead, "failing": d.Failing, "troubled": d.Troubled,
		"code": d.Code, "email": d.Email, "group": string(d.Group), "rank": d.Rank,
		"score": d.Score, "done": d.Done, "at": d.At, "note": d.Note, "colour": d.Colour, "size": int64(d.Size),
		"weight": d.Weight, "loose": d.Loose, "seen": d.Seen,
	}[name]
}

// compare orders a field's value and another of its kind, as queries may give it.
func compare(a, b any) int {
	switch a := a.(type) {
	case string:
		if g, ok := b.(group); ok {
			b = string(g)
		}
		return cmp.Compare(a, b.(string))
	case int64:
		return cmp.Compare(float64(a), number(b))
	case float64:
		return cmp.Compare(a, number(b))
	case time.Time:
		return a.Compare(b.(time.Time))
	case bool:
		switch {
		case a == b.(bool):
			return 0
		case a:
			return 1
		}
		return -1
	}
	panic("a field of a kind that items do not have")
}

func number(v any) float64 {
	switch v := v.(type) {
	case int:
		return float64(v)
	case int8:
		return float64(v)
	case int64:
		return float64(v)
	}
	return v.(float64)
}
