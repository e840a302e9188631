package survey

import (
	"time"

	"earshot/survey/quiet"
)

// alarmFacts is what an alarm is followed by.
type alarmFacts struct {
	// touchpoints are the customer's since the silence began, of List.followedKinds, in their order.
	touchpoints []*Touchpoint
	asks        *AskLog
	// status is the customer's, snoozed until when a rep wants to see no more of them.
	status  Status
	snoozed time.Time
	// dayOf tells on which day something was, and watchedFrom since when alarms have been written down.
	dayOf       func(time.Time) quiet.Day
	watchedFrom time.Time
}

// follow says what has become of the alarm by now, from all that is known: so data that come late or are corrected correct it.
func (a *Alarm) follow(f alarmFacts, now time.Time) {
	a.ReturnedAt, a.ReturnedBy, a.BackAt, a.BackBy = time.Time{}, "", time.Time{}, ""
	a.AskedAt, a.ContactedAt = time.Time{}, time.Time{}
	a.Mature = !a.MaturesAt.After(now)
	a.Stayed = a.Mature
	for _, t := range f.touchpoints {
		a.take(t, f.dayOf)
	}
	a.takeAsks(f.asks, f.dayOf)
	if f.snoozed.After(now) {
		a.SnoozedUntil = f.snoozed
	}
	switch {
	case f.status == Lost && a.LeftAt.IsZero() && a.ReturnedAt.IsZero():
		a.LeftAt = now
	case f.status != Lost && f.status != WonBack:
		a.LeftAt = time.Time{} // it was a slip
	}
	a.Outcome = a.outcome(f.dayOf)
	a.Within30, a.Within90 = a.within(30*day, now), a.within(90*day, now)
	a.MissedAt = time.Time{}
	away := a.Outcome == StillSilent || a.Outcome == SaidGoodbye
	untold := a.ToldAt.IsZero() || a.ToldAt.After(a.BeyondDoubt)
	if away && untold && a.BeyondDoubt.After(f.watchedFrom) && !a.BeyondDoubt.After(now) {
		a.MissedAt = a.BeyondDoubt
	}
	a.FollowedAt = now
}

// take takes account of a touchpoint since the silence began; they come in their order.
func (a *Alarm) take(t *Touchpoint, dayOf func(time.Time) quiet.Day) {
	on := dayOf(t.At)
	if on <= a.Begun.day() {
		return
	}
	if contacting(t.Kind) && a.ContactedAt.IsZero() && !a.ToldAt.IsZero() && on >= dayOf(a.ToldAt) {
		a.ContactedAt = t.At
	}
	if !a.List.ends(t.Kind) {
		return
	}
	if a.ReturnedAt.IsZero() {
		a.ReturnedAt, a.ReturnedBy = t.At, t.Kind
	}
	if a.BackAt.IsZero() && byThemselves(t.Kind) {
		a.BackAt, a.BackBy = t.At, t.Kind
	}
	if t.Kind != Answered && t.At.Before(a.MaturesAt) {
		a.Stayed = false
	}
}

// takeAsks takes account of whether somebody was asked, and of what a pulse with a hold-out drew.
func (a *Alarm) takeAsks(log *AskLog, dayOf func(time.Time) quiet.Day) {
	if log == nil || a.ToldAt.IsZero() {
		return
	}
	sameSilence := func(t time.Time) bool { return !t.IsZero() && dayOf(t) == a.Begun.day() }
	for _, ask := range log.Asks {
		if !ask.Void && dayOf(ask.At) >= dayOf(a.ToldAt) && (a.AskedAt.IsZero() || ask.At.Before(a.AskedAt)) {
			a.AskedAt = ask.At
		}
		if ask.Drawn && sameSilence(ask.Silence) {
			a.draw(ArmAsked, ask.At, ask.PulseID)
		}
	}
	for _, h := range log.Held {
		if sameSilence(h.HeldOut) {
			a.draw(ArmHeldOut, h.At, h.PulseID)
		}
	}
	a.AskedAnyway = a.Arm == ArmHeldOut && !a.AskedAt.IsZero()
}

// draw takes account of a draw; the first one counts.
func (a *Alarm) draw(arm Arm, at time.Time, by PulseID) {
	if a.Arm == "" || at.Before(a.DrawnAt) {
		a.Arm, a.DrawnAt, a.DrawnBy = arm, at, by
	}
}

// outcome is what has become of the alarm.
func (a *Alarm) outcome(dayOf func(time.Time) quiet.Day) AlarmOutcome {
	contacted := func(at time.Time) bool {
		return !a.AskedAt.IsZero() && a.AskedAt.Before(at) || !a.ContactedAt.IsZero() && !a.ContactedAt.After(at)
	}
	switch {
	case !a.ReturnedAt.IsZero() && !a.ToldAt.IsZero() && dayOf(a.ReturnedAt) < dayOf(a.ToldAt):
		return Corrected
	case !a.LeftAt.IsZero():
		return SaidGoodbye
	case a.ReturnedAt.IsZero():
		return StillSilent
	case !byThemselves(a.ReturnedBy) || contacted(a.ReturnedAt):
		return BackContacted
	case a.BackAt.Before(a.UsualUntil):
		return BackInUsual
	}
	return BackLater
}

// within says whether the customer came back by themselves within that time of the draw.
func (a *Alarm) within(time time.Duration, now time.Time) Within {
	switch end := a.DrawnAt.Add(time); {
	case a.Arm == "" || a.Outcome == Corrected || now.Before(end):
		return ""
	case !a.BackAt.IsZero() && a.BackAt.Before(end):
		return WithinBack
	}
	return WithinAway
}

const (
	// followEvery is how often an alarm that is settled is still looked at.
	followEvery = 30 * day
)

// next is when the alarm is looked at again: daily while it is not settled, then seldom, for somebody may come back late; zero once
// nothing can come of it.
func (a *Alarm) next(now, tomorrow time.Time) time.Time {
	from := a.ToldAt
	if from.IsZero() {
		from = a.BeyondDoubt
	}
	drawing := a.Arm != "" && a.Within90 == "" && a.Outcome != Corrected
	switch {
	case !a.Mature || drawing:
		return tomorrow
	case a.Outcome == StillSilent && now.Before(from.AddDate(followYears, 0, 0)):
		return tomorrow.Add(followEvery - day)
	}
	return time.Time{}
}
