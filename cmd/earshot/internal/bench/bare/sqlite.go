package bare

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// sqliteClient is SQLite with the settings of Earshot's engine: a write-ahead log, synced at each commit.
type sqliteClient struct {
	ours, its string // the files
	writes    chan *insertion
	stopped   chan error

	mu   sync.Mutex
	idle []*sqlite.Conn // readers of the mirror
}

// OpenSQLite returns SQLite on the file of Earshot.
func OpenSQLite(file string) (Client, error) {
	return &sqliteClient{ours: file, its: file + ".bare"}, nil
}

func open(file string) (*sqlite.Conn, error) {
	conn, err := sqlite.OpenConn(file, sqlite.OpenReadWrite)
	if err != nil {
		return nil, err
	}
	conn.SetBusyTimeout(10 * time.Second)
	for _, pragma := range []string{"synchronous=FULL", "wal_autocheckpoint=16000", "cache_size=-24576"} {
		if err := sqlitex.ExecuteTransient(conn, "PRAGMA "+pragma, nil); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return conn, nil
}

// with runs do on a connection of its own.
func with(file string, do func(*sqlite.Conn) error) error {
	conn, err := open(file)
	if err != nil {
		return err
	}
	return errors.Join(do(conn), conn.Close())
}

func (s *sqliteClient) Mirror(context.Context) error {
	if err := s.Close(); err != nil {
		return err
	}
	for _, file := range []string{s.its, s.its + "-wal", s.its + "-shm"} {
		if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	err := with(s.ours, func(conn *sqlite.Conn) error {
		return sqlitex.ExecuteTransient(conn, "VACUUM INTO ?1", &sqlitex.ExecOptions{Args: []any{s.its}})
	})
	if err != nil {
		return err
	}
	return with(s.its, func(conn *sqlite.Conn) error {
		return sqlitex.ExecuteTransient(conn, "PRAGMA journal_mode=WAL", nil)
	})
}

func (s *sqliteClient) Collections(context.Context) (names []string, err error) {
	const query = `SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE '\_%' ESCAPE '\' AND name NOT LIKE 'sqlite%' ORDER BY name`
	err = with(s.ours, func(conn *sqlite.Conn) error {
		names, err = texts(conn, query)
		return err
	})
	return names, err
}

// texts returns the first column of all rows.
func texts(conn *sqlite.Conn, query string, args ...any) (list []string, err error) {
	err = sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: func(stmt *sqlite.Stmt) error {
		list = append(list, stmt.ColumnText(0))
		return nil
	}})
	return list, err
}

// number returns the number that a query selects.
func number(conn *sqlite.Conn, query string, args ...any) (n int64, err error) {
	err = sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: func(stmt *sqlite.Stmt) error {
		n = stmt.ColumnInt64(0)
		return nil
	}})
	return n, err
}

// row is the values of a document's columns, the id first.
type row []any

// rowStream is a statement as a stream.
type rowStream struct{ stmt *sqlite.Stmt }

func (s rowStream) next() (*Doc, error) {
	more, err := s.stmt.Step()
	if err != nil || !more {
		return nil, err
	}
	r := make(row, s.stmt.ColumnCount())
	for i := range r {
		switch s.stmt.ColumnType(i) {
		case sqlite.TypeInteger:
			r[i] = s.stmt.ColumnInt64(i)
		case sqlite.TypeFloat:
			r[i] = s.stmt.ColumnFloat(i)
		case sqlite.TypeText, sqlite.TypeBlob:
			r[i] = s.stmt.ColumnText(i)
		}
	}
	return &Doc{ID: s.stmt.ColumnText(0), body: r}, nil
}

