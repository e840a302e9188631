package mongodb

import (
	"context"
	"fmt"
	"time"

	"earshot/survey/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
	"golang.org/x/sync/errgroup"
)

// item is one item of a batch as it is sent.
type item struct {
	store.Write
	// place is where it stands in the batch.
	place int
	id    string
	// old is the version that the stored document must have, and next the one that it gets.
	old, next int64
	// mark is put into the stored document, so that it can be told later whether this write happened; 0 if none is.
	mark  int64
	marks []int64
	model mongo.WriteModel
	bytes int
}

// Write implements store.Store.
//
// A batch is cut into commands of one kind (see gathered). MongoDB does not tell which of many replaces or deletes found
// nothing: where their number falls short, one more command finds out (see told).
func (s *Store) Write(ctx context.Context, c *store.Spec, items []store.Write) ([]error, error) {
	outcomes := make([]error, len(items))
	err := s.with(ctx, c, func(t *collection) error {
		if len(items) > store.MaxBatch {
			return fmt.Errorf("%w: %d items are more than %d", store.ErrQuery, len(items), store.MaxBatch)
		}
		list, err := t.items(items)
		if err != nil {
			return err
		}
		for start := 0; start < len(list); {
			end := t.untouched(list, start)
			if err := t.all(ctx, t.gathered(list[start:end]), outcomes); err != nil {
				return err
			}
			start = end
		}
		for _, it := range list {
			if outcomes[it.place] == nil && (it.Op == store.Insert || it.Op == store.Replace) {
				m := it.Doc.Envelope()
				m.Version, m.Marks = it.next, it.marks
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return outcomes, nil
}

// items prepares all items before anything is sent.
func (t *collection) items(items []store.Write) ([]*item, error) {
	list := make([]*item, len(items))
	now := time.Now()
	base, several := newMark(now), len(items) > 1
	for i, w := range items {
		if w.Doc == nil || w.Op < store.Insert || w.Op > store.Extend {
			return nil, fmt.Errorf("%w: item %d is no operation on a document", store.ErrQuery, i)
		}
		if w.Op == store.Extend && !t.Spec.Queue {
			return nil, fmt.Errorf("%w: collection %q is not declared as a queue", store.ErrQuery, t.Spec.Name)
		}
		if err := t.Check(w.Doc); err != nil {
			return nil, err
		}
		m := w.Doc.Envelope()
		it := &item{Write: w, place: i, id: m.ID, old: m.Version, next: m.Version + 1, marks: recent(m.Marks, now)}
		switch {
		case w.Op == store.Insert:
			// A version that is there already is kept: so copies keep theirs.
			it.next, it.marks = max(1, m.Version), nil
		case several && w.Op != store.Extend:
			it.mark = base + int64(i)
			it.marks = marked(it.mark, m.Marks, now)
		}
		if err := t.prepare(it); err != nil {
			return nil, err
		}
		list[i] = it
	}
	return list, nil
}

// prepare makes the item's part of a command.
func (t *collection) prepare(it *item) error {
	if it.Op == store.Insert || it.Op == store.Replace {
		raw, err := t.encode(it.Doc, it.next, it.marks)
		if err != nil {
			return err
		}
		it.bytes = len(raw)
		if it.Op == store.Insert {
			it.model = mongo.NewInsertOneModel().SetDocument(raw)
		} else {
			it.model = mongo.NewReplaceOneModel().SetFilter(sameVersion(it.id, it.old)).SetReplacement(raw)
		}
		return nil
	}
	if it.Op == store.Extend {
		change := bson.D{{Key: "$set", Value: bson.D{{Key: dueField, Value: it.Doc.Envelope().Due}}}}
		if it.Doc.Envelope().Due.IsZero() {
			change = bson.D{{Key: "$unset", Value: bson.D{{Key: dueField, Value: ""}}}}
		}
		it.model = mongo.NewUpdateOneModel().SetFilter(sameVersion(it.id, it.old)).SetUpdate(change)
		return nil
	}
	it.model = mongo.NewDeleteOneModel().SetFilter(sameVersion(it.id, it.old))
	return nil
}

// sameVersion finds a document if it is still in that version.
func sameVersion(id string, version int64) bson.Raw {
	at, d := bsoncore.AppendDocumentStart(make([]byte, 0, 48+len(id)))
	d = bsoncore.AppendStringElement(d, idField, id)
	d = bsoncore.AppendInt64Element(d, versionField, version)
	d, _ = bsoncore.AppendDocumentEnd(d, at)
	return d
}

const (
	// stepItems and stepBytes bound one command, so that each ends well within the time that an operation has, and the
	// server's answer to others is not held up.
	stepItems = 1000
	stepBytes = 16 << 20
)

// step is what one command writes: no document twice, and either deletes only or none.
type step []*item

// stepsAtOnce is how many commands of a batch are under way together: each waits for the disks of a majority.
const stepsAtOnce = 4

// all does steps, together where no index but the id's is unique, so that they do not touch each other.
func (t *collection) all(ctx context.Context, steps []step, outcomes []error) error {
	var group errgroup.Group
	group.SetLimit(stepsAtOnce)
	for _, s := range steps {
		if !t.uniques {
			group.Go(func() error { return t.run(ctx, s, outcomes) })
			continue
		}
		if err := t.run(ctx, s, outcomes); err != nil {
			return err
		}
	}
	return group.Wait()
}

// untouched returns where the run of items ends that need not be told apart by order: at the second item of a document or,
// where other indexes are unique, where deletes follow on something else or the other way round.
func (t *collection) untouched(items []*item, start int) int {
	seen := map[string]struct{}{}
	for i, it := range items[start:] {
		if _, twice := seen[it.id]; twice || t.uniques && (it.Op == store.Delete) != (items[start].Op == store.Delete) {
			return start + i
		}
		seen[it.id] = struct{}{}
	}
	return len(items)
}

// gathered makes the commands for such a run, which together do what the items would one after the other: where no index but
// the id's is unique, items of different documents are gathered by kind. Inserts and replaces that must keep their order are one command of updates,
// in which an insert is an upsert.
func (t *collection) gathered(items []*item) []step {
	kinds := map[store.Op][]*item{}
	for _, it := range items {
		kind := it.Op
		if kind == store.Extend {
			kind = store.Replace
		}
		kinds[kind] = append(kinds[kind], it)
	}
	if t.uniques && len(kinds[store.Insert]) > 0 && len(kinds[store.Replace]) > 0 {
		for _, it := range kinds[store.Insert] {
			it.model = upsert(it)
		}
		return cut(nil, items)
	}
	return cut(cut(cut(nil, kinds[store.Insert]), kinds[store.Replace]), kinds[store.Delete])
}

// upsert makes an insert out of an update that finds nothing: no stored version is below 0.
func upsert(it *item) mongo.WriteModel {
	nothing := bson.D{{Key: idField, Value: it.id}, {Key: versionField, Value: bson.D{{Key: "$lt", Value: 0}}}}
	raw := it.model.(*mongo.InsertOneModel).Document
	return mongo.NewReplaceOneModel().SetFilter(nothing).SetReplacement(raw).SetUpsert(true)
}

// cut adds items to steps, as many to each as a command may have.
func cut(steps []step, items []*item) []step {
	start, bytes := 0, 0
	for i, it := range items {
		if i > start && (i-start == stepItems || bytes+it.bytes > stepBytes) {
			steps = append(steps, items[start:i])
			start, bytes = i, 0
		}
		bytes += it.bytes
	}
	if start < len(items) {
		steps = append(steps, items[start:])
	}
	return steps
}
