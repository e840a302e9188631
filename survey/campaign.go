package survey

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"earshot/survey/address"
)

// mailOrigin is how the mails of an installation name it. It follows from the host at which the installation is reached, so that it stays the
// same over all surveys and senders.
type mailOrigin struct {
	// list names what the installation mails (RFC 2919), for people's filters; empty where the host is no name.
	list string
	// sender is who sends, in 5 to 15 characters (Google's Feedback-ID).
	sender string
}

func newMailOrigin(baseURL string) mailOrigin {
	host := mailHost(baseURL)
	sum := sha256.Sum256([]byte(host))
	o := mailOrigin{sender: "earshot" + hex.EncodeToString(sum[:4])}
	if name, err := address.Domain(host); err == nil {
		o.list = "questions." + name
	}
	return o
}

// feedbackID tells providers which campaign a mail belongs to: the pulse, or in a word how else it came to be, the survey, and last who sends.
// Nothing in it tells of the contact.
func (o mailOrigin) feedbackID(pulse string, id SurveyID) string {
	return strings.Join([]string{cmp.Or(pulse, "by-hand"), string(id), o.sender}, ":")
}
