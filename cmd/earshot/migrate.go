package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"earshot/survey/migration"
	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/sqlite"
)

// migrate brings the store to this version, however long it takes. It may be interrupted and run again, and other processes
// may run meanwhile as far as the steps allow it.
func migrate(ctx context.Context, c call) error {
	fs := newFlags("earshot migrate", c.stderr)
	var where string
	defineStore(fs, &where)
	dry := fs.Bool("dry-run", false, "say what would be done, and change nothing")
	if err := parseFlags(fs, c.args, c.getenv); err != nil {
		return err
	}
	if *dry {
		return migrateDry(ctx, where, c)
	}
	if err := checkVersion(ctx, where); err != nil {
		return err
	}
	tell, done := progressLine(c.stderr)
	defer done()
	db, err := openEngine(ctx, where, allSpecs(), mongodb.WithBuilding(func(b mongodb.Building) { tell(building(b)) }))
	if err != nil {
		return err
	}
	err = recorded(ctx, db, "store.migrated", nil, func() error { return migrateStore(ctx, newMigrator(db, tell), c.stdout, done) })
	return errors.Join(err, db.Close())
}

func migrateStore(ctx context.Context, m *migration.Migrator, stdout io.Writer, done func()) error {
	plan, err := m.Plan(ctx)
	if err != nil {
		return err
	}
	err = m.Run(ctx)
	done()
	if err != nil {
		return err
	}
	for _, step := range plan {
		fmt.Fprintf(stdout, "Done: %s (%d documents looked at)\n", step.Name, step.Documents)
	}
	gone, err := m.Retire(ctx)
	for _, old := range gone {
		fmt.Fprintf(stdout, "Dropped: index %s of %s, which nobody needs any more\n", old.Index, old.Collection)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, "The store is ready for this version of Earshot.")
	return err
}

// migrateDry says what would be done.
func migrateDry(ctx context.Context, where string, c call) error {
	if !isMongoDB(where) {
		return migrateCopy(ctx, where, c)
	}
	if err := checkVersion(ctx, where); err != nil {
		return err
	}
	db, err := mongodb.Open(ctx, where, allSpecs(), mongodb.WithoutIndexes())
	if err != nil {
		return err
	}
	for _, index := range db.Missing() {
		fmt.Fprintf(c.stdout, "Would build: index %s\n", index)
	}
	return errors.Join(tellSteps(ctx, db, c), db.Close())
}

// migrateCopy does so with a copy of the file: to open a file is to change it, and another process may have it open.
func migrateCopy(ctx context.Context, where string, c call) error {
	folder, err := os.MkdirTemp("", "earshot-migrate-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	copied := filepath.Join(folder, "copy.db")
	if err := sqlite.BackupFile(ctx, where, copied); err != nil {
		return err
	}
	if err := checkVersion(ctx, copied); err != nil {
		return err
	}
	db, err := openEngine(ctx, copied, allSpecs())
	if err != nil {
		return err
	}
	return errors.Join(tellSteps(ctx, db, c), db.Close())
}

func tellSteps(ctx context.Context, db store.Store, c call) error {
	steps := 0
	tell, done := progressLine(c.stderr)
	defer done()
	err := newMigrator(db, tell).Dry(ctx, func(step migration.Pending, changed int) {
		steps++
		done()
		fmt.Fprintf(c.stdout, "Would do: %s (%d of %d documents)\n", step.Name, changed, step.Documents)
	})
	if err == nil && steps == 0 {
		_, err = fmt.Fprintln(c.stdout, "No document has to be changed for this version of Earshot.")
	}
	return err
}
