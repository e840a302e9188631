package survey

import (
	"time"

	"earshot/survey/quiet"
	"earshot/survey/store"
	"earshot/survey/workdays"
)

// Rhythm is how a customer usually shows up, and how surprising their present silence is. Its id is the customer's.
// It owes effectLook when it must be looked at again: when the silence will have become unusual or an alarm, that of buying alone an alarm, when a
// slowing will be told of or a newcomer is overdue, or, of who is on a list, the next day, for the ranking and the next step. So nobody ever
// scans all customers.
type Rhythm struct {
	store.Meta `json:",inline"`
	// RepID, Segment and Status are the customer's, and ValuePerWeek is a week's share of its ValuePerYear; kept here for
	// lists.
	RepID        RepID   `json:"rep_id"`
	Segment      string  `json:"segment"`
	Status       Status  `json:"status"`
	ValuePerWeek float64 `json:"value_per_week"`
	// Pauses and RenewsOn are the customer's, too: days on which the clock of the silence stands still, and when the contract
	// ends or renews.
	Pauses   []quiet.Pause `json:"pauses,omitzero"`
	RenewsOn Date          `json:"renews_on,omitzero"`
	// LastAt is the latest sign of life of any kind; zero if there was none.
	LastAt time.Time `json:"last_at,omitzero"`
	// Stale is of schema 0: touchpoints were being written; see Upgrade.
	Stale bool `json:"stale,omitzero"`
	// SnoozedUntil keeps the customer out of the lists; zero if nobody snoozed it, or the snooze is over. SnoozedAt is when somebody last did.
	SnoozedUntil time.Time `json:"snoozed_until,omitzero"`
	// Told is what was said since the customer came onto lists in silences that still go on, for the ledger of alarms: Rhythm owes
	// effectNoteAlarms while there is news of it.
	Told      []Told    `json:"told,omitempty"`
	SnoozedAt time.Time `json:"snoozed_at,omitzero"`
	// CalledAt is when they were last called, met or snoozed: what counts as a week's work.
	CalledAt time.Time `json:"called_at,omitzero"`
	// Under is the Ranking.Number of the models by which the Verdict is. Next is by those that come into force as the next number;
	// nil where none do.
	Under int `json:"under,omitzero"`
	Verdict
	Next *NextVerdict `json:"next,omitempty"`
	// EvenList and EvenRank are the list and the rank by models of an even number, the others those by models of an odd one: lists
	// are read by those of the number in force, so that all customers change over at once.
	EvenList List    `json:"even_list,omitempty"`
	EvenRank float64 `json:"even_rank,omitzero"`
	OddList  List    `json:"odd_list,omitempty"`
	OddRank  float64 `json:"odd_rank,omitzero"`
}

// NextVerdict is a verdict by models that are not in force yet.
type NextVerdict struct {
	Under int `json:"under"`
	Verdict
}

// Verdict is all of a rhythm that depends on the models: what was folded under them, and what followed when it was last looked at.
type Verdict struct {
	// Kinds is one state for each kind of sign of life that was ever seen.
	Kinds []KindRhythm `json:"kinds"`
	// List is the list on which the customer stands, since Since.
	List  List      `json:"list,omitempty"`
	Since time.Time `json:"since,omitzero"`
	// HeldFrom is the list on which the customer would stand, since HeldSince, were it not held for a feed of which data are missing.
	// HeldBy is that feed; empty if it is not held, and of who would be Unusual alone, for that is no alarm yet.
	HeldFrom  List      `json:"held_from,omitempty"`
	HeldBy    string    `json:"held_by,omitempty"`
	HeldSince time.Time `json:"held_since,omitzero"`
	// Gone is the chance that the customer has left when the rhythm was last looked at, and Stopped that who drifts has stopped buying, 0 to 1.
	// Rank is the one or the other times the value per week, of which at least leastValuePerWeek is taken, so that customers without
	// a known value are ranked among themselves; and twice that within RenewalDays before the renewal.
	Gone     float64   `json:"gone"`
	Stopped  float64   `json:"stopped,omitempty"`
	Rank     float64   `json:"rank"`
	ScoredAt time.Time `json:"scored_at,omitzero"`
}

// List is a list of customers to look after; each stands on one at most. Empty is none.
type List string

// The lists.
const (
	// Leaving are the quiet: their silence is an alarm.
	Leaving List = "probably_leaving"
	// Drifting have stopped buying, while other signs of life go on.
	Drifting List = "drifting"
	// Unusual are silent for unusually long: the step before the quiet, at which a question may be enough.
	Unusual List = "unusually_silent"
	// Slowing still show up, but ever more seldom.
	Slowing List = "slowing"
	// Unreturned are newcomers who have not come back when most of those like them had.
	Unreturned List = "not_returned"
)

// Lists are all lists; where somebody fits several, the first counts.
func Lists() []List { return []List{Leaving, Drifting, Unusual, Slowing, Unreturned} }

