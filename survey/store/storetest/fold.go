package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey/store"
)

var periods = []store.Period{store.Day, store.Week, store.Month, store.Quarter, store.Year}

// zones are some with summer time, with none, with a half hour, one that has left out a whole day and one whose summer began
// at midnight.
func zones() []*time.Location {
	list := []*time.Location{nil, time.UTC}
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "America/Sao_Paulo"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			panic(err)
		}
		list = append(list, zone)
	}
	return list
}

// folded is the port's Fold in its plainest form: what readable makes of the groups.
func folded(all []*item, f store.Fold) map[string][]float64 {
	groups := map[string][]float64{}
	fields := indexFields(f.Index)
	for _, d := range all {
		if !fits(d, fields, f.Query) {
			continue
		}
		var key []string
		for _, name := range f.By {
			key = append(key, fmt.Sprint(field(d, name)))
		}
		if f.At != "" {
			key = append(key, calendar(field(d, f.At).(time.Time), f))
		}
		sums := groups[strings.Join(key, " | ")]
		if sums == nil {
			sums = make([]float64, 1+len(f.Sum))
		}
		if !f.Distinct {
			sums[0]++
		}
		for i, name := range f.Sum {
			sums[i+1] += number(field(d, name))
		}
		groups[strings.Join(key, " | ")] = sums
	}
	return groups
}

