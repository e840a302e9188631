package survey

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"earshot/survey/address"
)

// listID names what this installation mails, by the host at which it is reached: it stays the same over all surveys and senders, so that a
// mail program's filter goes on to work. Empty where the host is no name.
func (s *Service) listID() string {
	host, err := address.Domain(s.mailHost())
	if err != nil {
		return ""
	}
	return "questions." + host
}

// feedbackID tells providers which campaign a mail belongs to: the pulse, or that it was asked by hand, the survey, and last who sends, which
// is the same for all mails of this installation in 5 to 15 characters (Google's Feedback-ID). Nothing in it tells of the contact.
func (s *Service) feedbackID(i *Invitation) string {
	sum := sha256.Sum256([]byte(s.mailHost()))
	return strings.Join([]string{cmp.Or(string(i.PulseID), "by-hand"), string(i.SurveyID), "earshot" + hex.EncodeToString(sum[:4])}, ":")
}
