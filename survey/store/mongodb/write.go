package mongodb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"earshot/survey/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// encode writes a document with that version in it, leaving the document's own version as it is.
func (t *collection) encode(d store.Doc, version int64) (bson.Raw, error) {
	m := d.Envelope()
	defer func(old int64) { m.Version = old }(m.Version)
	m.Version = version
	var b bytes.Buffer
	e := bson.NewEncoder(bson.NewDocumentWriter(&b))
	e.SetRegistry(t.registry)
	if err := e.Encode(d); err != nil {
		return nil, fmt.Errorf("%w: document %q: %w", store.ErrQuery, m.ID, err)
	}
	return b.Bytes(), nil
}

func (t *collection) decode(raw bson.Raw) (store.Doc, error) {
	doc := t.Spec.New()
	d := bson.NewDecoder(bson.NewDocumentReader(bytes.NewReader(raw)))
	d.SetRegistry(t.registry)
	if err := d.Decode(doc); err != nil {
		return nil, fmt.Errorf("a document of collection %q cannot be read: %w", t.Spec.Name, err)
	}
	return doc, nil
}

// Insert implements store.Store.
func (s *Store) Insert(ctx context.Context, c *store.Spec, docs []store.Doc) error {
	return s.with(ctx, c, func(t *collection) error {
		if len(docs) > store.MaxBatch {
			return fmt.Errorf("%w: %d documents are more than %d", store.ErrQuery, len(docs), store.MaxBatch)
		}
		raws, versions, err := t.encodeAll(docs)
		if err != nil || len(docs) == 0 {
			return err
		}
		_, err = t.server.InsertMany(ctx, raws, options.InsertMany().SetOrdered(false))
		err = duplicates(err)
		var refused *store.DuplicateError
		if err != nil && !errors.As(err, &refused) {
			return err
		}
		taken := map[int]bool{}
		if refused != nil {
			for _, r := range refused.Refused {
				taken[r.Doc] = true
			}
		}
		for i, d := range docs {
			if !taken[i] {
				d.Envelope().Version = versions[i]
			}
		}
		return err
	})
}

func (t *collection) encodeAll(docs []store.Doc) ([]bson.Raw, []int64, error) {
	for _, d := range docs {
		if err := t.Check(d); err != nil {
			return nil, nil, err
		}
	}
	raws, versions := make([]bson.Raw, len(docs)), make([]int64, len(docs))
	for i, d := range docs {
		var err error
		// A version that is there already is kept: so copies keep theirs.
		versions[i] = max(1, d.Envelope().Version)
		if raws[i], err = t.encode(d, versions[i]); err != nil {
			return nil, nil, err
		}
	}
	return raws, versions, nil
}

// sameVersion finds a document if it is still in that version.
func sameVersion(id string, version int64) bson.D {
	return bson.D{{Key: "_id", Value: id}, {Key: "version", Value: version}}
}

// Replace implements store.Store.
func (s *Store) Replace(ctx context.Context, c *store.Spec, doc store.Doc) error {
	return s.with(ctx, c, func(t *collection) error {
		if err := t.Check(doc); err != nil {
			return err
		}
		m := doc.Envelope()
		raw, err := t.encode(doc, m.Version+1)
		if err != nil {
			return err
		}
		result, err := t.server.ReplaceOne(ctx, sameVersion(m.ID, m.Version), raw)
		if err != nil {
			return duplicate(err)
		}
		if result.MatchedCount == 0 {
			return store.ErrConflict
		}
		m.Version++
		return nil
	})
}

// Delete implements store.Store.
func (s *Store) Delete(ctx context.Context, c *store.Spec, id string, version int64) error {
	return s.with(ctx, c, func(t *collection) error {
		result, err := t.server.DeleteOne(ctx, sameVersion(id, version))
		if err == nil && result.DeletedCount == 0 {
			return store.ErrConflict
		}
		return err
	})
}

// Claim implements store.Store.
func (s *Store) Claim(ctx context.Context, c *store.Spec, now, until time.Time) (store.Doc, error) {
	var doc store.Doc
	err := s.with(ctx, c, func(t *collection) error {
		if !c.Queue {
			return fmt.Errorf("%w: collection %q is not declared as a queue", store.ErrQuery, c.Name)
		}
		due := bson.D{{Key: "due", Value: bson.D{{Key: "$lte", Value: store.Time(now)}}}}
		lease := bson.D{
			{Key: "$set", Value: bson.D{{Key: "due", Value: store.Time(until)}}},
			{Key: "$inc", Value: bson.D{{Key: "version", Value: int64(1)}}},
		}
		raw, err := t.server.FindOneAndUpdate(ctx, due, lease, options.FindOneAndUpdate().
			SetSort(bson.D{{Key: "due", Value: 1}, {Key: "_id", Value: 1}}).
			SetHint(dueIndex).SetReturnDocument(options.After)).Raw()
		if errors.Is(err, mongo.ErrNoDocuments) {
			return store.ErrNotFound
		}
		if err == nil {
			doc, err = t.decode(raw)
		}
		return err
	})
	return doc, err
}
