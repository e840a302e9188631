package journey

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"earshot/cmd/earshot/internal/collections"
	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/mongodb/mongotest"
	"earshot/survey/store/sqlite"
)

// Engine is a place to keep documents in.
type Engine struct {
	Name string
	// New returns where an empty store of the test's own is, as the option -store takes it.
	New func(testing.TB) string
}

// Engines are all of them.
func Engines() []Engine {
	return []Engine{
		{"SQLite", func(tb testing.TB) string {
			tb.Helper()
			return filepath.Join(tb.TempDir(), "earshot.db")
		}},
		{"MongoDB", mongotest.Server},
	}
}

// OnEach runs a test on each engine, at the same time.
func OnEach(t *testing.T, test func(t *testing.T, store string)) {
	t.Helper()
	for _, e := range Engines() {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			test(t, e.New(t))
		})
	}
}

// Open opens a store beside the program, for preparing and for looking. Close it before the program opens the same file.
func Open(tb testing.TB, where string) store.Store {
	tb.Helper()
	var db store.Store
	var err error
	if strings.HasPrefix(where, "mongodb://") {
		db, err = mongodb.Open(context.Background(), where, collections.Specs())
	} else {
		db, err = sqlite.Open(context.Background(), where, collections.Specs()...)
	}
	if err != nil {
		tb.Fatalf("open the store: %v", err)
	}
	return db
}

// Close closes a store.
func Close(tb testing.TB, db store.Store) {
	tb.Helper()
	if err := db.Close(); err != nil {
		tb.Fatalf("close the store: %v", err)
	}
}
