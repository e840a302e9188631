package mongodb

import (
	"context"
	"errors"
	"slices"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

const (
	// idIndex is MongoDB's name for the index over the id.
	idIndex = "_id_"
	// dueIndex is store.ByDue, and expiryIndex the index by which documents expire; no declared index can be called so.
	dueIndex    = "~due"
	expiryIndex = "~expires"
)

// mongoName is an index's name in MongoDB.
func mongoName(ix *shape.Index) string {
	switch ix.Name {
	case store.ByID:
		return idIndex
	case store.ByDue:
		return dueIndex
	}
	return ix.Name
}

// index is one index as it shall be.
type index struct {
	name    string
	keys    bson.D
	unique  bool
	partial string
	// expires says that documents are removed at the time that the key holds.
	expires bool
}

// indexes lists what the collection declares.
func (t *collection) indexes() []index {
	var list []index
	for _, ix := range t.Indexes {
		one := index{name: ix.Name, unique: ix.Unique}
		for _, f := range ix.Order {
			one.keys = append(one.keys, bson.E{Key: fieldName(f.Name), Value: 1})
		}
		if ix.Sparse {
			one.partial = ix.Keys[0].Name
		}
		list = append(list, one)
	}
	if t.Spec.Queue {
		list = append(list, index{name: dueIndex, keys: bson.D{{Key: "due", Value: 1}, {Key: "_id", Value: 1}}, partial: "due"})
	}
	if t.Spec.Expires != "" {
		list = append(list, index{name: expiryIndex, keys: bson.D{{Key: fieldName(t.Spec.Expires), Value: 1}}, expires: true})
	}
	return list
}

func (ix index) model() mongo.IndexModel {
	o := options.Index().SetName(ix.name)
	if ix.unique {
		o.SetUnique(true)
	}
	if ix.expires {
		o.SetExpireAfterSeconds(0)
	}
	if ix.partial != "" {
		o.SetPartialFilterExpression(bson.D{{Key: ix.partial, Value: bson.D{{Key: "$exists", Value: true}}}})
	}
	return mongo.IndexModel{Keys: ix.keys, Options: o}
}

// syncIndexes creates what is declared and missing, and drops what is there and not so declared.
func (t *collection) syncIndexes(ctx context.Context) error {
	there, err := t.thereIndexes(ctx)
	if err != nil {
		return err
	}
	wanted := t.indexes()
	for _, ix := range there {
		if slices.ContainsFunc(wanted, ix.same) {
			continue
		}
		if err := t.server.Indexes().DropOne(ctx, ix.Name); err != nil {
			return err
		}
	}
	var missing []mongo.IndexModel
	for _, ix := range wanted {
		if !slices.ContainsFunc(there, func(i thereIndex) bool { return i.same(ix) }) {
			missing = append(missing, ix.model())
		}
	}
	if missing == nil {
		return nil
	}
	_, err = t.server.Indexes().CreateMany(ctx, missing)
	return err
}

// thereIndex is one index as the server lists it.
type thereIndex struct {
	Name    string `bson:"name"`
	Key     bson.D `bson:"key"`
	Unique  bool   `bson:"unique"`
	Partial bson.D `bson:"partialFilterExpression"`
	Expires *int64 `bson:"expireAfterSeconds"`
}

func (i thereIndex) same(ix index) bool {
	if i.Name != ix.name || i.Unique != ix.unique || (i.Expires != nil) != ix.expires || len(i.Key) != len(ix.keys) {
		return false
	}
	for n, key := range ix.keys {
		if i.Key[n].Key != key.Key {
			return false
		}
	}
	return ix.partial == "" && i.Partial == nil || len(i.Partial) == 1 && i.Partial[0].Key == ix.partial
}

// thereIndexes lists the indexes of the server, without the one over the id; none when there is no collection yet.
func (t *collection) thereIndexes(ctx context.Context) ([]thereIndex, error) {
	cursor, err := t.server.Indexes().List(ctx)
	var server mongo.ServerError
	if errors.As(err, &server) && server.HasErrorCode(codeNamespaceMissing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []thereIndex
	if err := cursor.All(ctx, &list); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(i thereIndex) bool { return i.Name == idIndex }), nil
}
