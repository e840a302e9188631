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
// another silence, even where it is an alarm already. Who drifts shows up all the time: a snooze of that ends when they buy.
func (r *Rhythm) seen(at time.Time) {
	if !at.After(r.LastAt) {
		return
	}
	r.LastAt = at
	if r.List != Drifting {
		r.List, r.SnoozedUntil = "", time.Time{}
	}
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

// judge scores the silence at that time and sets when it is to be looked at next.
func (s *Service) judge(r *Rhythm, models fittedModels, now time.Time) {
	silence, today := quiet.NewCase(r.signs(models)), s.day(now)
	score, told := silence.Alarm(today), models.of(TouchpointKind(silence.Leading()))
	r.Gone, r.Stopped, r.ScoredAt = 0, 0, now
	if told.chances != nil {
		r.Gone = told.chances.Left(score)
	}
	was, since := r.List, r.Since
	r.List, r.Since, r.Rank = "", time.Time{}, 0
	next := time.Time{}
	switch end, paused := r.pausedUntil(today); {
	case !r.judged():
	case paused:
		next = s.afterPause(end)
	case score >= told.alarm:
		day, _ := silence.AlarmDay(told.alarm)
		r.List, r.Since, r.Rank, next = Leaving, s.startOf(min(day, today)), r.atStake(r.Gone, today), s.startOf(today+1)
	default:
		if day, ok := silence.AlarmDay(told.alarm); ok {
			next = s.startOf(max(day, today+1))
		}
		next = earlier(next, s.drift(r, models, today))
	}
	switch {
	case r.List == was:
		r.Since = since
	case was == Drifting && r.List == Leaving:
		r.SnoozedUntil = time.Time{} // it was about something less
	}
	s.hold(r, models, now)
	s.tell(r, now)
	r.Schedule(effectLook, next)
}

// atStake is what a customer is ranked by who has been lost with that chance.
func (r *Rhythm) atStake(chance float64, today quiet.Day) float64 {
	return chance * max(r.ValuePerWeek, leastValuePerWeek) * r.urgency(today)
}

// outdated says whether a state was folded under other parameters than today's.
func (r *Rhythm) outdated(models fittedModels) bool {
	return slices.ContainsFunc(r.Kinds, func(k KindRhythm) bool { return k.Fit != models.of(k.Kind).fit })
}
