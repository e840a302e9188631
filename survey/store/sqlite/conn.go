package sqlite

import (
	"errors"
	"fmt"
	"time"

	"earshot/survey/store"

	"zombiezen.com/go/sqlite"
)

const (
	// busyFor is how long to wait for a tool that holds the file, such as sqlite3 in a shell.
	busyFor = 5 * time.Second

	// Both are memory that SQLite may use for pages, in KiB: little, for the operating system caches the file too.
	writerCache = 24 << 10
	readerCache = 1 << 10
)

func openWriter(path string) (*sqlite.Conn, error) {
	return openConn(path,
		"PRAGMA journal_mode=WAL",
		"PRAGMA synchronous=FULL",
		fmt.Sprintf("PRAGMA cache_size=-%d", writerCache),
		noCheckpoints,
		fmt.Sprintf("PRAGMA journal_size_limit=%d", logKept),
		"PRAGMA cache_spill=OFF",
		"PRAGMA temp_store=MEMORY",
	)
}

func openReader(path string) (*sqlite.Conn, error) {
	return openConn(path,
		"PRAGMA query_only=ON",
		fmt.Sprintf("PRAGMA cache_size=-%d", readerCache),
	)
}

func openConn(path string, pragmas ...string) (*sqlite.Conn, error) {
	c, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, fmt.Errorf("open the database file: %w", err)
	}
	c.SetBusyTimeout(busyFor)
	for _, p := range pragmas {
		if err := exec(c, p); err != nil {
			return nil, errors.Join(fmt.Errorf("open the database file %s: %w", path, err), c.Close())
		}
	}
	return c, nil
}

// exec runs a statement that is used once.
func exec(c *sqlite.Conn, query string) error {
	stmt, _, err := c.PrepareTransient(query)
	if err != nil {
		return failed(err)
	}
	defer finalize(stmt)
	for {
		if more, err := stmt.Step(); err != nil || !more {
			return failed(err)
		}
	}
}

// finalize ends a statement that is used once, and reset one that will be used again. Both repeat the error of the last
// step, which the caller knows.
func finalize(stmt *sqlite.Stmt) { _ = stmt.Finalize() }
func reset(stmt *sqlite.Stmt)    { _ = stmt.Reset() }

// run runs a statement that is used often and returns no rows.
func run(c *sqlite.Conn, query string) error {
	stmt, err := c.Prepare(query)
	if err != nil {
		return failed(err)
	}
	_, err = stmt.Step()
	return failed(err)
}

// scalar returns the one number that a query selects.
func scalar(c *sqlite.Conn, query string) (int64, error) {
	stmt, err := c.Prepare(query)
	if err != nil {
		return 0, failed(err)
	}
	defer reset(stmt)
	if _, err := stmt.Step(); err != nil {
		return 0, failed(err)
	}
	return stmt.ColumnInt64(0), nil
}

// engineError says that SQLite itself failed, so that the transaction is lost, as opposed to a refusal such as a conflict.
type engineError struct{ err error }

func (e *engineError) Error() string { return e.err.Error() }
func (e *engineError) Unwrap() error { return e.err }

// failed marks an error of SQLite as an engineError.
func failed(err error) error {
	if err == nil {
		return nil
	}
	return &engineError{err}
}

// writeError gives a failed write its kind: a device that takes no more bytes is full, whatever it calls it.
func writeError(err error) error {
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultFull, sqlite.ResultIOErr:
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	}
	return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
}

// readError gives a failure of SQLite the kind ErrUnavailable and leaves other errors as they are.
func readError(err error) error {
	if isEngine(err) {
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	return err
}

func isEngine(err error) bool {
	var e *engineError
	return errors.As(err, &e)
}
