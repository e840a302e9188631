package survey

import (
	"context"
	"errors"

	"earshot/survey/outbox"
	"earshot/survey/store"
)

// effectErase removes everything that belongs to a deleted customer; customers owe it.
const effectErase = "erase_customer"

const (
	// sweepStep is how many documents of each kind one turn of an erasure removes.
	sweepStep = 500
	// eraseAgain is how long after a deletion somebody may still be writing who saw the customer before: longer than an import
	// remembers customers (refsLifetime). A second sweep after that finds what they wrote.
	eraseAgain = 3 * refsLifetime
)

// eraseCustomers is the effect effectErase: it goes on until there is nothing left, and looks once more later, before the
// customer itself goes.
func (s *Service) eraseCustomers(ctx context.Context, b *outbox.Batch[*Customer]) error {
	now := s.now()
	for _, i := range b.Items {
		removed, err := s.sweep(ctx, CustomerID(i.Doc.ID))
		if err != nil {
			return err
		}
		switch last := i.Doc.DeletedAt.Add(eraseAgain); {
		case removed:
			i.Again(now)
		case now.Before(last):
			i.Again(last)
		default:
			i.Drop()
		}
	}
	return nil
}

// sweep removes up to sweepStep of each kind of document that belongs to a customer, and says whether there were any.
func (s *Service) sweep(ctx context.Context, id CustomerID) (removed bool, err error) {
	mails, err := s.sweepKeptMails(ctx, id)
	if err != nil {
		return false, err
	}
	for _, step := range []func() (int, error){
		func() (int, error) {
			return sweepAll(ctx, s.db.invitations, ofCustomer(invitationsByCustomer, id, sweepStep))
		},
		func() (int, error) {
			return sweepAll(ctx, s.db.receivedMails, ofCustomer(receivedMailsByCustomer, id, sweepStep))
		},
		func() (int, error) {
			return sweepAll(ctx, s.db.responses, ofCustomer(responsesByCustomer, id, sweepStep))
		},
		func() (int, error) {
			return sweepAll(ctx, s.db.contacts, ofCustomer(contactsByCustomer, id, sweepStep))
		},
		func() (int, error) {
			return sweepAll(ctx, s.db.alarms, ofCustomer(alarmsByCustomer, id, sweepStep))
		},
		func() (int, error) {
			return sweepAll(ctx, s.db.touchpoints, ofCustomer(touchpointsByCustomer, id, sweepStep))
		},
		func() (int, error) {
			return sweepAll(ctx, s.db.askLogs, store.Query{Index: store.ByID, Equal: []any{string(id)}, Limit: 1})
		},
		func() (int, error) {
			return sweepAll(ctx, s.db.rhythms, store.Query{Index: store.ByID, Equal: []any{string(id)}, Limit: 1})
		},
	} {
		n, err := step()
		if err != nil {
			return false, err
		}
		removed = removed || n > 0
	}
	return removed || mails > 0, nil
}

// sweepKeptMails removes the kept mails of the customer's next invitations, which are removed after them.
func (s *Service) sweepKeptMails(ctx context.Context, id CustomerID) (int, error) {
	q := ofCustomer(invitationsByCustomer, id, sweepStep)
	q.Fields = []string{"id"}
	found, _, err := s.db.invitations.Find(ctx, q)
	if err != nil {
		return 0, err
	}
	ids := make([]string, 0, len(found)*(1+MaxReminders))
	for _, inv := range found {
		ids = append(ids, mailNames(InvitationID(inv.ID))...)
	}
	mails, err := s.db.keptMails.Fetch(ctx, ids)
	if err != nil || len(mails) == 0 {
		return 0, err
	}
	_, err = s.db.keptMails.DeleteAll(ctx, values(mails))
	return len(mails), err
}

// sweepable is a collection from which documents are removed.
type sweepable[P any] interface {
	Find(ctx context.Context, q store.Query) ([]P, store.Cursor, error)
	DeleteAll(ctx context.Context, docs []P) ([]error, error)
}

// sweepAll removes what q finds and says how many there were. One that somebody writes meanwhile is found again.
func sweepAll[P any](ctx context.Context, from sweepable[P], q store.Query) (int, error) {
	found, _, err := from.Find(ctx, q)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	_, err = from.DeleteAll(ctx, found)
	return len(found), err
}

// ofCustomer asks for documents of one customer by an index that begins with it.
func ofCustomer(index string, id CustomerID, limit int) store.Query {
	return store.Query{Index: index, Equal: []any{string(id)}, Limit: limit}
}

// ignoreConflict drops a conflict, where somebody else's write settles the matter.
func ignoreConflict(err error) error {
	if errors.Is(err, store.ErrConflict) {
		return nil
	}
	return err
}
