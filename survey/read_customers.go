package survey

import (
	"context"
	"errors"

	"earshot/survey/store"
)

// Customer returns one customer, or NotFound.
func (s *Service) Customer(ctx context.Context, id CustomerID) (*Customer, error) {
	c, err := s.db.customers.Get(ctx, string(id))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	return existing(id, c)
}

// existing returns c, or NotFound where it is nil or deleted.
func existing(id CustomerID, c *Customer) (*Customer, error) {
	if c == nil || !c.DeletedAt.IsZero() {
		return nil, Errorf(NotFound, "there is no customer %q", id)
	}
	return c, nil
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
	// RepID is whose they are; NoRep is nobody's.
	RepID RepID
	// Within is whose customers there are for who looks; nil is everybody's.
	Within  *Reach
	Segment string
	Status  Status
	// NamePrefix is how the name begins, whatever its case and accents.
	NamePrefix string
	After      store.Cursor
	// Limit is at most MaxPage; 0 means DefaultLimit.
	Limit int
}

// Customers lists customers in the order of their names.
func (s *Service) Customers(ctx context.Context, f CustomerFilter) (Page[*Customer], error) {
	return findPage(ctx, s.db.customers, f.query())
}

// query uses the index that leaves least to be checked: a rep has fewer customers than a segment, and that fewer than a
// status.
func (f CustomerFilter) query() store.Query {
	q := store.Query{Index: customersByName, After: f.After, Limit: f.Limit}
	if f.RepID == NoRep {
		q.Index, q.Equal, f.RepID = customersByRep, []any{""}, ""
	}
	narrow(&q, choice{"rep_id", string(f.RepID), customersByRep}, choice{"segment", f.Segment, customersBySegment},
		choice{"status", string(f.Status), customersByStatus})
	f.Within.owners(&q)
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
