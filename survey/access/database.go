package access

import "earshot/survey/store"

// database is every collection of this package, typed.
type database struct {
	installations store.Collection[Installation, *Installation]
	reps          store.Collection[Rep, *Rep]
	teams         store.Collection[Team, *Team]
	sessions      store.Collection[Session, *Session]
	devices       store.Collection[Device, *Device]
	apiKeys       store.Collection[APIKey, *APIKey]
	tickets       store.Collection[Ticket, *Ticket]
}

// Specs lists the declarations of the collections: an engine opens them beside those of the domain.
func Specs() []*store.Spec {
	return []*store.Spec{installationSpec, repSpec, teamSpec, sessionSpec, deviceSpec, apiKeySpec, ticketSpec}
}

func openDatabase(s store.Store) database {
	return database{
		installations: store.NewCollection[Installation](s, installationSpec),
		reps:          store.NewCollection[Rep](s, repSpec),
		teams:         store.NewCollection[Team](s, teamSpec),
		sessions:      store.NewCollection[Session](s, sessionSpec),
		devices:       store.NewCollection[Device](s, deviceSpec),
		apiKeys:       store.NewCollection[APIKey](s, apiKeySpec),
		tickets:       store.NewCollection[Ticket](s, ticketSpec),
	}
}
