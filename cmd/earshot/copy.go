package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"earshot/cmd/earshot/internal/collections"
	"earshot/survey/store"
	"earshot/survey/store/sqlite"
)

// copyStore copies everything from one store to another. It may be run again: what is there already is skipped.
func copyStore(ctx context.Context, c call) error {
	fs := newFlags("earshot copy", c.stderr)
	from := fs.String("from", "", "store to copy from: a `file`, or mongodb://host/database")
	to := fs.String("to", "", "store to copy to: a `file`, or mongodb://host/database")
	if err := parseFlags(fs, c.args, c.getenv); err != nil {
		return err
	}
	if *from == "" || *to == "" || *from == *to {
		return errors.New("copy needs -from and -to, two different stores")
	}
	source, err := openStoreShowing(ctx, *from, c.stderr)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	target, err := openStoreShowing(ctx, *to, c.stderr)
	if err != nil {
		return err
	}
	report, err := store.Copy(ctx, source, target, collections.Specs(), copyProgress(c.stderr))
	fmt.Fprint(c.stderr, clearLine)
	if err != nil {
		return errors.Join(err, target.Close())
	}
	err = noted(ctx, target, "store.copied", map[string][]string{"from": {withoutSecrets(*from)}, "to": {withoutSecrets(*to)}})
	if err := errors.Join(err, target.Close()); err != nil {
		return err
	}
	return writeCopyReport(c.stdout, report)
}

// backup copies the database file while the service may be running on it.
func backup(ctx context.Context, c call) error {
	fs := newFlags("earshot backup", c.stderr)
	var where string
	defineStore(fs, &where)
	to := fs.String("to", "", "`file` to write; it must not exist")
	if err := parseFlags(fs, c.args, c.getenv); err != nil {
		return err
	}
	if isMongoDB(where) {
		return errors.New("backup copies a file; a MongoDB is backed up by mongodump: see docs/operators.md")
	}
	if *to == "" {
		return errors.New("backup needs -to, the file to write")
	}
	if err := sqlite.BackupFile(ctx, where, *to); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.stdout, "%s holds a whole copy of %s; start Earshot on it with -store %s\n", *to, where, *to)
	return err
}

// writeCopyReport tells what was copied and that both sides agree.
func writeCopyReport(w io.Writer, report store.CopyReport) error {
	for _, c := range report.Collections {
		if _, err := fmt.Fprintf(w, "%-16s %9d documents (%d new, %d changed, %d gone, %d as they were)  checksum %.16s…\n",
			c.Name, c.To.Documents, c.Inserted, c.Overwritten, c.Removed, c.Same, c.To.Checksum); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(w, "Counts and checksums of both stores agree.")
	return err
}
