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

// Silent is the silence of one kind. A small Tail while the customer as a whole is hardly gone is a message of its own, for which
// the signs of that kind are judged by themselves, as a Case of their own.
type Silent struct {
	Kind    string
	Silence float64 // days
	Tail    float64
}

// Case is what is known of one customer, prepared so that many days can be judged: the posteriors do not depend on the day.
type Case struct {
	witnesses []witness
	lead      *witness
	eta       float64
}

// witness is one kind of sign of life in a Case.
type witness struct {
	sign Sign
	post posterior
	// known, knownFast and knownMBG are the tails at the latest sign of life of any kind.
	known, knownFast, knownMBG float64
}

// NewCase prepares the signs of a customer. Kinds that have seen nothing have no vote.
func NewCase(signs []Sign) *Case {
	c := &Case{}
	for _, s := range signs {
		if s.State.Events > 0 {
			c.witnesses = append(c.witnesses, witness{sign: s})
		}
	}
	if len(c.witnesses) == 0 {
		return c
	}
	c.lead, c.eta = leading(c.witnesses), 1/math.Sqrt(float64(len(c.witnesses)))
	for i := range c.witnesses {
		w := &c.witnesses[i]
		w.post.fill(w.sign.Model, &w.sign.State)
		since := w.sign.Model.weeks(w.sign.State.Last, c.lead.sign.State.Last)
		w.known, w.knownFast, w.knownMBG = w.tail(since), w.fastTail(since), w.tailMBG(since)
	}
	return c
}

// tail is S(c) of the kind for a silence of so many weeks.
func (w *witness) tail(silence float64) float64 {
	return w.sign.Model.tailOf(&w.post, &w.sign.State, silence)
}

func (w *witness) fastTail(silence float64) float64 {
	return w.sign.Model.fastTail(&w.sign.State, silence)
}

func (w *witness) tailMBG(silence float64) float64 {
	st := &w.sign.State
	return w.sign.Model.p.MBG.Tail(st.Gaps(), w.sign.Model.weeks(st.First, st.Last), silence)
}

// Combine judges a customer by several kinds of signs of life; see Case.On.
func Combine(signs []Sign, now Day) Together { return NewCase(signs).On(now) }

// On judges the silence on a day, each kind with one vote in sqrt(J) because kinds are not independent: odds of being gone =
// a/(b+x) of the kind seen last, divided by prod_j [S_j(now-t_j) / S_j(last-t_j)]^eta with eta = 1/sqrt(J). With one kind
// this is Model.Score exactly.
func (c *Case) On(now Day) Together {
	if c.lead == nil {
		return Together{}
	}
	out := Together{Last: c.lead.sign.State.Last, Leading: c.lead.sign.Kind}
	inverse, tail, tailMBG := 0.0, 1.0, 1.0
	for i := range c.witnesses {
		w := &c.witnesses[i]
		since := w.sign.Model.weeks(w.sign.State.Last, now)
		own := w.tail(since)
		silence := max(float64(now-w.sign.State.Last), 0)
		out.Silences = append(out.Silences, Silent{Kind: w.sign.Kind, Silence: silence, Tail: own})
		inverse += 1 / max(own, tiny)
		tail *= math.Pow(ratio(own, w.known), c.eta)
		tailMBG *= math.Pow(ratio(w.tailMBG(since), w.knownMBG), c.eta)
	}
	out.AnyKind = min(1, float64(len(c.witnesses))/inverse)
	out.Score = c.score(now, tail, tailMBG)
	return out
}

// Leading is the kind that the latest sign of life belongs to; empty where there was none.
func (c *Case) Leading() string {
	if c.lead == nil {
		return ""
	}
	return c.lead.sign.Kind
}

// Alarm is the alarm score of On alone.
func (c *Case) Alarm(now Day) float64 {
	return c.alarm(now, (*witness).tail, func(w *witness) float64 { return w.known })
}

// fastAlarm is Alarm by the compressed posteriors.
func (c *Case) fastAlarm(now Day) float64 {
	return c.alarm(now, (*witness).fastTail, func(w *witness) float64 { return w.knownFast })
}

func (c *Case) alarm(now Day, tailOf func(*witness, float64) float64, known func(*witness) float64) float64 {
	if c.lead == nil {
		return 0
	}
	tail, tailMBG := 1.0, 1.0
	for i := range c.witnesses {
		w := &c.witnesses[i]
		since := w.sign.Model.weeks(w.sign.State.Last, now)
		tail *= math.Pow(ratio(tailOf(w, since), known(w)), c.eta)
		tailMBG *= math.Pow(ratio(w.tailMBG(since), w.knownMBG), c.eta)
	}
	return c.score(now, tail, tailMBG).Alarm
}

