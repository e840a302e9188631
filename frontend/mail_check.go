package frontend

import (
	"net/url"
	"time"

	"earshot/survey"
)

// MailCheckPage tells admins what decides whether mails arrive, and lets them send one to themselves.
type MailCheckPage struct {
	Shell
	Checks []survey.MailCheck
	// CheckedAt is when they were looked at.
	CheckedAt time.Time
	// Relays are the mail servers; none where none is set.
	Relays []RelayRow
	// Brake is how mails ended of late.
	Brake *BrakePanel
	// Test is the form made by MailTestForm; nil where no mail can be sent.
	Test *Form
	// Tested is what became of the test mail that was just sent; nil if none was.
	Tested *MailTest
}

// MailTest is what became of a test mail.
type MailTest struct {
	To string
	// Accepted says that the server took it, Reply what it said.
	Accepted bool
	Reply    string
}

// PageTitle names the page.
func (MailCheckPage) PageTitle() string { return "Do mails arrive?" }

func (MailCheckPage) template() string { return "mail_check" }

// Count is how many checks were found so.
func (p MailCheckPage) Count(state survey.CheckState) int {
	n := 0
	for _, c := range p.Checks {
		if c.State == state {
			n++
		}
	}
	return n
}

// checkTone colours what was found: the badge's tone, empty for what is not known.
func checkTone(state survey.CheckState) string {
	return map[survey.CheckState]string{survey.CheckOK: "good", survey.CheckWarning: "warning", survey.CheckFault: "bad"}[state]
}

// checkWords says how something was found.
func checkWords(state survey.CheckState) string {
	return map[survey.CheckState]string{
		survey.CheckOK: "Good", survey.CheckWarning: "Could be better", survey.CheckFault: "Wrong", survey.CheckUnknown: "Not known",
	}[state]
}

// MailTestForm asks for to, survey_id and language.
func MailTestForm(action string, values url.Values, surveys []Option) Form {
	var languages []Option
	for _, tag := range Languages() {
		languages = append(languages, Option{Value: tag, Text: languageName(tag)})
	}
	return Form{ID: "test", Action: action, Submit: "Send a test mail", Fields: filled(values, limited[survey.SampleRequest](
		Field{Kind: EmailField, Name: "to", Label: "To", Required: true, Autocomplete: "email", Narrow: true},
		Field{Kind: SelectField, Name: "survey_id", Label: "Survey", Options: choices("A built-in one", surveys), Narrow: true},
		Field{Kind: SelectField, Name: "language", Label: "Language", Options: choices("The installation’s", languages), Narrow: true})...)}
}