// calendar names the first day of the period of t.
func calendar(t time.Time, f store.Fold) string {
	if t.IsZero() {
		return "never"
	}
	local := t.In(zone(f))
	y, m, d := local.Date()
	switch f.Every {
	case store.Week:
		for local.Weekday() != time.Monday {
			d--
			local = time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
		}
	case store.Month:
		d = 1
	case store.Quarter:
		m, d = []time.Month{1, 1, 1, 4, 4, 4, 7, 7, 7, 10, 10, 10}[m-1], 1
	case store.Year:
		m, d = 1, 1
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

func zone(f store.Fold) *time.Location {
	if f.Zone == nil {
		return time.UTC
	}
	return f.Zone
}

// readable names groups by their values and the first day of their period, and gives each its count and sums. A period that
// does not begin with the first moment of its day is named so.
func readable(groups []store.Group, f store.Fold) map[string][]float64 {
	list := map[string][]float64{}
	for _, g := range groups {
		var key []string
		for _, v := range g.By {
			key = append(key, fmt.Sprint(v))
		}
		if f.At != "" {
			key = append(key, begins(g.Period, f))
		}
		name := strings.Join(key, " | ")
		if _, twice := list[name]; twice {
			name += " (again)"
		}
		list[name] = append([]float64{float64(g.Count)}, g.Sums...)
	}
	return list
}

func begins(period time.Time, f store.Fold) string {
	if period.IsZero() {
		return "never"
	}
	at := period.In(zone(f))
	day := at.Format(time.DateOnly)
	if at.Add(-time.Millisecond).Format(time.DateOnly) == day || period.Location().String() != zone(f).String() {
		return period.String()
	}
	return day
}

func runFold(t *testing.T, open Open) {
	t.Run("rows", func(t *testing.T) { foldRows(t, open) })
	t.Run("periods", func(t *testing.T) { foldPeriods(t, open) })
	t.Run("the first of what there is", func(t *testing.T) { foldFirst(t, open) })
	t.Run("kinds", func(t *testing.T) { foldKinds(t, open) })
	t.Run("mistakes", func(t *testing.T) { foldMistakes(t, open) })
}

func foldRows(t *testing.T, open Open) {
	c := itemsIn(t, open)
	all := findable()
	insert(t, c, all...)
	for name, f := range foldQueries() {
		groups, err := c.Fold(t.Context(), f)
		must(t, name, err)
		same(t, name, readable(groups, f), folded(all, f))
	}
}

// foldQueries are folds of every kind.
func foldQueries() map[string]store.Fold {
	whole := store.Query{Index: "by_done"}
	rows := map[string]store.Fold{
		"all together":                      {Query: whole},
		"by an indexed field":               {Query: whole, By: []string{"group"}, Sum: []string{"score", "rank"}},
		"by another field":                  {Query: whole, By: []string{"colour"}, Sum: []string{"weight", "size"}},
		"by several":                        {Query: whole, By: []string{"group", "loose", "size", "id"}},
		"by times":                          {Query: whole, By: []string{"at", "seen"}},
		"by the envelope":                   {Query: whole, By: []string{"due", "version"}},
		"of some":                           {Query: store.Query{Index: "by_group", In: []any{"red", "blue"}}, By: []string{"group"}, Sum: []string{"rank"}},
		"of some in a range":                {Query: store.Query{Index: "by_done", Equal: []any{true}, From: day(1)}, By: []string{"note"}},
		"of a sparse index":                 {Query: store.Query{Index: "by_note"}, By: []string{"rank"}},
		"of none":                           {Query: store.Query{Index: "by_group", Equal: []any{"nobody"}}, By: []string{"rank"}},
		"of none, all together":             {Query: store.Query{Index: "by_group", Equal: []any{"nobody"}}},
		"of no value":                       {Query: store.Query{Index: "by_group", In: []any{}}},
		"which there are":                   {Query: store.Query{Index: "by_group"}, By: []string{"group"}, Distinct: true},
		"which there are in a range":        {Query: store.Query{Index: "by_group", From: "a", To: "s"}, By: []string{"group"}, Distinct: true},
		"which times there are":             {Query: store.Query{Index: "by_done", Equal: []any{true}}, By: []string{"at"}, Distinct: true},
		"which there are in a sparse index": {Query: store.Query{Index: "by_note"}, By: []string{"note"}, Distinct: true},
		"which there are, by two":           {Query: whole, By: []string{"rank", "colour"}, Distinct: true},
		"which there are of none":           {Query: store.Query{Index: "by_group", From: "z"}, By: []string{"group"}, Distinct: true},
		"with ignored settings":             {Query: store.Query{Index: "by_score", Descending: true, Limit: 1, Fields: []string{"rank"}}, By: []string{"group"}},
	}
	for i, w := range conditions() {
		rows[fmt.Sprint("where ", w)] = store.Fold{
			Query: store.Query{Index: "by_score", Where: []store.Where{w}}, By: [][]string{{"group"}, {"colour", "rank"}}[i%2], Sum: []string{"score"},
		}
	}
	return rows
}

// foldPeriods groups times around the turns of days, months, years and clocks.
func foldPeriods(t *testing.T, open Open) {
	c := itemsIn(t, open)
	var all []*item
	for _, at := range turns() {
		for _, hours := range []int{-25, -14, -13, -11, -1, 0, 1, 5, 11, 13, 25, 24 * 8} {
			d := newItem(fmt.Sprintf("item-%04d", len(all)))
			d.At = at.Add(time.Duration(hours)*time.Hour - time.Millisecond*time.Duration(hours&1))
			d.Seen = d.At
			d.Group, d.Rank = group([]string{"a", "b", "c"}[hours%2+1]), int64(hours)
			all = append(all, d)
		}
	}
	all[3].At, all[3].Seen = time.Time{}, time.Time{}
	insert(t, c, all...)
	for _, zone := range zones() {
		for _, every := range periods {
			for _, at := range []string{"at", "seen"} {
				f := store.Fold{Query: store.Query{Index: "by_at"}, At: at, Every: every, Zone: zone, By: []string{"group"}, Sum: []string{"rank"}}
				groups, err := c.Fold(t.Context(), f)
				must(t, "fold", err)
				same(t, fmt.Sprintf("%s of %q in %v", every, at, zone), readable(groups, f), folded(all, f))
			}
		}
	}
}

// turns are moments at which something changes in one of the zones.
func turns() []time.Time {
	list := []time.Time{
		time.Date(2011, 12, 30, 10, 0, 0, 0, time.UTC), // Apia goes to the other side of the date line
		time.Date(2018, 11, 4, 3, 0, 0, 0, time.UTC),   // São Paulo skips midnight
		time.Date(1969, 12, 31, 23, 0, 0, 0, time.UTC),
		time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),
	}
	for _, zone := range zones()[1:] {
		list = append(list, time.Date(2026, 1, 1, 0, 0, 0, 0, zone), time.Date(2026, 3, 29, 2, 0, 0, 0, zone),
			time.Date(2026, 4, 1, 0, 0, 0, 0, zone), time.Date(2026, 10, 25, 3, 0, 0, 0, zone), time.Date(2026, 11, 1, 1, 0, 0, 0, zone))
	}
	for i := range list {
		list[i] = list[i].UTC()
	}
	return list
}

// foldKinds looks at the Go types of a group's values.
func foldKinds(t *testing.T, open Open) {
	c := itemsIn(t, open)
	a := newItem("a")
	a.Group, a.Rank, a.Done, a.At, a.Size, a.Weight = "g", 7, true, day(1), 3, 0.5
	insert(t, c, a)
	by := []string{"group", "rank", "done", "at", "note", "seen", "colour", "size", "loose"}
	groups, err := c.Fold(t.Context(), store.Fold{Query: store.Query{Index: store.ByID}, By: by, Sum: []string{"weight", "size"}})
	must(t, "fold", err)
	want := []any{"g", int64(7), true, day(1), "", time.Time{}, "", int64(3), false}
	same(t, "groups", groups, []store.Group{{By: want, Count: 1, Sums: []float64{0.5, 3}}})
}

func foldMistakes(t *testing.T, open Open) {
	c := itemsIn(t, open)
	insert(t, c, findable()...)
	q := store.Query{Index: "by_at"}
	rows := map[string]store.Fold{
		"no index":            {},
		"an unknown index":    {Query: store.Query{Index: "by_nothing"}},
		"by no field":         {Query: q, By: []string{"shape"}},
		"by a list":           {Query: q, By: []string{"tags"}},
		"a sum of texts":      {Query: q, Sum: []string{"note"}},
		"a sum of times":      {Query: q, Sum: []string{"at"}},
		"a period of a text":  {Query: q, At: "note", Every: store.Day},
		"an unknown period":   {Query: q, At: "at", Every: "decade"},
		"a period of nothing": {Query: q, Every: store.Day},
		"a time, no period":   {Query: q, At: "at"},
	}
	for name, f := range rows {
		if _, err := c.Fold(t.Context(), f); !errors.Is(err, store.ErrQuery) {
			t.Errorf("%s: got %v, want ErrQuery", name, err)
		}
	}
}

// foldFirst asks for the first groups of many.
func foldFirst(t *testing.T, open Open) {
	c := itemsIn(t, open)
	docs := numbered(30)
	for i, d := range docs {
		d.Group = group(fmt.Sprint("g", 9-i%10))
	}
	insert(t, c, docs...)
	for _, most := range []int{1, 4, 10, 11} {
		q := store.Query{Index: "by_group", From: "g2", Limit: most}
		groups, err := c.Fold(t.Context(), store.Fold{Query: q, By: []string{"group"}, Distinct: true})
		must(t, "fold", err)
		var got, want []string
		for _, g := range groups {
			got = append(got, g.By[0].(string))
		}
		for i := range min(most, 8) {
			want = append(want, fmt.Sprint("g", i+2))
		}
		slices.Sort(got)
		same(t, fmt.Sprint("the first ", most), got, want)
	}
}
