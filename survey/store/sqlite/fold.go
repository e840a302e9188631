package sqlite

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"zombiezen.com/go/sqlite"
)

// Fold implements store.Store.
func (s *Store) Fold(ctx context.Context, c *store.Spec, f store.Fold) ([]store.Group, error) {
	t, err := s.table(c)
	if err != nil {
		return nil, err
	}
	fold, err := t.Shape.Fold(f)
	if err != nil {
		return nil, err
	}
	select {
	case s.folds <- struct{}{}:
		defer func() { <-s.folds }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	g := t.newGrouping(fold)
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return g.scan.run(ctx, conn, g.add)
	})
	return g.groups, err
}

// grouping gathers the groups of a fold, row by row. SQLite would sort the rows to group them, which takes longer than to
// look each one's group up here.
type grouping struct {
	*shape.Fold
	scan    *scan
	source  source
	periods periods
	// places are the groups' places in groups by their keys.
	places map[string]int
	groups []store.Group
	key    []byte
	values []shape.Value
}

func (t *table) newGrouping(f *shape.Fold) *grouping {
	g := &grouping{Fold: f, places: map[string]int{}, periods: periods{fold: f}}
	fields := append(slices.Clone(f.By), f.Sum...)
	if f.At != nil {
		fields = append(fields, f.At)
	}
	g.source = t.newSource(fields)
	g.values = make([]shape.Value, len(fields))
	g.scan = t.newScan(f.Plan, g.source)
	g.scan.anyOrder = true
	return g
}

// add counts the current row.
func (g *grouping) add(stmt *sqlite.Stmt) (bool, error) {
	if err := g.source.read(stmt, g.scan, g.values); err != nil {
		return false, err
	}
	by, sums := g.values[:len(g.By)], g.values[len(g.By):][:len(g.Sum)]
	g.key = g.key[:0]
	for _, v := range by {
		g.key = appendKey(g.key, v)
	}
	var period time.Time
	if g.At != nil {
		if at := g.values[len(g.values)-1]; !at.Null {
			period = g.periods.start(at.I)
			g.key = binary.BigEndian.AppendUint64(append(g.key, 1), uint64(period.UnixMilli()))
		}
	}
	place, known := g.places[string(g.key)]
	if !known {
		if len(g.groups) == store.MaxGroups {
			return false, fmt.Errorf("%w: there are more than %d groups", store.ErrQuery, store.MaxGroups)
		}
		place = len(g.groups)
		g.places[string(g.key)] = place
		g.groups = append(g.groups, newGroup(by, period, len(sums)))
	}
	group := &g.groups[place]
	group.Count++
	for i, v := range sums {
		group.Sums[i] += number(v)
	}
	return true, nil
}

func newGroup(by []shape.Value, period time.Time, sums int) store.Group {
	group := store.Group{Period: period}
	for _, v := range by {
		group.By = append(group.By, v.Go())
	}
	if sums > 0 {
		group.Sums = make([]float64, sums)
	}
	return group
}

func number(v shape.Value) float64 {
	if v.Kind == shape.Float {
		return v.F
	}
	return float64(v.I)
}

// appendKey appends a value so that different ones of one kind give different keys.
func appendKey(key []byte, v shape.Value) []byte {
	switch v.Kind {
	case shape.Text:
		return append(binary.AppendUvarint(key, uint64(len(v.S))), v.S...)
	case shape.Float:
		return binary.BigEndian.AppendUint64(key, math.Float64bits(v.F))
	}
	if v.Null {
		return append(key, 0)
	}
	return binary.BigEndian.AppendUint64(append(key, 1), uint64(v.I))
}

// source reads fields of the current row, from their columns where they have one.
type source struct {
	*table
	fields []*shape.Field
	// column is each field's column among those selected, -1 where it must be decoded by rest.
	column  []int
	names   []string
	rest    *partial
	scratch store.Doc
}

func (t *table) newSource(fields []*shape.Field) source {
	s := source{table: t, fields: fields, column: make([]int, len(fields))}
	var rest []string
	for i, f := range fields {
		s.column[i] = -1
		if name := t.columnOf(f); name != "" {
			s.column[i] = len(s.names)
			s.names = append(s.names, name)
			continue
		}
		rest = append(rest, f.Name)
	}
	if rest != nil {
		s.rest, s.scratch = t.partial(rest), t.Spec.New()
	}
	return s
}

func (s source) columns() []string { return s.names }
func (s source) whole() bool       { return s.rest != nil }

func (s source) read(stmt *sqlite.Stmt, sc *scan, values []shape.Value) error {
	if s.rest != nil {
		if err := s.rest.fill(s.scratch, sc.take(stmt)); err != nil {
			return err
		}
	}
	for i, f := range s.fields {
		if s.column[i] < 0 {
			values[i] = f.Of(s.scratch)
			continue
		}
		values[i] = columnValue(stmt, s.column[i], f)
	}
	return nil
}

// periods finds the beginnings of periods. It remembers between which times each one has been met, for most times lie
// beside others that have been asked for.
type periods struct {
	fold *shape.Fold
	// known are the periods that were met, in their order.
	known []period
	last  int
}

// period is a period's beginning and the first and last time in it that were met, in milliseconds since 1970.
type period struct {
	start    time.Time
	from, to int64
}

func (p *periods) start(at int64) time.Time {
	if p.last < len(p.known) && p.known[p.last].from <= at && at <= p.known[p.last].to {
		return p.known[p.last].start
	}
	i, found := slices.BinarySearchFunc(p.known, at, func(k period, at int64) int {
		switch {
		case k.to < at:
			return -1
		case k.from > at:
			return 1
		}
		return 0
	})
	if !found {
		i = p.meet(i, at)
	}
	p.last = i
	return p.known[i].start
}

// meet notes a time that lies in front of the period at that place, or in one of the two beside it.
func (p *periods) meet(i int, at int64) int {
	start := p.fold.Start(time.UnixMilli(at))
	switch {
	case i < len(p.known) && p.known[i].start.Equal(start):
		p.known[i].from = at
	case i > 0 && p.known[i-1].start.Equal(start):
		i--
		p.known[i].to = at
	default:
		p.known = slices.Insert(p.known, i, period{start, at, at})
	}
	return i
}
