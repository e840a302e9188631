package survey

import (
	"cmp"
	"context"
	"slices"
	"time"

	"earshot/survey/store"
)

// reportMonths is how many months an AlarmReport goes back, this one among them.
const reportMonths = 13

// AlarmFilter says what an AlarmReport is of.
type AlarmFilter struct {
	// List is which list; empty is that of Leaving. RepID is whose customers; empty is everybody's.
	List  List
	RepID RepID
	// Within is whose customers there are for who looks; nil is everybody's.
	Within *Reach
}

// AlarmReport is what came of the alarms of the last reportMonths months.
type AlarmReport struct {
	AlarmFilter
	// Since is since when alarms have been written down; zero while there was none. ReviewedAt is when it was last counted who was missed.
	Since, ReviewedAt time.Time
	// Months are the newest first, by when the alarms were told; Total is all of them.
	Months []AlarmMonth
	Total  AlarmCounts
	// Reps are the same by whose customers they were, most alarms first.
	Reps []AlarmRep
	// Asked and HeldOut compare the silences that pulses with a hold-out have asked in with those that they have not. AskedAnyway is how many
	// of the latter were asked by other ways.
	Asked, HeldOut ArmCounts
	AskedAnyway    int
	// Drifts compare what was said with what came, on all lists and of all customers.
	Drifts []StepDrift
}

// AlarmMonth is what came of the alarms of one month, which begins at From.
type AlarmMonth struct {
	From time.Time
	AlarmCounts
}

// AlarmRep is what came of the alarms about one rep's customers; empty is nobody's.
type AlarmRep struct {
	RepID RepID
	AlarmCounts
}

// AlarmCounts counts alarms by what came of them.
type AlarmCounts struct {
	// Told are those that were told of in time; Late ones were old already, and are in no other figure, and Corrected ones were none, as
	// late data show.
	Told, Late, Corrected int
	// Waiting are those of Told of which it is too early to tell what comes; the figures that follow are of the others.
	Waiting int
	// BackInUsual and BackLater came back by themselves, BackContacted after we had asked or called, StillSilent did not, and SaidGoodbye are
	// lost by their own word.
	BackInUsual, BackLater, BackContacted, StillSilent, SaidGoodbye int
	// LeadDays is the median of the days from the alarm to when the silence was beyond doubt, of StillSilent and SaidGoodbye; LeadOf
	// is of how many, 0 where there is none and of the counts by rep.
	LeadDays, LeadOf int
	// Missed are silent beyond doubt without having been told of before; they are counted by when they were beyond doubt.
	Missed int
}

// Settled are those of which it is known what came.
func (c AlarmCounts) Settled() int { return c.Told - c.Waiting }

// ByThemselves came back though nobody asked or called: false alarms.
func (c AlarmCounts) ByThemselves() int { return c.BackInUsual + c.BackLater }

// Caught were told of, and are away.
func (c AlarmCounts) Caught() int { return c.StillSilent + c.SaidGoodbye }

// ArmCounts are how many silences one arm has, and how many came back by themselves within 30 and 90 days of the draw, of those of which
// that many have passed.
type ArmCounts struct{ Drawn, Of30, Back30, Of90, Back90 int }

// AlarmReport counts what came of the alarms, in one trip to the store, by groups that the store makes.
func (s *Service) AlarmReport(ctx context.Context, f AlarmFilter) (*AlarmReport, error) {
	f.List = cmp.Or(f.List, Leaving)
	from := s.firstMonth(s.now())
	told := f.query(alarmsByTold, alarmsByRep, from)
	gone := f.query(alarmsByMissed, alarmsByRepMissed, from)
	monthly := func(q store.Query, at string, by ...string) *store.Folding {
		return s.db.alarms.Folding(store.Fold{Query: q, By: by, At: at, Every: store.Month, Zone: s.timeZone})
	}
	byMonth, missed := monthly(told, "told_at", "outcome", "mature", "late", "rep_id"), monthly(gone, "missed_at", "rep_id")
	away := told
	away.Where = append(slices.Clone(told.Where), []store.Where{
		{Field: "outcome", Is: store.OneOf, Value: []any{string(StillSilent), string(SaidGoodbye)}},
		{Field: "mature", Is: store.Equals, Value: true}, {Field: "late", Is: store.Equals, Value: false},
	}...)
	leads := monthly(away, "told_at", "lead_days")
	arms := map[Arm]*store.Folding{}
	for _, arm := range []Arm{ArmAsked, ArmHeldOut} {
		q := store.Query{Index: alarmsByArm, Equal: []any{string(arm), string(f.List)}, From: store.Time(from)}
		narrow(&q, choice{"rep_id", string(f.RepID), ""})
		f.Within.owners(&q)
		arms[arm] = s.db.alarms.Folding(store.Fold{Query: q, By: []string{"within_30", "within_90", "asked_anyway"}})
	}
	watch := s.db.alarmWatches.Fetching([]string{alarmWatchID})
	if err := store.Together(ctx, s.store, byMonth, missed, leads, arms[ArmAsked], arms[ArmHeldOut], watch); err != nil {
		return nil, err
	}
	r := &AlarmReport{AlarmFilter: f}
	if w := watch.First(); w != nil {
		r.Since, r.ReviewedAt, r.Drifts = w.Since, w.ReviewedAt, w.Drifts
	}
	r.Months = s.monthsFrom(from)
	r.count(byMonth.Groups, missed.Groups)
	r.countLeads(leads.Groups)
	r.Asked, _ = countArm(arms[ArmAsked].Groups)
	r.HeldOut, r.AskedAnyway = countArm(arms[ArmHeldOut].Groups)
	return r, nil
}