// goesOn says whether signs of life may go on while somebody stands on the list, so that one alone does not take them off it.
func (l List) goesOn() bool { return l == Drifting || l == Slowing || l == Unreturned }

// KindRhythm is the rhythm of one kind of sign of life.
type KindRhythm struct {
	Kind  TouchpointKind `json:"kind"`
	State quiet.State    `json:"state"`
	// Fit is the number of the fit (RhythmModel.Fit) under whose parameters and calendar State was folded; noFit where the
	// customer's pauses have changed since.
	Fit int `json:"fit"`
}

// RhythmModel is the parameters of one kind's rhythm, fitted to this installation's customers. Its id is the kind.
type RhythmModel struct {
	store.Meta `json:",inline"` // owes effectFit and effectPace, and effectWalk after a fit
	Kind       TouchpointKind   `json:"kind"`
	Law
	// Followed are those by whom the pace is followed: the first of the last fit's sample.
	Followed []CustomerID `json:"followed,omitempty"`
	// Customers is how many the last try to fit saw, at TriedAt; FittedAt is when the last fit succeeded, and Why says in
	// words why the last try did not.
	Customers int       `json:"customers"`
	TriedAt   time.Time `json:"tried_at,omitzero"`
	FittedAt  time.Time `json:"fitted_at,omitzero"`
	Why       string    `json:"why,omitempty"`
	// AtBounds names the parameters that the fit left at one of their bounds.
	AtBounds []string `json:"at_bounds,omitempty"`
}

// Law is what the silences of one kind are judged by.
type Law struct {
	Params quiet.Params `json:"params"`
	// Calendar are the company's days of work and rest that rhythms of the kind go by, CalendarSum the checksum of those days,
	// and RestWeight what a week's days of rest weigh (quiet.RestWeight).
	Calendar    workdays.Rules `json:"calendar,omitzero"`
	CalendarSum string         `json:"calendar_sum,omitzero"`
	RestWeight  float64        `json:"rest_weight,omitzero"`
	// Formulas is quiet.Formulas of the program that had the rhythms made.
	Formulas int `json:"formulas,omitzero"`
	// Pace is how fast all customers came together of late.
	Pace quiet.Pace `json:"pace,omitzero"`
	// Calibration tells what alarm scores came to mean here.
	Calibration quiet.Calibration `json:"calibration,omitzero"`
	// Cohort tells how those who have shown the kind once or twice come back here.
	Cohort quiet.Cohort `json:"cohort,omitzero"`
	// Overstated is how many times more often than the likelihoods tell steady customers look here as if they slowed down; 0 is 1.
	Overstated float64 `json:"overstated,omitzero"`
	// Curve tells what lists of the silent would have brought and cost in the year before the last fit, of all customers that show the kind.
	Curve quiet.Curve `json:"curve,omitzero"`
	// PerWeek is how many alarms a week somebody chose to have at most, as the curve counts them; 0 where QuietLimits decide.
	PerWeek float64 `json:"per_week,omitzero"`
	// Fit counts the changes of all this but the pace; at 0 nothing was learnt yet, and Params are the defaults.
	Fit int `json:"fit"`
}

// Indexes of rhythms.
const (
	rhythmsByEvenList    = "by_even_list"
	rhythmsByRepEvenList = "by_rep_even_list"
	rhythmsByOddList     = "by_odd_list"
	rhythmsByRepOddList  = "by_rep_odd_list"
	rhythmsByHeld        = "by_held"
	rhythmsByCalled      = "by_called"
)

var rhythmSpec = &store.Spec{
	Name: "rhythms",
	New:  func() store.Doc { return new(Rhythm) },
	Indexes: []store.Index{
		// The snooze, so that those of a list who are not snoozed are counted in the index alone.
		{Name: rhythmsByEvenList, Fields: []string{"even_list", "even_rank", "snoozed_until"}, Sparse: true},
		{Name: rhythmsByRepEvenList, Fields: []string{"even_list", "rep_id", "even_rank", "snoozed_until"}, Sparse: true},
		{Name: rhythmsByOddList, Fields: []string{"odd_list", "odd_rank", "snoozed_until"}, Sparse: true},
		{Name: rhythmsByRepOddList, Fields: []string{"odd_list", "rep_id", "odd_rank", "snoozed_until"}, Sparse: true},
		{Name: rhythmsByHeld, Fields: []string{"held_by"}, Sparse: true},
		// The rep, so that a rep's week is counted among everybody's in the index alone.
		{Name: rhythmsByCalled, Fields: []string{"called_at", "rep_id"}, Sparse: true},
	},
	Queue: true,
	Shard: "id",
}

var rhythmModelSpec = &store.Spec{
	Name:  "rhythm_models",
	New:   func() store.Doc { return new(RhythmModel) },
	Queue: true,
}
