package survey

import (
	"context"
	"fmt"
	"slices"
)

// maxSeveral is how many customers of one name are told one by one.
const maxSeveral = 5

// findCustomers finds the customers that have not the id that their number usually gives them, many at once: by their number, else by their
// name, else by the address of somebody there. A name or an address that several have is told as such.
func (s *Service) findCustomers(ctx context.Context, refs []customerRef, found map[customerRef]*customerFound) error {
	by := [3]wanted{newWanted(), newWanted(), newWanted()}
	for i, ref := range refs {
		if ref.id == "" {
			by[0].add(ref.external, i)
		}
	}
	err := lookUp(ctx, s.db.customers, customersByExternalID, by[0], func(c *Customer) { noteCustomer(refs, by[0][c.ExternalID], c, found) })
	if err != nil {
		return err
	}
	for i, ref := range refs {
		if ref.id == "" && found[ref] == nil {
			by[1].add(ref.nameKey(), i)
		}
	}
	err = lookUp(ctx, s.db.customers, customersByName, by[1], func(c *Customer) { noteCustomer(refs, by[1][c.NameKey], c, found) })
	if err != nil {
		return err
	}
	for i, ref := range refs {
		if ref.id == "" && found[ref] == nil {
			by[2].add(ref.email, i)
		}
	}
	return s.findByContacts(ctx, refs, by[2], found)
}

// nameKey is the name by which the customer may be named, folded; empty if there is none.
func (r customerRef) nameKey() string {
	switch {
	case r.name != "":
		return nameKey(r.name)
	case r.either:
		return nameKey(r.external)
	}
	return ""
}

// noteCustomer notes that c may be meant by those refs.
func noteCustomer(refs []customerRef, places []int, c *Customer, found map[customerRef]*customerFound) {
	if !c.DeletedAt.IsZero() {
		return
	}
	for _, i := range places {
		first := found[refs[i]]
		switch {
		case first == nil:
			found[refs[i]] = &customerFound{id: CustomerID(c.ID), several: nil}
			continue
		case first.id == CustomerID(c.ID):
			continue
		}
		if first.several == nil {
			first.several = []string{""} // the first one's number is looked up when it is told: see nameSeveral
		}
		if len(first.several) < maxSeveral {
			first.several = append(first.several, c.number())
		}
	}
}

// number is how people call the customer: by their number, or by our id.
func (c *Customer) number() string {
	if c.ExternalID != "" {
		return c.ExternalID
	}
	return c.ID
}

// findByContacts finds the customers at whom there is somebody with an address.
func (s *Service) findByContacts(ctx context.Context, refs []customerRef, emails wanted, found map[customerRef]*customerFound) error {
	err := lookUp(ctx, s.db.contacts, contactsByEmail, emails, func(c *Contact) {
		at := &Customer{}
		at.ID = string(c.CustomerID)
		noteCustomer(refs, emails[c.EmailKey], at, found)
	})
	if err != nil {
		return err
	}
	return s.nameSeveral(ctx, refs, found)
}

// nameSeveral tells those who could be meant by their numbers.
func (s *Service) nameSeveral(ctx context.Context, refs []customerRef, found map[customerRef]*customerFound) error {
	var ids []string
	for _, ref := range refs {
		if f := found[ref]; f != nil && f.several != nil {
			ids = append(ids, append([]string{string(f.id)}, f.several[1:]...)...)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	stored, err := s.db.customers.Fetch(ctx, slices.Compact(ids))
	if err != nil {
		return fmt.Errorf("read the customers of one name: %w", err)
	}
	for _, ref := range refs {
		f := found[ref]
		if f == nil || f.several == nil {
			continue
		}
		f.several[0] = string(f.id)
		for i, id := range f.several {
			if c := stored[id]; c != nil {
				f.several[i] = c.number()
			}
		}
		slices.Sort(f.several)
	}
	return nil
}

// findContactsMeant finds the contacts that have not the id that their number usually gives them, many at once: by their number, and by
// their address.
func (s *Service) findContactsMeant(ctx context.Context, refs []contactRef, found map[contactRef]*contactFacts) error {
	external, emails := newWanted(), newWanted()
	for i, ref := range refs {
		if ref.id == "" {
			external.add(ref.external, i)
			if ref.external == "" {
				emails.add(ref.email, i)
			}
		}
	}
	err := lookUp(ctx, s.db.contacts, contactsByExternalID, external, func(c *Contact) {
		for _, i := range external[c.ExternalID] {
			found[refs[i]] = &contactFacts{id: ContactID(c.ID), customer: c.CustomerID}
		}
	})
	if err != nil {
		return err
	}
	return lookUp(ctx, s.db.contacts, contactsByEmail, emails, func(c *Contact) {
		for _, i := range emails[c.EmailKey] {
			if found[refs[i]] == nil {
				found[refs[i]] = &contactFacts{at: map[CustomerID]ContactID{}}
			}
			found[refs[i]].at[c.CustomerID] = ContactID(c.ID)
		}
	})
}
