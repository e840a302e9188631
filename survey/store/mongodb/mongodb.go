// Package mongodb keeps Earshot's documents in MongoDB: standalone, replica set or sharded cluster. It is the only
// importer of the driver, and no type of the driver is seen outside.
//
// # Durability
//
// Every write waits for a majority of the replica set and its journals; reads see only what a majority has. Reads and
// writes that a network error interrupts are retried once by the driver; the server recognises a retried write, so that an
// insert that has happened already is acknowledged and not refused as a duplicate of itself. A standalone server cannot do
// that: there a write that returned store.ErrUnavailable may have happened, as the port says. A Claim, which the driver
// does not retry, is retried here: the mark that it leaves tells what it took.
//
// # Sharding
//
// Nothing needs to be sharded. When a collection outgrows one replica set, those whose store.Spec says Shard can be sharded by
// {_id: "hashed"}: every Fetch, Replace, Insert and Delete then goes to the shards of its documents, and Claim, Find and Fold
// ask all. The others stay whole: MongoDB can keep only indexes unique that begin with the shard key, and what is small gains
// nothing. A command of ours that writes one document names its id, so that a cluster of version 4.4 or later answers it; the
// tests hold every command of the contract suite against that.
package mongodb

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
)

// Store is a store.Store in a MongoDB database. Make it with Open.
type Store struct {
	client      *mongo.Client
	measures    *measures
	own         *ownWrites
	collections map[*store.Spec]*collection
	missing     []string

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
	// anyMember and otherMember are the same for reads that may be stale: from the primary if there is one, and from another
	// member if there is one.
	anyMember, otherMember *mongo.Collection
	// silence is that of the primary, for all collections.
	silence *silence
	// own is what the process has written, to all collections.
	own *ownWrites
	// bulk is the same for BulkWrite; see registry.
	bulk *mongo.Collection
	// names are the names under which the server has the declared indexes.
	names map[string]string
	// uniques says that an index besides the id's is unique.
	uniques bool
	// crowded says that at the last Claim others took some of what was found.
	crowded atomic.Bool
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
