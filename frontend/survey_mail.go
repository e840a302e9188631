package frontend

import (
	"net/url"
	"strings"
)

// SurveyMailPage shows the mails of a survey as contacts get them: one of them in one language, in light, in dark, on a phone and as plain text.
type SurveyMailPage struct {
	Shell
	// Survey leads to the survey, Look to what all mails have in common.
	Survey Link
	Look   string
	// Mails switch between the first mail and the reminders, Views between the languages, each with a tag as its text.
	Mails, Views []Tab
	// From, Subject and Text are the mail's; Light and Dark are where its HTML is, for frames.
	From, Subject, Text string
	Light, Dark         string
	// Test is the form made by SurveyMailTestForm; nil where no mail can be sent.
	Test *Form
	// Tested is what became of the test mail that was just sent; nil if none was.
	Tested *MailTest
}

// PageTitle names the page.
func (p SurveyMailPage) PageTitle() string { return "Mails of " + p.Survey.Text }

func (SurveyMailPage) template() string { return "survey_mail" }

// SurveyMailTestForm asks for the address to which the mail is sent that is shown.
func SurveyMailTestForm(action string, values url.Values) Form {
	return Form{ID: "test", Action: action, Submit: "Send me this as a test mail",
		Hidden: []Hidden{{"mail", values.Get("mail")}, {"language", values.Get("language")}},
		Fields: filled(values, Field{Kind: EmailField, Name: "to", Label: "To", Required: true, Autocomplete: "email", MaxLength: 254, Narrow: true})}
}

// What mails say of light and dark mode.
const (
	bothModes     = "light dark"
	darkMediaRule = "@media (prefers-color-scheme:dark){"
)

// InMode is a mail's HTML as it looks to somebody with a dark screen, or a light one, whatever the reader has: its own rules for dark mode hold, or do not.
func InMode(html string, dark bool) string {
	mode, rule := "light", "@media not all{"
	if dark {
		mode, rule = "dark", "@media all{"
	}
	return strings.NewReplacer(
		`content="`+bothModes+`"`, `content="`+mode+`"`, "color-scheme:"+bothModes, "color-scheme:"+mode, "supported-color-schemes:"+bothModes, "supported-color-schemes:"+mode,
		darkMediaRule, rule).Replace(html)
}
