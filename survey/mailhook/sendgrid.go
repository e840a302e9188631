package mailhook

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"

	"earshot/survey/inbound"
)

// sendGridEvent is one event of the many that SendGrid posts together.
type sendGridEvent struct {
	Event          string `json:"event"`
	Email          string `json:"email"`
	ID             string `json:"sg_event_id"`
	SMTPID         string `json:"smtp-id"`
	Ours           string `json:"earshot_message_id"` // Variable
	Type           string `json:"type"`
	Reason         string `json:"reason"`
	Response       string `json:"response"`
	Status         string `json:"status"`
	Classification string `json:"bounce_classification"`
}

// readSendGrid reads events that are signed by SendGrid's key.
func (h *Hooks) readSendGrid(r Request) ([]inbound.Mail, error) {
	stamp := r.Header("X-Twilio-Email-Event-Webhook-Timestamp")
	signature, err := base64.StdEncoding.DecodeString(r.Header("X-Twilio-Email-Event-Webhook-Signature"))
	if err != nil {
		return nil, ErrStranger
	}
	sum := sha256.Sum256(append([]byte(stamp), r.Body...))
	if !ecdsa.VerifyASN1(h.sendGridKey, sum[:], signature) {
		return nil, ErrStranger
	}
	if at, err := strconv.ParseInt(stamp, 10, 64); err != nil || !h.fresh(at) {
		return nil, ErrStranger
	}
	return sendGridNews(r.Body)
}

// sendGridNews reads events.
func sendGridNews(body []byte) ([]inbound.Mail, error) {
	var events []json.RawMessage
	if err := json.Unmarshal(body, &events); err != nil {
		return nil, ErrUnreadable
	}
	var news []inbound.Mail
	for _, raw := range events {
		var e sendGridEvent
		if json.Unmarshal(raw, &e) != nil {
			continue // one of a kind that we do not know does not hold up the others
		}
		if mail, ok := e.understand(); ok {
			mail.MessageID, mail.About = named(e.ID, raw), ids(e.Ours, e.SMTPID)
			news = append(news, mail)
		}
	}
	return news, nil
}

// understand says what the event tells, if it is news.
func (e *sendGridEvent) understand() (inbound.Mail, bool) {
	switch e.Event {
	case "bounce":
		return bounce(e.judge()), true
	case "deferred":
		return delayed(inbound.NewFailure(e.Email, e.Status, e.Response)), true
	case "dropped":
		return e.dropped(), true
	case "spamreport":
		return inbound.Mail{Kind: inbound.Complaint}, true
	case "unsubscribe", "group_unsubscribe":
		return inbound.Mail{Kind: inbound.Unsubscribe}, true
	}
	return inbound.Mail{}, false
}

// judge says what a bounce means. SendGrid calls it blocked where the server refused this mail and may take the next.
func (e *sendGridEvent) judge() inbound.Failure {
	f := inbound.NewFailure(e.Email, e.Status, e.Reason)
	switch {
	case e.Type == "blocked":
		return passing(f)
	case e.Classification == "Invalid Address":
		return dead(f)
	case e.Classification != "" && e.Classification != "Unclassified":
		f.BadAddress = false
	}
	return f
}

// dropped reads why SendGrid did not even try.
func (e *sendGridEvent) dropped() inbound.Mail {
	why := strings.ToLower(e.Reason)
	f := inbound.NewFailure(e.Email, e.Status, "SendGrid dropped it: "+e.Reason)
	switch {
	case strings.Contains(why, "unsubscribed"):
		return inbound.Mail{Kind: inbound.Unsubscribe}
	case strings.Contains(why, "spam report"):
		return inbound.Mail{Kind: inbound.Complaint}
	case why == "bounced address", why == "invalid":
		return bounce(dead(f))
	}
	return bounce(refused(f))
}
