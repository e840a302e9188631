package survey

import (
	"context"
	"errors"

	"earshot/survey/store"
)

// changeTries is how often a change that needs no certain version starts again when somebody else was faster.
const changeTries = 10

// ChangeCustomer changes what in says. expected is the version that the caller saw, or 0 for any. Returns NotFound, Invalid,
// or Conflict if the version differs or another customer has the external id.
func (s *Service) ChangeCustomer(ctx context.Context, id CustomerID, expected int64, in CustomerFields) (*Customer, error) {
	for range changeTries {
		before, err := s.Customer(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := checkVersion(before.Version, expected); err != nil {
			return nil, err
		}
		after, err := s.changedCustomer(ctx, before, in)
		if err != nil || after == before {
			return after, err
		}
		if err := s.replaceCustomer(ctx, before, after); !errors.Is(err, store.ErrConflict) || expected != 0 {
			if err != nil {
				return nil, err
			}
			return after, nil
		}
	}
	return nil, store.ErrConflict
}

// checkVersion says that somebody else changed the record since the caller read it.
func checkVersion(version, expected int64) error {
	if expected != 0 && version != expected {
		return Errorf(Conflict, "it was changed meanwhile: this is version %d, not %d; read it again and repeat", version, expected)
	}
	return nil
}

// changedCustomer returns what before becomes: itself where nothing changes.
func (s *Service) changedCustomer(ctx context.Context, before *Customer, in CustomerFields) (*Customer, error) {
	after := *before
	in.apply(&after)
	if after.sameAs(before) {
		return before, nil
	}
	if err := check(&after); err != nil {
		return nil, err
	}
	if after.RepID != before.RepID {
		if err := s.checkRep(ctx, after.RepID); err != nil {
			return nil, err
		}
	}
	after.UpdatedAt = s.now()
	return &after, nil
}

// replaceCustomer stores after in place of before, which owes it then to the rhythm to repeat what that does. Returns
// ErrConflict, or a Conflict for an external id that is taken.
func (s *Service) replaceCustomer(ctx context.Context, before, after *Customer) error {
	if !after.lists(before) {
		after.Owe(effectFacts, s.now())
		defer s.outbox.Wake(customerSpec.Name)
	}
	return customerTaken(s.db.customers.Replace(ctx, after))
}
