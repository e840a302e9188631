package mailhook

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"earshot/survey/inbound"
)

// sesEvent is what Amazon SES publishes, as a notification of an identity or as an event of a configuration set.
type sesEvent struct {
	NotificationType, EventType string
	Mail                        struct {
		// Source is the envelope's sender.
		Source        string
		Headers       []struct{ Name, Value string }
		CommonHeaders struct{ MessageID, Subject string }
	}
	Bounce struct {
		BounceType, BounceSubType, FeedbackID string
		BouncedRecipients                     []sesRecipient
	}
	Complaint struct {
		ComplaintSubType, ComplaintFeedbackType, FeedbackID string
		ComplainedRecipients                                []sesRecipient
	}
	DeliveryDelay struct {
		DelayType         string
		DelayedRecipients []sesRecipient
	}
	Reject       struct{ Reason string }
	Subscription struct {
		NewTopicPreferences struct{ UnsubscribeAll bool }
	}
}

// sesRecipient is one recipient of an event.
type sesRecipient struct{ EmailAddress, Action, Status, DiagnosticCode string }

// readSES reads an event. What is no news to us is none, and no error.
func readSES(m *snsMessage) ([]inbound.Mail, error) {
	var e sesEvent
	if err := json.Unmarshal([]byte(m.Message), &e); err != nil {
		return nil, nil //nolint:nilerr // SES says in words that the topic has been set up
	}
	mail, ok := e.understand()
	if !ok {
		return nil, nil
	}
	mail.MessageID = cmp.Or(e.Bounce.FeedbackID, e.Complaint.FeedbackID, m.MessageID)
	mail.Subject = e.Mail.CommonHeaders.Subject
	mail.To = ids(e.Mail.Source)
	mail.About = e.about()
	return []inbound.Mail{mail}, nil
}

// about returns the Message-IDs of the mail: ours, where SES was told to repeat the header.
func (e *sesEvent) about() []string {
	all := []string{e.Mail.CommonHeaders.MessageID}
	for _, field := range e.Mail.Headers {
		if strings.EqualFold(field.Name, "Message-ID") {
			all = append(all, field.Value)
		}
	}
	return ids(all...)
}

// understand says what the event tells, if it is news.
func (e *sesEvent) understand() (inbound.Mail, bool) {
	switch cmp.Or(e.EventType, e.NotificationType) {
	case "Bounce":
		return e.bounced(), true
	case "Complaint":
		if e.Complaint.ComplaintFeedbackType == "not-spam" {
			return inbound.Mail{}, false
		}
		return inbound.Mail{Kind: inbound.Complaint}, true
	case "DeliveryDelay":
		mail := inbound.Mail{Kind: inbound.Delayed}
		for _, r := range e.DeliveryDelay.DelayedRecipients {
			mail.Failures = append(mail.Failures, passing(r.failure(e.DeliveryDelay.DelayType)))
		}
		return mail, true
	case "Reject": // SES found a virus in it
		return bounce(refused(inbound.NewFailure("", "", e.Reject.Reason))), true
	case "Subscription":
		return inbound.Mail{Kind: inbound.Unsubscribe}, e.Subscription.NewTopicPreferences.UnsubscribeAll
	}
	return inbound.Mail{}, false
}

// failure is what happened at the recipient; otherwise is told where no server said anything.
func (r sesRecipient) failure(otherwise string) inbound.Failure {
	return inbound.NewFailure(r.EmailAddress, r.Status, cmp.Or(r.DiagnosticCode, otherwise))
}

// bounced reads a bounce. SES calls the answers of the absent bounces as well, of type Transient: no server says anything there.
func (e *sesEvent) bounced() inbound.Mail {
	b := &e.Bounce
	said := slices.ContainsFunc(b.BouncedRecipients, func(r sesRecipient) bool { return r.Status+r.DiagnosticCode+r.Action != "" })
	if b.BounceType == "Transient" && b.BounceSubType == "General" && !said {
		return inbound.Mail{Kind: inbound.AutoReply}
	}
	mail := inbound.Mail{Kind: inbound.Bounce}
	for _, r := range b.BouncedRecipients {
		mail.Failures = append(mail.Failures, e.judge(r))
	}
	return mail
}

// judge says what a bounce means for a recipient.
func (e *sesEvent) judge(r sesRecipient) inbound.Failure {
	b := &e.Bounce
	f := r.failure("Amazon SES: " + b.BounceType + ", " + b.BounceSubType)
	switch {
	case b.BounceType != "Permanent":
		return passing(f)
	case b.BounceSubType == "Suppressed" || b.BounceSubType == "OnAccountSuppressionList" || r.Status+r.DiagnosticCode == "":
		return dead(f)
	}
	f.Permanent = true // and what the server said tells whether it is the address
	return f
}
