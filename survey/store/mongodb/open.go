package mongodb

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
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

	// leastPool is how many connections to each server are kept open: another member than the primary must be ready too.
	leastPool = 1
	// poolSize is the most connections to one server: far more than a process on a few cores keeps busy.
	poolSize = 50
	// idleTime is after how long without use a connection is closed.
	idleTime = 5 * time.Minute

	appName = "earshot"
)

// settings are what options change.
type settings struct {
	client *options.ClientOptions
	// building is told how far the building of indexes has come; nil if none are to be built.
	building func(Building)
	// warn is told what the operator should know, of which warnings come from the address.
	warn     func(string)
	warnings []string
	monitors []*event.CommandMonitor
	// direct says that the address names one server to stay with.
	direct bool
}

// Option changes how Open connects.
type Option func(*settings)

// WithObserver has observe called for each command that is sent, with its name and its collection's. It must be fast and
// safe for concurrent use.
func WithObserver(observe func(command, collection string)) Option {
	return withMonitor(&event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		collection, _ := e.Command.Lookup(e.CommandName).StringValueOK()
		observe(e.CommandName, collection)
	}})
}

func withMonitor(m *event.CommandMonitor) Option {
	return func(s *settings) { s.monitors = append(s.monitors, m) }
}

// WithTimeout bounds each operation, with its retry, and the search for a server.
func WithTimeout(d time.Duration) Option {
	return func(s *settings) { s.client.SetTimeout(d).SetServerSelectionTimeout(min(d, selectionTimeout)) }
}

// WithBuilding has tell called about every second while Open waits for indexes.
func WithBuilding(tell func(Building)) Option {
	return func(s *settings) { s.building = tell }
}

// WithWarnings has warn called, while Open runs, with each thing that the operator should know: settings of the address that
// are not obeyed, a server that promises less than a replica set does.
func WithWarnings(warn func(sentence string)) Option {
	return func(s *settings) { s.warn = warn }
}

// WithoutIndexes leaves the database as it is: no index is built (see Missing). Find works by id and by indexes that are
// there.
func WithoutIndexes() Option {
	return func(s *settings) { s.building = nil }
}

// Open connects to the database that uri names (mongodb:// or mongodb+srv://; its path is the database), builds the
// indexes that specs declare and that are missing, and waits until they are there, however long that takes. It drops none,
// for another program may need it (see DropIndexes), and gives an index that is declared otherwise than one of its name is
// there another name. Returns store.ErrUnavailable when no server answers, store.ErrQuery for a declaration that does not
// fit its type, *AddressError for an address that is none, *RefusedError where the server wants another password, more rights
// or TLS.
func Open(ctx context.Context, uri string, specs []*store.Spec, opts ...Option) (*Store, error) {
	address, warnings, err := parsed(uri)
	if err != nil {
		return nil, err
	}
	set := settings{client: clientDefaults(), building: func(Building) {}, warn: func(string) {}, warnings: warnings, direct: address.DirectConnection}
	for _, option := range opts {
		option(&set)
	}
	counted, own := new(measures), new(ownWrites)
	set.client.SetMonitor(together(append(set.monitors, counted.commandMonitor(), own.monitor()))).SetPoolMonitor(counted.poolMonitor())
	client, err := mongo.Connect(clientOptions(set.client, uri))
	if err != nil {
		return nil, &AddressError{wrongWith(err)}
	}
	name := address.Database
	if name == "" {
		name = DefaultDatabase
	}
	s := &Store{client: client, measures: counted, own: own, collections: map[*store.Spec]*collection{}}
	if err := s.open(ctx, client.Database(name), specs, set); err != nil {
		return nil, errors.Join(err, client.Disconnect(context.WithoutCancel(ctx)))
	}
	return s, nil
}

// open looks at the server and brings it to the declarations.
func (s *Store) open(ctx context.Context, database *mongo.Database, specs []*store.Spec, set settings) error {
	if err := s.declare(database, specs); err != nil {
		return err
	}
	warnings, err := greet(ctx, s.client, set.direct)
	if err == nil {
		err = rights(ctx, database)
	}
	if err != nil {
		return failure(ctx, err)
	}
	for _, w := range append(set.warnings, warnings...) {
		set.warn(w)
	}
	return s.build(ctx, specs, set.building)
}

func clientDefaults() *options.ClientOptions {
	return options.Client().SetAppName(appName).SetMinPoolSize(leastPool).SetMaxPoolSize(poolSize).SetMaxConnIdleTime(idleTime).
		SetTimeout(defaultTimeout).SetServerSelectionTimeout(selectionTimeout).SetConnectTimeout(connectTimeout)
}

// clientOptions lets the address change the defaults, but for what the port promises.
func clientOptions(o *options.ClientOptions, uri string) *options.ClientOptions {
	journal := true
	return o.ApplyURI(uri).SetRetryReads(true).SetRetryWrites(true).
		SetReadConcern(readconcern.Majority()).SetReadPreference(readpref.Primary()).
		SetWriteConcern(&writeconcern.WriteConcern{W: writeconcern.WCMajority, Journal: &journal})
}

// declare compiles the declarations.
func (s *Store) declare(database *mongo.Database, specs []*store.Spec) error {
	compiled, quiet := &codecs{known: map[reflect.Type]*codec{}}, new(silence)
	for _, spec := range specs {
		shaped, err := shape.New(spec)
		if err != nil {
			return err
		}
		document := reflect.TypeOf(spec.New()).Elem()
		s.collections[spec] = &collection{
			Shape: shaped, documents: compiled.documents(shaped, document),
			server:      database.Collection(spec.Name),
			anyMember:   database.Collection(spec.Name, options.Collection().SetReadPreference(readpref.PrimaryPreferred())),
			otherMember: database.Collection(spec.Name, options.Collection().SetReadPreference(readpref.SecondaryPreferred())),
			silence:     quiet,
			own:         s.own,
			bulk:        database.Collection(spec.Name, options.Collection().SetRegistry(registry())),
			uniques:     slices.ContainsFunc(spec.Indexes, func(ix store.Index) bool { return ix.Unique }),
		}
	}
	return nil
}

// build makes the declared indexes known and, unless tell is nil, sees to it that they are there.
func (s *Store) build(ctx context.Context, specs []*store.Spec, tell func(Building)) error {
	for _, spec := range specs {
		t := s.collections[spec]
		var missing []index
		var err error
		if tell == nil {
			missing, err = t.survey(ctx)
		} else {
			err = t.build(ctx, tell)
		}
		if err != nil {
			return fmt.Errorf("collection %q: %w", spec.Name, failure(ctx, err))
		}
		for _, ix := range missing {
			s.missing = append(s.missing, spec.Name+"."+ix.name)
		}
	}
	return nil
}

// Missing are the indexes that are declared and were not there when the store was opened WithoutIndexes, each with its
// collection: "customers.by_rep".
func (s *Store) Missing() []string { return s.missing }
