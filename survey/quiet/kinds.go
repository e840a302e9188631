package quiet

import "math"

// Sign is one kind of sign of life of a customer: its name, its state, and the model fitted for that kind.
type Sign struct {
	Kind  string
	Model *Model
	State State
}

// Together is the verdict on a customer from all kinds of signs of life at once.
type Together struct {
	Score             // Tail is the smallest of the kinds' tails given that the customer was seen when last seen
	Last     Day      // latest sign of life of any kind
	Leading  string   // kind that Last belongs to
	AnyKind  float64  // harmonic-mean test over the kinds: how unusual is it that some kind is this silent
	Silences []Silent // one per kind with events, in the order given
}

// Silent is the silence of one kind. A small Tail while the customer as a whole is hardly gone is a message of its own:
// still here, but buying elsewhere?
type Silent struct {
	Kind    string
	Silence float64 // days
	Tail    float64
}

// Combine judges a customer by several kinds of signs of life, each with one vote in sqrt(J) because kinds are not
// independent: odds of being gone = a/(b+x) of the kind seen last, divided by prod_j [S_j(now-t_j) / S_j(last-t_j)]^eta
// with eta = 1/sqrt(J). With one kind this is Model.Score exactly. Kinds that have seen nothing have no vote.
func Combine(signs []Sign, now Day) Together {
	seen := make([]Sign, 0, len(signs))
	for _, s := range signs {
		if s.State.Events > 0 {
			seen = append(seen, s)
		}
	}
	if len(seen) == 0 {
		return Together{}
	}
	lead := leading(seen)
	out := Together{Last: lead.State.Last, Leading: lead.Kind}
	inverse := 0.0
	for _, s := range seen {
		score := s.Model.Score(s.State, now)
		out.Silences = append(out.Silences, Silent{Kind: s.Kind, Silence: score.Silence, Tail: score.Tail})
		inverse += 1 / max(score.Tail, tiny)
	}
	out.AnyKind = min(1, float64(len(seen))/inverse)
	out.Score = combined(seen, lead, now)
	return out
}

// AlarmAtAll is the first day on which the combined alarm score of the signs is theta or more if no sign comes before,
// and false when that takes longer than 3000 days or nothing was ever seen.
func AlarmAtAll(signs []Sign, theta float64) (Day, bool) {
	first := Combine(signs, 0)
	if len(first.Silences) == 0 {
		return 0, false
	}
	return firstDay(first.Last, func(day Day) bool { return Combine(signs, day).Alarm >= theta })
}

// leading returns the kind seen last; of several on that day the one that drops out least readily.
func leading(seen []Sign) Sign {
	lead := seen[0]
	for _, s := range seen[1:] {
		if s.State.Last > lead.State.Last || s.State.Last == lead.State.Last && dropOdds(s) < dropOdds(lead) {
			lead = s
		}
	}
	return lead
}

// dropOdds is a/(b+x): the odds that the customer left with the last event of this kind.
func dropOdds(s Sign) float64 {
	return s.Model.p.A / (s.Model.p.B + float64(s.State.Gaps()))
}

// combined multiplies the kinds' evidence since the latest sign of life of any kind.
func combined(seen []Sign, lead Sign, now Day) Score {
	eta := 1 / math.Sqrt(float64(len(seen)))
	tail, tailMBG := 1.0, 1.0
	for _, s := range seen {
		m, st := s.Model, s.State
		c, known := weeks(st.Last, now), weeks(st.Last, lead.State.Last)
		tail *= math.Pow(ratio(m.tail(&st, c), m.tail(&st, known)), eta)
		x, span := st.Gaps(), weeks(st.First, st.Last)
		tailMBG *= math.Pow(ratio(m.p.MBG.Tail(x, span, c), m.p.MBG.Tail(x, span, known)), eta)
	}
	p, x := lead.Model.p, lead.State.Gaps()
	out := Score{Silence: max(float64(now-lead.State.Last), 0), Tail: tail}
	out.Gone = gone(p.A, p.B, x, tail)
	out.GoneMBG = gone(p.MBG.A, p.MBG.B, x, tailMBG)
	out.Alarm = meanLogit(out.Gone, out.GoneMBG)
	return out
}

// ratio is S(c) / S(known), at most 1; nothing can be learnt from a tail that was 0 before.
func ratio(tail, known float64) float64 {
	if known <= 0 {
		return 1
	}
	return min(1, tail/known)
}
