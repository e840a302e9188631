package survey

import (
	"slices"
	"time"

	"earshot/survey/quiet"
)

// Silence is a customer's present silence, judged at the time of asking.
type Silence struct {
	// Sentence says in plain English what is usual, how long it has been silent, and how rare and how worrying that is.
	Sentence string `json:"sentence"`
	// Kind is the kind of sign of life whose rhythm the sentence is about: of those known well, the one whose silence is
	// the most surprising, and of who drifts the kind of buying that came last. Empty where there was never a sign of life. The last
	// of Kind was KindDays ago in calendar days.
	Kind     TouchpointKind `json:"kind,omitempty"`
	KindDays int            `json:"kind_days"`
	// LastAt is the last sign of life of any kind, Days ago in calendar days.
	LastAt time.Time `json:"last_at,omitzero"`
	Days   int       `json:"days"`
	// UsualLow, UsualMid and UsualHigh are the days within which 10, 50 and 90 % of the customer's gaps of Kind end.
	UsualLow  float64 `json:"usual_low_days"`
	UsualMid  float64 `json:"usual_middle_days"`
	UsualHigh float64 `json:"usual_high_days"`
	// DueOn is the day by whose end 90 % of such gaps are over, by the company's calendar and the customer's pauses; empty where
	// that is too far ahead to tell.
	DueOn Date `json:"due_on,omitzero"`
	// Tail is the share of such gaps of Kind that get this long: how unusual. 0 to 1.
	Tail float64 `json:"tail"`
	// Gone is the chance that the customer has left, from all kinds together: how worrying. 0 to 1. It is what alarm scores as high
	// have come to mean in this installation's own history (quiet.Calibration), which is what alarms are raised on and the quiet are
	// ranked by; Step is the highest of QuietSteps that it has reached; 0 if none.
	Gone float64 `json:"gone"`
	Step float64 `json:"step"`
	// GoneAtLeast says that Gone is the highest chance that there is history enough to tell.
	GoneAtLeast bool `json:"gone_at_least,omitempty"`
	// Silent30 and Silent90 are the chances that no sign of life comes within the next 30 and 90 days, whether they have left or
	// are just slow.
	Silent30 float64 `json:"silent_30_days"`
	Silent90 float64 `json:"silent_90_days"`
	// List is the list on which the customer stands, since Since.
	List  List      `json:"list,omitempty"`
	Since time.Time `json:"since,omitzero"`
	// Stopped is, of who is Drifting, the chance that they have stopped buying, 0 to 1, and StoppedAtLeast that there is too little
	// history to tell a higher one.
	Stopped        float64 `json:"stopped,omitempty"`
	StoppedAtLeast bool    `json:"stopped_at_least,omitempty"`
	// Slowing is, of who is on that list, the evidence, and Newcomer is of who has too few signs of life of Kind to know their rhythm, where
	// enough of those like them is known.
	Slowing  *SlowingSilence  `json:"slowing,omitempty"`
	Newcomer *NewcomerSilence `json:"newcomer,omitempty"`
	// Held says why the silence is no alarm though it would be one since HeldSince: data of the feed HeldBy are missing. All
	// are empty where it is not held.
	Held      string    `json:"held,omitempty"`
	HeldBy    string    `json:"held_by,omitempty"`
	HeldSince time.Time `json:"held_since,omitzero"`
}

// KindSilence is the silence of one kind of sign of life.
type KindSilence struct {
	Kind   TouchpointKind `json:"kind"`
	Days   int            `json:"days"`
	Events int            `json:"events"` // days with such a sign of life
	Tail   float64        `json:"tail"`
	LastAt time.Time      `json:"last_at"` // the start of the last such day
}

// noSignYet is said of a customer that never gave a sign of life.
const noSignYet = "No sign of life yet."

// signWords is how a sign of life of a kind is told: what a customer usually does, what they did, what has not come, and what others do.
type signWords struct{ does, did, noun, do string }

var wordsOf = map[TouchpointKind]signWords{
	Order:     {"orders", "ordered", "order", "order"},
	Payment:   {"pays", "paid", "payment", "pay"},
	Login:     {"logs in", "logged in", "log-in", "log in"},
	Visit:     {"visits", "visited", "visit", "visit"},
	Ticket:    {"opens a ticket", "opened a ticket", "ticket", "open a ticket"},
	Complaint: {"complains", "complained", "complaint", "complain"},
	Call:      {"calls", "called", "call", "call"},
	Meeting:   {"meets us", "met us", "meeting", "meet us"},
	EmailIn:   {"writes", "wrote", "mail", "write"},
	Answered:  {"answers", "answered", "answer", "answer"},
}

