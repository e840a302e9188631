package survey

import (
	"context"
	"errors"

	"earshot/survey/store"
)

// Import returns one import, or NotFound.
func (s *Service) Import(ctx context.Context, id string) (*Import, error) {
	i, err := s.db.imports.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, noImport(id)
	}
	return i, err
}

func noImport(id string) error { return Errorf(NotFound, "there is no import %q", id) }

// Imports lists imports, newest first. limit is at most MaxPage; 0 means DefaultLimit.
func (s *Service) Imports(ctx context.Context, after store.Cursor, limit int) (Page[*Import], error) {
	q := store.Query{Index: importsByTime, Descending: true, After: after, Limit: limit}
	return findPage(ctx, s.db.imports, q)
}
