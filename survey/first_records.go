package survey

import (
	"context"

	"earshot/survey/store"
)

// recordsSampled is how many customers are looked at for touchpoints.
const recordsSampled = 10

// FirstRecords says whether there are customers, and whether any of the first ones ever did something: how far a new
// installation is.
func (s *Service) FirstRecords(ctx context.Context) (customers, touchpoints bool, err error) {
	found, err := s.Customers(ctx, CustomerFilter{Limit: recordsSampled})
	if err != nil {
		return false, false, err
	}
	var readings []store.Reading
	var histories []*store.Finding[Touchpoint, *Touchpoint]
	for _, c := range found.Items {
		history := s.db.touchpoints.Finding(ofCustomer(touchpointsByCustomer, CustomerID(c.ID), 1))
		readings, histories = append(readings, history), append(histories, history)
	}
	if err := store.Together(ctx, s.store, readings...); err != nil {
		return false, false, err
	}
	for _, h := range histories {
		touchpoints = touchpoints || len(h.Docs) > 0
	}
	return len(found.Items) > 0, touchpoints, nil
}
