package shape

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"earshot/survey/store"
)

// Condition is a compiled store.Where: the field's value stands to the one of Values, or to any of them, as Is says. Null
// values are left out of Values: Missing says whether the condition holds for a document without the field, which is one
// whose field has its zero value.
type Condition struct {
	Field   *Field
	Is      store.Comparison
	Values  []Value
	Missing bool
}

// narrow compiles what the query asks for beside its index.
func (p *Plan) narrow(s *Shape, q store.Query) error {
	for _, w := range q.Where {
		c, err := s.condition(w)
		if err != nil {
			return err
		}
		p.Where = append(p.Where, c)
	}
	if len(q.Fields) == 0 {
		return nil
	}
	p.Fields = []string{"id"}
	known := Members(s.typ.Elem())
	for _, name := range q.Fields {
		if !slices.ContainsFunc(known, func(m Member) bool { return m.Name == name }) {
			return fmt.Errorf("%w: collection %q has no field %q", store.ErrQuery, s.Spec.Name, name)
		}
		if name != "version" && !slices.Contains(p.Fields, name) {
			p.Fields = append(p.Fields, name)
		}
	}
	// A cursor is made of the document, so it needs the fields of the index.
	for _, f := range p.Index.Keys {
		if !slices.Contains(p.Fields, f.Name) && f.Name != "version" {
			p.Fields = append(p.Fields, f.Name)
		}
	}
	return nil
}

func (s *Shape) condition(w store.Where) (Condition, error) {
	c := Condition{Is: w.Is}
	f, err := s.Comparable(w.Field)
	if err != nil {
		return c, err
	}
	c.Field = f
	asked := []any{w.Value}
	if w.Is == store.OneOf || w.Is == store.HasWord {
		list, ok := w.Value.([]any)
		if !ok || len(list) > store.MaxBatch {
			return c, fmt.Errorf("%w: OneOf and HasWord take a []any of at most %d values, not %v", store.ErrQuery, store.MaxBatch, reflect.TypeOf(w.Value))
		}
		asked = list
	}
	var values []Value
	for _, x := range asked {
		v, err := f.asked(x)
		if err != nil {
			return c, err
		}
		values = append(values, v)
	}
	if w.Is < store.Equals || w.Is > store.HasWord {
		return c, fmt.Errorf("%w: no such comparison of field %q", store.ErrQuery, f.Name)
	}
	if w.Is == store.HasWord && slices.ContainsFunc(values, func(v Value) bool { return v.Kind != Text || v.S == "" || strings.Contains(v.S, " ") }) {
		return c, fmt.Errorf("%w: a word of field %q is a text without spaces", store.ErrQuery, f.Name)
	}
	zero := f.nulled(Value{Kind: f.Kind, Null: f.Kind == Time})
	c.Missing = slices.ContainsFunc(values, func(v Value) bool { return holds(w.Is, zero, v) })
	c.Values = slices.DeleteFunc(values, func(v Value) bool { return v.Null })
	return c, nil
}

// Holds says whether the value of the condition's field fulfils it.
func (c Condition) Holds(v Value) bool {
	if v.Null {
		return c.Missing
	}
	if c.Is == store.Differs || c.Is == store.NotAtLeast {
		return !slices.ContainsFunc(c.Values, func(x Value) bool { return !holds(c.Is, v, x) })
	}
	return slices.ContainsFunc(c.Values, func(x Value) bool { return holds(c.Is, v, x) })
}

// holds compares a field's value with the one that is asked for.
func holds(is store.Comparison, v, asked Value) bool {
	switch is {
	case store.Differs:
		return v.Compare(asked) != 0
	case store.AtLeast:
		return !v.Null && !asked.Null && v.Compare(asked) >= 0
	case store.HasWord:
		return strings.Contains(" "+v.S+" ", " "+asked.S+" ")
	case store.NotAtLeast:
		return !holds(store.AtLeast, v, asked)
	case store.Below:
		return !v.Null && !asked.Null && v.Compare(asked) < 0
	}
	return v.Compare(asked) == 0
}
