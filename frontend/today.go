package frontend

import (
	"fmt"
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
	// Chances say that what is said of silences has not come true.
	Chances []ChanceNotice
	// Lists are the lists of customers to look after in their order, first that of the probably leaving, of whom those to be called this week
	// are shown; Calls is how these stand to the week.
	Lists []TodayList
	Calls survey.Calls
	// Mine says that the page is about the rep's own customers.
	Mine bool
	// Latest are the newest answers; AllResponses leads to the rest.
	Latest       []ResponseRow
	AllResponses string
	// Capacity leads to how long the list to call is; empty for those who see only some customers.
	Capacity string
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

// Week says how many customers were called, met or snoozed this week; empty where nobody was and nobody says how many they call.
func (p TodayPage) Week() string {
	switch c := p.Calls; {
	case c.PerWeek > 0:
		return fmt.Sprintf("Done this week: %s of %s.", number(c.Done), number(c.PerWeek))
	case c.Done > 0:
		return fmt.Sprintf("Done this week: %s.", number(c.Done))
	}
	return ""
}

// End says how many more there are behind the list to call, and why they are not on it; empty where there are none.
func (p TodayPage) End() string {
	switch c := p.Calls; {
	case c.Beyond == 0:
		return ""
	case c.Unsure:
		return fmt.Sprintf("%s more. With the next one the list would be wrong more often than 1 in %.0f.", number(c.Beyond), 1/survey.QuietLimits().Wrong)
	default:
		return fmt.Sprintf("%s more, beyond this week’s %s.", number(c.Beyond), number(c.PerWeek))
	}
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
	Asked string
	// Unreachable says that the mails to all who could be asked there come back.
	Unreachable bool
	// Call is whom to call; nil where nobody is known, or a call is not due. Record leads to where a call is written down; empty where
	// none is due.
	Call   *Person
	Record Action
	Ask    Action
	Snooze Action
}

// Person is somebody at a customer.
type Person struct {
	Name string
	Role survey.Role
	// Email may be empty.
	Email string
}

// PageTitle names the page.
func (TodayPage) PageTitle() string { return "Today" }

func (TodayPage) template() string { return "today" }
