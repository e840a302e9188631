package survey

import (
	"context"

	"earshot/survey/store"
)

// recordsSampled is how many customers are looked at for touchpoints.
const recordsSampled = 10

// Records says of which sort there are any yet.
type Records struct{ Customers, Contacts, Touchpoints bool }

// FirstRecords says whether there are customers, and whether any of the first ones ever did something or has somebody to be asked: how far a new
// installation is.
func (s *Service) FirstRecords(ctx context.Context) (there Records, err error) {
	found, err := s.Customers(ctx, CustomerFilter{Limit: recordsSampled})
	if err != nil {
		return there, err
	}
	var readings []store.Reading
	var histories []*store.Finding[Touchpoint, *Touchpoint]
	var people []*store.Finding[Contact, *Contact]
	for _, c := range found.Items {
		history := s.db.touchpoints.Finding(ofCustomer(touchpointsByCustomer, CustomerID(c.ID), 1))
		there := s.db.contacts.Finding(ofCustomer(contactsByCustomer, CustomerID(c.ID), 1))
		readings, histories, people = append(readings, history, there), append(histories, history), append(people, there)
	}
	if err := store.Together(ctx, s.store, readings...); err != nil {
		return there, err
	}
	for _, h := range histories {
		there.Touchpoints = there.Touchpoints || len(h.Docs) > 0
	}
	for _, p := range people {
		there.Contacts = there.Contacts || len(p.Docs) > 0
	}
	there.Customers = len(found.Items) > 0
	return there, nil
}
