package gallery

import (
	"net/url"

	"earshot/frontend"
	"earshot/survey"
)

// look is the look of a company with a bright colour.
func look() frontend.LookPage {
	stored := &survey.Look{Accent: "#ffd400", Sender: survey.SenderBoth, LogoBy: survey.LogoInline, Logo: "0123456789abcdef01234567.png", LogoWidth: 540, LogoHeight: 180}
	page := lookPage(stored, nil)
	page.Logo = "/logo/" + stored.Logo
	page.LogoWidth, page.LogoHeight = stored.ShownLogo()
	return page
}

func emptyLook() frontend.LookPage { return lookPage(&survey.Look{}, nil) }

func brokenLook() frontend.LookPage {
	page := lookPage(&survey.Look{Accent: "#0b5a6e"}, url.Values{"accent": {"petrol"}, "accent_picked": {"#0b5a6e"}, "sender": {"rep"}, "logo_by": {"inline"}})
	err := survey.InvalidField("accent", "must be a colour as # and six hexadecimal digits, such as #0b5a6e")
	err.Fields = append(err.Fields, survey.FieldError{Field: "logo", Message: "has 2400 × 800 pixels, and may have 600 × 200: save it smaller"})
	page.Form = page.Form.Reject(err)
	return page
}

func lookPage(stored *survey.Look, values url.Values) frontend.LookPage {
	return frontend.LookPage{Shell: shell(frontend.PathSettings), Form: frontend.LookForm("/settings/look", stored, values), Accent: stored.Accent,
		Uses: survey.ColourUses(stored.Accent), Modes: frontend.LookModes(stored.Palette())}
}

// someWording is what a survey's mails say in own words.
func someWording() survey.MailWording {
	return survey.MailWording{Sender: survey.SenderBoth, Greeting: survey.Text{"en": "Dear {contact},", "de": "Guten Tag {contact},"}, SignOff: survey.Text{"en": "Kind regards", "de": "Mit freundlichen Grüßen"}}
}

func surveyMail() frontend.SurveyMailPage {
	test := frontend.SurveyMailTestForm("/surveys/srv_1/mail/test", url.Values{"to": {"ana@norwind.example"}, "mail": {"0"}, "language": {"en"}})
	return frontend.SurveyMailPage{Shell: shell(frontend.PathSurveys), Survey: frontend.Link{Text: "Quiet pulse", URL: "/surveys/srv_1"}, Look: "/settings/look", From: "Ana Weber, Norwind Components", Subject: "Ana Example, is everything all right?",
		Text:  "Dear Ana Example,\n\nHow satisfied are you with us?\n\nVery satisfied\n  https://feedback.norwind.example/surveys/srv_1/preview?s=5\n\nKind regards\nAna Weber\nNorwind Components\n",
		Light: "sample-mail.html", Dark: "sample-mail-dark.html", Test: &test,
		Mails: []frontend.Tab{{Link: frontend.Link{Text: "First mail", URL: "?mail=0"}, Current: true}, {Link: frontend.Link{Text: "First reminder", URL: "?mail=1"}}},
		Views: []frontend.Tab{{Link: frontend.Link{Text: "en", URL: "?language=en"}, Current: true}, {Link: frontend.Link{Text: "de", URL: "?language=de"}}, {Link: frontend.Link{Text: "ar", URL: "?language=ar"}}}}
}

func extremeSurveyMail() frontend.SurveyMailPage {
	page := surveyMail()
	page.Survey.Text, page.From, page.Subject, page.Text = longName, hostile, arabic+longWord, longWord+arabic
	page.Tested = &frontend.MailTest{To: longWord + "@example.com", Reply: "550 5.1.1 " + longWord}
	bad := page.Test.Reject(survey.InvalidField("to", "must be an e-mail address"))
	page.Test = &bad
	return page
}
