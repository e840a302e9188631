package frontend

import (
	"time"

	"earshot/survey"
)

// CustomerPage is everything about one customer.
type CustomerPage struct {
	Shell
	Name         string
	Status       survey.Status
	Segment      string
	Rep          string
	ExternalID   string
	ValuePerYear float64
	Since        time.Time
	// RenewsOn is when the contract ends or renews, and RenewsSoon that it is near; zero if nobody said.
	RenewsOn   time.Time
	RenewsSoon bool
	Edit       string
	Silence    Silence
	Contacts   []ContactRow
	NewContact string
	Answers    []ResponseRow
	// AllAnswers leads to more than Answers shows; empty if there are none.
	AllAnswers  string
	Invitations []InvitationRow
	// AllInvitations leads to all of them; empty if there are none.
	AllInvitations string
	// Holds are why pulses do not ask here.
	Holds    []PulseHold
	Timeline []TimelineItem
	// Timelines pages the timeline.
	Timelines Pager
	// Ask is the form made by AskForm; nil where nobody can be asked, for the reason in AskHeld.
	Ask     *Form
	AskHeld string
	// Touchpoint is the form made by TouchpointForm; nil where the rep may not add any.
	Touchpoint *Form
}

// PulseHold is why a pulse does not ask the customer.
type PulseHold struct {
	Pulse Link
	HeldRow
}

// Silence is a customer's silence against their own rhythm.
type Silence struct {
	// List is the list on which it has brought the customer, since Since; empty if on none.
	List  survey.List
	Since time.Time
	// Held says why it is no alarm though it would be one; empty if it is not held.
	Held string
	// Sentence says why; Gone is the probability, 0 to 1, that the customer has left, or of who drifts that they have stopped buying, or of who slows down the share
	// of their days that is missing.
	Sentence string
	Gone     float64
	LastAt   time.Time
	LastKind survey.TouchpointKind
	// Facts are the figures of the rhythm, e.g. "Usual gap: 8 to 19 days".
	Facts []Fact
	// Chart draws the silence against the usual gaps; its URL is empty where there is nothing to draw.
	Chart Chart
	// KeptOut says that pulses do not ask in this silence, to learn whether asking helps.
	KeptOut bool
	// Pause says in a sentence that the customer pauses, or will; empty if they do not.
	Pause string
	// SnoozedUntil keeps the customer out of the lists; zero if nobody snoozed it.
	SnoozedUntil time.Time
	// Snooze and Wake change that; nil where they make no sense.
	Snooze *Action
	Wake   *Action
}

// ContactRow is a person at the customer.
type ContactRow struct {
	Name     string
	Edit     string
	Email    string
	Phone    string
	Role     survey.Role
	Language string
	// AskedAt is when the contact was last asked; zero if never.
	AskedAt time.Time
	// Unreachable is why the contact cannot be asked by mail; empty where they can.
	Unreachable string
	// Confirm lets a person be asked who was named by somebody else; nil where there is nothing to confirm.
	Confirm *Action
}

// TimelineItem is one event of a customer's history.
type TimelineItem struct {
	At time.Time
	// Kind is a touchpoint's kind, or "ask" for an invitation of ours.
	Kind survey.TouchpointKind
	// Text is what happened in words; empty shows the kind alone.
	Text    string
	Contact string
	Value   float64
	URL     string
	// Score is the answer's, for answers.
	Score Score
	// Remove takes the touchpoint back; nil where it cannot be.
	Remove *Action
}

// SignOfLife says whether the customer showed up with it.
func (i TimelineItem) SignOfLife() bool { return i.Kind != AskItem && i.Kind.SignOfLife() }

// AskItem is the kind of a timeline item that tells of an ask.
const AskItem survey.TouchpointKind = "ask"

// PageTitle names the page.
func (p CustomerPage) PageTitle() string { return p.Name }

func (CustomerPage) template() string { return "customer" }
