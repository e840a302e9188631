package frontend

import (
	"time"

	"earshot/survey"
)

// TodayPage is what a rep opens in the morning: who went quiet and why, and what was answered.
type TodayPage struct {
	Shell
	// Scopes switch between the rep's own customers and all.
	Scopes []Tab
	Counts []Count
	// Feeds are the feeds that have stopped or thinned.
	Feeds []FeedNotice
	// Quiet are the quiet customers by rank, at most a screenful; QuietTotal counts all, AllQuiet leads to them.
	Quiet      []QuietCustomer
	QuietTotal int
	AllQuiet   string
	// Drifting are those who have stopped buying while they show up otherwise, at most as many; DriftingTotal counts all, and
	// AllDrifting leads to them.
	Drifting      []QuietCustomer
	DriftingTotal int
	AllDrifting   string
	// Lists are the other lists that have anybody on them.
	Lists []TodayList
	// Latest are the newest answers; AllResponses leads to the rest.
	Latest       []ResponseRow
	AllResponses string
	// Start tells a new installation what to do next; it is shown while not empty.
	Start []Step
}

// Held is how many alarms are held, of everybody's customers.
func (p TodayPage) Held() int {
	n := 0
	for _, f := range p.Feeds {
		n += f.Held
	}
	return n
}

// Count is a figure at the top of a page.
type Count struct {
	Label string
	Value int
	URL   string
	Tone  Tone
}

// Step is one thing to do on the way to the first answer.
type Step struct {
	Title string
	Text  string
	Link  Link
	Done  bool
}

// QuietCustomer is one row of a list.
type QuietCustomer struct {
	List    survey.List
	Name    string
	URL     string
	Segment string
	Rep     string
	// Sentence says why the silence is surprising.
	Sentence string
	// Gone is the probability, 0 to 1, that the customer has left, or of who drifts that they have stopped buying, or of who slows down the share
	// of their days that is missing; AtLeast says that
	// there is too little history to tell a higher one.
	Gone    float64
	AtLeast bool
	// LastAt is the latest sign of life and LastKind what it was.
	LastAt       time.Time
	LastKind     survey.TouchpointKind
	ValuePerYear float64
	// RenewsOn is when the contract ends or renews, where that is near; zero if not.
	RenewsOn time.Time
	// Asked says that somebody there was asked already, e.g. "Ana Ruiz was asked 3 days ago"; empty if not.
	Asked  string
	Ask    Action
	Snooze Action
}

// PageTitle names the page.
func (TodayPage) PageTitle() string { return "Today" }

func (TodayPage) template() string { return "today" }
