// Package enginetest gives the tests of all that stands on a store an empty one. It is a SQLite file, or a database in MongoDB
// where TEST_ENGINE says mongodb, so that the same tests hold both engines.
package enginetest

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/mongodb/mongotest"
	"earshot/survey/store/sqlite"
)

// Variable names the environment variable that chooses the engine.
const Variable = "TEST_ENGINE"

// What it may say; nothing means SQLite.
const (
	SQLite  = "sqlite"
	MongoDB = "mongodb"
)

// Open opens an empty store, which is closed with the test.
func Open(tb testing.TB, specs ...*store.Spec) store.Store {
	tb.Helper()
	var db store.Store
	var err error
	switch engine := os.Getenv(Variable); engine {
	case "", SQLite:
		db, err = sqlite.Open(context.Background(), filepath.Join(tb.TempDir(), "earshot.db"), specs...)
	case MongoDB:
		db, err = mongodb.Open(context.Background(), mongotest.Timeless(tb), specs)
	default:
		tb.Fatalf("%s is %q, want %s or %s", Variable, engine, SQLite, MongoDB)
	}
	if err != nil {
		tb.Fatalf("open the store: %v", err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Errorf("close the store: %v", err)
		}
	})
	return db
}

// Simulated runs a test in simulated time (see testing/synctest), which no server in another process follows: on SQLite only.
func Simulated(t *testing.T, test func(*testing.T)) {
	t.Helper()
	OnlySQLite(t, "it runs in simulated time")
	synctest.Test(t, test)
}

// OnlySQLite skips a test that has nothing to say about another engine.
func OnlySQLite(t *testing.T, why string) {
	t.Helper()
	if engine := os.Getenv(Variable); engine != "" && engine != SQLite {
		t.Skipf("not on %s: %s", engine, why)
	}
}
