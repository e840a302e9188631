package frontend

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"earshot/survey"
)

// SurveyDraft is a survey while it is edited: the state of the form on SurveyFormPage.
type SurveyDraft struct {
	Name string
	// Version is that of the survey that was read; 0 for a new one.
	Version int64
	// Template is the built-in template that the survey is made from; empty if none.
	Template string
	// Languages are the tags in which every text is worded, the main one first.
	Languages []string
	// NewLanguage is what was typed to be added and was not, and LanguageProblem why; both are empty where it was.
	NewLanguage, LanguageProblem string

	Title     survey.Text
	Intro     survey.Text
	Thanks    survey.Text
	Subject   survey.Text
	Questions []QuestionDraft
	// Reminders are as many as there can be; one without days and text is none.
	Reminders [survey.MaxReminders]ReminderDraft
	// Mail is what its mails say in the company's own words.
	Mail survey.MailWording
}

// ReminderDraft is a reminder while it is edited.
type ReminderDraft struct {
	// Days are as they were typed.
	Days string
	Text survey.Text
}

// set says whether there is such a reminder.
func (r ReminderDraft) set() bool { return r.Days != "" || len(r.Text) > 0 }

// SetReminders shows the reminders of a survey.
func (d *SurveyDraft) SetReminders(list []survey.Reminder) {
	for i, r := range list[:min(len(list), len(d.Reminders))] {
		d.Reminders[i] = ReminderDraft{Days: strconv.Itoa(r.AfterDays), Text: r.Text}
	}
}

// QuestionDraft is a question while it is edited.
type QuestionDraft struct {
	// ID stays with the question over versions; empty for a new one.
	ID       string
	Kind     survey.QuestionKind
	Text     survey.Text
	Help     survey.Text
	Required bool
	// Choices are the choices in each language, one a line.
	Choices survey.Text
	// Before are the choices as they were stored, so that a choice that stays keeps its id.
	Before []survey.Choice
	// MaxLength bounds an answer in words; 0 is the usual bound.
	MaxLength int
}

// DraftOf returns the survey as it is edited. language is the installation's, for a survey without any wording.
func DraftOf(name string, version int64, content survey.SurveyVersion, language string) SurveyDraft {
	d := SurveyDraft{Name: name, Version: version, Languages: languagesOf(content, language),
		Title: content.Title, Intro: content.Intro, Thanks: content.Thanks, Subject: content.Subject}
	for _, q := range content.Questions {
		draft := QuestionDraft{ID: q.ID, Kind: q.Kind, Text: q.Text, Help: q.Help, Required: q.Required,
			Before: q.Choices, MaxLength: q.MaxLength, Choices: survey.Text{}}
		for _, tag := range d.Languages {
			lines := make([]string, len(q.Choices))
			for i, c := range q.Choices {
				lines[i] = c.Text[tag]
			}
			draft.Choices[tag] = strings.TrimRight(strings.Join(lines, "\n"), "\n")
		}
		d.Questions = append(d.Questions, draft)
	}
	if len(d.Questions) == 0 {
		d.Questions = []QuestionDraft{{Kind: survey.NPS, Required: true}}
	}
	return d
}

// languagesOf lists the languages of the content's title, the main one first.
func languagesOf(content survey.SurveyVersion, main string) []string {
	var tags []string
	for tag := range content.Title {
		tags = append(tags, tag)
	}
	if len(tags) == 0 {
		return []string{main}
	}
	slices.SortFunc(tags, func(a, b string) int {
		switch {
		case a == b:
			return 0
		case a == main, b != main && a < b:
			return -1
		}
		return 1
	})
	return tags
}

