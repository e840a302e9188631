// Package mongodb keeps Earshot's documents in MongoDB: standalone, replica set or sharded cluster. It is the only
// importer of the driver, and no type of the driver is seen outside.
//
// # Durability
//
// Every write waits for a majority of the replica set and its journals; reads see only what a majority has. Reads and
// writes that a network error interrupts are retried once by the driver; the server recognises a retried write, so that an
// insert that has happened already is acknowledged and not refused as a duplicate of itself. A standalone server cannot do
// that: there a write that returned store.ErrUnavailable may have happened, as the port says.
//
// # Sharding
//
// Nothing needs to be sharded. When a collection outgrows one replica set, shard it by {_id: "hashed"}: every Fetch, Replace
// and Delete then goes to one shard, and Claim and Find ask all. touchpoints and responses are mostly read by customer;
// {customer_id: 1, _id: 1} keeps a customer's documents together, and a Fetch by id then asks all shards. Collections with
// a unique index (customers, contacts, reps) must stay unsharded: MongoDB can keep only indexes unique that begin with the
// shard key.
package mongodb

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
)

// Defaults, which the URI's own parameters override.
const (
	// DefaultDatabase is used when the URI's path names none.
	DefaultDatabase = "earshot"

	// defaultTimeout bounds each operation, with its retry: longer than an election takes (5 to 10 s) helps nobody who waits
	// for a page.
	defaultTimeout = 10 * time.Second
	// selectionTimeout bounds the search for a server that can serve, a part of the former.
	selectionTimeout = 5 * time.Second
	connectTimeout   = 5 * time.Second

	// poolSize is the most connections to one server: far more than a process on a few cores keeps busy.
	poolSize = 50
	// idleTime is after how long without use a connection is closed.
	idleTime = 5 * time.Minute

	appName = "earshot"
)

// Store is a store.Store in a MongoDB database. Make it with Open.
type Store struct {
	client      *mongo.Client
	collections map[*store.Spec]*collection

	// use is held for reading by every method and for writing by Close, which so waits for all of them.
	use    sync.RWMutex
	closed bool
}

var _ store.Store = (*Store)(nil)

// collection is a collection and the codec of its documents.
type collection struct {
	*shape.Shape
	*documents
	server *mongo.Collection
	// bulk is the same for BulkWrite; see registry.
	bulk *mongo.Collection
	// uniques says that an index besides the id's is unique.
	uniques bool
	// crowded says that at the last Claim others took some of what was found.
	crowded atomic.Bool
}

// Option changes how Open connects.
type Option func(*options.ClientOptions)

// WithObserver has observe called for each command that is sent, with its name and its collection's. It must be fast and
// safe for concurrent use.
func WithObserver(observe func(command, collection string)) Option {
	return withMonitor(&event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		collection, _ := e.Command.Lookup(e.CommandName).StringValueOK()
		observe(e.CommandName, collection)
	}})
}

func withMonitor(m *event.CommandMonitor) Option {
	return func(o *options.ClientOptions) { o.SetMonitor(m) }
}

// WithTimeout bounds each operation, with its retry, and the search for a server.
func WithTimeout(d time.Duration) Option {
	return func(o *options.ClientOptions) { o.SetTimeout(d).SetServerSelectionTimeout(min(d, selectionTimeout)) }
}

// Open connects to the database that uri names (mongodb:// or mongodb+srv://; its path is the database) and brings the
// indexes to the declarations of specs: missing and changed ones are built, those no longer declared are dropped. Returns
// store.ErrUnavailable when no server answers, store.ErrQuery for a declaration that does not fit its type.
func Open(ctx context.Context, uri string, specs []*store.Spec, opts ...Option) (*Store, error) {
	parsed, err := connstring.ParseAndValidate(uri)
	if err != nil {
		return nil, fmt.Errorf("the MongoDB address is not valid: %w", err)
	}
	client, err := mongo.Connect(clientOptions(uri, opts))
	if err != nil {
		return nil, fmt.Errorf("the MongoDB address is not valid: %w", err)
	}
	name := parsed.Database
	if name == "" {
		name = DefaultDatabase
	}
	s := &Store{client: client, collections: map[*store.Spec]*collection{}}
	if err := s.open(ctx, client.Database(name), specs); err != nil {
		return nil, errors.Join(err, client.Disconnect(context.WithoutCancel(ctx)))
	}
	return s, nil
}

func clientOptions(uri string, opts []Option) *options.ClientOptions {
	o := options.Client().SetAppName(appName).SetMaxPoolSize(poolSize).SetMaxConnIdleTime(idleTime).
		SetTimeout(defaultTimeout).SetServerSelectionTimeout(selectionTimeout).SetConnectTimeout(connectTimeout)
	for _, option := range opts {
		option(o)
	}
	journal := true
	return o.ApplyURI(uri).SetRetryReads(true).SetRetryWrites(true).
		SetReadConcern(readconcern.Majority()).SetReadPreference(readpref.Primary()).
		SetWriteConcern(&writeconcern.WriteConcern{W: writeconcern.WCMajority, Journal: &journal})
}

func (s *Store) open(ctx context.Context, database *mongo.Database, specs []*store.Spec) error {
	compiled := &codecs{known: map[reflect.Type]*codec{}}
	for _, spec := range specs {
		shaped, err := shape.New(spec)
		if err != nil {
			return err
		}
		document := reflect.TypeOf(spec.New()).Elem()
		s.collections[spec] = &collection{
			Shape: shaped, documents: compiled.documents(shaped, document),
			server:  database.Collection(spec.Name),
			bulk:    database.Collection(spec.Name, options.Collection().SetRegistry(registry())),
			uniques: slices.ContainsFunc(spec.Indexes, func(ix store.Index) bool { return ix.Unique }),
		}
	}
	if err := s.Ping(ctx); err != nil {
		return err
	}
	for _, spec := range specs {
		if err := s.collections[spec].syncIndexes(ctx); err != nil {
			return fmt.Errorf("collection %q: %w", spec.Name, failure(ctx, err))
		}
	}
	return nil
}

// Ping asks the primary whether it is there.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.use.RUnlock()
	return failure(ctx, s.client.Ping(ctx, readpref.Primary()))
}

// closeTimeout bounds the polite end of the connections.
const closeTimeout = 5 * time.Second

// Close waits for what has been begun and closes the connections. Every later call returns store.ErrUnavailable.
func (s *Store) Close() error {
	s.use.Lock()
	defer s.use.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	return s.client.Disconnect(ctx)
}

// enter begins a method; the caller must call s.use.RUnlock when it returned nil.
func (s *Store) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.use.RLock()
	if s.closed {
		s.use.RUnlock()
		return fmt.Errorf("%w: the database is closed", store.ErrUnavailable)
	}
	return nil
}

// with runs do on a collection and gives its error a kind.
func (s *Store) with(ctx context.Context, c *store.Spec, do func(*collection) error) error {
	t, ok := s.collections[c]
	if !ok {
		return fmt.Errorf("%w: the collection was not declared when the store was opened", store.ErrQuery)
	}
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.use.RUnlock()
	return failure(ctx, do(t))
}
