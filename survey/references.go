package survey

import (
	"context"
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

// customerRef names a customer by our id or by its external id; a file may name it by its name, or by the address of somebody there,
// where it has no number that is known here.
type customerRef struct {
	id       CustomerID
	external string
	// name is the customer's name, and email the key of an address (address.Key). either says that external may be the name as well.
	name, email string
	either      bool
}

// contactRef names a contact by our id or by its external id, or by the key of their address.
type contactRef struct {
	id       ContactID
	external string
	email    string
}

// customerFound is a customer that a bulk write refers to.
type customerFound struct {
	id CustomerID
	// several are the numbers of those who could be meant where there is more than one.
	several []string
}

// contactFacts is what a bulk write needs to know of a contact.
type contactFacts struct {
	id       ContactID
	customer CustomerID
	// at are the contacts with one address, by their customers.
	at map[CustomerID]ContactID
}

// lookup finds records by reference and remembers them; nil is one that does not exist.
type lookup[R comparable, F any] struct {
	known *recent.Cache[R, *F]
	clock func() time.Time
	// fetch finds those that have the ids that they usually have, find those of the others that have another; both leave out what does
	// not exist.
	fetch func(context.Context, []R) (map[R]*F, error)
	find  func(context.Context, []R, map[R]*F) error
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

// read reads those of refs that exist into found: most of them by their usual ids, the others by what else they tell.
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
	if len(odd) == 0 {
		return nil
	}
	return l.find(ctx, odd, found)
}

// references looks customers and contacts up for a bulk write.
type references struct {
	customers lookup[customerRef, customerFound]
	contacts  lookup[contactRef, contactFacts]
}

func (s *Service) newReferences() *references {
	return &references{
		customers: lookup[customerRef, customerFound]{
			known: recent.New[customerRef, *customerFound](refsKept, refsLifetime), clock: s.clock, fetch: s.fetchCustomers, find: s.findCustomers,
		},
		contacts: lookup[contactRef, contactFacts]{
			known: recent.New[contactRef, *contactFacts](refsKept, refsLifetime), clock: s.clock, fetch: s.fetchContacts, find: s.findContactsMeant,
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

func (s *Service) fetchCustomers(ctx context.Context, refs []customerRef) (map[customerRef]*customerFound, error) {
	ids := make([]string, len(refs))
	for i, ref := range refs {
		ids[i] = ref.usualID()
	}
	docs, err := s.db.customers.Fetch(ctx, ids)
	found := make(map[customerRef]*customerFound, len(refs))
	for i, ref := range refs {
		c := docs[ids[i]]
		if c != nil && c.DeletedAt.IsZero() && (ref.id != "" || ref.external != "" && c.ExternalID == ref.external) {
			found[ref] = &customerFound{id: CustomerID(c.ID)}
		}
	}
	return found, err
}

func (s *Service) fetchContacts(ctx context.Context, refs []contactRef) (map[contactRef]*contactFacts, error) {
	ids := make([]string, len(refs))
	for i, ref := range refs {
		ids[i] = ref.usualID()
	}
	docs, err := s.db.contacts.Fetch(ctx, ids)
	found := make(map[contactRef]*contactFacts, len(refs))
	for i, ref := range refs {
		if c := docs[ids[i]]; c != nil && (ref.id != "" || ref.external != "" && c.ExternalID == ref.external) {
			found[ref] = &contactFacts{id: ContactID(c.ID), customer: c.CustomerID}
		}
	}
	return found, err
}
