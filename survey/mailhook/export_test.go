package mailhook

import (
	"encoding/json"

	"earshot/survey/inbound"
)

// News is what Read makes of a body that each of the services has signed.
func News(service string, body []byte) ([]inbound.Mail, error) {
	switch service {
	case SES:
		return readSES(&snsMessage{MessageID: "sns-1", Message: string(body)})
	case SendGrid:
		return sendGridNews(body)
	case Postmark:
		return postmarkNews(body)
	}
	var e mailgunEvent
	if json.Unmarshal(body, &e) != nil {
		return nil, ErrUnreadable
	}
	return e.news(body)
}
