package survey

import (
	"context"
	"errors"
	"strings"

	"earshot/survey/store"
)

// Customer returns one customer, or NotFound.
func (s *Service) Customer(ctx context.Context, id CustomerID) (*Customer, error) {
	c, err := s.db.customers.Get(ctx, string(id))
	if errors.Is(err, store.ErrNotFound) || err == nil && !c.DeletedAt.IsZero() {
		return nil, Errorf(NotFound, "there is no customer %q", id)
	}
	return c, err
}

// CustomerByExternalID returns the customer that has the external id, or NotFound.
func (s *Service) CustomerByExternalID(ctx context.Context, externalID string) (*Customer, error) {
	if externalID == "" {
		return nil, Errorf(NotFound, "there is no customer without an external id to look for")
	}
	c, err := s.db.customers.First(ctx, store.Query{Index: customersByExternalID, Equal: []any{externalID}})
	if errors.Is(err, store.ErrNotFound) {
		return nil, Errorf(NotFound, "there is no customer with the external id %q", externalID)
	}
	return c, err
}

// CustomerFilter says which customers to list; what is empty does not narrow.
type CustomerFilter struct {
	RepID   RepID
	Segment string
	Status  Status
	// NamePrefix is how the name begins, whatever its case and accents.
	NamePrefix string
	After      store.Cursor
	// Limit is at most MaxPage; 0 means DefaultLimit.
	Limit int
}

// Customers lists customers in the order of their names. See Page: pages may be short.
func (s *Service) Customers(ctx context.Context, f CustomerFilter) (Page[*Customer], error) {
	return filterPage(ctx, s.db.customers, f.query(), f.keeps)
}

// query uses the index that leaves least to keeps: a rep has fewer customers than a segment, and that fewer than a status.
func (f CustomerFilter) query() store.Query {
	q := store.Query{Index: customersByName, After: f.After, Limit: f.Limit}
	switch {
	case f.RepID != "":
		q.Index, q.Equal = customersByRep, []any{string(f.RepID)}
	case f.Segment != "":
		q.Index, q.Equal = customersBySegment, []any{f.Segment}
	case f.Status != "":
		q.Index, q.Equal = customersByStatus, []any{string(f.Status)}
	}
	q.From, q.To = prefixRange(nameKey(f.NamePrefix))
	return q
}

// firstNameKey is below every name's key, and above that of what a deleted customer leaves, which is empty.
const firstNameKey = " "

// lastRune is above every character, so that a prefix followed by it is above every string with the prefix.
const lastRune = "\U0010FFFF"

// prefixRange returns the bounds of the name keys with that prefix; the upper one is nil for none.
func prefixRange(prefix string) (from, to any) {
	if prefix == "" {
		return firstNameKey, nil
	}
	return prefix, prefix + lastRune
}

// Matches says whether c is one of the customers that f asks for.
func (f CustomerFilter) Matches(c *Customer) bool {
	return f.keeps(c) && strings.HasPrefix(c.NameKey, nameKey(f.NamePrefix))
}

// keeps says whether c is asked for, as far as the index has not decided it.
func (f CustomerFilter) keeps(c *Customer) bool {
	return (f.RepID == "" || c.RepID == f.RepID) && (f.Segment == "" || c.Segment == f.Segment) &&
		(f.Status == "" || c.Status == f.Status)
}
