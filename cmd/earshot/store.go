package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"earshot/cmd/earshot/internal/collections"
	"earshot/survey/migration"
	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/sqlite"
)

// telling is told what keeps the store from being used yet.
type telling func(doing string)

// openStore opens the store that where names and brings it to this version, where that takes seconds; it refuses one that
// a newer version has made its own, before anything is changed.
func openStore(ctx context.Context, where string, tell telling) (store.Store, error) {
	if err := checkVersion(ctx, where); err != nil {
		return nil, err
	}
	db, err := openEngine(ctx, where, allSpecs(), mongodb.WithBuilding(func(b mongodb.Building) { tell(building(b)) }))
	if err != nil {
		return nil, err
	}
	if err := newMigrator(db, tell).AtStart(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// openStoreShowing is openStore for a command: it shows on one line what it waits for.
func openStoreShowing(ctx context.Context, where string, w io.Writer) (store.Store, error) {
	tell, done := progressLine(w)
	defer done()
	return openStore(ctx, where, tell)
}

// checkVersion refuses a store that is too new for this program. Only the collection that tells the version is opened.
func checkVersion(ctx context.Context, where string) error {
	db, err := openEngine(ctx, where, []*store.Spec{migration.Spec})
	if err != nil {
		return err
	}
	return errors.Join(newMigrator(db, func(string) {}).Check(ctx), db.Close())
}

// allSpecs are the collections of the installation, and the one that tells the version.
func allSpecs() []*store.Spec { return append(slices.Clone(collections.Specs()), migration.Spec) }

func newMigrator(db store.Store, tell telling) *migration.Migrator {
	host, _ := os.Hostname()
	return migration.New(db, migration.Options{
		Specs: collections.Specs(), By: fmt.Sprintf("%s %d", host, os.Getpid()),
		Progress: func(p migration.Progress) { tell(upgrading(p)) },
	})
}

func isMongoDB(where string) bool {
	return strings.HasPrefix(where, "mongodb://") || strings.HasPrefix(where, "mongodb+srv://")
}

// openEngine opens the engine that where names: a mongodb URI, or a file.
func openEngine(ctx context.Context, where string, specs []*store.Spec, options ...mongodb.Option) (store.Store, error) {
	if isMongoDB(where) {
		return mongodb.Open(ctx, where, specs, options...)
	}
	return sqlite.Open(ctx, where, specs...)
}

// building says how far the building of indexes is.
func building(b mongodb.Building) string {
	text := fmt.Sprintf("building %s of %s for %s", strings.Join(b.Indexes, ", "), b.Collection, b.For.Round(time.Second))
	if b.Total > 0 {
		text += fmt.Sprintf(" (%d of %d documents)", b.Done, b.Total)
	}
	return text
}

// upgrading says how far an upgrade is.
func upgrading(p migration.Progress) string {
	text := fmt.Sprintf("upgrading the store: %s (%d of %d documents, %d changed)", p.Step, p.Done, p.Total, p.Changed)
	switch {
	case p.Trouble != nil:
		text = fmt.Sprintf("upgrading the store: waiting, for %v", p.Trouble)
	case p.Elsewhere:
		text += ", by another process"
	}
	return text
}

// logEvery is how often a long wait is logged.
const logEvery = 5 * time.Second

// logging returns what logs from time to time what the start waits for.
func logging(log *slog.Logger) telling {
	var mu sync.Mutex
	var last time.Time
	return func(doing string) {
		mu.Lock()
		defer mu.Unlock()
		if time.Since(last) < logEvery {
			return
		}
		last = time.Now()
		log.Info("the store is not ready yet", "doing", doing)
	}
}
