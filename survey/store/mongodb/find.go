package mongodb

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Fetch implements store.Store.
func (s *Store) Fetch(ctx context.Context, c *store.Spec, ids []string) ([]store.Doc, error) {
	var docs []store.Doc
	err := s.with(ctx, c, func(t *collection) error {
		if len(ids) > store.MaxBatch {
			return fmt.Errorf("%w: %d ids are more than %d", store.ErrQuery, len(ids), store.MaxBatch)
		}
		if len(ids) == 0 {
			return nil
		}
		filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}
		if len(ids) == 1 {
			filter = bson.D{{Key: "_id", Value: ids[0]}}
		}
		var err error
		docs, err = t.find(ctx, filter, options.Find(), len(ids))
		return err
	})
	return docs, err
}

// find runs one find command for up to limit documents. Its batch is as large as the limit, so that there is nothing left
// to get more of (unless the documents exceed the 16 MiB of one reply).
func (t *collection) find(ctx context.Context, filter any, opts *options.FindOptionsBuilder, limit int) ([]store.Doc, error) {
	cursor, err := t.server.Find(ctx, filter, opts.SetLimit(int64(limit)).SetBatchSize(int32(limit+1)))
	if err != nil {
		return nil, err
	}
	docs, err := t.readAll(ctx, cursor)
	return docs, errors.Join(err, cursor.Close(ctx))
}

func (t *collection) readAll(ctx context.Context, cursor *mongo.Cursor) ([]store.Doc, error) {
	var docs []store.Doc
	for cursor.Next(ctx) {
		doc, err := t.decode(cursor.Current)
		if err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
	return docs, cursor.Err()
}

// Find implements store.Store.
func (s *Store) Find(ctx context.Context, c *store.Spec, q store.Query) ([]store.Doc, store.Cursor, error) {
	var docs []store.Doc
	var next store.Cursor
	err := s.with(ctx, c, func(t *collection) error {
		plan, err := t.Plan(q)
		if err != nil || len(plan.Branches) == 0 {
			return err
		}
		opts := options.Find().SetSort(order(plan)).SetHint(mongoName(plan.Index))
		if docs, err = t.find(ctx, filter(plan), opts, plan.Limit+1); err != nil {
			return err
		}
		if len(docs) > plan.Limit {
			docs = docs[:plan.Limit]
			next = plan.Cursor(c.Name, docs[plan.Limit-1])
		}
		return nil
	})
	return docs, next, err
}

func order(plan *shape.Plan) bson.D {
	direction := 1
	if plan.Descending {
		direction = -1
	}
	var d bson.D
	for _, f := range plan.Index.Order {
		d = append(d, bson.E{Key: fieldName(f.Name), Value: direction})
	}
	return d
}

// fieldName is a field's name in stored documents.
func fieldName(name string) string {
	if name == "id" {
		return "_id"
	}
	return name
}

// filter asks for all branches at once. Each is a scan of the index within its own bounds, and the server merges them in
// the order of the index.
func filter(plan *shape.Plan) bson.D {
	if len(plan.Branches) == 1 {
		return condition(plan.Branches[0])
	}
	var branches bson.A
	for _, b := range plan.Branches {
		branches = append(branches, condition(b))
	}
	return bson.D{{Key: "$or", Value: branches}}
}

var operators = map[shape.Op]string{
	shape.Equal: "$eq", shape.Greater: "$gt", shape.AtLeast: "$gte", shape.Less: "$lt",
}

// condition writes the terms of a branch, with all that is asked of one field in one place.
func condition(terms []shape.Term) bson.D {
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

func comparison(term shape.Term) bson.E {
	switch term.Op {
	case shape.Null:
		return bson.E{Key: "$eq", Value: nil}
	case shape.NotNull:
		return bson.E{Key: "$gte", Value: least(term.Field.Kind)}
	}
	return bson.E{Key: operators[term.Op], Value: value(term.Value)}
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
