package survey

import (
	"slices"
	"time"

	"earshot/survey/store"
)

// TodayList is what Today shows of a list: the first of Total customers, the greatest loss first. Of the probably leaving they are those to
// call this week, up to MostCallsShown.
type TodayList struct {
	List      List
	Customers []QuietCustomer
	Total     int
}

// List is what Today shows of a list; nothing where nobody is on it.
func (t *Today) List(list List) TodayList {
	if i := slices.IndexFunc(t.Lists, func(l TodayList) bool { return l.List == list }); i >= 0 {
		return t.Lists[i]
	}
	return TodayList{List: list}
}

// listsBesides are the lists that Today shows below that of those to call, in their order.
func listsBesides() []List { return []List{Unusual, Drifting, Slowing, Unreturned} }

// listReading reads the first customers of a list, and counts all.
type listReading struct {
	list  List
	first *store.Finding[Rhythm, *Rhythm]
	total *store.Folding
}

func (s *Service) readLists(whose QuietFilter, models fittedModels, now time.Time) []listReading {
	var readings []listReading
	for _, l := range listsBesides() {
		whose.List = l
		q := whose.query(models, now)
		readings = append(readings, listReading{l, s.db.rhythms.Finding(q), s.db.rhythms.Folding(store.Fold{Query: q})})
	}
	return readings
}

// listed are the readings of all lists.
func (r *scopeReading) listed() []store.Reading {
	all := r.calls.readings()
	for _, l := range r.lists {
		all = append(all, l.first, l.total)
	}
	return all
}

// shownList are the rhythms of a list that Today shows, of total.
type shownList struct {
	list    List
	rhythms []*Rhythm
	total   int
}

// shown tells how the list to call stands to the week, and what is shown of each list, that one first.
func (r *scopeReading) shown(models fittedModels) (Calls, []shownList) {
	calls, toCall := r.calls.calls(models)
	all := []shownList{{Leaving, toCall, counted(r.calls.total)}}
	for _, l := range r.lists {
		all = append(all, shownList{l.list, l.first.Docs, counted(l.total)})
	}
	return calls, all
}

// onList are those of the rhythms of a list who are still on it by the models in force, which may be others since the list was read.
func onList(rhythms []*Rhythm, list List, models fittedModels) []*Rhythm {
	return slices.DeleteFunc(slices.Clone(rhythms), func(r *Rhythm) bool { return !r.on(list, models) })
}
