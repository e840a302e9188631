package frontend

import (
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	texttemplate "text/template"

	"earshot/survey"
)

// mailTemplates lay out the mail that asks.
type mailTemplates struct {
	html *template.Template
	text *texttemplate.Template
}

// loadMails parses the templates of mails and tries them.
func (f *Frontend) loadMails() (err error) {
	f.mails.html, err = template.New("mail").Funcs(template.FuncMap{"mso": forWord}).ParseFS(templateFiles, "templates/mails/*.html")
	if err != nil {
		return fmt.Errorf("frontend: %w", err)
	}
	f.mails.text, err = texttemplate.New("mail").ParseFS(templateFiles, "templates/mails/*.txt")
	if err != nil {
		return fmt.Errorf("frontend: %w", err)
	}
	_, err = f.Compose(&survey.AskMail{Version: &survey.SurveyVersion{Questions: []survey.Question{{}}}})
	return err
}

// forWord is markup that only Outlook on Windows sees: it lays mails out with Word, which knows tables but no boxes.
func forWord(markup string) template.HTML {
	return template.HTML("<!--[if mso]>" + markup + "<![endif]-->")
}

// mailView is what the templates of a mail are run with.
type mailView struct {
	C *chrome
	// Colours are those of buttons, lines and links; Logo is where its picture is, empty where there is none.
	Colours survey.Palette
	Logo    template.URL
	// LogoWidth and LogoHeight are those in which it is shown.
	LogoWidth, LogoHeight int
	// Start is the side where lines begin, "left" or "right", and End the other.
	Start, End string
	Subject    string
	Greeting   string
	Intro      [][]string // paragraphs, of lines
	Question   string
	Look       string
	Taps       []tap
	// Open is the label of the button, where there are no scores.
	Open string
	// SignOff are the lines above the sender's name.
	SignOff []string
	Sender  string
	Company string
	Why     string
	// Until says until which day they can answer, in their language; empty where that is not known.
	Until string
	// Postal is where the company can be written to; may be empty.
	Postal    string
	AnswerURL string

	UnsubscribeURL string
}

// The ways in which the scores of the first question are laid out.
const (
	tapNumbers = "numbers" // in a row, which breaks on a phone
	tapBoxes   = "boxes"   // the same, with words below the numbers
	tapRows    = "rows"    // one below the other
)

// tap is one score of the first question.
type tap struct {
	Score string
	// Text is the score in words; empty where it has none.
	Text string
	URL  string
}

// Line is the score for a mail in plain text.
func (t tap) Line() string {
	if t.Text != "" {
		return t.Text
	}
	return t.Score
}

// Compose lays out the mail that asks, as a letter from whoever looks after the contact. It implements survey.Composer.
func (f *Frontend) Compose(m *survey.AskMail) (survey.MailContent, error) {
	if m.Version == nil || len(m.Version.Questions) == 0 {
		return survey.MailContent{}, errors.New("frontend: a mail without a question")
	}
	view := f.mailView(m)
	var html, text strings.Builder
	if err := f.mails.html.ExecuteTemplate(&html, "ask", view); err != nil {
		return survey.MailContent{}, fmt.Errorf("frontend: %w", err)
	}
	if err := f.mails.text.ExecuteTemplate(&text, "ask", view); err != nil {
		return survey.MailContent{}, fmt.Errorf("frontend: %w", err)
	}
	return survey.MailContent{Subject: view.Subject, Text: text.String(), HTML: html.String()}, nil
}

func (f *Frontend) mailView(m *survey.AskMail) mailView {
	c := f.chromeIn(m.Language)
	first := &m.Version.Questions[0]
	view := mailView{
		C: c, Colours: m.Colours.OrUsual(), Start: "left", End: "right", Subject: m.Subject(), Greeting: c.greets(m), Intro: c.mailIntro(m),
		Question: first.Text.In(m.Language), Open: c.own(m, m.Wording.Button, c.MailOpen), Why: c.own(m, m.Wording.Foot, c.MailWhy),
		Sender: m.SenderName, Company: f.config.Company, Postal: f.config.PostalAddress, AnswerURL: m.AnswerURL, UnsubscribeURL: m.UnsubscribeURL,
		Logo: template.URL(m.Logo.Source), LogoWidth: m.Logo.Width, LogoHeight: m.Logo.Height, // the domain made the address
	}
	if c.Direction == "rtl" {
		view.Start, view.End = view.End, view.Start
	}
	if view.Sender == "" {
		view.Sender = view.Company
	}
	if signOff := c.own(m, m.Wording.SignOff, ""); signOff != "" {
		view.SignOff = strings.Split(signOff, "\n")
	}
	if !m.AnswerBy.IsZero() {
		view.Until = strings.ReplaceAll(c.MailUntil, "{date}", c.day(m.AnswerBy))
	}
	view.Look, view.Taps = c.taps(first.Kind, m.Scores)
	return view
}

// own is the survey's own wording in the language of the mail, else the usual one.
func (c *chrome) own(m *survey.AskMail, text survey.Text, usual string) string {
	return cmp.Or(m.Fill(cmp.Or(text.Own(m.Language), text.Own(c.Tag))), usual)
}

// greets is how the mail greets the contact; empty where they have no name and nothing else is said.
func (c *chrome) greets(m *survey.AskMail) string {
	own := cmp.Or(m.Wording.Greeting.Own(m.Language), m.Wording.Greeting.Own(c.Tag))
	switch {
	case m.ContactName == "" && (own == "" || survey.NamesContact(own)):
		return ""
	case own != "":
		return m.Fill(own)
	}
	return strings.ReplaceAll(c.Hello, "{name}", m.ContactName)
}

// mailIntro is what the mail says before the question.
func (c *chrome) mailIntro(m *survey.AskMail) [][]string {
	r := m.Reminder
	switch {
	case r == nil:
		return filledParagraphs(m.Version.Intro.In(m.Language), m.Fill)
	case len(r.Text) > 0:
		return filledParagraphs(r.Text.In(m.Language), m.Fill)
	case r.Last:
		return [][]string{{c.MailReminder + " " + c.MailReminderLast}}
	}
	return [][]string{{c.MailReminder}}
}

// filledParagraphs are the lines of each paragraph of a text with its places filled. It is split before, for names are put in as they are.
func filledParagraphs(text string, fill func(string) string) [][]string {
	var found [][]string
	for _, p := range paragraphs(text) {
		var lines []string
		for line := range strings.SplitSeq(p, "\n") {
			if line = fill(line); line != "" {
				lines = append(lines, line)
			}
		}
		if len(lines) > 0 {
			found = append(found, lines)
		}
	}
	return found
}

// taps are the scores in the order in which the page shows them.
func (c *chrome) taps(kind survey.QuestionKind, scores []survey.ScoreLink) (look string, taps []tap) {
	for _, s := range scores {
		t := tap{Score: strconv.Itoa(s.Score), URL: s.URL}
		switch {
		case kind == survey.NPS:
			look = tapNumbers
		case kind == survey.CSAT && s.Score >= 1 && s.Score <= len(c.Satisfied):
			look, t.Text = tapBoxes, c.Satisfied[s.Score-1]
		case kind == survey.Progress && s.Score >= 1 && s.Score <= len(c.Progress):
			look, t.Text = tapRows, c.Progress[len(c.Progress)-s.Score]
		default:
			continue
		}
		taps = append(taps, t)
	}
	if kind == survey.Progress {
		slices.Reverse(taps)
	}
	return look, taps
}
