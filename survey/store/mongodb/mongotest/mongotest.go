// Package mongotest gives tests a MongoDB server in another process: the one at TEST_MONGODB_URI, else a mongod of the PATH
// as a replica set of one, else FerretDB (see ../ferretdb), which is built when it is first needed.
package mongotest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// URIVariable names the environment variable with the address of a server to test on.
const URIVariable = "TEST_MONGODB_URI"

// shared is the server of this test binary. It ends with the process, for its standard input ends then.
var shared struct {
	once   sync.Once
	server *Instance
	err    error
}

// Server returns the address of a database that is the test's own: its URI's path is a fresh name, and it is dropped at the
// end. The server is shared by all tests of the binary. Where no server can be had, the test fails, unless -short is set.
func Server(tb testing.TB) string {
	tb.Helper()
	if uri := os.Getenv(URIVariable); uri != "" {
		tb.Logf("MongoDB server: %s=%s", URIVariable, masked(tb, uri))
		return database(tb, uri)
	}
	shared.once.Do(func() { shared.server, shared.err = start() })
	unavailable(tb, shared.err)
	tb.Logf("MongoDB server: %s", shared.server.kind)
	return database(tb, shared.server.uri)
}

// Start starts a server for this test alone, which can be killed and restarted.
func Start(tb testing.TB) *Instance {
	tb.Helper()
	i, err := start()
	unavailable(tb, err)
	tb.Logf("MongoDB server: %s, one of its own", i.kind)
	tb.Cleanup(func() {
		if err := i.end(); err != nil {
			tb.Errorf("end %s: %v", i.kind, err)
		}
	})
	return i
}

func unavailable(tb testing.TB, err error) {
	tb.Helper()
	switch {
	case err != nil && testing.Short():
		tb.Skipf("NOT TESTED on MongoDB: %v", err)
	case err != nil:
		tb.Fatalf("there is no MongoDB server to test on: %v\nSet %s, put mongod on the PATH, or let Go download FerretDB.", err, URIVariable)
	}
}

// masked is the address without its password.
func masked(tb testing.TB, uri string) string {
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
	u.Path = "/earshot_" + strings.ToLower(random())
	tb.Cleanup(func() {
		if err := drop(u.String(), u.Path[1:]); err != nil {
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

func drop(uri, name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		return err
	}
	defer func() { _ = client.Disconnect(ctx) }()
	return client.Database(name).Drop(ctx)
}

// start starts whichever server there is.
func start() (*Instance, error) {
	folder, err := os.MkdirTemp("", "earshot-mongodb-")
	if err != nil {
		return nil, err
	}
	var i *Instance
	if path, missing := exec.LookPath("mongod"); missing == nil {
		i, err = mongod(path, folder)
	} else {
		i, err = ferret(folder)
	}
	if err == nil {
		err = i.Restart()
	}
	if err != nil {
		_ = os.RemoveAll(folder)
		return nil, err
	}
	return i, nil
}
