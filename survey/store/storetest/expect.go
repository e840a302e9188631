package storetest

import (
	"cmp"
	"slices"
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

func indexFields(index string) []string {
	for _, ix := range newItems().Indexes {
		if ix.Name == index {
			return append(ix.Fields, "id")
		}
	}
	return []string{"id"}
}

func fits(d *item, fields []string, q store.Query) bool {
	if sparse(q.Index) && field(d, fields[0]) == "" {
		return false
	}
	for i, want := range q.Equal {
		if compare(field(d, fields[i]), want) != 0 {
			return false
		}
	}
	if q.From == nil && q.To == nil {
		return true
	}
	v := field(d, fields[len(q.Equal)])
	if at, ok := v.(time.Time); ok && at.IsZero() {
		return false
	}
	if nullable(fields[len(q.Equal)]) && v == "" {
		return false
	}
	return (q.From == nil || compare(v, q.From) >= 0) && (q.To == nil || compare(v, q.To) < 0)
}

func sparse(index string) bool {
	return slices.ContainsFunc(newItems().Indexes, func(ix store.Index) bool { return ix.Name == index && ix.Sparse })
}

// nullable says whether the field leads a sparse index: then its zero value lies within no bounds.
func nullable(name string) bool {
	return slices.ContainsFunc(newItems().Indexes, func(ix store.Index) bool { return ix.Sparse && ix.Fields[0] == name })
}

func field(d *item, name string) any {
	return map[string]any{
		"id": d.ID, "code": d.Code, "email": d.Email, "group": string(d.Group), "rank": d.Rank, "score": d.Score,
		"done": d.Done, "at": d.At, "note": d.Note,
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
