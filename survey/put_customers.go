package survey

import (
	"context"
	"slices"

	"earshot/survey/store"
)

// PutCustomers stores many customers, with a few operations of the store for thousands of new ones, and says of each row
// what became of it. A row changes the customer that has its external id; one without an external id the customer of that
// name who has none. What is not there yet is created. Fields that a row leaves out stay as they are.
func (s *Service) PutCustomers(ctx context.Context, rows []CustomerFields) []RowResult {
	results := make([]RowResult, 0, len(rows))
	for part := range slices.Chunk(rows, store.MaxBatch) {
		results = append(results, s.putCustomers(ctx, part, false)...)
	}
	return results
}

// putCustomers is PutCustomers for up to store.MaxBatch rows. dry says what would be wrong with them, and writes nothing.
func (s *Service) putCustomers(ctx context.Context, rows []CustomerFields, dry bool) []RowResult {
	drafts := make([]*Customer, len(rows))
	for i, row := range rows {
		drafts[i] = s.newCustomer(row)
		if drafts[i].ExternalID == "" {
			drafts[i].ID = customerIDNamed(drafts[i].NameKey)
		}
	}
	reps := knownReps{}
	b := newPutBatch(len(rows), s.customerPutRules(rows, drafts, reps))
	stored, err := s.meantCustomers(ctx, drafts)
	if err == nil {
		err = s.readReps(ctx, reps, drafts, stored)
	}
	if err != nil {
		return b.failAll(err)
	}
	for i, draft := range drafts {
		b.add(i, stored[i], draft)
	}
	if dry {
		return b.results
	}
	return b.store(ctx)
}

// customerPutRules is how rows of customers are written.
func (s *Service) customerPutRules(rows []CustomerFields, drafts []*Customer, reps knownReps) putRules[*Customer] {
	return putRules[*Customer]{
		verify: reps.verify,
		apply: func(row int, before *Customer) (*Customer, error) {
			after := *before
			rows[row].apply(&after)
			return &after, reps.verify(&after)
		},
		same:    (*Customer).sameAs,
		insert:  s.db.customers.Insert,
		replace: s.replaceCustomers,
		again:   func(ctx context.Context, row int) RowResult { return s.putCustomer(ctx, rows[row], drafts[row]) },
	}
}

// replaceCustomers is replaceCustomer for many.
func (s *Service) replaceCustomers(ctx context.Context, before, after []*Customer) ([]error, error) {
	now := s.now()
	for i, c := range after {
		if c.UpdatedAt = now; !c.lists(before[i]) {
			c.Owe(effectFacts, now)
		}
	}
	defer s.outbox.Wake(customerSpec.Name)
	outcomes, err := s.db.customers.ReplaceAll(ctx, after)
	for i, err := range outcomes {
		outcomes[i] = customerTaken(err)
	}
	return outcomes, err
}

// meantCustomers returns for each draft the customer that it means, in few operations; nil where there is none. A draft
// whose usual id belongs to another one gets a fresh id.
func (s *Service) meantCustomers(ctx context.Context, drafts []*Customer) ([]*Customer, error) {
	ids := make([]string, len(drafts))
	for i, d := range drafts {
		ids[i] = d.ID
	}
	usual, err := s.db.customers.Fetch(ctx, ids)
	if err != nil {
		return nil, err
	}
	meant := make([]*Customer, len(drafts))
	external, named := newWanted(), newWanted()
	for i, d := range drafts {
		old := usual[d.ID]
		if old != nil && old.meantBy(d) {
			meant[i] = old
			continue
		}
		if old != nil {
			d.ID = s.newID("cus")
		}
		external.add(d.ExternalID, i)
		if d.ExternalID == "" {
			named.add(d.NameKey, i)
		}
	}
	found := func(w wanted, key string, c *Customer) {
		for _, i := range w[key] {
			if c.meantBy(drafts[i]) && meant[i] == nil {
				meant[i] = c
			}
		}
	}
	err = lookUp(ctx, s.db.customers, customersByExternalID, external, func(c *Customer) { found(external, c.ExternalID, c) })
	if err == nil {
		err = lookUp(ctx, s.db.customers, customersByName, named, func(c *Customer) { found(named, c.NameKey, c) })
	}
	return meant, err
}

