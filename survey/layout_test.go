package survey_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"earshot/frontend"
	"earshot/survey"
)

const layoutToken = "06h2jjt82ex84zfsm6dynceh6mabcdefghjkmnpqrstvwxyz012345"

// TestLayoutsSayTheSame compares what a layout says with what the templates say, of every kind of survey and in every language.
func TestLayoutsSayTheSame(t *testing.T) {
	t.Parallel()
	pages, err := frontend.New(frontend.Config{Company: "Bench & \"Söhne\" <GmbH>", BaseURL: "https://ask.example"})
	if err != nil {
		t.Fatal(err)
	}
	s, _ := newService(t)
	s.SetComposer(pages)
	people := []string{
		"Ana Weber", "", "<b>Jo</b> & \"Co\" + 'Söhne'", "محمد بن سلمان", "{name}", "{{.Sender}}", "x\x00y", "javascript:alert(1)", "a\u202eb", "--></style><script>", "é\u0301", "=?utf-8?q?x?=", " ", "$1", "\\", "名前", "{company}", "{contact}",
	}
	for _, template := range survey.Templates() {
		for _, language := range frontend.Languages() {
			for name, reminder := range map[string]*survey.ReminderMail{"first": nil, "reminder": {}, "last": {Last: true, Text: survey.Text{"en": "Please & <now>, {contact}\n\n{contact}"}}} {
				version := template.Content
				look := survey.MailLogo{}
				wording := survey.MailWording{}
				if name != "first" {
					look = survey.MailLogo{Source: "cid:0123456789abcdef01234567.png@logo.earshot", Width: 180, Height: 60}
					version.Subject = survey.Text{"en": "{contact}, {sender} of {company} asks", language: "{contact}: {sender}, {company}"}
					wording = survey.MailWording{Greeting: survey.Text{language: "+{contact}+"}, SignOff: survey.Text{language: "Yours,\n{sender} for {contact}"}, Foot: survey.Text{language: "{contact} {company}"}}
				}
				for n := range 2 * len(people) {
					m := &survey.AskMail{Version: &version, Language: language, Company: "Bench", SenderName: "Ana \"A\" <Weber>", ContactName: people[n%len(people)], Reminder: reminder,
						Wording: wording, Logo: look, Colours: survey.PaletteOf("#ffd400")}
					token := layoutToken[n%20:] + layoutToken[:n%20]
					got, laid, err := s.Content(m, token)
					if err != nil {
						t.Fatal(err)
					}
					if !laid && n > 3 { // two kinds, with a name and without: the first of each is plain
						t.Fatalf("%s in %s, %s: mail %d is not laid out", template.Name, language, name, n)
					}
					want, err := pages.Compose(s.Addressed(m, m.ContactName, token))
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(want, got); diff != "" {
						t.Fatalf("%s in %s, %s, to %q: the templates (-), the layout (+):\n%s", template.Name, language, name, m.ContactName, diff)
					}
				}
			}
		}
	}
}

// shouting is a Composer that does more with the name than to write it down.
type shouting struct{}

func (shouting) Compose(m *survey.AskMail) (survey.MailContent, error) {
	if m.ContactName == "nobody" {
		return survey.MailContent{}, errors.New("nobody is mailed")
	}
	return survey.MailContent{Subject: m.Version.Title.In("en"), Text: "Hello " + strings.ToUpper(m.ContactName) + ": " + m.AnswerURL}, nil
}

// TestNotEveryMailHasALayout has a composer whose mails cannot be laid out once, and mails that differ in what stands in them.
func TestNotEveryMailHasALayout(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	s.SetComposer(shouting{})
	one, other := survey.Templates()[0].Content, survey.Templates()[0].Content
	other.Title = survey.Text{"en": "Another"}
	for n, name := range []string{"ana", "jo", "kim", "lee"} {
		for _, version := range []*survey.SurveyVersion{&one, &other} {
			got, laid, err := s.Content(&survey.AskMail{Version: version, ContactName: name}, layoutToken)
			if err != nil || laid || got.Subject != version.Title["en"] || !strings.Contains(got.Text, "Hello "+strings.ToUpper(name)) {
				t.Errorf("mail %d: got %+v, laid out %v, error %v", n, got, laid, err)
			}
		}
	}
	if _, _, err := s.Content(&survey.AskMail{Version: &one, ContactName: "nobody"}, layoutToken); err == nil {
		t.Error("a mail that cannot be composed was")
	}
}
