package shape

import (
	"fmt"
	"time"

	"earshot/survey/store"
)

// Fold is a compiled store.Fold: the plan of what is counted, without an order, and the fields by which.
type Fold struct {
	*Plan
	By []*Field
	// At is nil where no periods are asked for.
	At    *Field
	Every store.Period
	Zone  *time.Location
	Sum   []*Field
	// Distinct asks only for the groups, of which Most are enough where they are told by hops.
	Distinct bool
	Most     int
}

// Hops says whether the groups can be told by going from one to the next in the index.
func (f *Fold) Hops() bool {
	return f.Distinct && f.At == nil && len(f.By) == 1 && len(f.free) > 0 && f.By[0] == f.free[0] && f.in == nil && f.Where == nil
}

// Fold compiles a fold, or returns store.ErrQuery.
func (s *Shape) Fold(f store.Fold) (*Fold, error) {
	most := f.Limit
	if most <= 0 || most > store.MaxGroups {
		most = store.MaxGroups
	}
	f.Limit, f.After, f.Descending, f.Fields = store.MaxLimit, "", false, nil
	plan, err := s.plan(f.Query)
	if err != nil {
		return nil, err
	}
	out := &Fold{Plan: plan, Every: f.Every, Zone: f.Zone, Distinct: f.Distinct, Most: most}
	if out.Zone == nil {
		out.Zone = time.UTC
	}
	if out.By, err = s.comparables(f.By); err != nil {
		return nil, err
	}
	if out.Sum, err = s.comparables(f.Sum); err != nil {
		return nil, err
	}
	if f.Distinct && len(f.Sum) > 0 {
		return nil, fmt.Errorf("%w: what is distinct is not summed up", store.ErrQuery)
	}
	for _, x := range out.Sum {
		if x.Kind != Int && x.Kind != Float {
			return nil, fmt.Errorf("%w: field %q is no number to add up", store.ErrQuery, x.Name)
		}
	}
	return out, s.periods(out, f)
}

func (s *Shape) periods(out *Fold, f store.Fold) error {
	if f.At == "" && f.Every == "" {
		return nil
	}
	at, err := s.Comparable(f.At)
	if err != nil {
		return err
	}
	out.At = at
	if _, known := spans[f.Every]; !known || at.Kind != Time {
		return fmt.Errorf("%w: %q of field %q is no calendar period", store.ErrQuery, f.Every, f.At)
	}
	return nil
}

func (s *Shape) comparables(names []string) ([]*Field, error) {
	var list []*Field
	for _, name := range names {
		f, err := s.Comparable(name)
		if err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, nil
}

// spans tell how many months and days before a calendar day its period began, and how many it has.
var spans = map[store.Period]func(time.Time) (before, long days){
	store.Day:   func(time.Time) (days, days) { return days{}, days{0, 1} },
	store.Week:  func(t time.Time) (days, days) { return days{0, (int(t.Weekday()) + 6) % 7}, days{0, 7} },
	store.Month: func(t time.Time) (days, days) { return days{0, t.Day() - 1}, days{1, 0} },
	store.Quarter: func(t time.Time) (days, days) {
		return days{(int(t.Month()) - 1) % 3, t.Day() - 1}, days{3, 0}
	},
	store.Year: func(t time.Time) (days, days) { return days{int(t.Month()) - 1, t.Day() - 1}, days{12, 0} },
}

type days struct{ months, days int }

// Start returns when the period of t begins, in the fold's zone.
func (f *Fold) Start(t time.Time) time.Time {
	start, _ := f.Period(t)
	return start
}

// Period returns when the period of t begins and when the next one does, in the fold's zone.
func (f *Fold) Period(t time.Time) (start, end time.Time) {
	t = t.In(f.Zone)
	before, long := spans[f.Every](t)
	y, m, d := t.Date()
	first := time.Date(y, m-time.Month(before.months), d-before.days, 0, 0, 0, 0, time.UTC)
	return f.firstMoment(first), f.firstMoment(first.AddDate(0, long.months, long.days))
}

// firstMoment returns when a calendar day begins in the fold's zone: at midnight, except where the clocks skip it.
func (f *Fold) firstMoment(day time.Time) time.Time {
	start := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, f.Zone)
	if start.Day() != day.Day() {
		_, start = start.ZoneBounds()
	}
	return start
}
