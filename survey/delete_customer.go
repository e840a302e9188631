package survey

import (
	"context"
	"errors"

	"earshot/survey/store"
)

// DeleteCustomer deletes a customer with everything that belongs to it: contacts, touchpoints, rhythm, asks, invitations
// and answers. It is gone from every list at once; a worker removes the rest, however often it is interrupted. expected is
// the version that the caller saw, or 0 for any. Returns NotFound, or Conflict if the version differs.
func (s *Service) DeleteCustomer(ctx context.Context, id CustomerID, expected int64) error {
	_, err := s.db.customers.Update(ctx, string(id), func(c *Customer) error {
		if !c.DeletedAt.IsZero() {
			return store.ErrNotFound
		}
		if err := checkVersion(c.Version, expected); err != nil {
			return err
		}
		now := s.now()
		*c = Customer{Meta: c.Meta, CreatedAt: c.CreatedAt, UpdatedAt: now, DeletedAt: now}
		c.Owes = nil
		c.Owe(effectErase, now)
		return nil
	})
	if errors.Is(err, store.ErrNotFound) {
		return Errorf(NotFound, "there is no customer %q", id)
	}
	s.outbox.Wake(customerSpec.Name)
	return err
}
