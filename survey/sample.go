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

// SampleMail is a mail to make a sample of.
type SampleMail struct {
	Version *SurveyVersion
	// SurveyID is empty of a built-in survey.
	SurveyID SurveyID
	To       string
	// Language is as they wish; empty is the installation's.
	Language string
	// Reminder is set for a reminder.
	Reminder *ReminderMail
	dress    dress
}

// madeUpContact is whom samples greet.
const madeUpContact = "Ana Example"

// Message lays the sample out.
func (s Sample) Message(of SampleMail) (*Message, error) {
	preview := s.BaseURL + "/surveys"
	if of.SurveyID != "" {
		preview += "/" + string(of.SurveyID) + "/preview"
	}
	origin := newMailOrigin(s.BaseURL)
	until := s.Now.AddDate(0, 0, DefaultAnswerDays)
	mail := &AskMail{
		Version: of.Version, Language: of.Version.Language(cmp.Or(of.Language, s.Language)), Company: s.Company, ContactName: madeUpContact,
		AnswerURL: preview, UnsubscribeURL: preview, AnswerBy: until, ExpiresAt: until, Scores: scoreLinks(preview, &of.Version.Questions[0]), Reminder: of.Reminder,
	}
	m := &Message{
		ID: "test-" + rand.Text() + "@" + mailHost(s.BaseURL), ReturnPath: s.ReturnPath, To: of.To, ToName: mail.ContactName, Language: mail.Language,
		UnsubscribeURL: preview, UnsubscribeAddress: s.ReturnPath, ListID: origin.list, FeedbackID: origin.feedbackID("test", of.SurveyID),
	}
	if of.dress.from == "" {
		of.dress.from, of.dress.signed = s.Company, s.Company
	}
	of.dress.put(mail, m)
	content, err := layOut(s.Composer, mail)
	m.fill(content)
	return m, err
}
