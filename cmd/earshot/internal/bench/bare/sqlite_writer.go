package bare

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// insertion is one document that waits for the writer.
type insertion struct {
	collection string
	doc        Doc
	done       chan error
}

// groupSize is the most insertions in one commit.
const groupSize = 512

// Insert hands the document to the one writer, which puts all that wait into one commit: what a program without Earshot's
// layers would do for many respondents at once.
func (s *sqliteClient) Insert(ctx context.Context, collection string, doc Doc) error {
	writes, err := s.writer()
	if err != nil {
		return err
	}
	i := &insertion{collection: collection, doc: doc, done: make(chan error, 1)}
	select {
	case writes <- i:
	case <-ctx.Done():
		return ctx.Err()
	}
	return <-i.done
}

// writer returns the way to the writer, which is started when first needed.
func (s *sqliteClient) writer() (chan<- *insertion, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writes != nil {
		return s.writes, nil
	}
	conn, err := open(s.its)
	if err != nil {
		return nil, err
	}
	s.writes, s.stopped = make(chan *insertion, groupSize), make(chan error, 1)
	go func(writes <-chan *insertion) {
		for i := range writes {
			commit(conn, gather(writes, []*insertion{i}))
		}
		s.stopped <- conn.Close()
	}(s.writes)
	return s.writes, nil
}

// gather adds what waits already.
func gather(writes <-chan *insertion, group []*insertion) []*insertion {
	for len(group) < groupSize {
		select {
		case i, ok := <-writes:
			if !ok {
				return group
			}
			group = append(group, i)
		default:
			return group
		}
	}
	return group
}

// commit writes a group and tells all of them.
func commit(conn *sqlite.Conn, group []*insertion) {
	err := transaction(conn, func() error {
		for _, i := range group {
			if err := insert(conn, i.collection, i.doc); err != nil {
				return err
			}
		}
		return nil
	})
	for _, i := range group {
		i.done <- err
	}
}

// transaction runs do in one transaction.
func transaction(conn *sqlite.Conn, do func() error) error {
	if err := sqlitex.Execute(conn, "BEGIN IMMEDIATE", nil); err != nil {
		return err
	}
	if err := do(); err != nil {
		return errors.Join(err, sqlitex.Execute(conn, "ROLLBACK", nil))
	}
	return sqlitex.Execute(conn, "COMMIT", nil)
}

func insert(conn *sqlite.Conn, collection string, d Doc) error {
	marks := strings.Repeat(", ?", len(d.body.(row)))[2:]
	return execute(conn, fmt.Sprintf("INSERT INTO %q VALUES (%s)", collection, marks), d)
}

// execute runs a statement with the row's values.
func execute(conn *sqlite.Conn, query string, d Doc) error {
	stmt, err := conn.Prepare(query)
	if err != nil {
		return err
	}
	for i, value := range d.body.(row) {
		switch value := value.(type) {
		case int64:
			stmt.BindInt64(i+1, value)
		case float64:
			stmt.BindFloat(i+1, value)
		case string:
			stmt.BindText(i+1, value)
		default:
			stmt.BindNull(i + 1)
		}
	}
	_, err = stmt.Step()
	return err
}
