package mongodb

import (
	"context"
	"errors"
	"fmt"
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

// thereIndex is one index as the server lists it.
type thereIndex struct {
	Name    string `bson:"name"`
	Key     bson.D `bson:"key"`
	Unique  bool   `bson:"unique"`
	Partial bson.D `bson:"partialFilterExpression"`
	Expires *int64 `bson:"expireAfterSeconds"`

	// building says that it is not there yet.
	building bool
}

// is says whether the index is what is declared, whatever its name.
func (i thereIndex) is(ix index) bool {
	if i.Unique != ix.unique || (i.Expires != nil) != ix.expires || len(i.Key) != len(ix.keys) {
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
	cursor, err := t.server.Database().RunCommandCursor(ctx, bson.D{
		{Key: "listIndexes", Value: t.Spec.Name}, {Key: "cursor", Value: bson.D{}}, {Key: "includeBuildUUIDs", Value: true},
	})
	var server mongo.ServerError
	if errors.As(err, &server) && server.HasErrorCode(codeNamespaceMissing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []thereIndex
	err = all(ctx, cursor, func(raw bson.Raw) error {
		var i thereIndex
		// One that is being built is listed as {spec: …, buildUUID: …}.
		if spec, ok := raw.Lookup("spec").DocumentOK(); ok {
			raw, i.building = spec, true
		}
		if err := bson.Unmarshal(raw, &i); err != nil || i.Name == idIndex {
			return err
		}
		list = append(list, i)
		return nil
	})
	return list, err
}

// survey looks at what there is: it notes under which names the declared indexes are there, and returns those that are
// missing, under names that are free, and those that are being built.
func (t *collection) survey(ctx context.Context) (missing []index, err error) {
	there, err := t.thereIndexes(ctx)
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for _, i := range there {
		taken[i.Name] = true
	}
	names := map[string]string{}
	for _, ix := range t.indexes() {
		declared := ix.name
		at := slices.IndexFunc(there, func(i thereIndex) bool { return i.is(ix) })
		switch {
		case at >= 0:
			ix.name = there[at].Name
		default:
			for n := 2; taken[ix.name]; n++ {
				ix.name = fmt.Sprint(declared, "~", n)
			}
		}
		taken[ix.name], names[declared] = true, ix.name
		if at < 0 || there[at].building {
			missing = append(missing, ix)
		}
	}
	t.names = names
	return missing, nil
}

// hint is the name under which the server has an index.
func (t *collection) hint(ix *shape.Index) string {
	switch ix.Name {
	case store.ByID:
		return idIndex
	case store.ByDue:
		return t.names[dueIndex]
	}
	return t.names[ix.Name]
}

// declared is the name of the index that the server has under this name.
func (t *collection) declared(name string) string {
	if name == idIndex {
		return store.ByID
	}
	if declared, ok := t.uses(name); ok {
		return declared
	}
	return name
}

// DropIndexes removes indexes that are not declared, and returns the names of those that were there. It leaves alone what
// is declared, also by that name.
func (s *Store) DropIndexes(ctx context.Context, c *store.Spec, names ...string) (dropped []string, err error) {
	err = s.with(ctx, c, func(t *collection) error {
		there, err := t.thereIndexes(ctx)
		if err != nil {
			return err
		}
		for _, i := range there {
			_, needed := t.uses(i.Name)
			if needed || !slices.Contains(names, i.Name) {
				continue
			}
			if err := t.server.Indexes().DropOne(ctx, i.Name); err != nil {
				return err
			}
			dropped = append(dropped, i.Name)
		}
		return nil
	})
	return dropped, err
}

// uses says whether a declared index goes by that name on the server.
func (t *collection) uses(name string) (declared string, ok bool) {
	for declared, there := range t.names {
		if there == name {
			return declared, true
		}
	}
	return "", false
}