// ParseSurveyDraft reads the form of SurveyFormPage. do is the button that was pressed; see SurveyDraft.Apply.
func ParseSurveyDraft(form url.Values) (draft SurveyDraft, do string) {
	d := SurveyDraft{Name: form.Get("name"), Template: form.Get("template"), Languages: languageTags(form["language"])}
	d.Version, _ = strconv.ParseInt(form.Get("version"), 10, 64)
	text := func(name string) survey.Text { return readText(form, name, d.Languages) }
	d.Title, d.Intro, d.Thanks, d.Subject = text("title"), text("intro"), text("thanks"), text("subject")
	for i := 0; form.Has(questionField(i, "kind")) && i < maxQuestions; i++ {
		q := QuestionDraft{
			ID: form.Get(questionField(i, "id")), Kind: survey.QuestionKind(form.Get(questionField(i, "kind"))),
			Text: text(questionField(i, "text")), Help: text(questionField(i, "help")),
			Required: form.Get(questionField(i, "required")) == "on", Choices: text(questionField(i, "choices")),
		}
		q.MaxLength, _ = strconv.Atoi(form.Get(questionField(i, "max_length")))
		if err := json.Unmarshal([]byte(form.Get(questionField(i, "before"))), &q.Before); err != nil {
			q.Before = nil // the choices get new ids, as if the question were new
		}
		d.Questions = append(d.Questions, q)
	}
	for i := range d.Reminders {
		d.Reminders[i] = ReminderDraft{Days: strings.TrimSpace(form.Get(reminderField(i, "after_days"))), Text: text(reminderField(i, "text"))}
	}
	d.Mail = survey.MailWording{
		Sender: survey.SenderName(form.Get("mail.sender")), Greeting: text("mail.greeting"), SignOff: text("mail.sign_off"), Button: text("mail.button"), Foot: text("mail.foot"),
	}
	if form.Get("do") == "language" {
		d.addLanguage(strings.TrimSpace(form.Get(newLanguage)))
	}
	if form.Get("do") == "add" {
		d.Questions = append(d.Questions, QuestionDraft{Kind: survey.QuestionKind(form.Get("new_kind"))})
	}
	return d, form.Get("do")
}

// maxQuestions bounds what is read of a form: more than a survey may have, so that the domain says what is wrong.
var maxQuestions = 2 * survey.LimitsOf[survey.SurveyVersion]()["questions"].MaxItems

// languageTags keeps the well-formed tags, and the fallback where there is none.
func languageTags(values []string) []string {
	var tags []string
	for _, tag := range values {
		if _, err := language.Parse(tag); err == nil && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	if len(tags) == 0 {
		return []string{fallback}
	}
	return tags
}

func readText(form url.Values, name string, tags []string) survey.Text {
	text := survey.Text{}
	for _, tag := range tags {
		if v := strings.TrimSpace(strings.ReplaceAll(form.Get(name+"."+tag), "\r\n", "\n")); v != "" {
			text[tag] = v
		}
	}
	return text
}

func questionField(i int, name string) string { return fmt.Sprintf("question.%d.%s", i, name) }

func reminderField(i int, name string) string { return fmt.Sprintf("reminder.%d.%s", i, name) }

// tags are the languages, of which there is always one.
func (d SurveyDraft) tags() []string {
	if len(d.Languages) == 0 {
		return []string{fallback}
	}
	return d.Languages
}

// newLanguage is the field of the tag that is to be added.
const newLanguage = "new_language"

// addLanguage adds a language, or keeps what was typed and says why it does not.
func (d *SurveyDraft) addLanguage(tag string) {
	parsed, err := language.Parse(tag)
	switch {
	case tag == "":
		d.LanguageProblem = "must name the language to add, such as de or pt-BR"
	case err != nil:
		d.LanguageProblem = fmt.Sprintf("must be the tag of a language, such as de or pt-BR, and is “%s”", tag)
	case slices.Contains(d.Languages, parsed.String()):
		d.LanguageProblem = fmt.Sprintf("must be another language: %s is there already", parsed)
	default:
		d.Languages = append(d.Languages, parsed.String())
		return
	}
	d.NewLanguage = tag
}

// Apply does what the pressed button says: "remove.2", "up.2" and "down.2" change the draft ("add" and "language" were
// applied by ParseSurveyDraft). It returns true if the survey shall be saved.
func (d *SurveyDraft) Apply(do string) (save bool) {
	verb, place, _ := strings.Cut(do, ".")
	i, err := strconv.Atoi(place)
	inside := err == nil && i >= 0 && i < len(d.Questions)
	switch {
	case verb == "save":
		return true
	case verb == "remove" && inside:
		d.Questions = slices.Delete(d.Questions, i, i+1)
	case verb == "up" && inside && i > 0:
		d.Questions[i-1], d.Questions[i] = d.Questions[i], d.Questions[i-1]
	case verb == "down" && inside && i < len(d.Questions)-1:
		d.Questions[i], d.Questions[i+1] = d.Questions[i+1], d.Questions[i]
	}
	return false
}

// Input returns the draft as the domain takes it. New questions and choices have no id yet.
func (d SurveyDraft) Input() survey.SurveyInput {
	content := survey.SurveyVersion{Title: d.Title, Intro: d.Intro, Thanks: d.Thanks, Subject: d.Subject}
	for _, q := range d.Questions {
		question := survey.Question{ID: q.ID, Kind: q.Kind, Text: q.Text, Help: q.Help, Required: q.Required}
		if q.Kind.HasChoices() {
			question.Choices = q.choices(d.tags())
		}
		if q.Kind == survey.OpenText {
			question.MaxLength = q.MaxLength
		}
		content.Questions = append(content.Questions, question)
	}
	in := survey.SurveyInput{Name: d.Name, Template: d.Template, Content: content, Mail: d.Mail, Version: d.Version}
	for _, i := range d.reminders() {
		days, err := strconv.Atoi(d.Reminders[i].Days)
		if err != nil {
			days = 0 // which is refused beside the field
		}
		in.Reminders = append(in.Reminders, survey.Reminder{AfterDays: days, Text: d.Reminders[i].Text})
	}
	return in
}

// reminders are the places of those that are there.
func (d SurveyDraft) reminders() []int {
	var places []int
	for i, r := range d.Reminders {
		if r.set() {
			places = append(places, i)
		}
	}
	return places
}

// choices reads the lines. A choice worded as before in the main language keeps its id; so does a reworded one, where the
// number of lines is the same and no other line took the id.
func (q QuestionDraft) choices(tags []string) []survey.Choice {
	main := lines(q.Choices[tags[0]])
	choices := make([]survey.Choice, len(main))
	taken := make(map[string]bool)
	for i, text := range main {
		choices[i].Text = survey.Text{tags[0]: text}
		at := slices.IndexFunc(q.Before, func(c survey.Choice) bool { return c.Text[tags[0]] == text && !taken[c.ID] })
		if at >= 0 {
			choices[i].ID = q.Before[at].ID
			taken[choices[i].ID] = true
		}
	}
	for i := range choices {
		if choices[i].ID == "" && len(main) == len(q.Before) && !taken[q.Before[i].ID] {
			choices[i].ID = q.Before[i].ID
		}
	}
	for _, tag := range tags[1:] {
		for i, text := range lines(q.Choices[tag]) {
			if i < len(choices) {
				choices[i].Text[tag] = text
			}
		}
	}
	return choices
}

// lines are the lines of a text that are not empty.
func lines(text string) []string {
	var found []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			found = append(found, line)
		}
	}
	return found
}

