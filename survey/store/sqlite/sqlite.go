// Package sqlite keeps Earshot's documents in one SQLite file, without cgo.
//
// Each collection is a table: id, version, due (milliseconds since 1970, null when nothing is owed), one column for each
// field that an index names, and doc, all of the document but version and due, as JSON. Ordinary tools can read the file while Earshot runs; only one
// process may write it (see ErrInUse), and [Store.Backup] copies it while it is in use.
//
// Writes that arrive together share one transaction and one fsync (see writer): each is acknowledged after the commit that
// holds it has reached the disk.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"zombiezen.com/go/sqlite"
)

// Store is a store.Store on one file. Make it with Open.
type Store struct {
	tables map[*store.Spec]*table
	path   string
	lock   *fileLock
	pool   *pool
	writer *writer
	memory *reserve
	// folds holds a place for each fold that runs: no more than there are processors, so that short reads need not wait for
	// a connection behind long ones.
	folds        chan struct{}
	checkpointer *checkpointer
	// stopSweeping ends the sweeper, which closes swept.
	stopSweeping context.CancelFunc
	swept        chan struct{}

	// use is held for reading by every method and for writing by Close, which so waits for all of them.
	use    sync.RWMutex
	closed bool
}

var _ store.Store = (*Store)(nil)

// Open opens or creates the file at path with these collections. Tables, columns and indexes that are missing are added
// and filled; indexes that are no longer declared are dropped; tables of other collections stay as they are. The folder
// must exist. Returns ErrInUse when another process (or another Store) has the file open, ErrNewer when a newer program has
// written it, store.ErrQuery for a declaration that does not fit its type.
func Open(ctx context.Context, path string, specs ...*store.Spec) (*Store, error) {
	s := &Store{
		tables: map[*store.Spec]*table{}, path: path, memory: newReserve(), folds: make(chan struct{}, runtime.GOMAXPROCS(0)),
	}
	var tables []*table
	for _, spec := range specs {
		shaped, err := shape.New(spec)
		if err != nil {
			return nil, err
		}
		t, err := newTable(shaped)
		if err != nil {
			return nil, err
		}
		tables = append(tables, t)
		s.tables[spec] = t
	}
	if err := s.open(ctx, tables); err != nil {
		return nil, errors.Join(err, s.release())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, tables []*table) error {
	if err := createPrivate(s.path); err != nil {
		return err
	}
	var err error
	if s.lock, err = lockFile(s.path); err != nil {
		return err
	}
	conn, err := openWriter(s.path)
	if err != nil {
		return err
	}
	if err := migrateCopying(ctx, conn, tables); err != nil {
		return errors.Join(err, conn.Close())
	}
	s.pool = newPool(s.path)
	s.writer = startWriter(s.path, conn)
	if s.checkpointer, err = startCheckpointer(s.path, s.writer); err != nil {
		return err
	}
	sweeping, stop := context.WithCancel(context.Background())
	s.stopSweeping, s.swept = stop, make(chan struct{})
	go s.sweeper(sweeping)
	return nil
}

// migrateCopying migrates while the writer copies its log itself, for the checkpointer does not run yet.
func migrateCopying(ctx context.Context, conn *sqlite.Conn, tables []*table) error {
	if err := exec(conn, fmt.Sprintf("PRAGMA wal_autocheckpoint=%d", checkpointPages)); err != nil {
		return err
	}
	if err := migrate(ctx, conn, tables); err != nil {
		return err
	}
	return exec(conn, noCheckpoints)
}

// createPrivate makes an empty file that only its owner can read: answers of people will stand in it.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("open the database file: %w", err)
	}
	if err := f.Close(); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the names in a folder durable: a new file's name is not, only because its content is.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	// Some systems cannot sync a folder; there it is not needed either.
	_ = d.Sync()
	return d.Close()
}

// Ping says whether the file can be read.
func (s *Store) Ping(ctx context.Context) error {
	return s.read(ctx, func(c *sqlite.Conn) error {
		_, err := scalar(c, "SELECT 1")
		return err
	})
}

// Close waits for what has been begun and closes the file. Every later call returns store.ErrUnavailable.
func (s *Store) Close() error {
	s.stopSweeping()
	<-s.swept
	s.use.Lock()
	defer s.use.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	return s.release()
}

func (s *Store) release() error {
	var errs []error
	if s.pool != nil {
		errs = append(errs, s.pool.close())
	}
	if s.checkpointer != nil {
		errs = append(errs, s.checkpointer.close())
	}
	if s.writer != nil {
		errs = append(errs, s.writer.stop())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.close())
	}
	s.memory.release()
	return errors.Join(errs...)
}

// enter begins a method; the caller must call s.use.RUnlock when it returned nil.
func (s *Store) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.use.RLock()
	if s.closed {
		s.use.RUnlock()
		return fmt.Errorf("%w: the database file is closed", store.ErrUnavailable)
	}
	return nil
}

// read runs do on a connection for reading.
func (s *Store) read(ctx context.Context, do func(*sqlite.Conn) error) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.use.RUnlock()
	c, err := s.pool.take(ctx)
	if err != nil {
		return err
	}
	defer s.pool.put(c)
	return readError(do(c))
}

// write runs do in the writer's next transaction and returns when that is on the disk.
func (s *Store) write(ctx context.Context, do func(*sqlite.Conn) error) error {
	return s.writeLong(ctx, func(c *sqlite.Conn, _ func() bool) (bool, error) { return false, do(c) })
}

// writeLong does so for work that may go on in further transactions.
func (s *Store) writeLong(ctx context.Context, do work) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.use.RUnlock()
	return s.writer.submit(ctx, do)
}

func (s *Store) table(c *store.Spec) (*table, error) {
	t, ok := s.tables[c]
	if !ok {
		return nil, fmt.Errorf("%w: the collection was not declared when the store was opened", store.ErrQuery)
	}
	return t, nil
}
