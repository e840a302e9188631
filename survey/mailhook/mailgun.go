package mailhook

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"

	"earshot/survey/inbound"
)

// mailgunPost is what Mailgun posts: one event, and a signature.
type mailgunPost struct {
	Signature struct {
		Timestamp flexible `json:"timestamp"`
		Token     string   `json:"token"`
		Signature string   `json:"signature"`
	} `json:"signature"`
	Event json.RawMessage `json:"event-data"`
}

// mailgunEvent is the event.
type mailgunEvent struct {
	Event     string `json:"event"`
	ID        string `json:"id"`
	Severity  string `json:"severity"`
	Reason    string `json:"reason"`
	Recipient string `json:"recipient"`
	Delivery  struct {
		Code         flexible `json:"code"`
		EnhancedCode flexible `json:"enhanced-code"`
		Message      string   `json:"message"`
		Description  string   `json:"description"`
		BounceType   string   `json:"bounce-type"`
	} `json:"delivery-status"`
	Reject  struct{ Reason string } `json:"reject"`
	Message struct {
		Headers struct {
			MessageID string `json:"message-id"`
			Subject   string `json:"subject"`
		} `json:"headers"`
	} `json:"message"`
	// Variables are an object, or an empty list where there are none.
	Variables json.RawMessage `json:"user-variables"`
}

// flexible is a text that may be written as a number.
type flexible string

// UnmarshalJSON implements json.Unmarshaler.
func (f *flexible) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		text = string(raw)
	}
	if text == "null" {
		text = ""
	}
	*f = flexible(text)
	return nil
}

// readMailgun reads an event. The signature covers a time and a token and not the event, so a token counts for one event only.
func (h *Hooks) readMailgun(r Request) ([]inbound.Mail, error) {
	var p mailgunPost
	if json.Unmarshal(r.Body, &p) != nil {
		return nil, ErrStranger
	}
	s := p.Signature
	mac := hmac.New(sha256.New, []byte(h.MailgunKey))
	mac.Write([]byte(string(s.Timestamp) + s.Token))
	given, err := hex.DecodeString(s.Signature)
	if err != nil || !hmac.Equal(mac.Sum(nil), given) {
		return nil, ErrStranger
	}
	at, err := strconv.ParseInt(string(s.Timestamp), 10, 64)
	if err != nil || !h.fresh(at) {
		return nil, ErrStranger
	}
	var e mailgunEvent
	if json.Unmarshal(p.Event, &e) != nil {
		return nil, ErrUnreadable
	}
	if !h.spend(s.Token, named(e.ID, p.Event)) {
		return nil, ErrStranger
	}
	return e.news(p.Event)
}

// news is what the event tells, which came as raw.
func (e *mailgunEvent) news(raw json.RawMessage) ([]inbound.Mail, error) {
	mail, ok := e.understand()
	if !ok {
		return nil, nil
	}
	var variables map[string]any
	_ = json.Unmarshal(e.Variables, &variables) // an empty list is none
	ours, _ := variables[Variable].(string)
	mail.MessageID, mail.Subject, mail.About = named(e.ID, raw), e.Message.Headers.Subject, ids(ours, e.Message.Headers.MessageID)
	return []inbound.Mail{mail}, nil
}

// spentToken is the event that a token came with, and when.
type spentToken struct {
	event string
	at    time.Time
}

// maxTokens is how many tokens are remembered, by each process: more than come in a day. The oldest are forgotten with all that have
// grown old.
const maxTokens = 100_000

// spend notes the event of a token, and says whether it came with no other before.
func (h *Hooks) spend(token, event string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if before, seen := h.tokens[token]; seen {
		return before.event == event
	}
	if len(h.tokens) >= maxTokens {
		h.forgetTokens()
	}
	h.tokens[token] = spentToken{event, h.Now()}
	return true
}

// forgetTokens forgets those that are not fresh any more, and all if that are none.
func (h *Hooks) forgetTokens() {
	for token, spent := range h.tokens {
		if h.Now().Sub(spent.at) > longestRetry+clockSkew {
			delete(h.tokens, token)
		}
	}
	if len(h.tokens) >= maxTokens {
		clear(h.tokens)
	}
}

// understand says what the event tells, if it is news.
func (e *mailgunEvent) understand() (inbound.Mail, bool) {
	switch e.Event {
	case "failed":
		return e.failed(), true
	case "rejected": // Mailgun itself did not take the mail
		return bounce(refused(inbound.NewFailure(e.Recipient, "", "Mailgun rejected it: "+e.Reject.Reason))), true
	case "complained":
		return inbound.Mail{Kind: inbound.Complaint}, true
	case "unsubscribed":
		return inbound.Mail{Kind: inbound.Unsubscribe}, true
	}
	return inbound.Mail{}, false
}

// failed reads a failure. Those for good are also of mails that Mailgun does not try any more, or does not try at all.
func (e *mailgunEvent) failed() inbound.Mail {
	said := cmp.Or(e.Delivery.Message, e.Delivery.Description)
	if code, err := strconv.Atoi(string(e.Delivery.Code)); err == nil && code >= 400 && code < 600 {
		said = string(e.Delivery.Code) + " " + said
	}
	f := inbound.NewFailure(e.Recipient, string(e.Delivery.EnhancedCode), said)
	switch {
	case e.Severity == "temporary":
		return delayed(f)
	case e.Reason == "suppress-unsubscribe":
		return inbound.Mail{Kind: inbound.Unsubscribe}
	case e.Reason == "suppress-complaint":
		return inbound.Mail{Kind: inbound.Complaint}
	case e.Reason == "suppress-bounce":
		return bounce(dead(f))
	case e.Reason == "old", e.Delivery.BounceType == "soft":
		return bounce(passing(f))
	}
	return bounce(f)
}
