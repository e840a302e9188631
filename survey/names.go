package survey

import (
	"context"

	"earshot/survey/store"
)

// Names are the names of what lists point at: of some customers and contacts, of which those that do not exist any more are
// not in it, and of all surveys and pulses.
type Names struct {
	Customers map[CustomerID]string
	// Owners are whose these customers are.
	Owners   map[CustomerID]RepID
	Contacts map[ContactID]string
	Surveys  map[SurveyID]string
	Pulses   map[PulseID]string
}

// Names returns the names of those among the customers and contacts that exist, and of all surveys and pulses, in one trip to
// the store.
func (s *Service) Names(ctx context.Context, customers []CustomerID, contacts []ContactID) (Names, error) {
	r := s.readNames(customers, contacts)
	surveys := s.db.surveys.Finding(store.Query{Index: surveysByName, Limit: store.MaxLimit}).Only("name")
	pulses := s.db.pulses.Finding(store.Query{Index: pulsesByName, Limit: store.MaxLimit}).Only("name")
	err := store.Together(ctx, s.store, append(r.readings(), surveys, pulses)...)
	return r.names(surveys.Docs, pulses.Docs), err
}

// Owned is whose a customer is, of which something is told that was theirs then: whose it was is asked where it was deleted.
func (n Names) Owned(id CustomerID, then RepID) Owned {
	if now, there := n.Owners[id]; there {
		return Owned{Rep: now, Then: then}
	}
	return Owned{Rep: then, Then: then}
}

// nameReading reads names of customers and contacts, together with other things.
type nameReading struct {
	customers *store.Finding[Customer, *Customer]
	contacts  *store.Finding[Contact, *Contact]
}

func (s *Service) readNames(customers []CustomerID, contacts []ContactID) *nameReading {
	return &nameReading{
		customers: s.db.customers.Fetching(distinct(customers)).Only("name", "rep_id", "deleted_at"),
		contacts:  s.db.contacts.Fetching(distinct(contacts)).Only("name"),
	}
}

func (r *nameReading) readings() []store.Reading { return []store.Reading{r.customers, r.contacts} }

// names are the names that were read, and those of surveys and pulses.
func (r *nameReading) names(surveys []*Survey, pulses []*Pulse) Names {
	n := Names{
		Customers: map[CustomerID]string{}, Owners: map[CustomerID]RepID{}, Contacts: map[ContactID]string{},
		Surveys: map[SurveyID]string{}, Pulses: map[PulseID]string{},
	}
	for _, c := range r.customers.Docs {
		if c.DeletedAt.IsZero() {
			n.Customers[CustomerID(c.ID)], n.Owners[CustomerID(c.ID)] = c.Name, c.RepID
		}
	}
	for _, c := range r.contacts.Docs {
		n.Contacts[ContactID(c.ID)] = c.Name
	}
	for _, x := range surveys {
		n.Surveys[SurveyID(x.ID)] = x.Name
	}
	for _, p := range pulses {
		n.Pulses[PulseID(p.ID)] = p.Name
	}
	return n
}

// distinct returns each id once, as the store takes it.
func distinct[T ~string](ids []T) []string {
	seen := make(map[T]bool, len(ids))
	var once []string
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			once = append(once, string(id))
		}
	}
	return once
}
