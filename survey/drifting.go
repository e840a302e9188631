package survey

import (
	"slices"
	"time"

	"earshot/survey/quiet"
)

// known says whether there were enough days with such a sign of life to know its rhythm.
func (k KindRhythm) known() bool { return k.State.Events >= quiet.LeastEvents }

// buying says whether the customer buys in this way, in a rhythm that is known.
func (k KindRhythm) buying() bool { return (k.Kind == Order || k.Kind == Payment) && k.known() }

// buying returns what the model judges of the customer's buying.
func (r *Rhythm) buying(models fittedModels) *quiet.Case {
	signs := r.signs(models)
	for i, k := range slices.Backward(r.Kinds) {
		if !k.buying() {
			signs = slices.Delete(signs, i, i+1)
		}
	}
	return quiet.NewCase(signs)
}

// drift judges whether a customer who is not quiet has stopped buying: their buying alone is silent for so long that it is an
// alarm, and they showed up otherwise, not for the first time, when nine in ten such gaps would have been over. It returns when the
// rhythm is to be looked at again; the zero time if nothing can come of that before the next sign of life.
func (s *Service) drift(r *Rhythm, models fittedModels, today quiet.Day) time.Time {
	bought, seen := r.lastBought(), r.otherwise().State.Last
	if bought == 0 || seen <= bought {
		return time.Time{}
	}
	buying := r.buying(models)
	if buying.On(seen).Tail > 1-longGap {
		return time.Time{}
	}
	score, told := buying.Alarm(today), models.of(TouchpointKind(buying.Leading()))
	if score < told.alarm {
		if day, ok := buying.AlarmDay(told.alarm); ok {
			return s.startOf(max(day, today+1))
		}
		return time.Time{}
	}
	day, _ := buying.AlarmDay(told.alarm)
	r.List, r.Since, r.Stopped = Drifting, s.startOf(min(day, today)), told.chances.Left(score)
	r.Rank = r.atStake(r.Stopped, today)
	return s.startOf(today + 1)
}

// bought notes that the customer has bought again: that ends the drifting, and a snooze, which was about that.
func (r *Rhythm) bought() {
	if list, _ := r.stands(); list == Drifting {
		r.leave()
		r.SnoozedUntil = time.Time{}
	}
}

// lastBought is the last day of the customer's buying; the zero day where its rhythm is not known.
func (r *Rhythm) lastBought() quiet.Day {
	last := quiet.Day(0)
	for _, k := range r.Kinds {
		if k.buying() {
			last = max(last, k.State.Last)
		}
	}
	return last
}

// otherwise is the kind of known rhythm, besides buying, that was seen last: what goes on where somebody drifts. The zero KindRhythm if
// there is none.
func (r *Rhythm) otherwise() (last KindRhythm) {
	for _, k := range r.Kinds {
		if k.known() && !k.buying() && k.State.Last > last.State.Last {
			last = k
		}
	}
	return last
}
