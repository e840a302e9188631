package shape

import (
	"fmt"
	"slices"

	"earshot/survey/store"
)

// Op is a comparison.
type Op uint8

// The comparisons of a Term. Null and NotNull take no value, OneOf takes several.
const (
	Equal Op = iota + 1
	Greater
	AtLeast
	Less
	Null
	NotNull
	OneOf
)

// Term compares one field with Value or, for OneOf, with Values, which differ, are not null, and ascend.
type Term struct {
	Field  *Field
	Op     Op
	Value  Value
	Values []Value
}

// Plan is what a query asks of an engine: the documents that fulfil all terms of a branch, for each branch in turn, in the
// order of the index. The branches do not overlap, each one's documents come before the next one's, and each one's terms
// are a prefix of the index with at most one field that is not compared for equality: the last.
type Plan struct {
	Index      *Index
	Branches   [][]Term
	Descending bool
	Limit      int
	// Where are the conditions that the index does not decide, all of which must hold.
	Where []Condition
	// Fields are the names of the fields to return; nil for all. The id is always among them, the version never.
	Fields []string

	equal []Value
	free  []*Field
	in    []Value
}

// Plan compiles a query, or returns store.ErrQuery.
func (s *Shape) Plan(q store.Query) (*Plan, error) {
	if q.Limit < 1 || q.Limit > store.MaxLimit {
		return nil, fmt.Errorf("%w: the limit must be 1 to %d, not %d", store.ErrQuery, store.MaxLimit, q.Limit)
	}
	return s.plan(q)
}

// plan is Plan whatever the limit.
func (s *Shape) plan(q store.Query) (*Plan, error) {
	p := &Plan{Index: s.Index(q.Index), Descending: q.Descending, Limit: q.Limit}
	if p.Index == nil {
		return nil, fmt.Errorf("%w: collection %q has no index %q", store.ErrQuery, s.Spec.Name, q.Index)
	}
	if err := p.narrow(s, q); err != nil {
		return nil, err
	}
	keys := p.Index.Keys
	if len(q.Equal) > len(keys) {
		return nil, fmt.Errorf("%w: index %q has %d fields, not %d", store.ErrQuery, q.Index, len(keys), len(q.Equal))
	}
	for i, x := range q.Equal {
		v, err := keys[i].asked(x)
		if err != nil {
			return nil, err
		}
		p.equal = append(p.equal, v)
	}
	p.free = keys[len(q.Equal):]
	r, err := p.window(q)
	if err != nil {
		return nil, err
	}
	if q.After == "" {
		p.start(r)
		return p, nil
	}
	after, err := p.decode(s.Spec.Name, q.After)
	if err != nil {
		return nil, err
	}
	p.resume(r, after)
	return p, nil
}

// window is the part of the first free field that is asked for. Without bounds, nulls are in it, except in a sparse index.
type window struct {
	from, to *Value
	// in are the only values, if any is set.
	in      []Value
	notNull bool
	empty   bool
}

func (p *Plan) window(q store.Query) (window, error) {
	var w window
	if p.Index.Sparse {
		w.notNull = len(p.equal) == 0
		w.empty = len(p.equal) > 0 && p.equal[0].Null
	}
	if q.In != nil {
		return p.among(w, q)
	}
	if q.From == nil && q.To == nil {
		return w, nil
	}
	if len(p.free) == 0 {
		return w, fmt.Errorf("%w: there is no field left to bound in index %q", store.ErrQuery, q.Index)
	}
	w.notNull = p.free[0].Nullable
	if q.From != nil {
		v, err := p.free[0].asked(q.From)
		if err != nil {
			return w, err
		}
		if !v.Null {
			w.from = &v
		}
	}
	if q.To != nil {
		v, err := p.free[0].asked(q.To)
		if err != nil {
			return w, err
		}
		w.to, w.empty = &v, w.empty || v.Null
	}
	return w, nil
}

// among fills w with the values of q.In.
func (p *Plan) among(w window, q store.Query) (window, error) {
	if len(p.free) == 0 || q.From != nil || q.To != nil || len(q.In) > store.MaxBatch {
		return w, fmt.Errorf("%w: In takes the place of bounds on a field of index %q, with %d values at most", store.ErrQuery, q.Index, store.MaxBatch)
	}
	for _, x := range q.In {
		v, err := p.free[0].asked(x)
		if err != nil {
			return w, err
		}
		if v.Null {
			return w, fmt.Errorf("%w: In cannot ask for the zero value of %q", store.ErrQuery, p.free[0].Name)
		}
		w.in = append(w.in, v)
	}
	slices.SortFunc(w.in, Value.Compare)
	w.in = slices.Compact(w.in)
	w.empty = w.empty || len(w.in) == 0
	p.in = w.in
	return w, nil
}

