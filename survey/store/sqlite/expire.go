package sqlite

import (
	"context"
	"time"

	"zombiezen.com/go/sqlite"
)

const (
	// sweepEvery is how often what has expired is removed; the port allows for minutes.
	sweepEvery = time.Minute
	// sweepSize is the most documents that are removed in one transaction: what others then wait for is milliseconds.
	sweepSize = 200
)

// sweeper removes what has expired, until ctx ends.
func (s *Store) sweeper(ctx context.Context) {
	defer close(s.swept)
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			// What fails now is tried again at the next tick.
			_ = s.Sweep(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// Sweep removes the documents that have expired by now, a few at a time between the writes of others. The store does so by
// itself every minute.
func (s *Store) Sweep(ctx context.Context) error {
	now := time.Now()
	for _, t := range s.tables {
		if t.expiry == nil {
			continue
		}
		for more := true; more; {
			err := s.write(ctx, func(conn *sqlite.Conn) (err error) {
				more, err = t.sweep(conn, now)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// sweep removes some expired documents and says whether there may be more.
func (t *table) sweep(conn *sqlite.Conn, now time.Time) (bool, error) {
	stmt, err := conn.Prepare(t.expire)
	if err != nil {
		return false, failed(err)
	}
	stmt.BindInt64(1, now.UnixMilli())
	stmt.BindInt64(2, sweepSize)
	if _, err := stmt.Step(); err != nil {
		return false, failed(err)
	}
	return conn.Changes() == sweepSize, nil
}
