package frontend

import (
	"time"

	"earshot/survey"
)

// InvitationPage is everything about one invitation: its mails with their histories, and what came back for them.
type InvitationPage struct {
	Shell
	InvitationRow
	// Sentence says where it stands, and what comes next.
	Sentence string
	// Contact's page, the survey with the version that was asked, and the segment and language of the contact then.
	ContactURL string
	SurveyLink Link
	Version    int
	Segment    string
	Language   string
	// Successor is who was named instead; empty if nobody.
	Successor string
	// Mails are the first mail and its reminders, the latest first; none where the link was handed out.
	Mails []MailStory
	// Received are the mails that came back for it, the latest first.
	Received []ReceivedRow
}

// MailStory is one mail with what befell it.
type MailStory struct {
	// Title says which it is, e.g. "First reminder"; ID tells its headings apart.
	Title    string
	ID       string
	Standing survey.Standing
	// MessageID is its Message-ID header; Attempts counts the tries, Relay is the mail server of the last one, and LatestAt is when it is too late to send.
	MessageID string
	Attempts  int
	Relay     string
	LatestAt  time.Time
	// Kept leads to the kept mail; empty where there is none.
	Kept string
	// Events are its steps, oldest first, of which Forgotten were left out behind the first ones.
	Events    []MailStep
	Forgotten int
}

// Ledger says in words where the mail stands.
func (m MailStory) Ledger() said { return standingWords(m.Standing) }

// MailStep is one step of a mail.
type MailStep struct {
	// At is when; zero where that is not known.
	At       time.Time
	Standing survey.Standing
	// Took is how long the try took that ended so; 0 where it was none.
	Took   time.Duration
	Reason string
	// Relay is the mail server at which it was tried; empty where it was not.
	Relay string
	// NextAt is until when it waited; By is who decided so, empty if nobody had to.
	NextAt time.Time
	By     string
	// Gap is how many steps are left out behind this one.
	Gap int
}

// Ledger says in words where the mail stood.
func (m MailStep) Ledger() said { return standingWords(m.Standing) }

// ReceivedPage lists the mails that came back.
type ReceivedPage struct {
	Shell
	Tabs  []Tab
	Rows  []ReceivedRow
	Pager Pager
	// Filtered says that one kind alone is listed.
	Filtered bool
}

// ReceivedRow is one mail that came back.
type ReceivedRow struct {
	At      time.Time
	Kind    survey.ReceivedKind
	From    string
	Subject string
	// Text is what a person wrote; Failures are whom a bounce names.
	Text     string
	Failures []survey.MailFailure
	// Customer and Invitation are what it is about; empty where that is not known, and on the invitation's own page.
	Customer   Link
	Invitation Link
	// Followed is what was done about it; Pending says that it will be.
	Followed survey.Consequence
	Pending  bool
}

// What says what it is.
func (r ReceivedRow) What() said { return receivedWords(r.Kind) }

// Then says what followed.
func (r ReceivedRow) Then() string { return followedWords(r.Followed, r.Pending) }

// PageTitle names the page.
func (p InvitationPage) PageTitle() string { return "Invitation of " + p.Contact }

func (InvitationPage) template() string { return "invitation" }

// PageTitle names the page.
func (ReceivedPage) PageTitle() string { return "Mails that came back" }

func (ReceivedPage) template() string { return "received_mails" }
