package mongodb

import (
	"math"
	"regexp"
	"strings"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// filter asks for all branches at once. Each is a scan of the index within its own bounds, and the server merges them in
// the order of the index. The conditions that the index does not decide stand in each branch.
func filter(plan *shape.Plan) bson.D {
	var residue bson.A
	for _, c := range plan.Where {
		residue = append(residue, condition(c))
	}
	var branches bson.A
	for _, b := range plan.Branches {
		d := bounds(b)
		if residue != nil {
			d = append(d, bson.E{Key: "$and", Value: residue})
		}
		branches = append(branches, d)
	}
	if len(branches) == 1 {
		return branches[0].(bson.D)
	}
	return bson.D{{Key: "$or", Value: branches}}
}

// bounds writes the terms of a branch, with all that is asked of one field in one place.
func bounds(terms []shape.Term) bson.D {
	d := bson.D{}
	for _, term := range terms {
		name, ask := fieldName(term.Field.Name), comparison(term)
		if n := len(d); n > 0 && d[n-1].Key == name {
			d[n-1].Value = append(d[n-1].Value.(bson.D), ask)
			continue
		}
		d = append(d, bson.E{Key: name, Value: bson.D{ask}})
	}
	return d
}

var operators = map[shape.Op]string{
	shape.Equal: "$eq", shape.Greater: "$gt", shape.AtLeast: "$gte", shape.Less: "$lt",
}

func comparison(term shape.Term) bson.E {
	switch term.Op {
	case shape.Null:
		return bson.E{Key: "$eq", Value: nil}
	case shape.NotNull:
		return bson.E{Key: "$gte", Value: least(term.Field.Kind)}
	case shape.OneOf:
		return bson.E{Key: "$in", Value: valuesOf(term.Values)}
	}
	return bson.E{Key: operators[term.Op], Value: value(term.Value)}
}

// condition writes a condition on one field. Comparisons with null are true of documents that do not have the field, which
// all comparisons but negated ones leave out otherwise.
func condition(c shape.Condition) bson.D {
	var ask bson.E
	switch {
	case c.Is == store.Differs && c.Missing:
		ask = bson.E{Key: "$nin", Value: valuesOf(c.Values)}
	case c.Is == store.Differs:
		ask = bson.E{Key: "$nin", Value: append(valuesOf(c.Values), nil)}
	case c.Is == store.HasWord && len(c.Values) > 0:
		ask = bson.E{Key: "$regex", Value: bson.Regex{Pattern: anyWord(c.Values)}}
	case c.Is == store.NotAtLeast && len(c.Values) > 0:
		ask = bson.E{Key: "$not", Value: bson.D{{Key: "$gte", Value: value(c.Values[0])}}}
	case c.Is == store.NotAtLeast:
		ask = bson.E{Key: "$nin", Value: bson.A{}}
	case c.Is == store.AtLeast && len(c.Values) > 0:
		ask = bounded("$gte", "$lt", c)
	case c.Is == store.Below && len(c.Values) > 0:
		ask = bounded("$lt", "$gte", c)
	case c.Missing:
		ask = bson.E{Key: "$in", Value: append(valuesOf(c.Values), nil)}
	default:
		ask = bson.E{Key: "$in", Value: valuesOf(c.Values)}
	}
	return bson.D{{Key: fieldName(c.Field.Name), Value: bson.D{ask}}}
}

// anyWord is a pattern of the texts that have one of the words between spaces.
func anyWord(words []shape.Value) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = regexp.QuoteMeta(w.S)
	}
	return "(^| )(" + strings.Join(quoted, "|") + ")( |$)"
}

// bounded compares by an operator or, where documents without the field are meant too, by the negation of its opposite.
func bounded(operator, opposite string, c shape.Condition) bson.E {
	if c.Missing {
		return bson.E{Key: "$not", Value: bson.D{{Key: opposite, Value: value(c.Values[0])}}}
	}
	return bson.E{Key: operator, Value: value(c.Values[0])}
}

// least is the smallest value of a kind: asking for all from it on leaves out the documents without the field, within the
// bounds of the index.
func least(k shape.Kind) any {
	switch k {
	case shape.Text:
		return ""
	case shape.Bool:
		return false
	case shape.Time:
		return time.Time{}
	}
	return math.Inf(-1)
}

func valuesOf(list []shape.Value) bson.A {
	values := make(bson.A, len(list))
	for i, v := range list {
		values[i] = value(v)
	}
	return values
}

func value(v shape.Value) any {
	switch v.Kind {
	case shape.Text:
		return v.S
	case shape.Float:
		return v.F
	case shape.Bool:
		return v.I != 0
	case shape.Time:
		return bson.DateTime(v.I)
	}
	return v.I
}
