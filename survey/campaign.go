package survey

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"earshot/survey/address"
)

// listID names what an installation mails, by the host at which it is reached: it stays the same over all surveys and senders, so that a
// mail program's filter goes on to work. Empty where the host is no name.
func listID(baseURL string) string {
	host, err := address.Domain(mailHost(baseURL))
	if err != nil {
		return ""
	}
	return "questions." + host
}

// feedbackID tells providers which campaign a mail belongs to: the pulse, or in a word how else it came to be, the survey, and last who sends,
// which is the same for all mails of this installation in 5 to 15 characters (Google's Feedback-ID). Nothing in it tells of the contact.
func feedbackID(baseURL, pulse string, id SurveyID) string {
	sum := sha256.Sum256([]byte(mailHost(baseURL)))
	return strings.Join([]string{cmp.Or(pulse, "by-hand"), string(id), "earshot" + hex.EncodeToString(sum[:4])}, ":")
}
