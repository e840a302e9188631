package bare

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
)

// mirrorSuffix makes the mirror's name of the name of Earshot's database.
const mirrorSuffix = "_bare"

// mongoClient is the driver.
type mongoClient struct {
	client    *mongo.Client
	ours, its *mongo.Database
	queues    []string // collections that can owe something, once asked for
}

// OpenMongoDB returns the driver's client on the database that uri names.
func OpenMongoDB(uri string) (Client, error) {
	parsed, err := connstring.ParseAndValidate(uri)
	if err != nil {
		return nil, err
	}
	database, journal := parsed.Database, true
	client, err := mongo.Connect(options.Client().ApplyURI(uri).SetMaxPoolSize(100).SetReadConcern(readconcern.Majority()).
		SetWriteConcern(&writeconcern.WriteConcern{W: writeconcern.WCMajority, Journal: &journal}))
	if err != nil {
		return nil, err
	}
	return &mongoClient{client: client, ours: client.Database(database), its: client.Database(database + mirrorSuffix)}, nil
}

func (m *mongoClient) Close() error { return m.client.Disconnect(context.Background()) }

func (m *mongoClient) Collections(ctx context.Context) ([]string, error) {
	names, err := m.ours.ListCollectionNames(ctx, bson.D{{Key: "type", Value: "collection"}})
	names = slices.DeleteFunc(names, func(name string) bool { return len(name) > 7 && name[:7] == "system." })
	slices.Sort(names)
	return names, err
}

func (m *mongoClient) Mirror(ctx context.Context) error {
	if err := m.its.Drop(ctx); err != nil {
		return err
	}
	names, err := m.Collections(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := m.mirror(ctx, name); err != nil {
			return fmt.Errorf("mirror %s: %w", name, err)
		}
	}
	return nil
}

// mirror makes a collection with the same indexes, and has the server copy the documents.
func (m *mongoClient) mirror(ctx context.Context, name string) error {
	indexes, err := m.indexes(ctx, name)
	if err != nil {
		return err
	}
	if err := m.its.CreateCollection(ctx, name); err != nil {
		return err
	}
	if len(indexes) > 0 {
		if err := m.its.RunCommand(ctx, bson.D{{Key: "createIndexes", Value: name}, {Key: "indexes", Value: indexes}}).Err(); err != nil {
			return err
		}
	}
	out := bson.D{{Key: "$out", Value: bson.D{{Key: "db", Value: m.its.Name()}, {Key: "coll", Value: name}}}}
	cursor, err := m.ours.Collection(name).Aggregate(ctx, mongo.Pipeline{out})
	if err != nil {
		return err
	}
	return cursor.Close(ctx)
}

// indexes returns the declarations of a collection's indexes besides the one over the id.
func (m *mongoClient) indexes(ctx context.Context, name string) ([]bson.D, error) {
	cursor, err := m.ours.Collection(name).Indexes().List(ctx)
	if err != nil {
		return nil, err
	}
	var all []bson.D
	if err := cursor.All(ctx, &all); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(ix bson.D) bool {
		return slices.Contains(ix, bson.E{Key: "name", Value: "_id_"})
	}), nil
}

// mongoStream is a cursor as a stream.
type mongoStream struct {
	ctx    context.Context //nolint:containedctx // it lives for one walk
	cursor *mongo.Cursor
}

func (s mongoStream) next() (*Doc, error) {
	if !s.cursor.Next(s.ctx) {
		return nil, s.cursor.Err()
	}
	return &Doc{ID: s.cursor.Current.Lookup("_id").StringValue(), body: bytes.Clone(s.cursor.Current)}, nil
}

func (m *mongoClient) Behind(ctx context.Context, collection string, limit int) (missing, other []Doc, err error) {
	var cursors [2]*mongo.Cursor
	for i, db := range []*mongo.Database{m.ours, m.its} {
		cursor, err := db.Collection(collection).Find(ctx, bson.D{}, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}))
		if err != nil {
			return nil, nil, err
		}
		defer func() { _ = cursor.Close(ctx) }()
		cursors[i] = cursor
	}
	same := func(a, b any) bool { return bytes.Equal(a.([]byte), b.([]byte)) }
	return compare(mongoStream{ctx, cursors[0]}, mongoStream{ctx, cursors[1]}, same, limit)
}