func (w window) holds(v Value) bool {
	if w.in != nil {
		_, found := slices.BinarySearchFunc(w.in, v, Value.Compare)
		return found && !w.empty
	}
	return !w.empty && (!v.Null || !w.notNull) &&
		(w.from == nil || v.Compare(*w.from) >= 0) && (w.to == nil || v.Compare(*w.to) < 0)
}

// terms are what w asks of its field.
func (w window) terms(f *Field) []Term {
	if w.in != nil {
		return oneOf(f, w.in)
	}
	var list []Term
	if w.from != nil {
		list = append(list, Term{Field: f, Op: AtLeast, Value: *w.from})
	}
	if w.to != nil {
		list = append(list, Term{Field: f, Op: Less, Value: *w.to})
	}
	if list == nil && w.notNull {
		list = append(list, Term{Field: f, Op: NotNull})
	}
	return list
}

func (p *Plan) start(w window) {
	if w.empty {
		return
	}
	branch := p.equals(nil)
	if len(p.free) > 0 {
		branch = append(branch, w.terms(p.free[0])...)
	}
	p.Branches = [][]Term{branch}
}

// equals returns the terms that fix the query's equal values and, behind them, the free fields at these values.
func (p *Plan) equals(values []Value) []Term {
	list := make([]Term, 0, len(p.Index.Keys)+1)
	for i, v := range append(p.equal[:len(p.equal):len(p.equal)], values...) {
		op := Equal
		if v.Null {
			op = Null
		}
		list = append(list, Term{Field: p.Index.Keys[i], Op: op, Value: v})
	}
	return list
}

// resume makes the branches behind the values of a cursor: the same values in all fields but the last, which lies beyond;
// then the same in one field less; and so on.
func (p *Plan) resume(w window, after []Value) {
	if w.empty || len(after) == 0 {
		return
	}
	if w.holds(after[0]) {
		for i := len(after) - 1; i > 0; i-- {
			p.beyond(p.equals(after[:i]), p.free[i], after[i], window{})
		}
	}
	p.beyond(p.equals(nil), p.free[0], after[0], w)
}

// beyond adds the branches in which f lies behind v and inside w.
func (p *Plan) beyond(fixed []Term, f *Field, v Value, w window) {
	if w.in != nil {
		p.rest(fixed, f, v, w)
		return
	}
	if p.Descending {
		p.below(fixed, f, v, w)
		return
	}
	switch {
	case w.from != nil && v.Compare(*w.from) < 0, v.Null && w.to != nil:
		p.branch(fixed, w.terms(f)...)
	case v.Null:
		p.branch(fixed, Term{Field: f, Op: NotNull})
	case w.to == nil:
		p.branch(fixed, Term{Field: f, Op: Greater, Value: v})
	case v.Compare(*w.to) < 0:
		p.branch(fixed, Term{Field: f, Op: Greater, Value: v}, Term{Field: f, Op: Less, Value: *w.to})
	}
}

// rest adds the values of w that lie behind v.
func (p *Plan) rest(fixed []Term, f *Field, v Value, w window) {
	at, found := slices.BinarySearchFunc(w.in, v, Value.Compare)
	left := w.in[:at]
	if !p.Descending {
		if found {
			at++
		}
		left = w.in[at:]
	}
	if len(left) > 0 {
		p.branch(fixed, oneOf(f, left)...)
	}
}

// oneOf compares with values, of which there is one at least.
func oneOf(f *Field, values []Value) []Term {
	if len(values) == 1 {
		return []Term{{Field: f, Op: Equal, Value: values[0]}}
	}
	return []Term{{Field: f, Op: OneOf, Values: values}}
}

func (p *Plan) below(fixed []Term, f *Field, v Value, w window) {
	if v.Null {
		return
	}
	if w.to == nil || v.Compare(*w.to) < 0 {
		w.to = &v
	}
	if w.from == nil || w.from.Compare(*w.to) < 0 {
		p.branch(fixed, w.terms(f)...)
	}
	if f.Nullable && !w.notNull {
		p.branch(fixed, Term{Field: f, Op: Null})
	}
}

func (p *Plan) branch(fixed []Term, more ...Term) {
	p.Branches = append(p.Branches, append(fixed[:len(fixed):len(fixed)], more...))
}
