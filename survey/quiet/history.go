package quiet

import (
	"iter"
	"slices"
	"sort"
)

// Event is one sign of life.
type Event struct {
	Customer string
	Day      Day
}

// History is one customer's distinct active days in order.
type History struct {
	Customer string
	Days     []Day
}

// Collect groups a stream of events, in any order and with repetitions, by customer. The result is ordered by customer;
// it takes some four bytes an active day. The first error of the stream ends it.
func Collect(events iter.Seq2[Event, error]) ([]History, error) {
	at := map[string]int{}
	var all []History
	for e, err := range events {
		if err != nil {
			return nil, err
		}
		i, known := at[e.Customer]
		if !known {
			i = len(all)
			at[e.Customer] = i
			all = append(all, History{Customer: e.Customer})
		}
		if days := all[i].Days; len(days) == 0 || days[len(days)-1] != e.Day {
			all[i].Days = append(all[i].Days, e.Day)
		}
	}
	for i := range all {
		slices.Sort(all[i].Days)
		all[i].Days = slices.Compact(all[i].Days)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Customer < all[j].Customer })
	return all, nil
}

// until returns the part of a history within (end - window, end]; the days are shared. window 0 means all.
func (h History) until(end Day, window int) History {
	to := sort.Search(len(h.Days), func(i int) bool { return h.Days[i] > end })
	from := 0
	if window > 0 {
		from = sort.Search(to, func(i int) bool { return h.Days[i] > end-Day(window) })
	}
	return History{Customer: h.Customer, Days: h.Days[from:to]}
}

// within says whether the history has an active day in (after, to].
func (h History) within(after, to Day) bool {
	i := sort.Search(len(h.Days), func(i int) bool { return h.Days[i] > after })
	return i < len(h.Days) && h.Days[i] <= to
}
