package survey

import (
	"slices"
	"strings"
	"time"

	"earshot/survey/quiet"
	"earshot/survey/store"
)

const (
	// wrongAlarms is the share of alarms that is borne to be wrong, and falseAlarms how many such there may be for 100 customers in a
	// quarter.
	wrongAlarms, falseAlarms = 0.5, 2
	// leastValuePerWeek is taken for customers that are worth less or nothing, so that they are ranked among themselves.
	leastValuePerWeek = 0.01
)

// QuietLimits are what a list of quiet customers may cost. Each installation's own history says from which alarm score on both are
// kept; so a company with regular customers is told sooner than one with moody ones.
func QuietLimits() quiet.Limits { return quiet.Limits{Wrong: wrongAlarms, FalseAlarms: falseAlarms} }

// The same of the step before: a pulse may ask, which costs nobody a call, so three of four may come back by themselves, and each
// customer who is fine may be told of once in four years.
const (
	wrongUnusual, falseUnusual = 0.75, 6
	// leastUnusual is the lowest alarm score that is unusual.
	leastUnusual = 0.1
	// UnusualGaps is the greatest share of a customer’s own gaps, of one kind at least, that get as long as an unusual silence.
	UnusualGaps = 1 - longGap
	// longGap is the share of a customer's gaps that end within what is usual at most.
	longGap = 0.9
)

// UnusualLimits are what a list of unusually silent customers may cost. It never begins later than that of the quiet.
func UnusualLimits() quiet.Limits {
	return quiet.Limits{Wrong: wrongUnusual, FalseAlarms: falseUnusual, Least: leastUnusual}
}

// QuietSteps are the chances of having left at which a silence becomes a new message: it is told again only at the next one.
func QuietSteps() []float64 { return []float64{1 - wrongAlarms, 0.8, 0.95} }

// day returns the calendar day of t in the installation's time zone.
func (s *Service) day(t time.Time) quiet.Day {
	y, m, d := t.In(s.timeZone).Date()
	return quiet.DayOf(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

// startOf returns when a day begins in the installation's time zone.
func (s *Service) startOf(d quiet.Day) time.Time {
	y, m, day := d.Time().Date()
	return store.Time(time.Date(y, m, day, 0, 0, 0, 0, s.timeZone))
}

// seen notes a sign of life. One after the last ends the silence, and a snooze, which was about that; what follows is
// another silence, even where it is an alarm already. Who drifts, slows down or has not bought again may show up all the time: a snooze of that
// ends with it.
func (r *Rhythm) seen(at time.Time) {
	if !at.After(r.LastAt) {
		return
	}
	r.LastAt = at
	if list, _ := r.stands(); !list.goesOn() {
		r.leave()
		r.SnoozedUntil = time.Time{}
	}
}

// stands is the list on which the customer stands, or would if no data of a feed were missing, and since when.
func (v *Verdict) stands() (List, time.Time) {
	if v.List == "" {
		return v.HeldFrom, v.HeldSince
	}
	return v.List, v.Since
}

// leave takes the customer off the list on which they stand, or would.
func (v *Verdict) leave() {
	v.List, v.Since, v.Rank = "", time.Time{}, 0
	v.HeldFrom, v.HeldBy, v.HeldSince = "", "", time.Time{}
}

func byKind(a, b KindRhythm) int { return strings.Compare(string(a.Kind), string(b.Kind)) }

// signs returns what the model judges.
func (r *Rhythm) signs(models fittedModels) []quiet.Sign {
	signs := make([]quiet.Sign, len(r.Kinds))
	for i, k := range r.Kinds {
		signs[i] = quiet.Sign{Kind: string(k.Kind), Model: models.of(k.Kind).model.Pausing(r.Pauses...), State: k.State}
	}
	return signs
}

// judged says whether the customer's silence can be an alarm at all: they are a customer, and their rhythm is known.
func (r *Rhythm) judged() bool {
	return r.Status.Askable() &&
		slices.ContainsFunc(r.Kinds, KindRhythm.known)
}

// judge scores the silence at that time and returns when it is to be looked at next.
func (s *Service) judge(r *Rhythm, models fittedModels, now time.Time) time.Time {
	silence, today := quiet.NewCase(r.signs(models)), s.day(now)
	score, told := silence.Alarm(today), models.of(TouchpointKind(silence.Leading()))
	r.Gone, r.Stopped, r.ScoredAt = 0, 0, now
	if told.chances != nil {
		r.Gone = told.chances.Left(score)
	}
	was, since := r.stands()
	r.leave()
	next := time.Time{}
	switch end, paused := r.pausedUntil(today); {
	case !r.Status.Askable():
	case paused:
		next = s.afterPause(end)
	case !r.judged():
		next = s.unreturned(r, models, today)
	case score >= told.alarm:
		day, _ := silence.AlarmDay(told.alarm)
		r.List, r.Since, r.Rank, next = Leaving, s.startOf(min(day, today)), r.atStake(r.Gone, today), s.startOf(today+1)
	default:
		next = s.drift(r, models, today)
		next = earlier(next, s.unusual(r, silence, told, today))
		next = earlier(next, s.slow(r, models, was, today))
		next = earlier(next, s.unreturned(r, models, today))
	}
	if r.List != "" && r.List == was && was != Unreturned { // these are told of since they were overdue, whenever that was judged
		r.Since = since
	}
	r.unsnooze(was)
	s.hold(r, models, now)
	return next
}

// unsnooze ends the snooze of who was snoozed on another list, as far as it was about something less, or is over.
func (r *Rhythm) unsnooze(was List) {
	if list, _ := r.stands(); list != was && (list == Leaving && was != "" || was == Slowing || was == Unreturned) {
		r.SnoozedUntil = time.Time{}
	}
}

// atStake is what a customer is ranked by who has been lost with that chance.
func (r *Rhythm) atStake(chance float64, today quiet.Day) float64 {
	return chance * max(r.ValuePerWeek, leastValuePerWeek) * r.urgency(today)
}

// outdated says whether a state was folded under other parameters than those.
func (v *Verdict) outdated(models fittedModels) bool {
	return slices.ContainsFunc(v.Kinds, func(k KindRhythm) bool { return k.Fit != models.of(k.Kind).fit })
}
