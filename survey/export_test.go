package survey

import (
	"context"
	"errors"

	"earshot/survey/store"
)

// TouchpointByExternalID returns the touchpoint of a customer that has the external id, or NotFound.
func (s *Service) TouchpointByExternalID(ctx context.Context, customer CustomerID, externalID string) (*Touchpoint, error) {
	t, err := s.db.touchpoints.Get(ctx, touchpointIDOf(customer, externalID))
	if errors.Is(err, store.ErrNotFound) {
		return nil, Errorf(NotFound, "customer %q has no touchpoint with the external id %q", customer, externalID)
	}
	return t, err
}
