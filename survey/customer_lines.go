package survey

import (
	"context"
	"slices"
	"strings"

	"earshot/survey/store"
)

// CustomerLine is a customer in a list, with what lists show beside the name.
type CustomerLine struct {
	Customer *Customer
	Silence  Silence
	// Latest is the latest answer that counts; nil if there is none.
	Latest *Response
	// Unreachable is that of QuietCustomer; false on the list of all.
	Unreachable bool
}

// CustomerLines lists customers in the order of their names.
func (s *Service) CustomerLines(ctx context.Context, f CustomerFilter) (Page[CustomerLine], error) {
	found, err := s.Customers(ctx, f)
	if err != nil {
		return Page[CustomerLine]{}, err
	}
	ids := make([]string, len(found.Items))
	for i, c := range found.Items {
		ids[i] = c.ID
	}
	rhythms, models, latest := s.db.rhythms.Fetching(ids), s.readModels(), s.latestOf(ids)
	if err := store.Together(ctx, s.store, append(append(models.readings(), rhythms), latest.readings()...)...); err != nil {
		return Page[CustomerLine]{}, err
	}
	fitted, err := models.models()
	if err != nil {
		return Page[CustomerLine]{}, err
	}
	page, now, byID := Page[CustomerLine]{Items: []CustomerLine{}, Next: found.Next}, s.now(), rhythms.ByID()
	for _, c := range found.Items {
		line := CustomerLine{Customer: c, Latest: latest.of(c.ID)}
		if r := byID[c.ID]; r != nil {
			line.Silence, _ = s.silence(r, fitted, now)
		}
		page.Items = append(page.Items, line)
	}
	return page, nil
}

// QuietLines is a page of the quiet customers, and the feeds that have stopped or thinned, for which others are held.
type QuietLines struct {
	Page[CustomerLine]
	Feeds []FeedStatus
}

// QuietLines lists the quiet customers, the greatest loss first; see QuietCustomers.
func (s *Service) QuietLines(ctx context.Context, f QuietFilter) (*QuietLines, error) {
	models, err := s.fittedModels(ctx)
	if err != nil {
		return nil, err
	}
	now := s.now()
	found, err := findPage(ctx, s.db.rhythms, f.query(models, now), models.number)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(found.Items))
	for i, r := range found.Items {
		ids[i] = r.ID
	}
	customers, latest, feeds, people := s.db.customers.Fetching(ids), s.latestOf(ids), s.readFeeds(), s.readContactsOf(found.Items)
	readings := slices.Concat([]store.Reading{customers}, latest.readings(), feeds.readings(), people.readings())
	if err := store.Together(ctx, s.store, readings...); err != nil {
		return nil, err
	}
	page := &QuietLines{Page: Page[CustomerLine]{Items: []CustomerLine{}, Next: found.Next}, Feeds: noticed(feeds.statuses(now))}
	for _, q := range people.mark(s.quietLines(f.list(), found.Items, customers.ByID(), models, now), now) {
		if !strings.HasPrefix(q.Customer.NameKey, nameKey(f.NamePrefix)) {
			continue
		}
		page.Items = append(page.Items, CustomerLine{Customer: q.Customer, Silence: q.Silence, Latest: latest.of(q.Customer.ID), Unreachable: q.Unreachable})
	}
	return page, nil
}

// latestAnswers reads the latest answer that counts of each of some customers.
type latestAnswers map[string]*store.Finding[Response, *Response]

func (s *Service) latestOf(customers []string) latestAnswers {
	l := latestAnswers{}
	for _, id := range customers {
		q := ResponseFilter{CustomerID: CustomerID(id), Limit: 1}.query()
		q.Fields = []string{"answers"}
		l[id] = s.db.responses.Finding(q)
	}
	return l
}

func (l latestAnswers) readings() []store.Reading {
	var list []store.Reading
	for _, f := range l {
		list = append(list, f)
	}
	return list
}

func (l latestAnswers) of(customer string) *Response { return l[customer].First() }