// query finds the alarms of the report since then, by the index of all customers or by that of a rep's.
func (f AlarmFilter) query(ofAll, ofRep string, from time.Time) store.Query {
	q := store.Query{Index: ofAll, Equal: []any{string(f.List)}, From: store.Time(from)}
	if f.RepID != "" {
		q.Index, q.Equal = ofRep, []any{string(f.List), string(f.RepID)}
	}
	f.Within.owners(&q)
	return q
}

// firstMonth is when the first month of a report begins.
func (s *Service) firstMonth(now time.Time) time.Time {
	local := now.In(s.timeZone)
	return time.Date(local.Year(), local.Month()-(reportMonths-1), 1, 0, 0, 0, 0, s.timeZone)
}

// monthsFrom are the months of a report, the newest first.
func (s *Service) monthsFrom(first time.Time) []AlarmMonth {
	months := make([]AlarmMonth, reportMonths)
	for i := range months {
		months[reportMonths-1-i].From = time.Date(first.Year(), first.Month()+time.Month(i), 1, 0, 0, 0, 0, s.timeZone)
	}
	return months
}

// month is the month that begins then; nil if the report has none.
func (r *AlarmReport) month(from time.Time) *AlarmMonth {
	for i := range r.Months {
		if r.Months[i].From.Equal(from) {
			return &r.Months[i]
		}
	}
	return nil
}

// count takes over what was counted by months and reps.
func (r *AlarmReport) count(told, missed []store.Group) {
	byRep := map[RepID]*AlarmCounts{}
	each := func(g store.Group, rep string, add func(*AlarmCounts)) {
		if byRep[RepID(rep)] == nil {
			byRep[RepID(rep)] = &AlarmCounts{}
		}
		add(byRep[RepID(rep)])
		add(&r.Total)
		if m := r.month(g.Period); m != nil {
			add(&m.AlarmCounts)
		}
	}
	for _, g := range told {
		each(g, g.By[3].(string), func(c *AlarmCounts) {
			c.add(AlarmOutcome(g.By[0].(string)), g.By[1].(bool), g.By[2].(bool), int(g.Count))
		})
	}
	for _, g := range missed {
		each(g, g.By[0].(string), func(c *AlarmCounts) { c.Missed += int(g.Count) })
	}
	for rep, c := range byRep {
		r.Reps = append(r.Reps, AlarmRep{rep, *c})
	}
	slices.SortFunc(r.Reps, func(a, b AlarmRep) int { return cmp.Or(b.Told-a.Told, cmp.Compare(a.RepID, b.RepID)) })
}

// add counts so many alarms of a kind.
func (c *AlarmCounts) add(o AlarmOutcome, mature, late bool, n int) {
	switch {
	case o == Corrected:
		c.Corrected += n
	case late:
		c.Late += n
	case !mature:
		c.Told, c.Waiting = c.Told+n, c.Waiting+n
	default:
		c.Told += n
		*c.of(o) += n
	}
}

// of is the count of an outcome.
func (c *AlarmCounts) of(o AlarmOutcome) *int {
	switch o {
	case BackInUsual:
		return &c.BackInUsual
	case BackLater:
		return &c.BackLater
	case BackContacted:
		return &c.BackContacted
	case SaidGoodbye:
		return &c.SaidGoodbye
	}
	return &c.StillSilent
}

// countLeads finds the medians of the days of lead, of all and of each month.
func (r *AlarmReport) countLeads(groups []store.Group) {
	slices.SortFunc(groups, func(a, b store.Group) int { return cmp.Compare(a.By[0].(int64), b.By[0].(int64)) })
	r.Total.LeadDays, r.Total.LeadOf = medianLead(groups)
	byMonth := map[*AlarmMonth][]store.Group{}
	for _, g := range groups {
		if m := r.month(g.Period); m != nil {
			byMonth[m] = append(byMonth[m], g)
		}
	}
	for m, own := range byMonth {
		m.LeadDays, m.LeadOf = medianLead(own)
	}
}

// medianLead is the median of the days by which the groups are made, which come in their order, and of how many it is.
func medianLead(groups []store.Group) (days, of int) {
	for _, g := range groups {
		of += int(g.Count)
	}
	seen := 0
	for _, g := range groups {
		if seen += int(g.Count); 2*seen >= of {
			return int(g.By[0].(int64)), of
		}
	}
	return 0, of
}

// countArm counts what became of those whom a draw put on one side, and how many of them were asked by other ways.
func countArm(groups []store.Group) (arm ArmCounts, askedAnyway int) {
	for _, g := range groups {
		n := int(g.Count)
		arm.Drawn += n
		if g.By[2].(bool) {
			askedAnyway += n
		}
		for place, count := range []struct{ of, back *int }{{&arm.Of30, &arm.Back30}, {&arm.Of90, &arm.Back90}} {
			switch Within(g.By[place].(string)) {
			case WithinBack:
				*count.of, *count.back = *count.of+n, *count.back+n
			case WithinAway:
				*count.of += n
			}
		}
	}
	return arm, askedAnyway
}
