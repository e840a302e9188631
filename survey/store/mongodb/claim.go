package mongodb

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"earshot/survey/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Claim implements store.Store: one command finds what is due, a second takes it, by ids and versions, and where that took
// less a third asks what. (Many findAndModify on the head of one index end in conflict with each other.) Who loses to others
// in that is slower than they, not hindered by them: it looks among twice as many next time, and takes some of these at random.
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
	var taken []store.Doc
	for part := range slices.Chunk(docs, stepItems) {
		l := newLease(part, now, until)
		mine, err := t.lease(ctx, l)
		if err != nil {
			return nil, err
		}
		for _, d := range part {
			if m := d.Envelope(); mine == nil || mine[m.ID] == m.Version+1 {
				m.Version, m.Due = m.Version+1, until
				taken = append(taken, d)
			}
		}
	}
	t.crowded.Store(len(taken) < len(docs))
	return taken, nil
}

// lease is one claimant's hold on documents. They all get the same due and the same mark, so that one statement takes all of
// a version: it costs the server a third of what single ones do.
type lease struct {
	ids    bson.A
	mark   int64
	models []mongo.WriteModel
}

// newLease takes documents if they are still in the version that was read, and due: an Extend leaves the version.
func newLease(docs []store.Doc, now, until time.Time) *lease {
	l := &lease{ids: make(bson.A, len(docs)), mark: newMark(time.Now())}
	versions := map[int64]bson.A{}
	for i, d := range docs {
		m := d.Envelope()
		l.ids[i] = m.ID
		versions[m.Version] = append(versions[m.Version], m.ID)
	}
	change := bson.D{
		{Key: "$set", Value: bson.D{{Key: dueField, Value: until}, {Key: claimField, Value: l.mark}}},
		{Key: "$inc", Value: bson.D{{Key: versionField, Value: int64(1)}}},
	}
	for _, version := range slices.Sorted(maps.Keys(versions)) {
		still := append(byIDs(versions[version]), bson.E{Key: versionField, Value: version},
			bson.E{Key: dueField, Value: bson.D{{Key: "$lte", Value: now}}})
		l.models = append(l.models, mongo.NewUpdateManyModel().SetFilter(still).SetHint(idIndex).SetUpdate(change))
	}
	return l
}

// lease sends a lease, and returns the versions of the documents that it took, by id; nil if these are all. The driver does
// not try updates of many documents again. Here that does no harm: what is leased is not due any more, and bears the mark.
func (t *collection) lease(ctx context.Context, l *lease) (mine map[string]int64, err error) {
	send := func() (*mongo.BulkWriteResult, error) {
		return t.server.BulkWrite(tries(ctx), l.models, options.BulkWrite().SetOrdered(false))
	}
	result, err := send()
	switch {
	case err == nil && int(result.MatchedCount) == len(l.ids):
		return nil, nil
	case err != nil && ctx.Err() == nil && passing(err):
		_, err = send()
	}
	if err != nil {
		return nil, err
	}
	mine = map[string]int64{}
	fields := bson.D{{Key: versionField, Value: 1}, {Key: claimField, Value: 1}}
	err = t.each(ctx, byIDs(l.ids), options.Find().SetProjection(fields), len(l.ids), func(raw bson.Raw) error {
		if mark, ok := raw.Lookup(claimField).AsInt64OK(); ok && mark == l.mark {
			id, _ := raw.Lookup(idField).StringValueOK()
			mine[id], _ = raw.Lookup(versionField).AsInt64OK()
		}
		return nil
	})
	return mine, err
}
