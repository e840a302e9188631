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
	// is of how many, 0 where there is none.
	LeadDays, LeadOf int
	// Missed are silent beyond doubt without having been told of before; they are counted by when they were beyond doubt.
	Missed int

	leads map[int]int
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
	byMonth := s.db.alarms.Folding(store.Fold{
		Query: told, By: []string{"outcome", "mature", "late", "rep_id", "lead_days"}, At: "told_at", Every: store.Month, Zone: s.timeZone,
	})
	missed := s.db.alarms.Folding(store.Fold{Query: gone, By: []string{"rep_id"}, At: "missed_at", Every: store.Month, Zone: s.timeZone})
	arms := s.db.alarms.Folding(store.Fold{Query: told, By: []string{"arm", "within_30", "within_90", "asked_anyway"}})
	watch := s.db.alarmWatches.Fetching([]string{alarmWatchID})
	if err := store.Together(ctx, s.store, byMonth, missed, arms, watch); err != nil {
		return nil, err
	}
	r := &AlarmReport{AlarmFilter: f}
	if w := watch.First(); w != nil {
		r.Since, r.ReviewedAt, r.Drifts = w.Since, w.ReviewedAt, w.Drifts
	}
	r.count(s.monthsFrom(from), byMonth.Groups, missed.Groups)
	r.countArms(arms.Groups)
	return r, nil
}

// query finds the alarms of the report since then, by the index of all customers or by that of a rep's.
func (f AlarmFilter) query(ofAll, ofRep string, from time.Time) store.Query {
	q := store.Query{Index: ofAll, Equal: []any{string(f.List)}, From: store.Time(from)}
	if f.RepID != "" {
		q.Index, q.Equal = ofRep, []any{string(f.List), string(f.RepID)}
	}
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

// count takes over what was counted by months and reps.
func (r *AlarmReport) count(months []AlarmMonth, told, missed []store.Group) {
	byMonth, byRep := map[int64]*AlarmCounts{}, map[RepID]*AlarmCounts{}
	for i := range months {
		byMonth[months[i].From.Unix()] = &months[i].AlarmCounts
	}
	each := func(g store.Group, rep string, add func(*AlarmCounts)) {
		if byRep[RepID(rep)] == nil {
			byRep[RepID(rep)] = &AlarmCounts{}
		}
		add(byRep[RepID(rep)])
		add(&r.Total)
		if m := byMonth[g.Period.Unix()]; m != nil {
			add(m)
		}
	}
	for _, g := range told {
		each(g, g.By[3].(string), func(c *AlarmCounts) {
			c.add(AlarmOutcome(g.By[0].(string)), g.By[1].(bool), g.By[2].(bool), int(g.By[4].(int64)), int(g.Count))
		})
	}
	for _, g := range missed {
		each(g, g.By[0].(string), func(c *AlarmCounts) { c.Missed += int(g.Count) })
	}
	r.Total.settle()
	for i := range months {
		months[i].settle()
	}
	r.Months = months
	for rep, c := range byRep {
		c.settle()
		r.Reps = append(r.Reps, AlarmRep{rep, *c})
	}
	slices.SortFunc(r.Reps, func(a, b AlarmRep) int { return cmp.Or(b.Told-a.Told, cmp.Compare(a.RepID, b.RepID)) })
}

// add counts so many alarms of a kind.
func (c *AlarmCounts) add(o AlarmOutcome, mature, late bool, leadDays, n int) {
	switch {
	case o == Corrected:
		c.Corrected += n
		return
	case late:
		c.Late += n
		return
	}
	c.Told += n
	if !mature {
		c.Waiting += n
		return
	}
	switch o {
	case BackInUsual:
		c.BackInUsual += n
	case BackLater:
		c.BackLater += n
	case BackContacted:
		c.BackContacted += n
	case SaidGoodbye:
		c.SaidGoodbye += n
	default:
		c.StillSilent += n
	}
	if o == StillSilent || o == SaidGoodbye {
		if c.leads == nil {
			c.leads = map[int]int{}
		}
		c.leads[leadDays] += n
	}
}

// settle finds the median of the leads.
func (c *AlarmCounts) settle() {
	days := make([]int, 0, len(c.leads))
	for d, n := range c.leads {
		days, c.LeadOf = append(days, d), c.LeadOf+n
	}
	slices.Sort(days)
	seen := 0
	for _, d := range days {
		if seen += c.leads[d]; 2*seen >= c.LeadOf {
			c.LeadDays = d
			break
		}
	}
	c.leads = nil
}

// countArms takes over what became of those who were asked and of those who were held out.
func (r *AlarmReport) countArms(groups []store.Group) {
	for _, g := range groups {
		n := int(g.Count)
		arm := &r.Asked
		switch Arm(g.By[0].(string)) {
		case ArmAsked:
		case ArmHeldOut:
			arm = &r.HeldOut
			if g.By[3].(bool) {
				r.AskedAnyway += n
			}
		default:
			continue
		}
		arm.Drawn += n
		if within := Within(g.By[1].(string)); within != "" {
			arm.Of30 += n
			if within == WithinBack {
				arm.Back30 += n
			}
		}
		if within := Within(g.By[2].(string)); within != "" {
			arm.Of90 += n
			if within == WithinBack {
				arm.Back90 += n
			}
		}
	}
}
