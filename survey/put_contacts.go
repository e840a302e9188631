package survey

import (
	"context"
	"errors"
	"slices"

	"earshot/survey/store"
)

// PutContacts stores many contacts, with a few operations of the store for thousands of new ones, and says of each row
// what became of it. A row changes the contact that has its external id, or, without one, the contact of that customer
// with the e-mail address, or, without both, with the name. What is not there yet is created. Fields that a row leaves out
// stay as they are, except that a contact who waits to be confirmed is: our own systems know them.
func (s *Service) PutContacts(ctx context.Context, rows []ContactInput) []RowResult {
	results := make([]RowResult, 0, len(rows))
	refs := s.newReferences()
	for part := range slices.Chunk(rows, store.MaxBatch) {
		results = append(results, s.putContacts(ctx, part, refs, false)...)
	}
	return results
}

// putContacts is PutContacts for up to store.MaxBatch rows. dry says what would be wrong with them, and writes nothing.
func (s *Service) putContacts(ctx context.Context, rows []ContactInput, refs *references, dry bool) []RowResult {
	drafts := make([]*Contact, len(rows))
	b := newPutBatch(len(rows), s.contactPutRules(rows, drafts))
	if err := s.draftContacts(ctx, rows, drafts, b.results, refs); err != nil {
		return b.failAll(err)
	}
	meant, err := s.meantContacts(ctx, drafts)
	if err != nil {
		return b.failAll(err)
	}
	for i, draft := range drafts {
		switch {
		case draft == nil: // has failed
		case meant[i] != nil && draft.ExternalID != "" && meant[i].ExternalID != "" && meant[i].ExternalID != draft.ExternalID:
			b.results[i] = failedRow(errAddressTaken())
		default:
			b.add(i, meant[i], draft)
		}
	}
	if dry {
		return b.results
	}
	return b.store(ctx)
}

// errAddressTaken says that the address of a row belongs to a contact with an external id of their own.
func errAddressTaken() error {
	return taken(nil, "there is such a contact already", "email", "is the address of another contact of this customer")
}

// contactPutRules is how rows of contacts are written.
func (s *Service) contactPutRules(rows []ContactInput, drafts []*Contact) putRules[*Contact] {
	return putRules[*Contact]{
		verify: func(c *Contact) error { return check(c) },
		apply: func(row int, before *Contact) (*Contact, error) {
			if before.CustomerID != drafts[row].CustomerID {
				return nil, errMoved(rows[row])
			}
			after := *before
			rows[row].ofOurs().apply(&after, s.now())
			return &after, check(&after)
		},
		same:   (*Contact).sameAs,
		insert: s.db.contacts.Insert,
		replace: func(ctx context.Context, _, after []*Contact) ([]error, error) {
			now := s.now()
			for _, c := range after {
				c.UpdatedAt = now
			}
			outcomes, err := s.db.contacts.ReplaceAll(ctx, after)
			for i, err := range outcomes {
				outcomes[i] = contactTaken(err)
			}
			return outcomes, err
		},
		again: func(ctx context.Context, row int) RowResult { return s.putContact(ctx, rows[row], drafts[row]) },
	}
}

// meantContacts returns for each draft the contact that it means, in few operations; nil where there is none, and for nil.
// A contact who has the draft's address but no external id is meant, too. A draft whose usual id belongs to another one gets
// a fresh id.
func (s *Service) meantContacts(ctx context.Context, drafts []*Contact) ([]*Contact, error) {
	m := contactSearch{drafts: drafts, meant: make([]*Contact, len(drafts)), external: newWanted(), address: newWanted(), nameless: newWanted()}
	if err := m.byUsualID(ctx, s); err != nil {
		return nil, err
	}
	err := lookUp(ctx, s.db.contacts, contactsByExternalID, m.external, func(c *Contact) {
		m.found(m.external[c.ExternalID], c, func(*Contact) bool { return true })
	})
	if err == nil {
		err = lookUp(ctx, s.db.contacts, contactsByEmail, m.address, func(c *Contact) {
			m.found(m.address[c.EmailKey], c, func(d *Contact) bool { return c.CustomerID == d.CustomerID })
		})
	}
	if err == nil {
		err = lookUp(ctx, s.db.contacts, contactsByCustomer, m.nameless, func(c *Contact) {
			m.found(m.nameless[string(c.CustomerID)], c, func(d *Contact) bool { return c.Email == "" && nameKey(c.Name) == nameKey(d.Name) })
		})
	}
	return m.meant, err
}

// contactSearch finds out whom drafts mean.
type contactSearch struct {
	drafts, meant []*Contact
	// external, address and nameless are the drafts that are looked for by their external id, by their address, and by their
	// name among the contacts of their customer, for they have neither.
	external, address, nameless wanted
}

// byUsualID finds those who have the id that such a contact usually has, and notes how the others are to be looked for.
func (m *contactSearch) byUsualID(ctx context.Context, s *Service) error {
	var ids []string
	for _, d := range m.drafts {
		if d != nil {
			ids = append(ids, d.ID)
		}
	}
	usual, err := s.db.contacts.Fetch(ctx, ids)
	if err != nil {
		return err
	}
	for i, d := range m.drafts {
		if d == nil {
			continue
		}
		old := usual[d.ID]
		if old != nil && old.meantBy(d) {
			m.meant[i] = old
			continue
		}
		if old != nil {
			d.ID = s.newID("con")
		}
		m.external.add(d.ExternalID, i)
		m.address.add(d.EmailKey, i)
		if d.ExternalID == "" && d.EmailKey == "" {
			m.nameless.add(string(d.CustomerID), i)
		}
	}
	return nil
}

