package mongotest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// setName is the name of every replica set here.
const setName = "earshot"

// ReplicaSet is a replica set that this process started. Its methods may be called from any goroutine.
type ReplicaSet struct {
	kind, folder string
	members      []*Member
}

// Sizes are how much each member keeps.
type Sizes struct {
	// CacheGB is the memory for documents and indexes, OplogMB what a member that fell behind can still catch up with.
	CacheGB float64
	OplogMB int
}

// Small serves tests: they keep little, and several sets run beside each other.
func Small() Sizes { return Sizes{CacheGB: .25, OplogMB: 128} }

// Launch starts a replica set for whoever has no test, and returns when it takes writes and every member follows. It ends
// with this process, or with End. arguments are given to each mongod besides.
func Launch(members int, sizes Sizes, arguments ...string) (*ReplicaSet, error) {
	program, err := findProgram()
	if err != nil {
		return nil, err
	}
	folder, err := newFolder()
	if err != nil {
		return nil, err
	}
	set := &ReplicaSet{kind: fmt.Sprintf("%s (replica set of %d)", program, members), folder: folder}
	for i := range members {
		m, err := newMember(program, filepath.Join(folder, fmt.Sprint(i)), sizes)
		if err != nil {
			return nil, errors.Join(err, set.End())
		}
		m.arguments = arguments
		set.members = append(set.members, m)
	}
	err = set.StartAll()
	if err == nil {
		err = set.initiate()
	}
	if err != nil {
		return nil, errors.Join(err, set.End())
	}
	return set, nil
}

// Settings of the sets: faults are to be noticed in moments (10 s is the default), and a busy machine is not to be taken for one.
const (
	electionTimeout   = 5 * time.Second
	heartbeatInterval = 500 * time.Millisecond
)

// initiate makes the members one set. Until then none of them can be found by the set's name, only directly.
func (s *ReplicaSet) initiate() error {
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	var members bson.A
	for i, m := range s.members {
		members = append(members, bson.D{{Key: "_id", Value: i}, {Key: "host", Value: m.address}})
	}
	err := s.members[0].Run(ctx, bson.D{{Key: "replSetInitiate", Value: bson.D{
		{Key: "_id", Value: setName}, {Key: "members", Value: members}, {Key: "settings", Value: bson.D{
			{Key: "electionTimeoutMillis", Value: electionTimeout.Milliseconds()},
			{Key: "heartbeatIntervalMillis", Value: heartbeatInterval.Milliseconds()},
		}},
	}}}, nil)
	if err != nil {
		return fmt.Errorf("initiate: %w", err)
	}
	return s.AwaitHealthy(ctx)
}

// URI is the set's address without a database.
func (s *ReplicaSet) URI() string {
	var hosts []string
	for _, m := range s.members {
		hosts = append(hosts, m.address)
	}
	return "mongodb://" + strings.Join(hosts, ",") + "/?replicaSet=" + setName
}

// Database is the address of a fresh database in the set, which is dropped at the end of the test.
func (s *ReplicaSet) Database(tb testing.TB) string {
	tb.Helper()
	return database(tb, s.URI())
}

// Folder is where its data lies, a folder for each member.
func (s *ReplicaSet) Folder() string { return s.folder }

// Members are all of them, in no order of rank.
func (s *ReplicaSet) Members() []*Member { return s.members }

// Primary waits until a majority has a primary and returns it.
func (s *ReplicaSet) Primary(ctx context.Context) (*Member, error) {
	var found *Member
	err := poll(ctx, "there is no primary", func() error {
		var err error
		found, err = s.primaryNow(ctx)
		return err
	})
	return found, err
}

// greeting is what a member says of itself.
type greeting struct {
	Writable  bool `bson:"isWritablePrimary"`
	Secondary bool `bson:"secondary"`
	// Election grows with each election: of two that take themselves for the primary, one wakes up from the past.
	Election bson.ObjectID `bson:"electionId"`
}

