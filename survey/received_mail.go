package survey

import (
	"time"

	"earshot/survey/inbound"
	"earshot/survey/store"
)

// ReceivedMail is a mail that came back to the return path of our invitations: a bounce, a complaint, an answer of a machine or of a person.
// Its id derives from its content, so that what is handed over twice is here once.
type ReceivedMail struct {
	store.Meta `json:",inline"` // owes effectHeed and effectForward
	Kind       inbound.Kind     `json:"kind"`
	// Service is the mail service that told of it by webhook; empty where it came as a mail.
	Service string `json:"service,omitempty"`
	// InvitationID is the invitation that it is about, and CustomerID and ContactID whom that asked; empty where that is not known.
	InvitationID InvitationID `json:"invitation_id,omitempty"`
	// Reminder says which of its mails: 0 is the first one.
	Reminder   int        `json:"reminder,omitempty"`
	CustomerID CustomerID `json:"customer_id,omitempty"`
	ContactID  ContactID  `json:"contact_id,omitempty"`
	From       string     `json:"from"`
	Subject    string     `json:"subject"`
	// Failures are whom a bounce names, and why the mail did not reach them.
	Failures []MailFailure `json:"failures,omitempty"`
	// Text is what a person wrote.
	Text string `json:"text,omitempty"`
	// Followed is what was done about it; empty until that is done, and of mails about nothing.
	Followed Consequence `json:"followed,omitempty"`
	// Forward is what became of sending it on to the rep; nil where that is not done.
	Forward    *Forwarding `json:"forward,omitempty"`
	ReceivedAt time.Time   `json:"received_at"`
	ExpiresAt  time.Time   `json:"expires_at"`
}

// ReceivedKind is what a mail is that came back, for those who do not know how it is read.
type ReceivedKind = inbound.Kind

// The kinds of mails that came back.
const (
	ReceivedBounce      = inbound.Bounce
	ReceivedDelayed     = inbound.Delayed
	ReceivedComplaint   = inbound.Complaint
	ReceivedAutoReply   = inbound.AutoReply
	ReceivedUnsubscribe = inbound.Unsubscribe
	ReceivedReply       = inbound.Reply
	ReceivedUnknown     = inbound.Unknown
)

// ReceivedKinds lists the kinds, in the order in which somebody looks for trouble.
func ReceivedKinds() []ReceivedKind {
	return []ReceivedKind{
		ReceivedBounce, ReceivedComplaint, ReceivedUnsubscribe, ReceivedReply, ReceivedDelayed, ReceivedAutoReply, ReceivedUnknown,
	}
}

// Consequence is what was done about a mail that came back.
type Consequence string

// The consequences.
const (
	FollowedNothing    Consequence = "nothing"            // it is shown, and nothing had to be done (any more)
	FollowedEnded      Consequence = "ask_ended"          // the ledger says that the mail came back, and the ask does not count
	FollowedAddress    Consequence = "address_suppressed" // the same, and the address is not mailed again
	FollowedSuppressed Consequence = "person_suppressed"  // whoever was asked is not mailed again
	FollowedLife       Consequence = "sign_of_life"       // it stands in the customer's timeline, and ends their silence
	FollowedGone       Consequence = "gone"               // what it is about was deleted meanwhile
)

// MailFailure says of one recipient why a mail did not get there.
type MailFailure struct {
	Recipient string `json:"recipient"`
	// Status is the enhanced status code of RFC 3463, such as 5.1.1; empty where none was told.
	Status     string `json:"status,omitempty"`
	Diagnostic string `json:"diagnostic,omitempty"`
	// Permanent says that it makes no sense to try again, and BadAddress that it is the address that does not exist any more.
	Permanent  bool `json:"permanent"`
	BadAddress bool `json:"bad_address"`
}

// receivedMailAge is for how long mails are kept that came back, strayMailAge those of which nobody knows what they are about, whose text and
// recipients are not.
const (
	receivedMailAge = 180 * 24 * time.Hour
	strayMailAge    = 7 * 24 * time.Hour
)

// Indexes of received mails.
const (
	receivedMailsByTime     = "by_time"
	receivedMailsByCustomer = "by_customer"
)

var receivedMailSpec = &store.Spec{
	Name: "received_mails",
	New:  func() store.Doc { return new(ReceivedMail) },
	Indexes: []store.Index{
		{Name: receivedMailsByTime, Fields: []string{"received_at"}},
		{Name: receivedMailsByCustomer, Fields: []string{"customer_id", "received_at"}, Sparse: true},
	},
	Queue:   true,
	Expires: "expires_at",
}

// failure is the one of a bounce that is about that address; the zero one where a bounce names nobody. Where it names others alone, to whom
// the mail was forwarded, or who are on the list behind the address, it is the first that is for good, or the first at all, and says
// nothing of whether the address is bad.
func (m *ReceivedMail) failure(same func(recipient string) bool) MailFailure {
	if len(m.Failures) == 0 {
		return MailFailure{}
	}
	found := m.Failures[0]
	for _, f := range m.Failures {
		if same(f.Recipient) {
			return f
		}
		if f.Permanent && !found.Permanent {
			found = f
		}
	}
	found.BadAddress = false
	return found
}