// silence judges the rhythm's silence at that time.
func (s *Service) silence(r *Rhythm, models fittedModels, now time.Time) (Silence, []KindSilence) {
	r.turn(models)
	if len(r.Kinds) == 0 {
		return Silence{Sentence: noSignYet}, []KindSilence{}
	}
	today := s.day(now)
	all := quiet.NewCase(r.signs(models))
	together := all.On(today)
	kinds := make([]KindSilence, len(r.Kinds))
	for i, k := range r.Kinds {
		kinds[i] = KindSilence{
			Kind: k.Kind, Days: k.State.Last.Passed(today), Events: int(k.State.Events),
			Tail: together.Silences[i].Tail, LastAt: s.startOf(k.State.Last),
		}
	}
	place := r.told(kinds, models)
	told := r.Kinds[place]
	reason := models.of(told.Kind).model.Pausing(r.Pauses...).Reason(told.State, today, wordsOf[told.Kind].does)
	if told.State.Last < s.day(r.LastAt) {
		reason.Missing = wordsOf[told.Kind].noun
	}
	chances := models.of(TouchpointKind(together.Leading)).chances
	gone := chances.Left(together.Alarm)
	if r.List == Leaving || r.List == Unusual {
		// They are ranked by the score of their last look, and told by it, so that order and chance agree.
		gone = r.Gone
	}
	reason.Gone, reason.AtLeast = gone, chances.AtLeast(gone)
	silence := Silence{
		Kind: told.Kind, KindDays: kinds[place].Days, LastAt: r.LastAt, Days: s.day(r.LastAt).Passed(today),
		UsualLow: reason.Low, UsualMid: reason.Middle, UsualHigh: reason.High, DueOn: dateOn(reason.Due),
		Tail: reason.Tail, Gone: gone, GoneAtLeast: reason.AtLeast, Step: stepOf(gone),
		Silent30: all.StaysSilent(today, 30, gone), Silent90: all.StaysSilent(today, 90, gone),
		List: r.List, Since: r.Since,
	}
	if r.HeldBy != "" {
		silence.Held, silence.HeldBy, silence.HeldSince = s.heldWhy(r, models), r.HeldBy, r.HeldSince
	}
	if r.List == Drifting {
		silence.Stopped, silence.StoppedAtLeast = r.Stopped, models.of(told.Kind).chances.AtLeast(r.Stopped)
		reason.Here = r.lastSeen(today)
		reason.Gone, reason.AtLeast = silence.Stopped, silence.StoppedAtLeast
	}
	silence.Sentence = reason.Sentence()
	switch r.List {
	case Unusual:
		silence.Sentence += " " + nextStep(gone)
	case Slowing:
		s.tellSlowing(&silence, r, told, models, today)
	default:
		s.tellNewcomer(&silence, r, told, models, today)
	}
	return silence, kinds
}

// told returns the place of the kind that is told of: of who drifts the leading one of their buying, of who slows down or has not come
// back the one that they are judged by, else the most surprising.
func (r *Rhythm) told(kinds []KindSilence, models fittedModels) int {
	var told TouchpointKind
	switch r.List {
	case Drifting:
		told = TouchpointKind(r.buying(models).Leading())
	case Slowing:
		paced, _ := r.paced()
		told = paced.Kind
	case Unreturned:
		told = models.newcomers
	}
	if i := slices.IndexFunc(kinds, func(k KindSilence) bool { return k.Kind == told }); i >= 0 {
		return i
	}
	return mostSurprising(kinds)
}

// mostSurprising returns the place of the kind with the smallest tail among those that are known well, or else among all.
func mostSurprising(kinds []KindSilence) int {
	best := 0
	for i, k := range kinds[1:] {
		known, bestKnown := k.Events >= quiet.LeastEvents, kinds[best].Events >= quiet.LeastEvents
		if known && !bestKnown || known == bestKnown && k.Tail < kinds[best].Tail {
			best = i + 1
		}
	}
	return best
}

// stepOf returns the highest of QuietSteps that the score has reached; 0 if none.
func stepOf(alarm float64) float64 {
	step := 0.0
	for _, s := range QuietSteps() {
		if alarm >= s {
			step = s
		}
	}
	return step
}
