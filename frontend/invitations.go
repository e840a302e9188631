package frontend

import (
	"time"

	"earshot/survey"
)

// InvitationsPage is the send ledger. Uncertain mails stand on top until somebody decides.
type InvitationsPage struct {
	Shell
	// Filter is the form made by LedgerFilter; Filtered says that it narrows the list.
	Filter   Form
	Filtered bool
	// Scope says to whom alone the list is narrowed, by a link from their page; empty if to nobody.
	Scope Link
	// Tabs switch between where mails stand, with how many there are; All leads to those without a filter.
	Tabs []Tab
	// Uncertain are the mails of which nobody knows whether the server took them; empty where the list is narrowed otherwise. Decide is for those that
	// are chosen, among them or in Rows; nil where there are none.
	Uncertain []InvitationRow
	Decide    *DecideUncertain
	Rows      []InvitationRow
	Pager     Pager
	// Withhold has all that waits withheld, of what is listed; nil where nothing waits, or the rep may not.
	Withhold *Action
	Waiting  int
	// Table is where the list is as CSV.
	Table string
}

// DecideUncertain decides about many uncertain mails.
type DecideUncertain struct {
	// URL takes those that were chosen by the field "id", with "resend" for what to do, or "all", with Hidden.
	URL string
	// All is how many there are, of Whose, where they can be decided all at once; 0 where they cannot.
	All    int
	Whose  string
	Hidden []Hidden
}

// chosenForm is the id of the form that the boxes of uncertain mails belong to.
const chosenForm = "chosen"

// InvitationRow is one ask to one contact, with its mails.
type InvitationRow struct {
	// URL is where everything about it is told.
	URL      string
	Customer Link
	Contact  string
	Email    string
	Survey   string
	// By says who asked: a pulse, a rep, or the API.
	By        Link
	At        time.Time
	ExpiresAt time.Time
	Standing  survey.Standing
	// Reason says why it was deferred, refused, withheld or left uncertain; empty if there is none.
	Reason   string
	Attempts int
	// SentAt is when the server took the mail; zero if it did not.
	SentAt time.Time
	// NextTryAt is when a mail that waits is tried next; zero where it does not wait for a time.
	NextTryAt time.Time
	// Reminder is how many reminders there were, and NextReminderAt when the next one goes out, at the earliest; zero where none does.
	Reminder       int
	NextReminderAt time.Time
	// Outcome is how the ask ended, at OutcomeAt.
	Outcome   Outcome
	OutcomeAt time.Time
	// Mail leads to the kept mail, Response to the answer; empty where there is none.
	Mail     string
	Response string
	// Choose is the id by which it can be chosen, to be decided about with others; empty where it cannot.
	Choose string
	// Resend and Leave resolve an uncertain mail, Revoke takes an open ask back; nil where they make no sense.
	Resend *Action
	Leave  *Action
	Revoke *Action
}

// Ledger says in words where the mail stands.
func (r InvitationRow) Ledger() said { return standingWords(r.Standing) }

// ChosenForm is the id of the form that Choose belongs to.
func (InvitationRow) ChosenForm() string { return chosenForm }

// ChosenForm is the form's id.
func (DecideUncertain) ChosenForm() string { return chosenForm }

// Outcome is how an invitation ended.
type Outcome string

// The outcomes.
const (
	OutcomeOpen         Outcome = "open"
	OutcomeAnswered     Outcome = "answered"
	OutcomeReplied      Outcome = "replied by mail"
	OutcomeDeclined     Outcome = "declined"
	OutcomeUnsubscribed Outcome = "unsubscribed"
	OutcomeRevoked      Outcome = "revoked"
	OutcomeExpired      Outcome = "expired"
)

// PageTitle names the page.
func (InvitationsPage) PageTitle() string { return "Invitations" }

func (InvitationsPage) template() string { return "invitations" }
