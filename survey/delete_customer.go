package survey

import (
	"context"
	"errors"
	"time"

	"earshot/survey/store"
)

const (
	// sweepLease is how long one worker may take over one step of a deletion.
	sweepLease = 5 * time.Minute
	// sweepStep is how many documents one step of a deletion removes.
	sweepStep = 500
	// settle is how long after a deletion somebody may still be writing who saw the customer before: longer than an import
	// remembers customers (refsLifetime). A second sweep after that finds what they wrote.
	settle = 3 * refsLifetime
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
		c.Due = now
		return nil
	})
	if errors.Is(err, store.ErrNotFound) {
		return Errorf(NotFound, "there is no customer %q", id)
	}
	return err
}

// WorkCustomer carries one step of a deletion out. It returns false if there was none to do.
func (s *Service) WorkCustomer(ctx context.Context) (bool, error) {
	now := s.now()
	c, err := s.db.customers.Claim(ctx, now, now.Add(sweepLease))
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	removed, err := s.sweep(ctx, CustomerID(c.ID))
	if err != nil {
		return true, err
	}
	settled := c.DeletedAt.Add(settle)
	switch {
	case removed >= sweepStep:
		c.Due = now
	case now.Before(settled):
		c.Due = settled
	default:
		return true, ignoreConflict(s.db.customers.Delete(ctx, c))
	}
	return true, ignoreConflict(s.db.customers.Replace(ctx, c))
}

// ignoreConflict drops a conflict: somebody else has done it, or will.
func ignoreConflict(err error) error {
	if errors.Is(err, store.ErrConflict) {
		return nil
	}
	return err
}

// sweep removes up to sweepStep of the documents that belong to a customer and says how many.
func (s *Service) sweep(ctx context.Context, id CustomerID) (int, error) {
	removed := 0
	for _, step := range []func(context.Context, CustomerID, int) (int, error){
		s.sweepInvitations, s.sweepResponses, s.sweepContacts, s.sweepTouchpoints, s.sweepLedgers,
	} {
		n, err := step(ctx, id, sweepStep-removed)
		removed += n
		if err != nil || removed >= sweepStep {
			return removed, err
		}
	}
	return removed, nil
}

func (s *Service) sweepInvitations(ctx context.Context, id CustomerID, limit int) (int, error) {
	found, _, err := s.db.invitations.Find(ctx, ofCustomer(invitationsByCustomer, id, limit))
	if err != nil {
		return 0, err
	}
	return len(found), each(ctx, found, func(ctx context.Context, i *Invitation) error {
		if err := removeByID(ctx, s.db.keptMails, i.ID); err != nil {
			return err
		}
		return ignoreConflict(s.db.invitations.Delete(ctx, i))
	})
}

func (s *Service) sweepResponses(ctx context.Context, id CustomerID, limit int) (int, error) {
	found, _, err := s.db.responses.Find(ctx, ofCustomer(responsesByCustomer, id, limit))
	if err != nil {
		return 0, err
	}
	return len(found), each(ctx, found, func(ctx context.Context, r *Response) error {
		return ignoreConflict(s.db.responses.Delete(ctx, r))
	})
}

func (s *Service) sweepContacts(ctx context.Context, id CustomerID, limit int) (int, error) {
	found, _, err := s.db.contacts.Find(ctx, ofCustomer(contactsByCustomer, id, limit))
	if err != nil {
		return 0, err
	}
	return len(found), each(ctx, found, func(ctx context.Context, c *Contact) error {
		return ignoreConflict(s.db.contacts.Delete(ctx, c))
	})
}

func (s *Service) sweepTouchpoints(ctx context.Context, id CustomerID, limit int) (int, error) {
	found, _, err := s.db.touchpoints.Find(ctx, ofCustomer(touchpointsByCustomer, id, limit))
	if err != nil {
		return 0, err
	}
	return len(found), each(ctx, found, func(ctx context.Context, t *Touchpoint) error {
		return ignoreConflict(s.db.touchpoints.Delete(ctx, t))
	})
}

// sweepLedgers removes the two documents that carry the customer's own id.
func (s *Service) sweepLedgers(ctx context.Context, id CustomerID, _ int) (int, error) {
	if err := removeByID(ctx, s.db.askLogs, string(id)); err != nil {
		return 0, err
	}
	return 0, removeByID(ctx, s.db.rhythms, string(id))
}

// ofCustomer asks for documents of one customer by an index that begins with it.
func ofCustomer(index string, id CustomerID, limit int) store.Query {
	return store.Query{Index: index, Equal: []any{string(id)}, Limit: limit}
}

// removable is a collection from which one document is removed.
type removable[P any] interface {
	Get(ctx context.Context, id string) (P, error)
	Delete(ctx context.Context, doc P) error
}

// removeByID deletes the document of that id; one that is not there is as good.
func removeByID[P any](ctx context.Context, from removable[P], id string) error {
	for range changeTries {
		doc, err := from.Get(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := from.Delete(ctx, doc); !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	return store.ErrConflict
}