func (s *sqliteClient) Behind(_ context.Context, collection string, limit int) (missing, other []Doc, err error) {
	query := fmt.Sprintf("SELECT * FROM %q ORDER BY id", collection)
	same := func(a, b any) bool { return slices.Equal(a.(row), b.(row)) }
	err = with(s.ours, func(ours *sqlite.Conn) error {
		return with(s.its, func(its *sqlite.Conn) error {
			var streams [2]rowStream
			for i, conn := range []*sqlite.Conn{ours, its} {
				stmt, _, err := conn.PrepareTransient(query)
				if err != nil {
					return err
				}
				defer func() { _ = stmt.Finalize() }()
				streams[i] = rowStream{stmt}
			}
			missing, other, err = compare(streams[0], streams[1], same, limit)
			return err
		})
	})
	return missing, other, err
}

func (s *sqliteClient) Read(_ context.Context, collection, id string) error {
	conn, err := s.reader()
	if err != nil {
		return err
	}
	defer s.giveBack(conn)
	found, err := texts(conn, fmt.Sprintf("SELECT doc FROM %q WHERE id=?1", collection), id)
	if err == nil && len(found) != 1 {
		err = fmt.Errorf("%s %s is not in the mirror", collection, id)
	}
	return err
}

func (s *sqliteClient) reader() (*sqlite.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.idle); n > 0 {
		conn := s.idle[n-1]
		s.idle = s.idle[:n-1]
		return conn, nil
	}
	return open(s.its)
}

func (s *sqliteClient) giveBack(conn *sqlite.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle = append(s.idle, conn)
}

func (s *sqliteClient) InsertMany(_ context.Context, collection string, docs []Doc) error {
	return s.many(docs, func(conn *sqlite.Conn, d Doc) error { return insert(conn, collection, d) })
}

func (s *sqliteClient) ReplaceMany(_ context.Context, collection string, docs []Doc) error {
	var update string
	return s.many(docs, func(conn *sqlite.Conn, d Doc) error {
		if update == "" {
			columns, err := texts(conn, "SELECT name FROM pragma_table_info(?1)", collection)
			if err != nil {
				return err
			}
			for i, c := range columns {
				columns[i] = fmt.Sprintf("%q=?%d", c, i+1)
			}
			update = fmt.Sprintf("UPDATE %q SET %s WHERE id=?1", collection, strings.Join(columns[1:], ", "))
		}
		if err := execute(conn, update, d); err != nil {
			return err
		}
		if conn.Changes() != 1 {
			return fmt.Errorf("%s %s was not there to be replaced", collection, d.ID)
		}
		return nil
	})
}

// many writes documents, a batch in each transaction.
func (s *sqliteClient) many(docs []Doc, write func(*sqlite.Conn, Doc) error) error {
	return with(s.its, func(conn *sqlite.Conn) error {
		for batch := range slices.Chunk(docs, Batch) {
			if err := transaction(conn, func() error {
				for _, d := range batch {
					if err := write(conn, d); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *sqliteClient) Owing(context.Context) (total int, err error) {
	err = with(s.ours, func(conn *sqlite.Conn) error {
		names, err := texts(conn, `SELECT tbl_name FROM sqlite_master WHERE type='index' AND sql LIKE '%("due"%'`)
		if err != nil {
			return err
		}
		for _, name := range names {
			limit := time.Now().UnixMilli()
			if name == responses {
				limit = 1 << 62
			}
			n, err := number(conn, fmt.Sprintf("SELECT count(*) FROM %q WHERE due<=?1", name), limit)
			if err != nil {
				return err
			}
			total += int(n)
		}
		return nil
	})
	return total, err
}

func (s *sqliteClient) Writes(ctx context.Context, but ...string) (total int64, err error) {
	names, err := s.Collections(ctx)
	if err != nil {
		return 0, err
	}
	err = with(s.ours, func(conn *sqlite.Conn) error {
		for _, name := range without(names, but) {
			n, err := number(conn, fmt.Sprintf("SELECT sum(version) FROM %q", name))
			if err != nil {
				return err
			}
			total += n
		}
		return nil
	})
	return total, err
}

func (s *sqliteClient) Close() error {
	var err error
	if s.writes != nil {
		close(s.writes)
		err = <-s.stopped
		s.writes = nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, conn := range s.idle {
		err = cmp.Or(err, conn.Close())
	}
	s.idle = nil
	return err
}