// Reject puts what is wrong with the survey beside its fields; the rest goes into Problem.
func (p SurveyFormPage) Reject(err error) SurveyFormPage {
	own := survey.AsError(err)
	if own == nil {
		return p
	}
	p.Problem, p.Errors = capital(own.Message), make(map[string]string)
	var known *survey.Error
	if !errors.As(err, &known) {
		return p
	}
	for _, problem := range known.Fields {
		name := p.Draft.fieldOf(problem.Field)
		if name == "" {
			p.Problem += " " + capital(problem.Message)
			continue
		}
		p.Errors[name] = capital(problem.Message)
	}
	return p
}

// domainPath takes a path of the domain apart: the number of the question or reminder, or that it is of the mails' wording; what of it, and the language.
var domainPath = regexp.MustCompile(`^(?:content\.)?(?:(questions|reminders)\[(\d+)\]\.|(mail)\.)?([a-z_]+)(?:\[\d+\]\.[a-z]+)?(?:\[([A-Za-z-]+)\])?$`)

// fieldOf returns the form's field for a path such as "content.questions[2].text[de]"; empty if there is none.
func (d SurveyDraft) fieldOf(path string) string {
	m := domainPath.FindStringSubmatch(path)
	if m == nil {
		return ""
	}
	list, number, name, tag := m[1]+m[3], m[2], m[4], m[5]
	if !slices.Contains(d.tags(), tag) {
		tag = d.tags()[0]
	}
	i, _ := strconv.Atoi(number)
	switch {
	case list == "questions":
		name = questionField(i, name)
	case list == "reminders" && i < len(d.reminders()):
		name = reminderField(d.reminders()[i], name)
	case list == "mail":
		name = "mail." + name
	case name == "name", name == newLanguage:
		return name
	case !slices.Contains([]string{"title", "intro", "thanks", "subject"}, name):
		return ""
	}
	if slices.Contains([]string{"kind", "required", "max_length", "id", "after_days", "sender"}, m[4]) {
		return strings.Replace(name, ".id", ".kind", 1)
	}
	return name + "." + tag
}
