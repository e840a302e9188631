package mongodb

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"earshot/survey/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// run does a step and notes what became of its items.
func (t *collection) run(ctx context.Context, items step, outcomes []error) error {
	if items[0].Op == store.Delete && len(items) > 1 {
		return t.remove(ctx, items, outcomes)
	}
	result, err := t.send(ctx, items, outcomes)
	if err != nil {
		return err
	}
	found := int(result.MatchedCount + result.DeletedCount)
	var sought []*item
	for _, it := range items {
		if it.Op != store.Insert && outcomes[it.place] == nil {
			sought = append(sought, it)
		}
	}
	return t.told(ctx, sought, found, outcomes)
}

// send sends a step's items as one command, notes those that are refused as taken, and returns the server's counts.
func (t *collection) send(ctx context.Context, items []*item, outcomes []error) (*mongo.BulkWriteResult, error) {
	models := make([]mongo.WriteModel, len(items))
	for i, it := range items {
		models[i] = it.model
	}
	result, err := t.bulk.BulkWrite(tries(ctx), models, options.BulkWrite().SetOrdered(false))
	var bulk mongo.BulkWriteException
	if !errors.As(err, &bulk) || bulk.WriteConcernError != nil || len(bulk.WriteErrors) == 0 {
		return result, err
	}
	for _, e := range bulk.WriteErrors {
		if e.Code != codeDuplicateKey {
			return nil, err
		}
		outcomes[items[e.Index].place] = &store.TakenError{Index: t.declared(takenIndex(e.Message))}
	}
	return result, nil
}

// told notes which of the items that were not refused did not find their document, given how many did.
//
// A replaced document carries the marks of its latest writers, each of which leaves the earlier ones behind its own (see
// mark). So the answer is exact though others may have written the document again since; only after maxMarks writes, or a
// delete, in the moment between the two commands there is a doubt. Where the count does not settle that, the outcome is
// unknown and said to be: store.ErrUnavailable.
func (t *collection) told(ctx context.Context, items []*item, found int, outcomes []error) error {
	if found == len(items) {
		return nil
	}
	var there map[string]*writers
	if found > 0 {
		var err error
		if there, err = t.writers(ctx, items); err != nil {
			return err
		}
	}
	var doubtful []*item
	for _, it := range items {
		switch there[it.id].wrote(it) {
		case yes:
			found--
		case no:
			outcomes[it.place] = store.ErrConflict
		default:
			doubtful = append(doubtful, it)
		}
	}
	if found > 0 && found < len(doubtful) {
		return fmt.Errorf("%w: %d of %d writes happened, and it cannot be told which, for the documents are gone", store.ErrUnavailable, found, len(doubtful))
	}
	for _, it := range doubtful {
		if found <= 0 {
			outcomes[it.place] = store.ErrConflict
		}
	}
	return nil
}

// writers is what told needs to know of a stored document.
type writers struct {
	version int64
	marks   []int64
}

// writers reads it of the items' documents.
func (t *collection) writers(ctx context.Context, items []*item) (map[string]*writers, error) {
	ids := make(bson.A, len(items))
	for i, it := range items {
		ids[i] = it.id
	}
	fields := bson.D{{Key: versionField, Value: 1}, {Key: marksField, Value: 1}}
	there := make(map[string]*writers, len(items))
	err := t.each(ctx, byIDs(ids), options.Find().SetProjection(fields), len(ids), func(raw bson.Raw) error {
		id, _ := raw.Lookup(idField).StringValueOK()
		w := &writers{}
		w.version, _ = raw.Lookup(versionField).AsInt64OK()
		if marks, err := raw.LookupErr(marksField); err == nil {
			w.marks = marksIn(bsoncore.Value{Type: bsoncore.Type(marks.Type), Data: marks.Value})
		}
		there[id] = w
		return nil
	})
	return there, err
}

type answer uint8

const (
	unknown answer = iota
	yes
	no
)

// wrote says whether the item was written. A nil w is of a document that is gone.
func (w *writers) wrote(it *item) answer {
	switch {
	case w == nil:
		return unknown
	case it.Op == store.Extend:
		// Whoever wrote the document since has taken the lease.
		if w.version == it.old {
			return yes
		}
		return no
	case it.Op == store.Delete:
		return no
	}
	switch {
	case it.mark != 0 && slices.Contains(w.marks, it.mark):
		return yes
	case it.mark != 0 && (len(w.marks) == maxMarks || w.version <= it.old):
		// Later marks have pushed it out, or the document has been deleted since and made anew.
		return unknown
	}
	return no
}

// remove deletes several documents. A deleted document bears no mark, so they are first taken hold of: by an update that adds
// one to their versions, so that nobody else can delete or replace them, and leaves a mark.
func (t *collection) remove(ctx context.Context, items step, outcomes []error) error {
	hold := make([]*item, len(items))
	for i, it := range items {
		held := *it
		held.Op, held.model = store.Replace, mongo.NewUpdateOneModel().SetFilter(sameVersion(it.id, it.old)).SetUpdate(bson.D{
			{Key: "$inc", Value: bson.D{{Key: versionField, Value: int64(1)}}}, {Key: "$set", Value: bson.D{{Key: marksField, Value: marksValue(it.marks)}}},
		})
		hold[i] = &held
	}
	if err := t.run(ctx, hold, outcomes); err != nil {
		return err
	}
	var held []*item
	for _, it := range items {
		if outcomes[it.place] == nil {
			it.model = mongo.NewDeleteOneModel().SetFilter(sameVersion(it.id, it.next))
			held = append(held, it)
		}
	}
	if len(held) == 0 {
		return nil
	}
	result, err := t.send(ctx, held, outcomes)
	if err != nil {
		return err
	}
	return t.told(ctx, held, int(result.DeletedCount), outcomes)
}