// customerIDNamed returns the id of the customer without an external id that has that name.
func customerIDNamed(key string) string { return derivedID("cus", "name", key) }

// meantBy says whether c, which has the draft's id, is the customer that the draft means: ids outlive a change of
// external id or name.
func (c *Customer) meantBy(draft *Customer) bool {
	return c.DeletedAt.IsZero() && c.ExternalID == draft.ExternalID && (c.ExternalID != "" || c.NameKey == draft.NameKey)
}

// knownReps are the reps that exist among those that are named; to those of false no customer can be given, for they only read.
type knownReps map[RepID]bool

// verify holds a customer against all rules.
func (k knownReps) verify(c *Customer) error {
	if err := check(c); err != nil {
		return err
	}
	works, there := k[c.RepID]
	switch {
	case c.RepID == "" || works:
		return nil
	case there:
		return InvalidField("rep_id", readingRep)
	}
	return InvalidField("rep_id", unknownRep)
}

// readReps adds those reps to known that exist among the ones that the drafts name, and all that stored customers have.
func (s *Service) readReps(ctx context.Context, known knownReps, drafts, stored []*Customer) error {
	for _, c := range stored {
		if c != nil {
			known[c.RepID] = true
		}
	}
	asked := map[RepID]bool{}
	var ids []RepID
	for _, c := range drafts {
		if c.RepID != "" && !known[c.RepID] && !asked[c.RepID] {
			asked[c.RepID] = true
			ids = append(ids, c.RepID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	reps, err := s.reps.RepsByID(ctx, ids)
	for id, rep := range reps {
		known[id] = !rep.ReadsOnly
	}
	return err
}

// putCustomer stores one row whose customer has not the usual id, or was written by somebody else meanwhile.
func (s *Service) putCustomer(ctx context.Context, row CustomerFields, draft *Customer) RowResult {
	for range changeTries {
		old, err := s.findCustomer(ctx, draft)
		if err == nil {
			return changedRow(s.changeRow(ctx, old, row))
		}
		if KindOf(err) != NotFound {
			return failedRow(err)
		}
		c, err := s.CreateCustomer(ctx, row)
		if err == nil {
			return RowResult{Status: RowCreated, ID: c.ID}
		}
		if KindOf(err) != Conflict {
			return failedRow(err)
		}
	}
	return failedRow(store.ErrConflict)
}

// changeRow changes a customer by a row and says whether that changed anything.
func (s *Service) changeRow(ctx context.Context, old *Customer, row CustomerFields) (RowStatus, string, error) {
	c, err := s.ChangeCustomer(ctx, CustomerID(old.ID), 0, row)
	if err != nil {
		return "", "", err
	}
	if c.sameAs(old) {
		return RowUnchanged, c.ID, nil
	}
	return RowChanged, c.ID, nil
}

// changedRow makes a result.
func changedRow(status RowStatus, id string, err error) RowResult {
	if err != nil {
		return failedRow(err)
	}
	return RowResult{Status: status, ID: id}
}

// findCustomer finds the customer that a draft means: by its external id, or else the one of that name without any.
func (s *Service) findCustomer(ctx context.Context, draft *Customer) (*Customer, error) {
	if draft.ExternalID != "" {
		return s.CustomerByExternalID(ctx, draft.ExternalID)
	}
	for c, err := range s.db.customers.All(ctx, store.Query{Index: customersByName, Equal: []any{draft.NameKey}}) {
		if err != nil || c.ExternalID == "" {
			return c, err
		}
	}
	return nil, store.ErrNotFound
}
