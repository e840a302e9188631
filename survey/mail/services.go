package mail

import (
	"encoding/json"

	gomail "github.com/wneessen/go-mail"

	"earshot/survey/mailhook"
)

// maxPostmarkValue is the longest value that Postmark repeats, in characters; a longer one is refused with the mail.
const maxPostmarkValue = 80

// setVariables tells mail services what to call the mail in their events. Each reads a field of its own and takes it out; that of another
// stays in the mail and says no more than its Message-ID.
func setVariables(mail *gomail.Msg, services []string, messageID string) {
	variables := map[string]string{mailhook.Variable: messageID}
	for _, service := range services {
		switch service {
		case mailhook.SendGrid:
			mail.SetGenHeaderPreformatted("X-SMTPAPI", asJSON(map[string]any{"unique_args": variables}))
		case mailhook.Mailgun:
			mail.SetGenHeaderPreformatted("X-Mailgun-Variables", asJSON(variables))
		case mailhook.Postmark:
			if len(messageID) <= maxPostmarkValue {
				mail.SetGenHeaderPreformatted(gomail.Header("X-PM-Metadata-"+mailhook.Variable), messageID)
			}
		}
	}
}

// asJSON is a value as JSON on one line, of ASCII alone where the value is.
func asJSON(value any) string {
	text, _ := json.Marshal(value) // maps of texts always can be
	return string(text)
}
