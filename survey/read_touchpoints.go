package survey

import (
	"context"
	"errors"
	"time"

	"earshot/survey/store"
)

// Touchpoint returns one touchpoint, or NotFound.
func (s *Service) Touchpoint(ctx context.Context, id TouchpointID) (*Touchpoint, error) {
	t, err := s.db.touchpoints.Get(ctx, string(id))
	if errors.Is(err, store.ErrNotFound) {
		return nil, Errorf(NotFound, "there is no touchpoint %q", id)
	}
	return t, err
}

// TouchpointFilter says which touchpoints to list. CustomerID is required; what else is empty does not narrow.
type TouchpointFilter struct {
	CustomerID CustomerID
	Kind       TouchpointKind
	// From and To bound the time: From <= At < To.
	From, To time.Time
	After    store.Cursor
	// Limit is at most MaxPage; 0 means DefaultLimit.
	Limit int
}

// Touchpoints lists a customer's touchpoints, newest first. Returns NotFound for a customer
// that does not exist.
func (s *Service) Touchpoints(ctx context.Context, f TouchpointFilter) (Page[*Touchpoint], error) {
	if _, err := s.Customer(ctx, f.CustomerID); err != nil {
		return Page[*Touchpoint]{}, err
	}
	q := ofCustomer(touchpointsByCustomer, f.CustomerID, f.Limit)
	q.Descending, q.After = true, f.After
	if !f.From.IsZero() {
		q.From = store.Time(f.From)
	}
	if !f.To.IsZero() {
		q.To = store.Time(f.To)
	}
	narrow(&q, choice{"kind", string(f.Kind), ""})
	return findPage(ctx, s.db.touchpoints, q)
}
