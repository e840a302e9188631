package mongodb

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"earshot/survey/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Claim implements store.Store: one command finds what is due, a second takes it, by id and version. (Many findAndModify
// on the head of one index end in conflict with each other.) Who loses to others in that is slower than they, not hindered
// by them: it looks among twice as many next time, and takes some of these at random.
func (s *Store) Claim(ctx context.Context, c *store.Spec, now, until time.Time, n int) ([]store.Doc, error) {
	var docs []store.Doc
	err := s.with(ctx, c, func(t *collection) error {
		if !c.Queue || n < 1 || n > store.MaxBatch || until.IsZero() {
			return fmt.Errorf("%w: %d documents of collection %q cannot be claimed: is it declared as a queue?", store.ErrQuery, n, c.Name)
		}
		for docs == nil {
			due, err := t.due(ctx, store.Time(now), n)
			if err != nil || len(due) == 0 {
				return err
			}
			if docs, err = t.take(ctx, due, store.Time(now), store.Time(until)); err != nil {
				return err
			}
		}
		return nil
	})
	return docs, err
}

// due finds up to n documents that are due, longest first.
func (t *collection) due(ctx context.Context, now time.Time, n int) ([]store.Doc, error) {
	among := n
	if t.crowded.Load() {
		among = 2 * n
	}
	filter := bson.D{{Key: dueField, Value: bson.D{{Key: "$lte", Value: now}}}}
	opts := options.Find().SetSort(bson.D{{Key: dueField, Value: 1}, {Key: idField, Value: 1}}).SetHint(t.names[dueIndex])
	docs, err := t.find(ctx, filter, opts, among)
	if err != nil || len(docs) <= n {
		return docs, err
	}
	chosen := rand.Perm(len(docs))[:n]
	slices.Sort(chosen)
	for i, at := range chosen {
		docs[i] = docs[at]
	}
	return docs[:n], nil
}

// take leases those of docs that nobody else has taken meanwhile, and returns them as they are stored now; nil if there are
// none.
func (t *collection) take(ctx context.Context, docs []store.Doc, now, until time.Time) ([]store.Doc, error) {
	items, outcomes := make([]*item, len(docs)), make([]error, len(docs))
	at := time.Now()
	base := newMark(at)
	for i, d := range docs {
		m := d.Envelope()
		it := &item{Write: store.Write{Op: store.Replace, Doc: d}, place: i, id: m.ID, old: m.Version, mark: base + int64(i)}
		it.marks = marked(it.mark, m.Marks, at)
		it.model = lease(it, now, until)
		items[i] = it
	}
	var taken []store.Doc
	for _, step := range cut(nil, items) {
		if err := t.run(ctx, step, outcomes); err != nil {
			return nil, err
		}
	}
	for i, d := range docs {
		if outcomes[i] == nil {
			m := d.Envelope()
			m.Version, m.Due, m.Marks = m.Version+1, until, items[i].marks
			taken = append(taken, d)
		}
	}
	t.crowded.Store(len(taken) < len(docs))
	return taken, nil
}

// lease takes the item's document if it is still in the same version and due: an Extend leaves the version.
func lease(it *item, now, until time.Time) mongo.WriteModel {
	still := bson.D{
		{Key: idField, Value: it.id}, {Key: versionField, Value: it.old},
		{Key: dueField, Value: bson.D{{Key: "$lte", Value: now}}},
	}
	return mongo.NewUpdateOneModel().SetFilter(still).SetUpdate(bson.D{
		{Key: "$set", Value: bson.D{{Key: dueField, Value: until}, {Key: marksField, Value: marksValue(it.marks)}}},
		{Key: "$inc", Value: bson.D{{Key: versionField, Value: int64(1)}}},
	})
}
