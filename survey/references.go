package survey

import (
	"context"
	"errors"
	"slices"
	"time"

	"earshot/survey/recent"
	"earshot/survey/store"
)

const (
	// refsLifetime is how long a bulk write believes what it has looked up.
	refsLifetime = 5 * time.Minute
	// refsKept is how many customers, and how many contacts, a bulk write remembers: some 20 MB.
	refsKept = 100_000
)

// customerRef names a customer by our id or by its external id.
type customerRef struct {
	id       CustomerID
	external string
}

// contactRef names a contact by our id or by its external id.
type contactRef struct {
	id       ContactID
	external string
}

// contactFacts is what a bulk write needs to know of a contact.
type contactFacts struct {
	id       ContactID
	customer CustomerID
}

// lookup finds records by reference and remembers them; nil is one that does not exist.
type lookup[R comparable, F any] struct {
	known *recent.Cache[R, *F]
	clock func() time.Time
	// fetch finds those that have the ids that they usually have, find one that may have another; both leave out what does
	// not exist, find by returning store.ErrNotFound.
	fetch func(context.Context, []R) (map[R]*F, error)
	find  func(context.Context, R) (*F, error)
}

// all returns what refs mean, which may hold some twice, and empty ones, which it leaves out.
func (l *lookup[R, F]) all(ctx context.Context, refs []R) (map[R]*F, error) {
	found := make(map[R]*F, len(refs))
	now := l.clock()
	var none R
	var unknown []R
	for _, ref := range refs {
		if _, done := found[ref]; done || ref == none {
			continue
		}
		facts, known := l.known.Get(now, ref)
		found[ref] = facts
		if !known {
			unknown = append(unknown, ref)
		}
	}
	for part := range slices.Chunk(unknown, store.MaxBatch) {
		if err := l.read(ctx, part, found); err != nil {
			return nil, err
		}
	}
	for _, ref := range unknown {
		l.known.Put(now, ref, found[ref])
	}
	return found, nil
}

// read reads those of refs that exist into found: most of them at once, the few with unusual ids one by one.
func (l *lookup[R, F]) read(ctx context.Context, refs []R, found map[R]*F) error {
	usual, err := l.fetch(ctx, refs)
	if err != nil {
		return err
	}
	var odd []R
	for _, ref := range refs {
		if found[ref] = usual[ref]; found[ref] == nil {
			odd = append(odd, ref)
		}
	}
	facts := make([]*F, len(odd))
	err = eachAt(ctx, odd, func(ctx context.Context, i int, ref R) (err error) {
		if facts[i], err = l.find(ctx, ref); errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	for i, ref := range odd {
		found[ref] = facts[i]
	}
	return err
}

// references looks customers and contacts up for a bulk write.
type references struct {
	customers lookup[customerRef, customerFacts]
	contacts  lookup[contactRef, contactFacts]
}

func (s *Service) newReferences() *references {
	return &references{
		customers: lookup[customerRef, customerFacts]{
			known: recent.New[customerRef, *customerFacts](refsKept, refsLifetime), clock: s.clock, fetch: s.fetchCustomers, find: s.findReferredCustomer,
		},
		contacts: lookup[contactRef, contactFacts]{
			known: recent.New[contactRef, *contactFacts](refsKept, refsLifetime), clock: s.clock, fetch: s.fetchContacts, find: s.findReferredContact,
		},
	}
}

// usualID returns the id that is named, or that a customer with the external id usually has.
func (r customerRef) usualID() string {
	if r.id != "" {
		return string(r.id)
	}
	return string(customerIDOf(r.external))
}

// usualID returns the id that is named, or that a contact with the external id usually has.
func (r contactRef) usualID() string {
	if r.id != "" {
		return string(r.id)
	}
	return string(contactIDOf(r.external))
}

func (s *Service) fetchCustomers(ctx context.Context, refs []customerRef) (map[customerRef]*customerFacts, error) {
	ids := make([]string, len(refs))
	for i, ref := range refs {
		ids[i] = ref.usualID()
	}
	docs, err := s.db.customers.Fetch(ctx, ids)
	found := make(map[customerRef]*customerFacts, len(refs))
	for i, ref := range refs {
		c := docs[ids[i]]
		if c != nil && c.DeletedAt.IsZero() && (ref.id != "" || c.ExternalID == ref.external) {
			facts := factsOf(c)
			found[ref] = &facts
		}
	}
	return found, err
}

func (s *Service) findReferredCustomer(ctx context.Context, ref customerRef) (*customerFacts, error) {
	if ref.id != "" {
		return nil, store.ErrNotFound
	}
	c, err := s.db.customers.First(ctx, store.Query{Index: customersByExternalID, Equal: []any{ref.external}})
	if err != nil {
		return nil, err
	}
	facts := factsOf(c)
	return &facts, nil
}

func (s *Service) fetchContacts(ctx context.Context, refs []contactRef) (map[contactRef]*contactFacts, error) {
	ids := make([]string, len(refs))
	for i, ref := range refs {
		ids[i] = ref.usualID()
	}
	docs, err := s.db.contacts.Fetch(ctx, ids)
	found := make(map[contactRef]*contactFacts, len(refs))
	for i, ref := range refs {
		if c := docs[ids[i]]; c != nil && (ref.id != "" || c.ExternalID == ref.external) {
			found[ref] = &contactFacts{id: ContactID(c.ID), customer: c.CustomerID}
		}
	}
	return found, err
}

func (s *Service) findReferredContact(ctx context.Context, ref contactRef) (*contactFacts, error) {
	if ref.id != "" {
		return nil, store.ErrNotFound
	}
	c, err := s.db.contacts.First(ctx, store.Query{Index: contactsByExternalID, Equal: []any{ref.external}})
	if err != nil {
		return nil, err
	}
	return &contactFacts{id: ContactID(c.ID), customer: c.CustomerID}, nil
}
