package survey

import (
	"context"
	"slices"
	"time"

	"earshot/survey/quiet"
	"earshot/survey/store"
)

// toldHistories are the days on which customers gave signs of life of one kind, and how late we were told of them.
type toldHistories struct {
	histories []quiet.History
	// late are by how many days those of lately came late.
	late []int
}

const (
	// historiesAtOnce is of how many customers the touchpoints are read together.
	historiesAtOnce = 250
	// lately is over how many days it is looked how late we are told.
	lately = 60
	// toldInTime is the share of what is told in time that settles a day.
	toldInTime = 0.9
)

// histories reads the days of these customers' signs of life of one kind from a time on, in the order of the ids. Customers without
// any are left out. It keeps four bytes a day.
func (s *Service) histories(ctx context.Context, ids []CustomerID, kind TouchpointKind, from time.Time) (toldHistories, error) {
	var told toldHistories
	recently := s.now().AddDate(0, 0, -lately)
	for part := range slices.Chunk(ids, historiesAtOnce) {
		days := map[CustomerID][]quiet.Day{}
		for t, err := range s.db.touchpoints.All(ctx, store.Query{
			Index: touchpointsByCustomer, In: anys(strs(part)), Fields: []string{"customer_id", "at", "kind", "recorded_at"},
			Where: []store.Where{{Field: "kind", Is: store.Equals, Value: string(kind)}, {Field: "at", Is: store.AtLeast, Value: from}},
		}) {
			if err != nil {
				return told, err
			}
			day, known := s.day(t.At), days[t.CustomerID]
			if len(known) == 0 || known[len(known)-1] != day {
				days[t.CustomerID] = append(known, day)
			}
			if t.At.After(recently) {
				told.late = append(told.late, max(int(s.day(t.RecordedAt)-day), 0))
			}
		}
		for _, id := range part {
			if d := days[id]; len(d) > 0 {
				slices.Sort(d)
				told.histories = append(told.histories, quiet.History{Customer: string(id), Days: slices.Compact(d)})
			}
		}
	}
	slices.Sort(told.late)
	return told, nil
}

// settled is the last day of which we usually have been told by now.
func (t toldHistories) settled(today quiet.Day) quiet.Day {
	late := 0
	if n := len(t.late); n > 0 {
		late = t.late[min(n-1, int(toldInTime*float64(n)))]
	}
	return today - 1 - quiet.Day(late)
}

// idsOf are the ids of a sample.
func idsOf(sample []sampled) []CustomerID {
	ids := make([]CustomerID, len(sample))
	for i, one := range sample {
		ids[i] = one.id
	}
	return ids
}