// StaysSilent is the chance that no sign of life of any kind comes within so many days after now, of a customer who has left with
// that chance: 1 - (1 - left) (1 - prod_j [S_j(c+H)/S_j(c)]^eta). With one kind it is Model.NoEvent, where left is Model.Score's Gone.
// It is a forecast, not an alarm: a slow customer has a high one the day after an order. Without any sign of life it is 1.
func (c *Case) StaysSilent(now Day, horizon int, left float64) float64 {
	if c.lead == nil {
		return 1
	}
	here := 1.0
	for i := range c.witnesses {
		w := &c.witnesses[i]
		s := &w.sign
		until := max(now, s.State.Last) + Day(horizon)
		later := w.tail(s.Model.weeks(s.State.Last, until))
		here *= math.Pow(ratio(later, w.tail(s.Model.weeks(s.State.Last, now))), c.eta)
	}
	return clampUnit(1 - (1-left)*(1-here))
}

// score turns the kinds' evidence since the latest sign of life of any kind into a verdict.
func (c *Case) score(now Day, tail, tailMBG float64) Score {
	p, x := c.lead.sign.Model.p, c.lead.sign.State.Gaps()
	out := Score{Silence: max(float64(now-c.lead.sign.State.Last), 0), Tail: tail}
	out.Gone = gone(p.A, p.B, x, tail)
	out.GoneMBG = gone(p.MBG.A, p.MBG.B, x, tailMBG)
	out.Alarm = meanLogit(out.Gone, out.GoneMBG)
	return out
}

// AlarmAtAll is the alarm day of the signs; see Case.AlarmDay.
func AlarmAtAll(signs []Sign, theta float64) (Day, bool) { return NewCase(signs).AlarmDay(theta) }

// AlarmDay is the first day on which the combined alarm score is theta or more if no sign comes before, and false when that
// takes longer than 3000 days or nothing was ever seen. The day is looked for by the compressed posteriors, which cost a
// fraction, and settled by the exact ones.
func (c *Case) AlarmDay(theta float64) (Day, bool) {
	if c.lead == nil {
		return 0, false
	}
	last := c.lead.sign.State.Last
	guess, found := firstDay(last, func(day Day) bool { return c.fastAlarm(day) >= theta })
	if !found {
		guess = last + alarmHorizon
	}
	return firstDayNear(last, guess, func(day Day) bool { return c.Alarm(day) >= theta })
}

// Rarest is the smallest tail of the kinds that were seen on LeastEvents days or more, 1 without any: how unusual the silence is
// at least in one of them.
func (c *Case) Rarest(now Day) float64 {
	rarest := 1.0
	for i := range c.witnesses {
		w := &c.witnesses[i]
		if s := &w.sign.State; s.Events >= LeastEvents {
			rarest = min(rarest, w.tail(w.sign.Model.weeks(s.Last, now)))
		}
	}
	return rarest
}

// UnusualDay is the first day on which the combined alarm score is theta or more and the silence is Rarest as well: of that share of
// gaps or fewer. It is false as AlarmDay is.
func (c *Case) UnusualDay(theta, share float64) (Day, bool) {
	day, ok := c.AlarmDay(theta)
	if !ok {
		return 0, false
	}
	return firstDayNear(c.lead.sign.State.Last, day, func(d Day) bool { return d >= day && c.Rarest(d) <= share })
}

// leading returns the kind seen last; of several on that day the one that drops out least readily.
func leading(witnesses []witness) *witness {
	lead := &witnesses[0]
	for i := range witnesses[1:] {
		w := &witnesses[i+1]
		last, leads := w.sign.State.Last, lead.sign.State.Last
		if last > leads || last == leads && dropOdds(w.sign) < dropOdds(lead.sign) {
			lead = w
		}
	}
	return lead
}

// dropOdds is a/(b+x): the odds that the customer left with the last event of this kind.
func dropOdds(s Sign) float64 {
	return s.Model.p.A / (s.Model.p.B + float64(s.State.Gaps()))
}

// ratio is S(c) / S(known), at most 1; nothing can be learnt from a tail that was 0 before.
func ratio(tail, known float64) float64 {
	if known <= 0 {
		return 1
	}
	return min(1, tail/known)
}
