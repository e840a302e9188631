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
	g, err := s.newGrouping(c, f)
	if err != nil {
		return nil, err
	}
	leave, err := s.mayFold(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	err = s.read(ctx, func(conn *sqlite.Conn) error { return g.read(ctx, conn) })
	return g.groups, err
}

// mayFold waits for a place among the folds and returns what leaves it.
func (s *Store) mayFold(ctx context.Context) (leave func(), err error) {
	select {
	case s.folds <- struct{}{}:
		return func() { <-s.folds }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
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
	// met is the value that the last group begins with; only where there is one.
	met shape.Value
}

func (s *Store) newGrouping(c *store.Spec, f store.Fold) (*grouping, error) {
	t, err := s.table(c)
	if err != nil {
		return nil, err
	}
	fold, err := t.Fold(f)
	if err != nil {
		return nil, err
	}
	return t.newGrouping(fold), nil
}

func (t *table) newGrouping(f *shape.Fold) *grouping {
	fields := slices.Concat(f.By, f.Sum)
	if f.At != nil {
		fields = append(fields, f.At)
	}
	g := &grouping{Fold: f, places: map[string]int{}, periods: periods{fold: f}, source: t.newSource(fields)}
	g.scan = t.newScan(f.Plan, g.source)
	g.scan.anyOrder = true
	return g
}

func (g *grouping) read(ctx context.Context, conn *sqlite.Conn) error {
	if g.Hops() {
		return g.hop(ctx, conn)
	}
	return g.scan.run(ctx, conn, g.add)
}

func (g *grouping) result() store.Result { return store.Result{Groups: g.groups} }

// hop goes from one group to the next along the index.
func (g *grouping) hop(ctx context.Context, conn *sqlite.Conn) error {
	g.scan.anyOrder, g.scan.one = false, true
	return snapshot(conn, func() error {
		for _, terms := range g.scan.ranges() {
			for known := -1; known < len(g.groups) && len(g.groups) < g.Most; {
				known = len(g.groups)
				if _, err := g.scan.runOne(ctx, conn, terms, g.add); err != nil {
					return err
				}
				if known < len(g.groups) {
					terms = append(terms[:len(terms):len(terms)], behind(g.By[0], g.met))
				}
			}
		}
		return nil
	})
}

// behind asks for what comes behind a value in an index.
func behind(f *shape.Field, v shape.Value) shape.Term {
	if v.Null {
		return shape.Term{Field: f, Op: shape.NotNull}
	}
	return shape.Term{Field: f, Op: shape.Greater, Value: v}
}

// add counts the current row.
func (g *grouping) add(stmt *sqlite.Stmt) (bool, error) {
	if err := g.source.next(stmt, g.scan); err != nil {
		return false, err
	}
	g.key = g.key[:0]
	for i := range g.By {
		g.key = g.source.appendTo(g.key, i)
	}
	var p *period
	if g.At != nil {
		if at := g.source.value(len(g.By) + len(g.Sum)); !at.Null {
			p = g.periods.of(at.I)
			g.key = binary.BigEndian.AppendUint64(g.key, uint64(p.from))
		}
	}
	place, known := g.places[string(g.key)]
	if !known {
		if len(g.groups) == store.MaxGroups {
			return false, fmt.Errorf("%w: there are more than %d groups", store.ErrQuery, store.MaxGroups)
		}
		place = len(g.groups)
		g.places[string(g.key)] = place
		g.groups = append(g.groups, g.newGroup(p))
	}
	if g.Distinct {
		return true, nil
	}
	group := &g.groups[place]
	group.Count++
	for i := range g.Sum {
		group.Sums[i] += number(g.source.value(len(g.By) + i))
	}
	return true, nil
}

// newGroup returns the group of the current row, which lies in that period, if in any.
func (g *grouping) newGroup(p *period) store.Group {
	var group store.Group
	if p != nil {
		group.Period = p.start
	}
	for i := range g.By {
		v := g.source.value(i)
		if i == 0 {
			g.met = v
		}
		group.By = append(group.By, v.Go())
	}
	if len(g.Sum) > 0 {
		group.Sums = make([]float64, len(g.Sum))
	}
	return group
}

func number(v shape.Value) float64 {
	if v.Kind == shape.Float {
		return v.F
	}
	return float64(v.I)
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
	stmt    *sqlite.Stmt
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

// next goes on to the current row of stmt.
func (s *source) next(stmt *sqlite.Stmt, sc *scan) error {
	s.stmt = stmt
	if s.rest == nil {
		return nil
	}
	return s.rest.fill(s.scratch, sc.take(stmt))
}

// value reads a field, by its place.
func (s *source) value(i int) shape.Value {
	if s.column[i] < 0 {
		return s.fields[i].Of(s.scratch)
	}
	return columnValue(s.stmt, s.column[i], s.fields[i])
}

// appendTo appends a field's value to a key, so that different values give different keys.
func (s *source) appendTo(key []byte, i int) []byte {
	if s.column[i] >= 0 && s.fields[i].Kind == shape.Text {
		// The text is copied once, and not made a string.
		n := s.stmt.ColumnLen(s.column[i])
		key = slices.Grow(binary.AppendUvarint(key, uint64(n)), n)
		s.stmt.ColumnBytes(s.column[i], key[len(key):len(key)+n])
		return key[:len(key)+n]
	}
	v := s.value(i)
	switch {
	case v.Kind == shape.Text:
		return append(binary.AppendUvarint(key, uint64(len(v.S))), v.S...)
	case v.Kind == shape.Float:
		return binary.BigEndian.AppendUint64(key, math.Float64bits(v.F))
	case v.Null:
		return append(key, 0)
	}
	return binary.BigEndian.AppendUint64(append(key, 1), uint64(v.I))
}

// periods finds the periods of times. It remembers those that it has found, for there are few.
type periods struct {
	fold *shape.Fold
	// known are in their order; last is the one that was asked for last.
	known []period
	last  int
}

// period is a period with its bounds in milliseconds since 1970, the second of which lies behind it.
type period struct {
	start    time.Time
	from, to int64
}

func (p period) compare(at int64) int {
	switch {
	case p.to <= at:
		return -1
	case p.from > at:
		return 1
	}
	return 0
}

// of returns the period of a time.
func (p *periods) of(at int64) *period {
	if p.last < len(p.known) && p.known[p.last].compare(at) == 0 {
		return &p.known[p.last]
	}
	i, found := slices.BinarySearchFunc(p.known, at, period.compare)
	if !found {
		start, end := p.fold.Period(time.UnixMilli(at))
		p.known = slices.Insert(p.known, i, period{start, start.UnixMilli(), end.UnixMilli()})
	}
	p.last = i
	return &p.known[i]
}