func (m *mongoClient) Read(ctx context.Context, collection, id string) error {
	return m.its.Collection(collection).FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Err()
}

func (m *mongoClient) Insert(ctx context.Context, collection string, doc Doc) error {
	_, err := m.its.Collection(collection).InsertOne(ctx, raw(doc))
	return err
}

func raw(d Doc) bson.Raw { return d.body.([]byte) }

func (m *mongoClient) InsertMany(ctx context.Context, collection string, docs []Doc) error {
	for batch := range slices.Chunk(docs, Batch) {
		list := make([]any, len(batch))
		for i, d := range batch {
			list[i] = raw(d)
		}
		if _, err := m.its.Collection(collection).InsertMany(ctx, list, options.InsertMany().SetOrdered(false)); err != nil {
			return err
		}
	}
	return nil
}

func (m *mongoClient) ReplaceMany(ctx context.Context, collection string, docs []Doc) error {
	for batch := range slices.Chunk(docs, Batch) {
		list := make([]mongo.WriteModel, len(batch))
		for i, d := range batch {
			list[i] = mongo.NewReplaceOneModel().SetFilter(bson.D{{Key: "_id", Value: d.ID}}).SetReplacement(raw(d))
		}
		done, err := m.its.Collection(collection).BulkWrite(ctx, list, options.BulkWrite().SetOrdered(false))
		if err != nil {
			return err
		}
		if int(done.MatchedCount) != len(batch) {
			return fmt.Errorf("%d of %d documents of %s were there to be replaced", done.MatchedCount, len(batch), collection)
		}
	}
	return nil
}

func (m *mongoClient) Owing(ctx context.Context) (int, error) {
	if m.queues == nil {
		if err := m.findQueues(ctx); err != nil {
			return 0, err
		}
	}
	total := 0
	for _, name := range m.queues {
		due := bson.D{{Key: "$lte", Value: time.Now()}}
		if name == responses {
			due = bson.D{{Key: "$exists", Value: true}}
		}
		var counted struct {
			N int `bson:"n"`
		}
		command := bson.D{{Key: "count", Value: name}, {Key: "query", Value: bson.D{{Key: "due", Value: due}}}}
		if err := m.ours.RunCommand(ctx, command).Decode(&counted); err != nil {
			return 0, err
		}
		total += counted.N
	}
	return total, nil
}

// findQueues notes the collections with an index that begins with the time at which a document is due.
func (m *mongoClient) findQueues(ctx context.Context) error {
	names, err := m.Collections(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		indexes, err := m.indexes(ctx, name)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(indexes, beginsWithDue) {
			m.queues = append(m.queues, name)
		}
	}
	return nil
}

func beginsWithDue(index bson.D) bool {
	for _, e := range index {
		if keys, ok := e.Value.(bson.D); ok && e.Key == "key" {
			return len(keys) > 0 && keys[0].Key == "due"
		}
	}
	return false
}

func (m *mongoClient) Writes(ctx context.Context, but ...string) (int64, error) {
	names, err := m.Collections(ctx)
	if err != nil {
		return 0, err
	}
	var total int64
	for _, name := range without(names, but) {
		sum := bson.D{{Key: "$group", Value: bson.D{{Key: "_id", Value: nil}, {Key: "sum", Value: bson.D{{Key: "$sum", Value: "$version"}}}}}}
		cursor, err := m.ours.Collection(name).Aggregate(ctx, mongo.Pipeline{sum})
		if err != nil {
			return 0, err
		}
		var found []struct {
			Sum int64 `bson:"sum"`
		}
		if err := cursor.All(ctx, &found); err != nil {
			return 0, err
		}
		if len(found) > 0 {
			total += found[0].Sum
		}
	}
	return total, nil
}
