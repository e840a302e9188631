package mailhook

import (
	"cmp"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"

	"earshot/survey/inbound"
)

// postmarkEvent is what Postmark posts.
type postmarkEvent struct {
	RecordType string
	ID         json.Number
	// Type is the kind of a bounce.
	Type, Email, Details, Description, Subject string
	Metadata                                   map[string]string
	// These are of a SubscriptionChange.
	Recipient, Origin, SuppressionReason string
	SuppressSending                      bool
}

// readPostmark reads an event. Postmark does not sign: that it calls is known by the password in the hook's address alone.
func (h *Hooks) readPostmark(r Request) ([]inbound.Mail, error) {
	want, got := sha256.Sum256([]byte(h.PostmarkSecret)), sha256.Sum256([]byte(r.Password))
	if subtle.ConstantTimeCompare(want[:], got[:]) != 1 {
		return nil, ErrStranger
	}
	return postmarkNews(r.Body)
}

// postmarkNews reads an event.
func postmarkNews(body []byte) ([]inbound.Mail, error) {
	var e postmarkEvent
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, ErrUnreadable
	}
	mail, ok := e.understand()
	if !ok {
		return nil, nil
	}
	id := ""
	if e.ID != "" && e.ID != "0" {
		id = e.RecordType + " " + e.ID.String()
	}
	mail.MessageID, mail.Subject, mail.About = named(id, body), e.Subject, ids(e.Metadata[Variable])
	return []inbound.Mail{mail}, nil
}

// understand says what the event tells, if it is news.
func (e *postmarkEvent) understand() (inbound.Mail, bool) {
	switch e.RecordType {
	case "SpamComplaint":
		return inbound.Mail{Kind: inbound.Complaint}, true
	case "SubscriptionChange": // a hard bounce is told by an event of its own
		if e.SuppressSending && e.SuppressionReason == "SpamComplaint" {
			return inbound.Mail{Kind: inbound.Complaint}, true
		}
		return inbound.Mail{Kind: inbound.Unsubscribe}, e.SuppressSending && e.SuppressionReason == "ManualSuppression" && e.Origin == "Recipient"
	case "Bounce":
		return e.bounced()
	}
	return inbound.Mail{}, false
}

// bounced reads one of the kinds of what Postmark calls a bounce.
func (e *postmarkEvent) bounced() (inbound.Mail, bool) {
	f := inbound.NewFailure(e.Email, "", cmp.Or(e.Details, e.Description))
	switch e.Type {
	case "HardBounce": // of which the server's words may tell that it is not the address
		if f.Permanent && !f.BadAddress && f.Status != "5.0.0" {
			return bounce(f), true
		}
		return bounce(dead(f)), true
	case "BadEmailAddress":
		return bounce(dead(f)), true
	case "SoftBounce", "DnsError", "Unknown":
		return bounce(passing(f)), true
	case "Blocked", "SpamNotification", "VirusNotification", "DMARCPolicy", "ManuallyDeactivated", "SMTPApiError", "TemplateRenderingFailed":
		return bounce(refused(f)), true
	case "Transient":
		return delayed(f), true
	case "AutoResponder", "AddressChange", "ChallengeVerification":
		return inbound.Mail{Kind: inbound.AutoReply}, true
	case "Unsubscribe":
		return inbound.Mail{Kind: inbound.Unsubscribe}, true
	case "SpamComplaint":
		return inbound.Mail{Kind: inbound.Complaint}, true
	}
	return inbound.Mail{}, false
}
