package survey

import (
	"cmp"
	"context"
	"time"

	"earshot/survey/store"
)

// QuietFilter says which customers of a list to show; what is empty does not narrow.
type QuietFilter struct {
	// List is which list; empty is that of Leaving.
	List List
	// RepID is whose they are; NoRep is nobody's. Within is whose customers there are for who looks; nil is everybody's.
	RepID   RepID
	Within  *Reach
	Segment string
	Status  Status
	// NamePrefix is how the name begins, whatever its case and accents. A page is short by those who are called otherwise.
	NamePrefix string
	After      store.Cursor
	// Limit is at most MaxPage; 0 means DefaultLimit.
	Limit int
}

// QuietCustomer is one line of a list.
type QuietCustomer struct {
	Customer *Customer
	Silence
	// Rank is what the list is ordered by: chance times value per week, as of when the rhythm was last looked at.
	Rank float64
	// Unreachable says that the mails to all who could be asked there come back: that nobody answers says nothing, and only a call helps.
	Unreachable bool
}

// QuietCustomers lists the customers of a list who are not snoozed, the greatest loss first. A page may be short
// by those that were deleted a moment ago.
func (s *Service) QuietCustomers(ctx context.Context, f QuietFilter) (Page[QuietCustomer], error) {
	models, err := s.fittedModels(ctx)
	if err != nil {
		return Page[QuietCustomer]{}, err
	}
	now := s.now()
	found, err := findPage(ctx, s.db.rhythms, f.query(models, now), models.number)
	if err != nil {
		return Page[QuietCustomer]{}, err
	}
	customers, people := s.customersOf(found.Items), s.readContactsOf(found.Items)
	if err := store.Together(ctx, s.store, append(people.readings(), customers)...); err != nil {
		return Page[QuietCustomer]{}, err
	}
	return Page[QuietCustomer]{Items: people.mark(s.quietLines(f.list(), found.Items, customers.ByID(), models, now), now), Next: found.Next}, nil
}

// list is the list that is asked for.
func (f QuietFilter) list() List { return cmp.Or(f.List, Leaving) }

// query is where those of the list stand by these models.
func (f QuietFilter) query(models fittedModels, now time.Time) store.Query {
	q := listQuery(models.number, f.list(), f.RepID)
	q.After, q.Limit = f.After, f.Limit
	f.Within.owners(&q)
	narrow(&q, choice{"segment", f.Segment, ""}, choice{"status", string(f.Status), ""})
	q.Where = append(q.Where, store.Where{Field: "snoozed_until", Is: store.NotAtLeast, Value: now.Add(time.Millisecond)})
	return q
}

// customersOf returns what reads the customers of rhythms.
func (s *Service) customersOf(rhythms []*Rhythm) *store.Finding[Customer, *Customer] {
	ids := make([]string, len(rhythms))
	for i, r := range rhythms {
		ids[i] = r.ID
	}
	return s.db.customers.Fetching(ids)
}

// quietLines makes the lines of a list, of those who are still on it.
func (s *Service) quietLines(list List, rhythms []*Rhythm, customers map[string]*Customer, models fittedModels, now time.Time) []QuietCustomer {
	lines := []QuietCustomer{}
	for _, r := range rhythms {
		if c := customers[r.ID]; c != nil && c.DeletedAt.IsZero() && r.on(list, models) {
			silence, _ := s.silence(r, models, now)
			lines = append(lines, QuietCustomer{Customer: c, Silence: silence, Rank: r.Rank})
		}
	}
	return lines
}
