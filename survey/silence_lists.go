package survey

import (
	"slices"
	"time"

	"earshot/survey/quiet"
)

// NewcomerSilence compares a customer who has shown up once or twice with those like them.
type NewcomerSilence struct {
	// Times is on how many days they have shown up.
	Times int `json:"times"`
	// Left is the chance that they have left for good, 0 to 1: the share of those like them who were silent for as long and did not
	// come back.
	Left float64 `json:"left"`
	// Overdue is the number of days within which nine in ten of those like them who came back had done so, by the company's calendar
	// and the customer's pauses.
	Overdue int `json:"overdue_days"`
	// Similar is how many customers they are compared with, and Followed for how many days these could be followed.
	Similar  int `json:"similar"`
	Followed int `json:"followed_days"`
}

// SlowingSilence is the evidence that a customer comes ever more seldom.
type SlowingSilence struct {
	// Since is when the longer gaps began: before it they came every Usual days, since then every Now days.
	Since time.Time `json:"since"`
	Usual float64   `json:"usual_days"`
	Now   float64   `json:"now_days"`
	// Came is on how many days they came since then, Expected on how many they would have at their usual pace, and Fewer the share, 0 to 1,
	// that is missing.
	Came     int     `json:"came"`
	Expected float64 `json:"expected"`
	Fewer    float64 `json:"fewer"`
	// OneIn says how rare that is: at most one in so many steady customers looks so in a quarter.
	OneIn float64 `json:"one_in"`
}

// tellNewcomer tells a silence of a kind by those like the customer, where it is known too little for a rhythm of their own. Who has
// no rhythm at all is told by it altogether.
func (s *Service) tellNewcomer(silence *Silence, r *Rhythm, k KindRhythm, models fittedModels, today quiet.Day) {
	n, ok := r.newcomer(k, models, today)
	if !ok {
		return
	}
	words := wordsOf[k.Kind]
	silence.Sentence, silence.DueOn = n.Sentence(words.did, words.do), dateOn(n.Due)
	silence.Newcomer = &NewcomerSilence{
		Times: n.Times, Left: n.Left, Overdue: n.Within, Similar: n.Similar.Customers, Followed: n.Similar.Followed,
	}
	if r.otherwise().State.Last > k.State.Last {
		silence.Sentence += " Still here: " + r.lastSeen(today) + "."
	}
	if !slices.ContainsFunc(r.Kinds, KindRhythm.known) {
		silence.Gone, silence.GoneAtLeast, silence.Step = n.Left, false, stepOf(n.Left)
		silence.Silent30, silence.Silent90 = n.StaysSilent(30), n.StaysSilent(90)
	}
}

// lastSeen says which of their other signs of life came last, and when: "logged in yesterday".
func (r *Rhythm) lastSeen(today quiet.Day) string {
	here := r.otherwise()
	return wordsOf[here.Kind].did + " " + quiet.Ago(here.State.Last.Passed(today))
}

// nextStep is said besides of who is unusually silent and not on the list to call. With so high a chance that Earshot itself would have them
// called, as where a shorter list was chosen, a question is not said to be enough.
func nextStep(gone float64) string {
	if gone >= 1-QuietLimits().Wrong {
		return "They are more likely gone than not: rather call than ask, if there is time."
	}
	return "A question may be enough."
}

// tellSlowing tells how much more seldom the customer comes by a kind.
func (s *Service) tellSlowing(silence *Silence, r *Rhythm, k KindRhythm, models fittedModels, today quiet.Day) {
	v := models.of(k.Kind).model.Pausing(r.Pauses...).Slowing(&k.State, today)
	if v.Came == 0 {
		return
	}
	words := wordsOf[k.Kind]
	silence.Sentence = v.Sentence(words.did, words.noun)
	silence.Slowing = &SlowingSilence{
		Since: s.startOf(v.Since), Usual: v.Usual, Now: v.Now, Came: v.Came, Expected: v.Expected, Fewer: v.Fewer(), OneIn: v.OneIn,
	}
}
