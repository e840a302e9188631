package survey

import (
	"slices"
	"time"

	"earshot/survey/store"
)

// ListedCustomers is what Today shows of a list: the first of Total customers, the greatest loss first.
type ListedCustomers struct {
	List      List
	Customers []QuietCustomer
	Total     int
}

// lesserLists are those that Today shows below the quiet and the drifting, in their order.
func lesserLists() []List { return []List{Slowing, Unreturned} }

// listReading reads the first customers of a list, and counts all.
type listReading struct {
	list  List
	first *store.Finding[Rhythm, *Rhythm]
	total *store.Folding
}

func (s *Service) readLists(rep RepID, limit int, models fittedModels, now time.Time) []listReading {
	var readings []listReading
	for _, l := range lesserLists() {
		q := QuietFilter{List: l, RepID: rep, Limit: limit}.query(models, now)
		readings = append(readings, listReading{l, s.db.rhythms.Finding(q), s.db.rhythms.Folding(store.Fold{Query: q})})
	}
	return readings
}

// listed are the readings of the lists.
func (r *scopeReading) listed() []store.Reading {
	var all []store.Reading
	for _, l := range r.lists {
		all = append(all, l.first, l.total)
	}
	return all
}

// silent are the rhythms that are shown, of all lists but that of those to call.
func (r *scopeReading) silent() []*Rhythm {
	all := slices.Concat(r.unusual.Docs, r.drifting.Docs)
	for _, l := range r.lists {
		all = append(all, l.first.Docs...)
	}
	return all
}

// completeLists makes the lines of the lists.
func (s *Service) completeLists(t *Today, scope *scopeReading, customers map[string]*Customer, models fittedModels, now time.Time) {
	for _, l := range scope.lists {
		one := ListedCustomers{List: l.list}
		for _, g := range l.total.Groups {
			one.Total = int(g.Count)
		}
		one.Customers = s.quietLines(l.list, l.first.Docs, customers, models, now)
		if len(one.Customers) > 0 {
			t.Lists = append(t.Lists, one)
		}
	}
}
