package survey

import (
	"slices"
	"time"

	"earshot/survey/quiet"
)

// SlowOneIn is how rare a slowing must be to be told of: at most one in so many customers whose pace is steady looks so in a quarter.
const SlowOneIn = 100

// paceKinds are the kinds by which it is judged whether a customer slows down, the first that is known: what they buy, then what they
// use, then whether they speak with us. That somebody complains less often is no bad sign, and answers come when we ask.
func paceKinds() []TouchpointKind {
	return []TouchpointKind{Order, Payment, Login, Visit, Meeting, Call, EmailIn}
}

// paced is the kind by which it is judged whether the customer slows down; false where none is known well enough.
func (r *Rhythm) paced() (KindRhythm, bool) {
	for _, kind := range paceKinds() {
		if i := slices.IndexFunc(r.Kinds, func(k KindRhythm) bool { return k.Kind == kind && k.known() }); i >= 0 {
			return r.Kinds[i], true
		}
	}
	return KindRhythm{}, false
}

// slow judges whether a customer who is on no list yet comes ever more seldom. Once told of they stay on the list until their pace is back,
// or what it has become is nearly usual. It returns when the rhythm is to be looked at again; the zero time if nothing can come of that
// before the next sign of life.
func (s *Service) slow(r *Rhythm, models fittedModels, was List, today quiet.Day) time.Time {
	k, ok := r.paced()
	if !ok || r.List != "" {
		return time.Time{}
	}
	model := models.of(k.Kind).model.Pausing(r.Pauses...)
	verdict := model.Slowing(&k.State, today)
	day, rare := model.SlowingDay(&k.State, SlowOneIn)
	switch {
	case verdict.OneIn >= SlowOneIn, verdict.Lasts() && (was == Slowing || rare && day <= today):
		since := today
		if rare {
			since = min(day, today)
		}
		r.List, r.Since, r.Rank = Slowing, s.startOf(since), r.atStake(verdict.Fewer(), today)
		return s.startOf(today + 1)
	case rare && day > today:
		return s.startOf(day)
	}
	return time.Time{}
}
