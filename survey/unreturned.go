package survey

import (
	"slices"
	"time"

	"earshot/survey/quiet"
)

// newcomersBy is the kind of sign of life by which newcomers are told of: buying, by orders or payments, whichever more newcomers
// showed; of a company that has neither the most usual kind, but answers, which come when we ask. Empty where too little is known of it.
func (m fittedModels) newcomersBy() TouchpointKind {
	kinds := []TouchpointKind{Order, Payment}
	if !m.of(Order).stored && !m.of(Payment).stored {
		kinds = slices.DeleteFunc(TouchpointKinds(), func(k TouchpointKind) bool { return k == Answered || !k.SignOfLife() })
	}
	best, most := TouchpointKind(""), 0
	for _, k := range kinds {
		if n := m.of(k).cohort.Newcomers(); n > most {
			best, most = k, n
		}
	}
	return best
}

// newcomer compares the kind with the newcomers of the company; false where it is known too well, or they too little.
func (r *Rhythm) newcomer(k KindRhythm, models fittedModels, today quiet.Day) (quiet.Newcomer, bool) {
	fitted := models.of(k.Kind)
	return fitted.model.Pausing(r.Pauses...).Newcomer(fitted.cohort, &k.State, today)
}

// unreturned judges whether a newcomer who buys in no other rhythm is overdue: most of those like them who came back had done so by the
// end of a day that is over. It returns when the rhythm is to be looked at again; the zero time if nothing can come of that before the next
// sign of life.
func (s *Service) unreturned(r *Rhythm, models fittedModels, today quiet.Day) time.Time {
	i := slices.IndexFunc(r.Kinds, func(k KindRhythm) bool { return k.Kind == models.newcomers })
	if i < 0 || r.List != "" || r.lastBought() != 0 {
		return time.Time{}
	}
	n, ok := r.newcomer(r.Kinds[i], models, today)
	switch {
	case !ok:
		return time.Time{}
	case n.Unreturned(today - 1):
		r.List, r.Since, r.Rank = Unreturned, s.startOf(n.Due+1), r.atStake(n.Left, today)
		return s.startOf(today + 1)
	case n.Due >= today:
		return s.startOf(n.Due + 1)
	}
	return time.Time{}
}
