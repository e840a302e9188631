package inbound

// Kind is what a mail is.
type Kind string

// The kinds of mail.
const (
	// Bounce says that the mail was not delivered to a recipient, and will not be.
	Bounce Kind = "bounce"
	// Delayed says that a server is still trying.
	Delayed Kind = "delayed"
	// Complaint says that a recipient called the mail spam.
	Complaint Kind = "complaint"
	// AutoReply is written by a program: out of office, a ticket's number, a challenge, a receipt.
	AutoReply Kind = "auto_reply"
	// Unsubscribe asks not to be mailed any more, and says nothing else.
	Unsubscribe Kind = "unsubscribe"
	// Reply is what a person wrote.
	Reply Kind = "reply"
	// Unknown is everything else: our own mail that loops back, newsletters, reports of deliveries that went well, damage.
	Unknown Kind = "unknown"
)

// Mail is what was read. All its texts are valid UTF-8 without control characters, on one line but for Text.
type Mail struct {
	Kind Kind
	// Failures are those of a Bounce or Delayed, one a recipient, none where no recipient could be made out.
	Failures []Failure
	// Complainants are the addresses that a Complaint says it comes from; most providers black them out.
	Complainants []string
	// From is the address of who sent it, without the name; empty if there is none.
	From    string
	Subject string
	// MessageID is the mail's own, as all Message-IDs here without brackets: unique@domain.
	MessageID string
	// About are the Message-IDs that the mail may be about, most certain first: that of the message that came back, Original-Message-ID,
	// In-Reply-To, References from the last to the first.
	About []string
	// To is every address that the mail may have come to, most certain first: the envelope's, then those of the header.
	To []string
	// Text is what the person wrote in a Reply, of at most 10,000 characters: without what they quote and without their signature.
	Text string
}

// Failure is what happened to a mail at one recipient.
type Failure struct {
	// Recipient is the address that we wrote to, as far as the report tells, or the one that it was forwarded to.
	Recipient string
	// Status is the enhanced status code (RFC 3463), "5.1.1". "5.0.0" or "4.0.0" is all that is known where no code is given.
	Status string
	// Diagnostic is what the server said, on one line, of at most 500 bytes.
	Diagnostic string
	// Permanent says that trying again is of no use: the status is of class 5.
	Permanent bool
	// BadAddress says that the mailbox does not exist or is closed, so that nothing else need be mailed to it either.
	BadAddress bool
}
