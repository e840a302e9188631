package sqlite

import (
	"context"
	"fmt"
	"time"

	"earshot/survey/store"

	"zombiezen.com/go/sqlite"
)

// Claim implements store.Store.
func (s *Store) Claim(ctx context.Context, c *store.Spec, now, until time.Time, n int) ([]store.Doc, error) {
	t, err := s.table(c)
	if err != nil {
		return nil, err
	}
	if err := t.mustQueue(); err != nil {
		return nil, err
	}
	if n < 1 || n > store.MaxBatch {
		return nil, fmt.Errorf("%w: a claim takes 1 to %d documents, not %d", store.ErrQuery, store.MaxBatch, n)
	}
	now, until = store.Time(now), store.Time(until)
	var claimed []stored
	err = s.write(ctx, func(conn *sqlite.Conn) error {
		claimed, err = t.claim(conn, now, until, n)
		return err
	})
	if err != nil {
		return nil, err
	}
	return t.decodeClaimed(claimed, until)
}

// claim reads what is due longest and leases it. Nobody writes between the two, for there is only one writer.
func (t *table) claim(conn *sqlite.Conn, now, until time.Time, n int) ([]stored, error) {
	stmt, err := conn.Prepare(t.waiting)
	if err != nil {
		return nil, failed(err)
	}
	stmt.BindInt64(1, now.UnixMilli())
	stmt.BindInt64(2, int64(n))
	claimed, err := readAll(stmt)
	if err != nil || len(claimed) == 0 {
		return nil, err
	}
	if stmt, err = conn.Prepare(t.lease); err != nil {
		return nil, failed(err)
	}
	stmt.BindInt64(1, now.UnixMilli())
	stmt.BindInt64(2, int64(n))
	bind(stmt, 3, dueValue(until))
	_, err = stmt.Step()
	return claimed, failed(err)
}

// decodeClaimed returns documents as their claim has left them.
func (t *table) decodeClaimed(claimed []stored, until time.Time) ([]store.Doc, error) {
	docs := make([]store.Doc, len(claimed))
	for i, row := range claimed {
		row.version, row.due = row.version+1, until
		var err error
		if docs[i], err = t.decode(row); err != nil {
			return nil, err
		}
	}
	return docs, nil
}
