package survey

import (
	"context"

	"earshot/survey/store"
)

// QuietFilter says which quiet customers to list; what is empty does not narrow.
type QuietFilter struct {
	RepID   RepID
	Segment string
	After   store.Cursor
	// Limit is at most MaxPage; 0 means DefaultLimit.
	Limit int
}

// QuietCustomer is one line of the quiet list.
type QuietCustomer struct {
	Customer *Customer
	Silence
	// Rank is what the list is ordered by: alarm score times value per week, as of when the rhythm was last looked at.
	Rank float64
}

// QuietCustomers lists the customers that have gone quiet and are not snoozed, the greatest loss first. See Page: pages
// may be short.
func (s *Service) QuietCustomers(ctx context.Context, f QuietFilter) (Page[QuietCustomer], error) {
	now := s.now()
	q := store.Query{Index: rhythmsByRank, Equal: []any{true}, Descending: true, After: f.After, Limit: f.Limit}
	if f.RepID != "" {
		q.Index, q.Equal = rhythmsByRepRank, []any{string(f.RepID), true}
	}
	found, err := filterPage(ctx, s.db.rhythms, q, func(r *Rhythm) bool {
		return (f.Segment == "" || r.Segment == f.Segment) && !now.Before(r.SnoozedUntil)
	})
	if err != nil {
		return Page[QuietCustomer]{}, err
	}
	ids := make([]string, len(found.Items))
	for i, r := range found.Items {
		ids[i] = r.ID
	}
	customers, err := s.db.customers.Fetch(ctx, ids)
	if err != nil {
		return Page[QuietCustomer]{}, err
	}
	models, err := s.fittedModels(ctx)
	if err != nil {
		return Page[QuietCustomer]{}, err
	}
	page := Page[QuietCustomer]{Items: []QuietCustomer{}, Next: found.Next}
	for _, r := range found.Items {
		if c := customers[r.ID]; c != nil && c.DeletedAt.IsZero() {
			silence, _ := s.silence(r, models, now)
			page.Items = append(page.Items, QuietCustomer{Customer: c, Silence: silence, Rank: r.Rank})
		}
	}
	return page, nil
}
