package mongodb

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
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
		list := make(bson.A, len(ids))
		for i, id := range ids {
			list[i] = id
		}
		var err error
		docs, err = t.find(ctx, byIDs(list), options.Find(), len(ids))
		return err
	})
	return docs, err
}

// byIDs finds documents by their ids.
func byIDs(ids bson.A) bson.D {
	if len(ids) == 1 {
		return bson.D{{Key: idField, Value: ids[0]}}
	}
	return bson.D{{Key: idField, Value: bson.D{{Key: "$in", Value: ids}}}}
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
		opts := options.Find().SetSort(order(plan)).SetHint(t.hint(plan.Index))
		if plan.Fields != nil {
			opts.SetProjection(projection(plan.Fields))
		}
		if docs, err = t.find(ctx, filter(plan), opts, plan.Limit+1); err != nil {
			return err
		}
		docs, next = paged(plan, c, docs)
		return nil
	})
	return docs, next, err
}

// paged cuts off the document that only told that there are more, and returns the place behind the last of the others.
func paged(plan *shape.Plan, c *store.Spec, docs []store.Doc) ([]store.Doc, store.Cursor) {
	if len(docs) <= plan.Limit {
		return docs, ""
	}
	docs = docs[:plan.Limit]
	return docs, plan.Cursor(c.Name, docs[plan.Limit-1])
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

// projection asks for some fields only. Where the index holds all of them, the documents are not even read.
func projection(fields []string) bson.D {
	d := make(bson.D, len(fields))
	for i, name := range fields {
		d[i] = bson.E{Key: fieldName(name), Value: 1}
	}
	return d
}

// fieldName is a field's name in stored documents.
func fieldName(name string) string {
	if name == "id" {
		return idField
	}
	return name
}

// find reads up to limit documents by one find command.
func (t *collection) find(ctx context.Context, filter any, opts *options.FindOptionsBuilder, limit int) ([]store.Doc, error) {
	var docs []store.Doc
	err := t.each(ctx, filter, opts, limit, func(raw bson.Raw) error {
		doc := t.Spec.New()
		if err := t.decode(raw, doc); err != nil {
			return fmt.Errorf("a document of collection %q cannot be read: %w", t.Spec.Name, err)
		}
		docs = append(docs, doc)
		return nil
	})
	return docs, err
}

// each runs one find command for up to limit documents and calls do for each. Its batch is as large as the limit, so that
// there is nothing left to get more of (unless the documents exceed the 16 MiB of one reply).
func (t *collection) each(ctx context.Context, filter any, opts *options.FindOptionsBuilder, limit int, do func(bson.Raw) error) error {
	opts = opts.SetLimit(int64(limit)).SetBatchSize(int32(limit + 1))
	return t.read(ctx, t.somewhere, func(ctx context.Context, from *mongo.Collection) (*mongo.Cursor, error) {
		return from.Find(ctx, filter, opts)
	}, do)
}

// ask sends one command that reads, to one of the members.
type ask func(context.Context, *mongo.Collection) (*mongo.Cursor, error)

// read sends a command by way of send and calls do for each document of the answer, in which this process finds what it has written.
func (t *collection) read(ctx context.Context, send func(context.Context, ask) (*mongo.Cursor, error), command ask, do func(bson.Raw) error) error {
	ctx, end, err := t.own.after(ctx, t.server.Database().Client())
	if err != nil {
		return err
	}
	defer end()
	cursor, err := send(ctx, command)
	if err != nil {
		return err
	}
	return errors.Join(all(ctx, cursor, do), cursor.Close(ctx))
}

// primary asks the primary.
func (t *collection) primary(ctx context.Context, command ask) (*mongo.Cursor, error) {
	return command(tries(ctx), t.server)
}

const (
	// primaryPatience is how long a read that may be stale waits for a primary that is known and does not answer.
	primaryPatience = 500 * time.Millisecond
	// primaryRest is for how long it is not asked again then.
	primaryRest = 2 * time.Second
)

// silence notes until when the primary is left alone by reads that may be stale.
type silence struct{ until atomic.Int64 }

func (s *silence) over() bool { return time.Now().UnixNano() > s.until.Load() }
func (s *silence) begin()     { s.until.Store(time.Now().Add(primaryRest).UnixNano()) }

// somewhere reads from the primary. Where the reader does not mind what is a moment old (store.StaleReads), another member
// answers if there is no primary, or if it is frozen, which nobody else has noticed yet.
func (t *collection) somewhere(ctx context.Context, command ask) (*mongo.Cursor, error) {
	if !store.MayBeStale(ctx) {
		return t.primary(ctx, command)
	}
	if t.silence.over() {
		soon, cancel := context.WithTimeout(ctx, primaryPatience)
		defer cancel()
		cursor, err := command(tries(soon), t.anyMember)
		if err == nil || ctx.Err() != nil || !passing(err) {
			return cursor, err
		}
		t.silence.begin()
	}
	return command(tries(ctx), t.otherMember)
}

func all(ctx context.Context, cursor *mongo.Cursor, do func(bson.Raw) error) error {
	for cursor.Next(ctx) {
		if err := do(cursor.Current); err != nil {
			return err
		}
	}
	return cursor.Err()
}
