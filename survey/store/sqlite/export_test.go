package sqlite

import (
	"context"

	"earshot/survey/store"

	"zombiezen.com/go/sqlite"
)

// Explain returns the steps by which SQLite does each range of a query.
func (s *Store) Explain(ctx context.Context, c *store.Spec, q store.Query) ([]string, error) {
	t := s.tables[c]
	plan, err := t.Plan(q)
	if err != nil {
		return nil, err
	}
	return s.explain(ctx, t.newScan(plan, t.wanted(plan.Fields)))
}

// ExplainFold does so for a fold.
func (s *Store) ExplainFold(ctx context.Context, c *store.Spec, f store.Fold) ([]string, error) {
	t := s.tables[c]
	fold, err := t.Fold(f)
	if err != nil {
		return nil, err
	}
	return s.explain(ctx, t.newGrouping(fold).scan)
}

func (s *Store) explain(ctx context.Context, sc *scan) ([]string, error) {
	var steps []string
	err := s.read(ctx, func(conn *sqlite.Conn) error {
		for _, r := range sc.ranges() {
			query, _, _ := sc.statement(r)
			list, err := details(conn, query)
			if err != nil {
				return err
			}
			steps = append(steps, list...)
		}
		return nil
	})
	return steps, err
}

func details(conn *sqlite.Conn, query string) ([]string, error) {
	stmt, _, err := conn.PrepareTransient("EXPLAIN QUERY PLAN " + query)
	if err != nil {
		return nil, err
	}
	defer finalize(stmt)
	var list []string
	for {
		found, err := stmt.Step()
		if err != nil || !found {
			return list, err
		}
		list = append(list, stmt.GetText("detail"))
	}
}
