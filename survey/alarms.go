package survey

import (
	"cmp"
	"context"

	"earshot/survey/store"
)

// AlarmsFilter says which alarms to list; what is empty does not narrow.
type AlarmsFilter struct {
	// CustomerID lists those about one customer, on all lists; else List says on which, and empty is that of Leaving.
	CustomerID CustomerID
	List       List
	RepID      RepID
	After      store.Cursor
	// Limit is at most MaxPage; 0 means DefaultLimit.
	Limit int
}

// Alarms lists alarms, those that were told last first, and at the end those of which nobody was told.
func (s *Service) Alarms(ctx context.Context, f AlarmsFilter) (Page[*Alarm], error) {
	q := store.Query{Descending: true, After: f.After, Limit: f.Limit}
	switch list := string(cmp.Or(f.List, Leaving)); {
	case f.CustomerID != "":
		q.Index, q.Equal = alarmsByCustomer, []any{string(f.CustomerID)}
		narrow(&q, choice{"list", string(f.List), ""}, choice{"rep_id", string(f.RepID), ""})
	case f.RepID != "":
		q.Index, q.Equal = alarmsByRep, []any{list, string(f.RepID)}
	default:
		q.Index, q.Equal = alarmsByTold, []any{list}
	}
	return findPage(ctx, s.db.alarms, q)
}
