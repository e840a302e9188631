package sqlite

import (
	"fmt"
	"strings"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"zombiezen.com/go/sqlite"
)

// where is a condition in SQL with numbered parameters, and their values.
type where struct {
	list   []string
	values []shape.Value
}

func (w *where) text() string {
	if len(w.list) == 0 {
		return "TRUE"
	}
	return strings.Join(w.list, " AND ")
}

func (w *where) bind(stmt *sqlite.Stmt) {
	for i, v := range w.values {
		bind(stmt, i+1, v)
	}
}

func (w *where) parameter(v shape.Value) string {
	w.values = append(w.values, v)
	return fmt.Sprintf("?%d", len(w.values))
}

var operators = map[shape.Op]string{
	shape.Equal: "=", shape.Greater: ">", shape.AtLeast: ">=", shape.Less: "<",
}

// terms asks for what a branch of a plan asks of the index.
func (w *where) terms(terms []shape.Term) {
	for _, term := range terms {
		name := quote(term.Field.Name)
		switch term.Op {
		case shape.Null:
			name += " IS NULL"
		case shape.NotNull:
			name += " IS NOT NULL"
		default:
			name += operators[term.Op] + w.parameter(term.Value)
		}
		w.list = append(w.list, name)
	}
}

var comparisons = map[store.Comparison]string{
	store.Equals: "=", store.Differs: "<>", store.AtLeast: ">=", store.Below: "<", store.NotAtLeast: "<",
}

// condition asks for one that is decided by a column. A column is null only where its field is nullable.
func (w *where) condition(column string, c shape.Condition) {
	text := "FALSE"
	switch {
	case c.Is == store.Differs && len(c.Values) == 0:
		text = column + " IS NOT NULL"
	case c.Is == store.NotAtLeast && len(c.Values) == 0:
		text = "TRUE"
	case len(c.Values) == 0:
	case c.Is == store.HasWord:
		var words []string
		for _, v := range c.Values {
			v.S = " " + v.S + " "
			words = append(words, "instr(' '||"+column+"||' ', "+w.parameter(v)+")>0")
		}
		text = "(" + strings.Join(words, " OR ") + ")"
	case c.Is == store.OneOf:
		marks := make([]string, len(c.Values))
		for i, v := range c.Values {
			marks[i] = w.parameter(v)
		}
		text = column + " IN (" + strings.Join(marks, ", ") + ")"
	default:
		text = column + comparisons[c.Is] + w.parameter(c.Values[0])
	}
	if c.Missing && c.Field.Nullable {
		text = "(" + text + " OR " + column + " IS NULL)"
	}
	w.list = append(w.list, text)
}
