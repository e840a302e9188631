package survey

import (
	"time"

	"earshot/survey/store"
)

// Invitation is one ask to one contact. It owns the link and the send ledger.
type Invitation struct {
	store.Meta    `json:",inline"`
	SurveyID      SurveyID   `json:"survey_id"`
	SurveyVersion int        `json:"edition"`            // as stores have called it from the start
	PulseID       PulseID    `json:"pulse_id,omitempty"` // empty: asked by hand or by API
	AskedBy       RepID      `json:"asked_by,omitempty"` // empty: by a pulse or by API
	CustomerID    CustomerID `json:"customer_id"`
	ContactID     ContactID  `json:"contact_id"`
	Segment       string     `json:"segment"`
	RepID         RepID      `json:"rep_id"`
	// Email, ContactName and Language are the contact's at the time of the ask.
	Email       string    `json:"email"`
	ContactName string    `json:"contact_name"`
	Language    string    `json:"language,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	// ExpiresAt is when the link stops taking answers.
	ExpiresAt time.Time `json:"expires_at"`
	// Links are the secrets of the links that were sent, hashed; one for each try to send.
	Links []Link `json:"links,omitempty"`
	// Mail is the send ledger of the first mail, Reminders that of the mails that followed it, at most MaxReminders.
	Mail      Mail   `json:"mail"`
	Reminders []Mail `json:"reminders,omitempty"`
	// MailState is where these mails stand together (see foremost), and StandsAs the same more finely (see Standing), for their indexes.
	MailState MailState `json:"mail_state"`
	StandsAs  Standing  `json:"standing,omitempty"`
	// Recipient is Email as it is searched for: see recipientKey.
	Recipient string `json:"recipient,omitempty"`
	// HeldSince is since when the mail waits for the server to take mails again; zero if it does not.
	HeldSince time.Time `json:"held_since,omitzero"`
	// AnsweredAt, DeclinedAt, RevokedAt and UnsubscribedAt say how it ended; zero where it did not end so.
	AnsweredAt     time.Time `json:"answered_at,omitzero"`
	DeclinedAt     time.Time `json:"declined_at,omitzero"` // "I am not the right person"
	RevokedAt      time.Time `json:"revoked_at,omitzero"`  // taken back by us
	UnsubscribedAt time.Time `json:"unsubscribed_at,omitzero"`
	// RepliedAt is when the contact wrote a mail in answer to ours: nobody reminds them any more. The link still takes an answer.
	RepliedAt time.Time `json:"replied_at,omitzero"`
	// Successor is who was named by a contact that is not the right person; nil if nobody.
	Successor *Successor `json:"successor,omitempty"`
	// Test says that it was made with a test key: its mails are kept and never handed to a server, and what is answered to it
	// is set aside.
	Test bool `json:"test,omitempty"`
}

// Successor is who is the right person to ask, in the words of a contact that is not. Both may be empty.
type Successor struct {
	Name  string `json:"name" validate:"max=200"`
	Email string `json:"email" validate:"omitempty,max=254,mailbox"`
}

// Link is a secret that opens an invitation.
type Link struct {
	// Hash is the SHA-256 of the secret, in hexadecimal.
	Hash   string    `json:"hash"`
	MadeAt time.Time `json:"made_at"`
}

// MailState is where a mail of an invitation stands.
type MailState string

// The states of a mail. From queued a worker takes it to sending before the first byte goes out, so that a crash can
// leave it there: the next worker calls that uncertain, for nobody knows whether the server took it.
const (
	MailQueued    MailState = "queued"    // waits for its time or its next try
	MailSending   MailState = "sending"   // a worker is talking to the server
	MailAccepted  MailState = "accepted"  // the server took it
	MailUncertain MailState = "uncertain" // the server may have taken it; never tried again by itself
	MailRefused   MailState = "refused"   // the server refused it for good
	MailBounced   MailState = "bounced"   // the server took it, and it came back
	MailWithheld  MailState = "withheld"  // not sent, for the reason given: suppressed, too late, closed, revoked
	MailNone      MailState = "none"      // the link is handed out by the caller; nothing is mailed
)

// Mail is the send ledger of one mail of an invitation: what happened, and when.
type Mail struct {
	State MailState `json:"state"`
	// Detail says more of State: see Standing.
	Detail MailDetail `json:"detail,omitempty"`
	// MessageID is the Message-ID header, the same for every try.
	MessageID string `json:"message_id,omitempty"`
	// LatestAt is when it is too late to send.
	LatestAt time.Time `json:"latest_at,omitzero"`
	// Attempts counts the tries, Relay is the relay of the last one; empty where it was not tried, was kept, or by an older version.
	Attempts int    `json:"attempts"`
	Relay    string `json:"relay,omitempty"`
	// SendingSince is when the last try began; AcceptedAt when the server took the mail.
	SendingSince time.Time `json:"sending_since,omitzero"`
	AcceptedAt   time.Time `json:"accepted_at,omitzero"`
	// BouncedAt is when it came back.
	BouncedAt time.Time `json:"bounced_at,omitzero"`
	// Reason says in words why it was deferred, refused, withheld or left uncertain: the server's last reply, for example.
	Reason string `json:"reason,omitempty"`
	// BadAddress says that a server refused the address itself for good: a hard bounce.
	BadAddress bool `json:"bad_address,omitempty"`
	// ResolvedBy is who decided what to do about an uncertain mail; empty if nobody had to, or by API.
	ResolvedBy RepID `json:"resolved_by,omitempty"`
	// ResolvedAt is when that was decided; zero if it never was.
	ResolvedAt time.Time `json:"resolved_at,omitzero"`
	// History is what befell the mail, oldest first, at most maxMailEvents: Forgotten counts those that were left out in the middle. Mails of
	// older versions have none; see Invitation.MailHistory.
	History   []MailEvent `json:"history,omitempty"`
	Forgotten int         `json:"forgotten,omitempty"`
}

// Indexes of invitations.
const (
	invitationsByTime      = "by_time"
	invitationsByCustomer  = "by_customer"
	invitationsByPulse     = "by_pulse"
	invitationsByStanding  = "by_standing"
	invitationsOfPulse     = "by_pulse_standing"
	invitationsByRecipient = "by_recipient"
)

var invitationSpec = &store.Spec{
	Name: "invitations",
	New:  func() store.Doc { return new(Invitation) },
	Indexes: []store.Index{
		{Name: invitationsByTime, Fields: []string{"created_at"}},
		{Name: invitationsByCustomer, Fields: []string{"customer_id", "created_at"}},
		{Name: invitationsByPulse, Fields: []string{"pulse_id", "created_at"}, Sparse: true},
		// What is counted by standing is counted in these alone.
		{Name: invitationsByStanding, Fields: []string{"standing", "created_at", "survey_id"}, Sparse: true},
		{Name: invitationsOfPulse, Fields: []string{"pulse_id", "standing", "created_at"}, Sparse: true},
		{Name: invitationsByRecipient, Fields: []string{"recipient", "created_at"}, Sparse: true},
	},
	Queue: true,
	Shard: "id",
}

// Open says whether the invitation still waits for an answer at that time.
func (i *Invitation) Open(now time.Time) bool {
	return i.AnsweredAt.IsZero() && i.DeclinedAt.IsZero() && i.RevokedAt.IsZero() && i.UnsubscribedAt.IsZero() &&
		now.Before(i.ExpiresAt) && !i.lost()
}

// failed says that the mail does not reach the contact any more.
func (m *Mail) failed() bool {
	return m.State == MailWithheld || m.State == MailRefused || m.State == MailBounced
}
