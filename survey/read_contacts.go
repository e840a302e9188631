package survey

import (
	"context"
	"errors"

	"earshot/survey/address"
	"earshot/survey/store"
)

// Contact returns one contact, or NotFound.
func (s *Service) Contact(ctx context.Context, id ContactID) (*Contact, error) {
	c, err := s.db.contacts.Get(ctx, string(id))
	if errors.Is(err, store.ErrNotFound) {
		return nil, Errorf(NotFound, "there is no contact %q", id)
	}
	return c, err
}

// ContactByExternalID returns the contact that has the external id, or NotFound.
func (s *Service) ContactByExternalID(ctx context.Context, externalID string) (*Contact, error) {
	if externalID == "" {
		return nil, Errorf(NotFound, "there is no contact without an external id to look for")
	}
	c, err := s.db.contacts.First(ctx, store.Query{Index: contactsByExternalID, Equal: []any{externalID}})
	if errors.Is(err, store.ErrNotFound) {
		return nil, Errorf(NotFound, "there is no contact with the external id %q", externalID)
	}
	return c, err
}

// ContactFilter says which contacts to list; what is empty does not narrow.
type ContactFilter struct {
	CustomerID CustomerID
	// Email is the whole address, in any spelling.
	Email string
	After store.Cursor
	// Limit is at most MaxPage; 0 means DefaultLimit.
	Limit int
}

// Contacts lists contacts: of a customer in the order in which they were added, else by id. See Page.
func (s *Service) Contacts(ctx context.Context, f ContactFilter) (Page[*Contact], error) {
	q := store.Query{Index: store.ByID, After: f.After, Limit: f.Limit}
	switch {
	case f.Email != "" && f.CustomerID != "":
		q.Index, q.Equal = contactsByEmail, []any{address.Key(f.Email), string(f.CustomerID)}
	case f.Email != "":
		q.Index, q.Equal = contactsByEmail, []any{address.Key(f.Email)}
	case f.CustomerID != "":
		q.Index, q.Equal = contactsByCustomer, []any{string(f.CustomerID)}
	}
	return findPage(ctx, s.db.contacts, q)
}
