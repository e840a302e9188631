package mongodb

import (
	"context"
	"fmt"
	"slices"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// reading is a Find or a Fold that is a part of one command.
type reading struct {
	*collection
	plan *shape.Plan
	// groups gathers what a fold returns; nil for a find.
	groups *groups
	docs   []store.Doc
}

// ReadAll implements store.Store: one aggregation whose parts are united. The parts run one after the other.
func (s *Store) ReadAll(ctx context.Context, reads []store.Read) ([]store.Result, error) {
	if len(reads) > store.MaxReads {
		return nil, fmt.Errorf("%w: %d reads are more than %d", store.ErrQuery, len(reads), store.MaxReads)
	}
	readings := make([]*reading, len(reads))
	for i, r := range reads {
		var err error
		if readings[i], err = s.reading(r); err != nil {
			return nil, err
		}
	}
	united, batch := unite(readings)
	if united != nil {
		err := s.with(ctx, united.Spec, func(t *collection) error {
			return t.readAll(ctx, united.stages, batch, readings)
		})
		if err != nil {
			return nil, err
		}
	}
	results := make([]store.Result, len(reads))
	for i, r := range readings {
		results[i] = r.result()
	}
	return results, nil
}

// reading compiles a read.
func (s *Store) reading(r store.Read) (*reading, error) {
	t, ok := s.collections[r.Spec]
	if !ok || (r.Query == nil) == (r.Fold == nil) {
		return nil, fmt.Errorf("%w: a read is either a query or a fold of a collection that was declared", store.ErrQuery)
	}
	if r.Query != nil {
		plan, err := t.Plan(*r.Query)
		return &reading{collection: t, plan: plan}, err
	}
	fold, err := t.Fold(*r.Fold)
	if err != nil {
		return nil, err
	}
	return &reading{collection: t, plan: fold.Plan, groups: newGroups(fold)}, nil
}

// The names in what the parts of a united aggregation return: the part's number and what it found.
const (
	partField  = "q"
	foundField = "d"
)

// stages are the reading's own pipeline, which marks what it finds with the reading's number.
func (r *reading) stages(number int) bson.A {
	var stages bson.A
	if r.groups != nil {
		stages = pipeline(r.groups.fold)
	} else {
		stages = bson.A{
			bson.D{{Key: "$match", Value: filter(r.plan)}}, bson.D{{Key: "$sort", Value: order(r.plan)}},
			bson.D{{Key: "$limit", Value: r.plan.Limit + 1}},
		}
		if r.plan.Fields != nil {
			stages = append(stages, bson.D{{Key: "$project", Value: projection(r.plan.Fields)}})
		}
	}
	if len(r.plan.Branches[0]) == 0 {
		// Parts cannot be told which index to use. One that asks for all of it would rather go through all documents.
		first := fieldName(r.plan.Index.Keys[0].Name)
		stages = slices.Insert(stages, 0, any(bson.D{{Key: "$match", Value: bson.D{{Key: first, Value: bson.D{{Key: "$gte", Value: bson.MinKey{}}}}}}}))
	}
	return append(stages, bson.D{{Key: "$replaceWith", Value: bson.D{
		{Key: partField, Value: bson.D{{Key: "$literal", Value: number}}}, {Key: foundField, Value: "$$ROOT"},
	}}})
}

// union is an aggregation on the collection of its first part.
type union struct {
	*collection
	stages bson.A
}

// unite joins what the readings ask of the server, and returns how much that can be at most; nil where it is nothing.
func unite(readings []*reading) (united *union, batch int) {
	for i, r := range readings {
		switch {
		case len(r.plan.Branches) == 0:
			continue
		case united == nil:
			united = &union{collection: r.collection, stages: r.stages(i)}
		default:
			united.stages = append(united.stages, bson.D{{Key: "$unionWith", Value: bson.D{
				{Key: "coll", Value: r.server.Name()}, {Key: "pipeline", Value: r.stages(i)},
			}}})
		}
		if batch += r.plan.Limit + 1; r.groups != nil {
			batch += foldBatch
		}
	}
	return united, batch
}

func (t *collection) readAll(ctx context.Context, stages bson.A, batch int, readings []*reading) error {
	opts := options.Aggregate().SetAllowDiskUse(true).SetBatchSize(int32(batch + 1))
	return t.read(ctx, t.primary, func(ctx context.Context, from *mongo.Collection) (*mongo.Cursor, error) {
		return from.Aggregate(ctx, stages, opts)
	}, func(raw bson.Raw) error {
		number, ok := raw.Lookup(partField).AsInt64OK()
		if !ok || number < 0 || int(number) >= len(readings) {
			return fmt.Errorf("the server returned a part with number %v", raw.Lookup(partField))
		}
		return readings[number].add(raw.Lookup(foundField).Document())
	})
}

// add takes one of the documents or groups that were found.
func (r *reading) add(raw bson.Raw) error {
	if r.groups != nil {
		return r.groups.add(raw)
	}
	doc := r.Spec.New()
	if err := r.decode(raw, doc); err != nil {
		return fmt.Errorf("a document of collection %q cannot be read: %w", r.Spec.Name, err)
	}
	r.docs = append(r.docs, doc)
	return nil
}

func (r *reading) result() store.Result {
	if r.groups != nil {
		return store.Result{Groups: r.groups.list}
	}
	docs, next := paged(r.plan, r.Spec, r.docs)
	return store.Result{Docs: docs, Next: next}
}
