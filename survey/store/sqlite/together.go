package sqlite

import (
	"context"
	"fmt"

	"earshot/survey/store"

	"zombiezen.com/go/sqlite"
)

// reading is a Find or a Fold under way.
type reading interface {
	read(ctx context.Context, conn *sqlite.Conn) error
	result() store.Result
}

// ReadAll implements store.Store. All reads see the same state.
func (s *Store) ReadAll(ctx context.Context, reads []store.Read) ([]store.Result, error) {
	readings, folds, err := s.readings(reads)
	if err != nil || len(readings) == 0 {
		return nil, err
	}
	if folds {
		leave, err := s.mayFold(ctx)
		if err != nil {
			return nil, err
		}
		defer leave()
	}
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return snapshot(conn, func() error {
			for _, r := range readings {
				if err := r.read(ctx, conn); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	results := make([]store.Result, len(readings))
	for i, r := range readings {
		results[i] = r.result()
	}
	return results, nil
}

// readings compiles reads, and says whether there is a fold among them.
func (s *Store) readings(reads []store.Read) (list []reading, folds bool, err error) {
	if len(reads) > store.MaxReads {
		return nil, false, fmt.Errorf("%w: %d reads are more than %d", store.ErrQuery, len(reads), store.MaxReads)
	}
	for _, r := range reads {
		var one reading
		switch {
		case (r.Query == nil) == (r.Fold == nil):
			err = fmt.Errorf("%w: a read is either a query or a fold", store.ErrQuery)
		case r.Query != nil:
			one, err = s.newFinding(r.Spec, *r.Query)
		default:
			one, err = s.newGrouping(r.Spec, *r.Fold)
		}
		if err != nil {
			return nil, false, err
		}
		list, folds = append(list, one), folds || r.Fold != nil
	}
	return list, folds, nil
}
