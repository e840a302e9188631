package survey

import (
	"time"

	"earshot/survey/store"
)

// Audience is whom a pulse asks.
type Audience string

// The audiences of a pulse.
const (
	AudienceQuiet    Audience = "quiet"    // customers on lists of those who have fallen silent (Pulse.Lists), once a silence
	AudienceEveryone Audience = "everyone" // all active customers, in turn
)

// Pulse is a standing rule: whom to ask what, when.
type Pulse struct {
	store.Meta `json:",inline"` // owes effectRun unless it is paused
	Name       string           `json:"name" validate:"required,max=200,printable"`
	SurveyID   SurveyID         `json:"survey_id" validate:"required"`
	Audience   Audience         `json:"audience" validate:"required,oneof=quiet everyone"`
	// Lists are those whose customers a quiet pulse asks, in this order; empty is QuietLists.
	Lists []List `json:"lists,omitempty" validate:"max=3,unique,dive,oneof=probably_leaving unusually_silent drifting"`
	// Segment narrows the audience; empty is all.
	Segment string `json:"segment" validate:"max=80"`
	// Weekdays are the days on which it runs: 0 is Sunday, as in time.Weekday. Hour is the local hour, 0 to 23.
	Weekdays []int  `json:"weekdays" validate:"required,min=1,max=7,unique,dive,gte=0,lte=6"`
	Hour     int    `json:"hour" validate:"gte=0,lte=23"`
	TimeZone string `json:"time_zone" validate:"required,timezone"`
	// DailyCap is the most people whom it asks on one day of its time zone, counting those whom its mails reach.
	DailyCap int `json:"daily_cap" validate:"gte=1,lte=1000000"`
	// Priority says which pulse asks whom several want; empty is PriorityNormal.
	Priority Priority `json:"priority,omitempty" validate:"omitempty,oneof=high normal low"`
	// RestDays is the least number of days between two asks of the same contact, by this or any other path.
	RestDays int `json:"rest_days" validate:"gte=1,lte=1000"`
	// AnswerDays is how long a link takes answers.
	AnswerDays int `json:"answer_days" validate:"gte=1,lte=365"`
	// HoldOut is the share, in percent, of the silences it would ask that it does not ask, to learn whether asking helps.
	HoldOut int  `json:"hold_out,omitempty" validate:"gte=0,lte=50"`
	Paused  bool `json:"paused"`
	// Run is the run under way, or the last one.
	Run       PulseRun  `json:"run"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// QuietLists are the lists that a quiet pulse asks where nobody says: both steps of a silence.
func QuietLists() []List { return []List{Leaving, Unusual} }

// AskableLists are the lists whose customers a pulse may ask; the validate tags of Lists name the same.
func AskableLists() []List { return []List{Leaving, Unusual, Drifting} }

// AskedLists are the lists whose customers the pulse asks; none where it asks everyone.
func (p *Pulse) AskedLists() []List {
	switch {
	case p.Audience != AudienceQuiet:
		return nil
	case len(p.Lists) == 0:
		return QuietLists()
	}
	return p.Lists
}

// PulseRun is one run of a pulse and how far it is; a worker that dies leaves it to the next one, at Cursor. A run through
// everyone that the cap ended keeps its Cursor and Seen, and the next run goes on behind them.
type PulseRun struct {
	StartedAt  time.Time    `json:"started_at,omitzero"`
	FinishedAt time.Time    `json:"finished_at,omitzero"`
	Cursor     store.Cursor `json:"cursor,omitempty"`
	// Considered, Asked and Held count customers. Held are those that were not asked; AskLog says why.
	Considered int `json:"considered"`
	Asked      int `json:"asked"`
	Held       int `json:"held"`
	// HeldOut are those of Held who are kept out of asking, to learn whether asking helps.
	HeldOut int `json:"held_out,omitempty"`
	// Reasons counts Held by why; runs of older versions have none.
	Reasons map[HoldKind]int `json:"reasons,omitempty"`
	// Capped says that DailyCap ended the run; the rest of the audience waits for the next one, or for a mail of today that
	// does not get through.
	Capped bool `json:"capped,omitempty"`
	// Room is how many more people may be asked on the day that begins at RoomOn, at least; zero where they were not counted.
	Room   int       `json:"room,omitempty"`
	RoomOn time.Time `json:"room_on,omitzero"`
	// Seen are the customers of the page at Cursor who were considered already.
	Seen []CustomerID `json:"seen,omitempty"`
	// StartedBy is who started it by hand; empty if the calendar did.
	StartedBy RepID `json:"started_by,omitempty"`
	// Problem says in words what kept the run from going on; empty if nothing.
	Problem string `json:"problem,omitempty"`
}

// pulsesByName is the index over pulses in the order of their names.
const pulsesByName = "by_name"

var pulseSpec = &store.Spec{
	Name:    "pulses",
	New:     func() store.Doc { return new(Pulse) },
	Indexes: []store.Index{{Name: pulsesByName, Fields: []string{"name"}}},
	Queue:   true,
}

// NextRun returns when the pulse runs next; zero while it is paused.
func (p *Pulse) NextRun() time.Time {
	if o := p.Owing(effectRun); o != nil {
		return o.Due
	}
	return time.Time{}
}
