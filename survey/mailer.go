package survey

import (
	"cmp"
	"context"
	"time"
)

// AskMail is what an invitation mail says, before it is laid out.
type AskMail struct {
	Version *SurveyVersion
	// Language is the one in which the version is worded for this contact.
	Language string
	// Company is our own name, SenderName who asks (a rep, else the company), ContactName whom.
	Company     string
	SenderName  string
	ContactName string
	// AnswerURL opens the page with the questions.
	AnswerURL string
	// Scores are the links of the first question's scores in ascending order; each opens the page with that score
	// preselected. Empty where the first question has no scores.
	Scores []ScoreLink
	// UnsubscribeURL shows a page with a button; it is a GET that changes nothing.
	UnsubscribeURL string
	ExpiresAt      time.Time
	// AnswerBy is the last day, in the contact's time zone, on all of which they can answer; zero says nothing of it.
	AnswerBy time.Time
	// Reminder is set where the mail follows one that was not answered.
	Reminder *ReminderMail
	// Wording is what the survey's mails say in the company's own words.
	Wording MailWording
	// Colours are those of the mail; empty are the usual ones.
	Colours Palette
	// Logo stands above the mail; its Source is empty if none does.
	Logo MailLogo
}

// MailLogo is a logo as a mail shows it.
type MailLogo struct {
	// Source is where its picture is: a part of the mail ("cid:…") or a URL.
	Source string
	// Width and Height are those in which it is shown, in pixels.
	Width, Height int
}

// addressing is what stands in the places of the mail's wordings.
func (m *AskMail) addressing() Addressing {
	return Addressing{Contact: m.ContactName, Company: m.Company, Sender: cmp.Or(m.SenderName, m.Company)}
}

// Fill fills the places of a wording.
func (m *AskMail) Fill(text string) string { return m.addressing().Fill(text) }

// Subject is the mail's subject: the survey's own, else its title.
func (m *AskMail) Subject() string {
	return cmp.Or(m.Fill(m.Version.Subject.In(m.Language)), m.Version.Title.In(m.Language))
}

// ReminderMail is what a reminder says beyond what the first mail did.
type ReminderMail struct {
	// Text stands where the intro stood; empty is the usual wording.
	Text Text
	// Last says that no other reminder follows.
	Last bool
}

// ScoreLink leads to the page with a score preselected.
type ScoreLink struct {
	Score int
	URL   string
}

// MailContent is a mail laid out.
type MailContent struct {
	Subject string
	Text    string
	HTML    string
}

// Composer lays out an invitation mail. An error keeps the mail from being sent and is shown to reps.
type Composer interface {
	Compose(m *AskMail) (MailContent, error)
}

// Message is one mail, an invitation or what is sent on to a rep, ready to be delivered.
type Message struct {
	// ID is the Message-ID without angle brackets, the same for every try.
	ID string
	// Thread are the Message-IDs of the mails that this one follows, the first one first; empty for a first one.
	Thread []string
	// ReturnPath is the envelope's sender, to which the message comes back where it cannot be delivered; empty means the mailer's address.
	ReturnPath string
	// FromName is shown as the sender: the rep's or the company's name. The address is the mailer's.
	FromName string
	// ReplyTo is the rep's address; empty if there is none.
	ReplyTo string
	To      string
	ToName  string
	// Language is the content's BCP 47 tag.
	Language string
	Subject  string
	Text     string
	HTML     string
	// UnsubscribeURL takes the one-click POST of RFC 8058.
	UnsubscribeURL string
	// UnsubscribeAddress takes a mail that says so (RFC 2369); empty if none does.
	UnsubscribeAddress string
	// ListID names the kind of mail, the same for all of this installation (RFC 2919), without angle brackets; empty if it has no name.
	ListID string
	// FeedbackID tells the campaign to providers that count complaints by it: at most three words and who sends, divided by colons.
	FeedbackID string
	// Layout, if it is not nil, is what Text and HTML are filled from, with ToName and Token; a FormMailer is given messages in which they are not.
	Layout *Layout
	Token  string
	// Picture is what Text and HTML show as a part of the mail; nil if nothing is.
	Picture *Picture
	// Attached is a mail that goes along as it is; nil if none does. Loop is the value of X-Loop, by which we know what we have sent on.
	Attached []byte
	Loop     string
}

// Picture is a picture that travels in a mail, whose HTML shows it as "cid:" and its ID.
type Picture struct {
	// ID is unique in the mail, of the form of a Message-ID without angle brackets.
	ID string
	// Type is its media type, Name that of its file.
	Type, Name string
	Body       []byte
}

// FillIn fills in Text and HTML where there is a layout for them.
func (m *Message) FillIn() {
	if m.Layout != nil {
		m.fill(m.Layout.content(m.ToName, m.Token))
	}
}

// FormMailer is a Mailer that encodes once what all mails of a layout have in common.
type FormMailer interface {
	Mailer
	// ByForm says so.
	ByForm() bool
}

// Delivery is how a try to deliver ended.
type Delivery int

// The ends of a try.
const (
	Accepted  Delivery = iota // the server took the message
	Temporary                 // it did not take it now: try again later
	Refused                   // it refuses the message or the address for good
	Uncertain                 // the connection broke when the server may have taken it already
)

// Outcome is what a Mailer reports of one try.
type Outcome struct {
	Delivery Delivery
	// Fault is what is wrong with the relay, or with us in its eyes, so that no other mail would fare better now; empty if
	// the outcome is about this mail. Delivery is Temporary then.
	Fault Fault
	// BadAddress says that the recipient's address itself was refused for good (a hard bounce).
	BadAddress bool
	// Reply is the server's last words, or what went wrong on the way: for people to read.
	Reply string
}

// Fault is what keeps a relay from taking any mail of ours.
type Fault string

// The faults of a relay.
const (
	FaultConnection Fault = "connection" // it cannot be reached, or hangs up
	FaultTLS        Fault = "tls"        // the connection cannot be encrypted, or its certificate is not valid
	FaultLogin      Fault = "login"      // it does not let us in
	FaultSender     Fault = "sender"     // it does not take mail from our address
	FaultRelaying   Fault = "relaying"   // it lets us in, and does not carry our mail to others
	FaultBlocked    Fault = "blocked"    // it, or a list that it asks, has blocked us
	FaultQuota      Fault = "quota"      // we may not send more for now
	FaultBusy       Fault = "busy"       // it cannot take mail for now
)

// Mailer delivers mails to one relay.
type Mailer interface {
	// Deliver tries to deliver one message to one recipient. It never tries twice by itself.
	Deliver(ctx context.Context, m *Message) Outcome
	// Check tries the way to the relay without a message: Accepted, or the fault.
	Check(ctx context.Context) Outcome
}
