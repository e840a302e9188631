package survey

import (
	"cmp"
	"crypto/rand"
	"time"
)

// Sample makes mails that look as contacts get them and are about nobody: their links lead to the survey's preview, which records nothing, or where
// it is a built-in one to the surveys.
type Sample struct {
	// Composer lays them out; nil makes plain text.
	Composer Composer
	// BaseURL, ReturnPath, Company and Language are those of Options.
	BaseURL, ReturnPath, Company, Language string
	Now                                    time.Time
}

// Message is a mail of that version to the address, in a language as it wishes; empty is the installation's. Its subject says that it is a test.
func (s Sample) Message(v *SurveyVersion, id SurveyID, to, language string) (*Message, error) {
	preview := s.BaseURL + "/surveys"
	if id != "" {
		preview += "/" + string(id) + "/preview"
	}
	origin := newMailOrigin(s.BaseURL)
	until := s.Now.AddDate(0, 0, DefaultAnswerDays)
	mail := &AskMail{
		Version: v, Language: v.Language(cmp.Or(language, s.Language)), Company: s.Company, SenderName: s.Company, ContactName: "Jo Kim",
		AnswerURL: preview, UnsubscribeURL: preview, AnswerBy: until, ExpiresAt: until, Scores: scoreLinks(preview, &v.Questions[0]),
	}
	content, err := layOut(s.Composer, mail)
	if err != nil {
		return nil, err
	}
	return &Message{
		ID: "test-" + rand.Text() + "@" + mailHost(s.BaseURL), ReturnPath: s.ReturnPath, FromName: s.Company, To: to, ToName: mail.ContactName,
		Language: mail.Language, Subject: "[Test] " + content.Subject, Text: content.Text, HTML: content.HTML, UnsubscribeURL: preview,
		UnsubscribeAddress: s.ReturnPath, ListID: origin.list, FeedbackID: origin.feedbackID("test", id),
	}, nil
}
