package access

import "earshot/survey/store"

// database is every collection of this package, typed.
type database struct {
	installations store.Collection[Installation, *Installation]
	reps          store.Collection[Rep, *Rep]
	teams         store.Collection[Team, *Team]
	sessions      store.Collection[Session, *Session]
	apiKeys       store.Collection[APIKey, *APIKey]
}

// Specs lists the declarations of the collections: an engine opens them beside those of the domain.
func Specs() []*store.Spec {
	return []*store.Spec{installationSpec, repSpec, teamSpec, sessionSpec, apiKeySpec}
}

func openDatabase(s store.Store) database {
	return database{
		installations: store.NewCollection[Installation](s, installationSpec),
		reps:          store.NewCollection[Rep](s, repSpec),
		teams:         store.NewCollection[Team](s, teamSpec),
		sessions:      store.NewCollection[Session](s, sessionSpec),
		apiKeys:       store.NewCollection[APIKey](s, apiKeySpec),
	}
}
