package frontend

import (
	"time"

	"earshot/survey"
)

// InvitationsPage is the send ledger. Uncertain mails stand on top until somebody decides.
type InvitationsPage struct {
	Shell
	// Tabs switch between the states of a mail.
	Tabs []Tab
	// Uncertain are the mails of which nobody knows whether the server took them; empty on pages behind the first.
	Uncertain []InvitationRow
	Rows      []InvitationRow
	Pager     Pager
}

// InvitationRow is one ask to one contact, with its mail.
type InvitationRow struct {
	Customer Link
	Contact  string
	Email    string
	Survey   string
	// By says who asked: a pulse, a rep, or the API.
	By        Link
	At        time.Time
	ExpiresAt time.Time
	State     survey.MailState
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
	// Resend and Leave resolve an uncertain mail, Revoke takes an open ask back; nil where they make no sense.
	Resend *Action
	Leave  *Action
	Revoke *Action
}

// Ledger says in words where the mail stands.
func (r InvitationRow) Ledger() said {
	if r.Mail != "" {
		return said{"Kept, not sent", Warning}
	}
	return stateWords(r.State)
}

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