// found notes that c is the contact whom those drafts mean that are not found yet.
func (m *contactSearch) found(rows []int, c *Contact, means func(draft *Contact) bool) {
	for _, i := range rows {
		if m.meant[i] == nil && means(m.drafts[i]) {
			m.meant[i] = c
		}
	}
}

// errMoved says that a contact does not change its customer.
func errMoved(in ContactInput) error {
	field := "customer_id"
	if in.CustomerID == "" {
		field = "customer_external_id"
	}
	return InvalidField(field, "is not the customer whom this contact belongs to; a contact does not move, add a new one")
}

// draftContacts makes a contact of every row whose customer exists; the others it fails, leaving their draft nil.
func (s *Service) draftContacts(ctx context.Context, rows []ContactInput, drafts []*Contact, results []RowResult, refs *references) error {
	named := make([]customerRef, len(rows))
	for i, row := range rows {
		named[i] = row.customer()
	}
	customers, err := refs.customers.all(ctx, named)
	if err != nil {
		return err
	}
	for i, row := range rows {
		draft := s.newContact(row.ContactFields)
		err := (&touchpointRow{customer: named[i]}).ambiguous()
		switch customer := customers[named[i]]; {
		case err != nil:
		case named[i] == (customerRef{}):
			err = check(draft)
		case customer == nil:
			err = unknownCustomer(named[i])
		case customer.several != nil:
			err = severalCustomers(customer)
		default:
			draft.CustomerID = customer.id
			draft.ID = draft.usualID()
			drafts[i] = draft
		}
		if err != nil {
			results[i] = failedRow(err)
		}
	}
	return nil
}

// usualID returns the id that a contact gets in bulk: by the external id, else the address, else the name.
func (c *Contact) usualID() string {
	switch {
	case c.ExternalID != "":
		return string(contactIDOf(c.ExternalID))
	case c.EmailKey != "":
		return derivedID("con", string(c.CustomerID), "email", c.EmailKey)
	}
	return derivedID("con", string(c.CustomerID), "name", nameKey(c.Name))
}

// meantBy says whether c, which has the draft's id, is the contact that the draft means: ids outlive a change of external
// id, address or name.
func (c *Contact) meantBy(draft *Contact) bool {
	switch {
	case draft.ExternalID != "":
		return c.ExternalID == draft.ExternalID
	case draft.EmailKey != "":
		return c.EmailKey == draft.EmailKey
	}
	return nameKey(c.Name) == nameKey(draft.Name)
}

// putContact stores one row whose contact has not the usual id, or was written by somebody else meanwhile.
func (s *Service) putContact(ctx context.Context, row ContactInput, draft *Contact) RowResult {
	for range changeTries {
		old, err := s.findContact(ctx, draft)
		if err == nil && old.CustomerID != draft.CustomerID {
			return failedRow(errMoved(row))
		}
		if err == nil {
			c, err := s.ChangeContact(ctx, ContactID(old.ID), 0, row.ofOurs())
			if err != nil {
				return failedRow(err)
			}
			status := RowChanged
			if c.sameAs(old) {
				status = RowUnchanged
			}
			return RowResult{Status: status, ID: c.ID}
		}
		if !errors.Is(err, store.ErrNotFound) {
			return failedRow(err)
		}
		fresh := *draft
		fresh.ID = s.newID("con")
		if err := check(&fresh); err != nil {
			return failedRow(err)
		}
		switch err := s.db.contacts.Insert(ctx, &fresh); {
		case err == nil:
			return RowResult{Status: RowCreated, ID: fresh.ID}
		case KindOf(err) != Conflict:
			return failedRow(err)
		}
	}
	return failedRow(store.ErrConflict)
}

// findContact finds the contact that a draft means, or store.ErrNotFound. One with the address but without any external id
// is adopted by a draft that brings one.
func (s *Service) findContact(ctx context.Context, draft *Contact) (*Contact, error) {
	if draft.ExternalID != "" {
		c, err := s.db.contacts.First(ctx, store.Query{Index: contactsByExternalID, Equal: []any{draft.ExternalID}})
		if !errors.Is(err, store.ErrNotFound) {
			return c, err
		}
	}
	if draft.EmailKey != "" {
		c, err := s.db.contacts.First(ctx, store.Query{
			Index: contactsByEmail, Equal: []any{draft.EmailKey, string(draft.CustomerID)},
		})
		if err == nil && draft.ExternalID != "" && c.ExternalID != "" {
			return nil, errAddressTaken()
		}
		return c, err
	}
	if draft.ExternalID != "" {
		return nil, store.ErrNotFound
	}
	for c, err := range s.db.contacts.All(ctx, ofCustomer(contactsByCustomer, draft.CustomerID, 0)) {
		if err != nil || c.Email == "" && nameKey(c.Name) == nameKey(draft.Name) {
			return c, err
		}
	}
	return nil, store.ErrNotFound
}