func (s *ReplicaSet) primaryNow(ctx context.Context) (*Member, error) {
	var found *Member
	var latest bson.ObjectID
	for i, g := range s.greetings(ctx) {
		if g.Writable && (found == nil || bytes.Compare(g.Election[:], latest[:]) > 0) {
			found, latest = s.members[i], g.Election
		}
	}
	if found == nil {
		return nil, errors.New("no member is writable")
	}
	return found, nil
}

// greetings asks all members at once; one that does not answer leaves an empty greeting.
func (s *ReplicaSet) greetings(ctx context.Context) []greeting {
	ctx, cancel := context.WithTimeout(ctx, greetWithin)
	defer cancel()
	all := make([]greeting, len(s.members))
	var asking sync.WaitGroup
	for i, m := range s.members {
		asking.Go(func() { _ = m.Run(ctx, bson.D{{Key: "hello", Value: 1}}, &all[i]) })
	}
	asking.Wait()
	return all
}

// AwaitHealthy waits until one member is the primary and all others follow it.
func (s *ReplicaSet) AwaitHealthy(ctx context.Context) error {
	return poll(ctx, "not every member is well", func() error {
		primaries, secondaries := 0, 0
		for _, g := range s.greetings(ctx) {
			if g.Writable {
				primaries++
			} else if g.Secondary {
				secondaries++
			}
		}
		if primaries != 1 || secondaries != len(s.members)-1 {
			return fmt.Errorf("%d primaries and %d secondaries of %d members", primaries, secondaries, len(s.members))
		}
		return nil
	})
}

// StepDown has the primary step down; another takes over at once, in a set of one the same after a second.
func (s *ReplicaSet) StepDown(ctx context.Context) error {
	primary, err := s.Primary(ctx)
	if err != nil {
		return err
	}
	command := bson.D{{Key: "replSetStepDown", Value: 15}} // the others are given ten seconds to catch up
	if len(s.members) == 1 {
		command = bson.D{{Key: "replSetStepDown", Value: 1}, {Key: "secondaryCatchUpPeriodSecs", Value: 0}, {Key: "force", Value: true}}
	}
	return primary.Run(ctx, command, nil)
}

// KillPrimary kills the primary as a power failure would, and returns it.
func (s *ReplicaSet) KillPrimary(ctx context.Context) (*Member, error) {
	primary, err := s.Primary(ctx)
	if err != nil {
		return nil, err
	}
	return primary, primary.Kill()
}

// FreezePrimary stops the primary's process so that it neither answers nor ends, and returns it: Thaw lets it go on.
func (s *ReplicaSet) FreezePrimary(ctx context.Context) (*Member, error) {
	primary, err := s.Primary(ctx)
	if err != nil {
		return nil, err
	}
	return primary, primary.Freeze()
}

// KillAll kills every member that runs.
func (s *ReplicaSet) KillAll() error {
	return s.each(func(m *Member) error {
		if !m.Runs() {
			return nil
		}
		return m.Kill()
	})
}

// StartAll starts every member that does not run, on its data and its port, and returns when each takes connections.
func (s *ReplicaSet) StartAll() error {
	return s.each(func(m *Member) error {
		if m.Runs() {
			return nil
		}
		return m.Start()
	})
}

func (s *ReplicaSet) each(do func(*Member) error) error {
	errs := make([]error, len(s.members))
	var doing sync.WaitGroup
	for i, m := range s.members {
		doing.Go(func() { errs[i] = do(m) })
	}
	doing.Wait()
	return errors.Join(errs...)
}

// End ends the set and removes its data.
func (s *ReplicaSet) End() error { return errors.Join(s.KillAll(), os.RemoveAll(s.folder)) }

// poll tries until there is no error any more or the context ends.
func poll(ctx context.Context, what string, try func() error) error {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: %w", what, err)
		case <-time.After(pollInterval):
		}
	}
}
