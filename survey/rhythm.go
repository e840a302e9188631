package survey

import (
	"time"

	"earshot/survey/quiet"
	"earshot/survey/store"
)

// Rhythm is how a customer usually shows up, and how surprising their present silence is. Its id is the customer's.
// Due is when it must be looked at again: when the silence will have become an alarm, or, of a quiet customer, the next
// day, for the ranking. So nobody ever scans all customers.
type Rhythm struct {
	store.Meta `json:",inline"`
	// RepID and Segment are the customer's, and ValuePerWeek is a week's share of its ValuePerYear; kept here for lists.
	RepID        RepID   `json:"rep_id"`
	Segment      string  `json:"segment"`
	ValuePerWeek float64 `json:"value_per_week"`
	// Kinds is one state for each kind of sign of life that was ever seen.
	Kinds []KindRhythm `json:"kinds"`
	// LastAt is the latest sign of life of any kind; zero if there was none.
	LastAt time.Time `json:"last_at,omitzero"`
	// Stale says that Kinds must be rebuilt from the touchpoints: one came late, was removed, or is being written.
	Stale bool `json:"stale"`
	// Quiet says that the silence is an alarm, since QuietSince.
	Quiet      bool      `json:"quiet"`
	QuietSince time.Time `json:"quiet_since,omitzero"`
	// Gone is the alarm score when the rhythm was last looked at, 0 to 1; Rank is Gone times the value per week.
	Gone     float64   `json:"gone"`
	Rank     float64   `json:"rank"`
	ScoredAt time.Time `json:"scored_at,omitzero"`
	// SnoozedUntil keeps the customer out of the quiet list; zero if nobody snoozed it.
	SnoozedUntil time.Time `json:"snoozed_until,omitzero"`
}

// KindRhythm is the rhythm of one kind of sign of life.
type KindRhythm struct {
	Kind  TouchpointKind `json:"kind"`
	State quiet.State    `json:"state"`
}

// RhythmModel is the parameters of one kind's rhythm, fitted to this installation's customers. Its id is the kind.
type RhythmModel struct {
	store.Meta `json:",inline"` // Due is the next fit
	Kind       TouchpointKind   `json:"kind"`
	Params     quiet.Params     `json:"params"`
	// Customers is how many the fit saw; 0 means that Params are the defaults.
	Customers int       `json:"customers"`
	FittedAt  time.Time `json:"fitted_at,omitzero"`
}

// Indexes of rhythms.
const (
	rhythmsByRank    = "by_rank"
	rhythmsByRepRank = "by_rep_rank"
)

var rhythmSpec = &store.Spec{
	Name: "rhythms",
	New:  func() store.Doc { return new(Rhythm) },
	Indexes: []store.Index{
		{Name: rhythmsByRank, Fields: []string{"quiet", "rank"}},
		{Name: rhythmsByRepRank, Fields: []string{"rep_id", "quiet", "rank"}},
	},
	Queue: true,
}

var rhythmModelSpec = &store.Spec{
	Name:  "rhythm_models",
	New:   func() store.Doc { return new(RhythmModel) },
	Queue: true,
}
