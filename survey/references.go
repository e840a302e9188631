package survey

import (
	"context"
	"errors"
	"slices"
	"time"

	"earshot/survey/store"
)

const (
	// refsLifetime is how long a bulk write believes what it has looked up; see settle.
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

// references looks customers and contacts up for a bulk write and remembers them; nil is one that does not exist.
type references struct {
	s         *Service
	customers *bounded[customerRef, *customerFacts]
	contacts  *bounded[contactRef, *contactFacts]
	until     time.Time
}

func (s *Service) newReferences() *references {
	return &references{
		s:         s,
		customers: newBounded[customerRef, *customerFacts](refsKept),
		contacts:  newBounded[contactRef, *contactFacts](refsKept),
		until:     s.Clock().Add(refsLifetime),
	}
}

// refresh forgets what may have changed meanwhile.
func (r *references) refresh() {
	if now := r.s.Clock(); !now.Before(r.until) {
		r.customers.clear()
		r.contacts.clear()
		r.until = now.Add(refsLifetime)
	}
}

// findCustomers looks up those of refs that are not known, which may hold some twice and the empty one. The result holds
// all of refs.
func (r *references) findCustomers(ctx context.Context, refs []customerRef) (map[customerRef]*customerFacts, error) {
	found := make(map[customerRef]*customerFacts, len(refs))
	var unknown []customerRef
	for _, ref := range refs {
		if _, done := found[ref]; done || ref == (customerRef{}) {
			continue
		}
		facts, known := r.customers.get(ref)
		found[ref] = facts
		if !known {
			unknown = append(unknown, ref)
		}
	}
	for part := range slices.Chunk(unknown, store.MaxBatch) {
		if err := r.readCustomers(ctx, part, found); err != nil {
			return nil, err
		}
	}
	for _, ref := range unknown {
		r.customers.put(ref, found[ref])
	}
	return found, nil
}

// readCustomers reads them by the ids that they have or, for external ids, usually have; then the few left one by one.
func (r *references) readCustomers(ctx context.Context, refs []customerRef, found map[customerRef]*customerFacts) error {
	ids := make([]string, len(refs))
	for i, ref := range refs {
		ids[i] = string(ref.id)
		if ref.id == "" {
			ids[i] = string(customerIDOf(ref.external))
		}
	}
	docs, err := r.s.db.customers.Fetch(ctx, ids)
	if err != nil {
		return err
	}
	var odd []customerRef
	for i, ref := range refs {
		c := docs[ids[i]]
		switch {
		case c != nil && c.DeletedAt.IsZero() && (ref.id != "" || c.ExternalID == ref.external):
			facts := factsOf(c)
			found[ref] = &facts
		case ref.id == "":
			odd = append(odd, ref)
		}
	}
	facts := make([]*customerFacts, len(odd))
	err = eachAt(ctx, odd, func(ctx context.Context, i int, ref customerRef) error {
		c, err := r.s.db.customers.First(ctx, store.Query{Index: customersByExternalID, Equal: []any{ref.external}})
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err == nil {
			f := factsOf(c)
			facts[i] = &f
		}
		return err
	})
	for i, ref := range odd {
		found[ref] = facts[i]
	}
	return err
}

// findContacts is findCustomers for contacts.
func (r *references) findContacts(ctx context.Context, refs []contactRef) (map[contactRef]*contactFacts, error) {
	found := make(map[contactRef]*contactFacts, len(refs))
	var unknown []contactRef
	for _, ref := range refs {
		if _, done := found[ref]; done || ref == (contactRef{}) {
			continue
		}
		facts, known := r.contacts.get(ref)
		found[ref] = facts
		if !known {
			unknown = append(unknown, ref)
		}
	}
	for part := range slices.Chunk(unknown, store.MaxBatch) {
		if err := r.readContacts(ctx, part, found); err != nil {
			return nil, err
		}
	}
	for _, ref := range unknown {
		r.contacts.put(ref, found[ref])
	}
	return found, nil
}

func (r *references) readContacts(ctx context.Context, refs []contactRef, found map[contactRef]*contactFacts) error {
	ids := make([]string, len(refs))
	for i, ref := range refs {
		ids[i] = string(ref.id)
		if ref.id == "" {
			ids[i] = string(contactIDOf(ref.external))
		}
	}
	docs, err := r.s.db.contacts.Fetch(ctx, ids)
	if err != nil {
		return err
	}
	var odd []contactRef
	for i, ref := range refs {
		c := docs[ids[i]]
		switch {
		case c != nil && (ref.id != "" || c.ExternalID == ref.external):
			found[ref] = &contactFacts{id: ContactID(c.ID), customer: c.CustomerID}
		case ref.id == "":
			odd = append(odd, ref)
		}
	}
	facts := make([]*contactFacts, len(odd))
	err = eachAt(ctx, odd, func(ctx context.Context, i int, ref contactRef) error {
		c, err := r.s.db.contacts.First(ctx, store.Query{Index: contactsByExternalID, Equal: []any{ref.external}})
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err == nil {
			facts[i] = &contactFacts{id: ContactID(c.ID), customer: c.CustomerID}
		}
		return err
	})
	for i, ref := range odd {
		found[ref] = facts[i]
	}
	return err
}
