// Package mongotest gives tests a real MongoDB in processes of its own: the server at TEST_MONGODB_URI where a database is
// all that a test needs, else a mongod started as a replica set, of one member or, for faults, of three.
//
//	uri := mongotest.Server(t)       // a database of the test's own, on a server that all tests of the binary share
//	set := mongotest.Single(t)       // a server for this test alone, which can be killed and started again
//	set := mongotest.Set(t)          // three members for this test alone: step down, kill, freeze, all gone and back
//
// mongod is looked for in bin/ of the module (make mongod brings it there), then on the PATH. Where there is none the test is
// skipped, and make test says so at the end; with TEST_MONGODB_REQUIRED set, as in CI, it fails.
package mongotest

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Environment variables.
const (
	// URIVariable names the address of a server to test on.
	URIVariable = "TEST_MONGODB_URI"
	// RequiredVariable, if not empty, makes a test that finds no server fail.
	RequiredVariable = "TEST_MONGODB_REQUIRED"
)

// Server returns the address of a database that is the test's own: its URI's path is a fresh name, and it is dropped at the
// end. The server is shared by all tests of the binary and ends with it.
func Server(tb testing.TB) string {
	tb.Helper()
	uri := os.Getenv(URIVariable)
	if uri == "" {
		set, err := shared()
		unavailable(tb, err)
		tb.Logf("MongoDB server: %s", set.kind)
		return set.Database(tb)
	}
	tb.Logf("MongoDB server: %s=%s", URIVariable, masked(tb, uri))
	return database(tb, uri)
}

// Timeless is Server on which nothing that has expired is removed, for tests with clocks of their own: the server has another. It holds for all of the
// binary, and not at TEST_MONGODB_URI, which others may use.
func Timeless(tb testing.TB) string {
	tb.Helper()
	uri := Server(tb)
	if os.Getenv(URIVariable) == "" {
		if err := timeless(); err != nil {
			tb.Fatalf("have the server keep what has expired: %v", err)
		}
	}
	return uri
}

var timeless = sync.OnceValue(func() error {
	set, err := shared()
	if err != nil {
		return err
	}
	return set.members[0].Run(context.Background(), bson.D{{Key: "setParameter", Value: 1}, {Key: "ttlMonitorEnabled", Value: false}}, nil)
})

// shared starts the server of this test binary when it is first needed.
var shared = sync.OnceValues(func() (*ReplicaSet, error) { return Launch(1, Small()) })

// Single starts a replica set of one member for this test alone, with more arguments for mongod.
func Single(tb testing.TB, arguments ...string) *ReplicaSet {
	tb.Helper()
	return launched(tb, 1, arguments...)
}

// Set starts a replica set of three members for this test alone.
func Set(tb testing.TB) *ReplicaSet {
	tb.Helper()
	return launched(tb, membersOfSet)
}

// membersOfSet is the least number of members with which one can be lost and a majority is left.
const membersOfSet = 3

func launched(tb testing.TB, members int, arguments ...string) *ReplicaSet {
	tb.Helper()
	set, err := Launch(members, Small(), arguments...)
	unavailable(tb, err)
	tb.Logf("MongoDB server: %s, one of its own", set.kind)
	tb.Cleanup(func() {
		if err := set.End(); err != nil {
			tb.Errorf("end the replica set: %v", err)
		}
	})
	return set
}

func unavailable(tb testing.TB, err error) {
	tb.Helper()
	switch {
	case errors.Is(err, errNoServer) && os.Getenv(RequiredVariable) == "":
		tb.Skipf("NOT TESTED on MongoDB: %v", err)
	case err != nil:
		tb.Fatalf("there is no MongoDB server to test on: %v", err)
	}
}

// masked is the address without its password.
func masked(tb testing.TB, uri string) string {
	tb.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		tb.Fatalf("%s is no address: %v", URIVariable, err)
	}
	return u.Redacted()
}

// database puts a fresh database name into the address and has the database dropped at the end.
func database(tb testing.TB, uri string) string {
	tb.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		tb.Fatalf("the MongoDB address is not valid: %v", err)
	}
	name := "earshot_" + random()
	u.Path = "/" + name
	tb.Cleanup(func() {
		if err := drop(uri, name); err != nil {
			tb.Errorf("drop the test's database: %v", err)
		}
	})
	return u.String()
}

func random() string {
	b := make([]byte, 6)
	// It never fails: see crypto/rand.
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

// dropWithin bounds the removal of a database, on a server that has much to do.
const dropWithin = 30 * time.Second

func drop(uri, name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), dropWithin)
	defer cancel()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		return err
	}
	err = client.Database(name).Drop(ctx)
	return cmp.Or(err, client.Disconnect(ctx))
}
