package frontend

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"earshot/survey"
)

// questionBlock is one question on the form that edits a survey.
type questionBlock struct {
	Place  int
	Anchor string
	fieldGroup
	Hidden  []Hidden
	Buttons []Option
}

// fieldGroup are fields that stand together: those of the main language and those without one, then the translations.
type fieldGroup struct {
	Fields       []placedField
	Translations []placedField
	// Open unfolds the translations, because something is wrong there.
	Open bool
}

// add puts a field that has no language.
func (g *fieldGroup) add(f placedField) { g.Fields = append(g.Fields, f) }

// addWorded puts one field for each language.
func (g *fieldGroup) addWorded(p SurveyFormPage, f Field, text survey.Text) {
	worded := p.worded(f, text)
	g.Fields = append(g.Fields, worded[0])
	for _, translation := range worded[1:] {
		g.Translations = append(g.Translations, translation)
		g.Open = g.Open || translation.Error != ""
	}
}

// put places a field on the form, with what is wrong with it. "Optional" is not said there: it would stand everywhere.
func (p SurveyFormPage) put(f Field) placedField {
	f.Error = p.Error(f.Name)
	return place("survey", f)
}

// worded is one field for each language.
func (p SurveyFormPage) worded(f Field, text survey.Text) []placedField {
	name, label := f.Name, f.Label
	var fields []placedField
	for i, tag := range p.Draft.tags() {
		f.Name, f.Label, f.Values = name+"."+tag, label, []string{text[tag]}
		if len(p.Draft.tags()) > 1 {
			f.Label = label + " (" + languageName(tag) + ")"
		}
		if i > 0 {
			f.Help, f.Required = "", false
		}
		fields = append(fields, p.put(f))
	}
	return fields
}

// Head are the fields above the questions.
func (p SurveyFormPage) Head() fieldGroup {
	d, limits := p.Draft, survey.LimitsOf[survey.SurveyVersion]()
	var g fieldGroup
	g.add(p.put(Field{Kind: TextField, Name: "name", Label: "Name, for reps", Values: []string{d.Name}, Required: true}.within(survey.LimitsOf[survey.SurveyInput]()["name"])))
	g.addWorded(p, Field{Kind: TextField, Name: "title", Label: "Title", Help: "Heads the page that a contact sees.", Required: true}.within(limits["title"]), d.Title)
	g.addWorded(p, Field{Kind: TextField, Name: "subject", Label: "Subject of the mail", Help: "Left empty, it is the title."}.within(limits["subject"]), d.Subject)
	g.addWorded(p, Field{Kind: AreaField, Name: "intro", Label: "Introduction", Help: "Stands in the mail and above the questions. It may hold {contact}, {company} and {sender}, as the subject may."}.within(limits["intro"]), d.Intro)
	g.addWorded(p, Field{Kind: TextField, Name: "thanks", Label: "Thanks", Help: "Said at the end."}.within(limits["thanks"]), d.Thanks)
	return g
}

// Hidden are the values of the form that are not seen.
func (p SurveyFormPage) Hidden() []Hidden {
	hidden := []Hidden{{"version", strconv.FormatInt(p.Draft.Version, 10)}, {"template", p.Draft.Template}}
	for _, tag := range p.Draft.tags() {
		hidden = append(hidden, Hidden{"language", tag})
	}
	return hidden
}

// Blocks are the questions.
func (p SurveyFormPage) Blocks() []questionBlock {
	var blocks []questionBlock
	for i, q := range p.Draft.Questions {
		b := questionBlock{Place: i + 1, Anchor: fmt.Sprintf("question-%d", i+1), fieldGroup: p.questionFields(i, q),
			Hidden: []Hidden{{questionField(i, "id"), q.ID}}, Buttons: []Option{
				{Value: fmt.Sprintf("up.%d", i), Text: "Move up"}, {Value: fmt.Sprintf("down.%d", i), Text: "Move down"},
				{Value: fmt.Sprintf("remove.%d", i), Text: "Remove"}}}
		if i == 0 {
			b.Buttons = b.Buttons[1:]
		}
		if before, err := json.Marshal(q.Before); err == nil && len(q.Before) > 0 {
			b.Hidden = append(b.Hidden, Hidden{questionField(i, "before"), string(before)})
		}
		blocks = append(blocks, b)
	}
	return blocks
}

func (p SurveyFormPage) questionFields(i int, q QuestionDraft) fieldGroup {
	limits := survey.LimitsOf[survey.Question]()
	var g fieldGroup
	g.add(p.put(Field{Kind: SelectField, Name: questionField(i, "kind"), Label: "Kind", Options: kindOptions(), Values: []string{string(q.Kind)}}))
	g.addWorded(p, Field{Kind: AreaField, Rows: 2, Name: questionField(i, "text"), Label: "Question", Required: true}.within(limits["text"]), q.Text)
	g.addWorded(p, Field{Kind: TextField, Name: questionField(i, "help"), Label: "Line below it"}.within(limits["help"]), q.Help)
	if q.Kind.HasChoices() {
		g.addWorded(p, Field{Kind: AreaField, Name: questionField(i, "choices"), Label: "Choices", Help: "One a line, in the same order in each language.",
			Rows: max(4, strings.Count(q.Choices[p.Draft.tags()[0]], "\n")+2)}, q.Choices)
	}
	if q.Kind == survey.OpenText {
		length := Field{Kind: NumberField, Name: questionField(i, "max_length"), Label: "Longest answer, in characters", Narrow: true}.within(limits["max_length"])
		if q.MaxLength > 0 {
			length.Values = []string{strconv.Itoa(q.MaxLength)}
		}
		g.add(p.put(length))
	}
	required := Field{Kind: CheckField, Name: questionField(i, "required"), Label: "Must be answered"}
	if q.Required {
		required.Values = []string{"on"}
	}
	g.add(p.put(required))
	return g
}

// Reminders are the fields of the mails to those who have not answered, one group each.
func (p SurveyFormPage) Reminders() []fieldGroup {
	limits := survey.LimitsOf[survey.Reminder]()
	labels := [...]string{"First reminder, days after the mail", "Second reminder, days after the first"}
	groups := make([]fieldGroup, len(p.Draft.Reminders))
	for i, r := range p.Draft.Reminders {
		g := &groups[i]
		g.add(p.put(Field{Kind: NumberField, Name: reminderField(i, "after_days"), Label: labels[i], Help: "Left empty, there is none.", Narrow: true,
			Values: []string{r.Days}}.within(limits["after_days"])))
		g.addWorded(p, Field{Kind: AreaField, Rows: 3, Name: reminderField(i, "text"), Label: "What it says",
			Help: "Stands where the introduction stands in the first mail. Left empty, it is a usual wording."}.within(limits["text"]), r.Text)
	}
	return groups
}

// Mail are the fields of what its mails say in the company's own words.
func (p SurveyFormPage) Mail() fieldGroup {
	w, limits := p.Draft.Mail, survey.LimitsOf[survey.MailWording]()
	var g fieldGroup
	g.add(p.put(Field{Kind: SelectField, Name: "mail.sender", Label: "Whose name they come under", Options: choices("As for all surveys", shortSenders()), Values: []string{string(w.Sender)}, Narrow: true}))
	g.addWorded(p, Field{Kind: TextField, Name: "mail.greeting", Label: "Greeting", Help: "In place of “Hello Ana Roth,”: “Dear {contact},”. Left out where a contact has no name."}.within(limits["greeting"]), w.Greeting)
	g.addWorded(p, Field{Kind: AreaField, Rows: 2, Name: "mail.sign_off", Label: "Sign-off", Help: "Above the sender’s name: “Kind regards”."}.within(limits["sign_off"]), w.SignOff)
	g.addWorded(p, Field{Kind: TextField, Name: "mail.button", Label: "Button", Help: "Where the first question has no scores to press. Left empty: “Answer”."}.within(limits["button"]), w.Button)
	g.addWorded(p, Field{Kind: TextField, Name: "mail.foot", Label: "Foot", Help: "Why they receive it. The link to unsubscribe stands behind it in any case."}.within(limits["foot"]), w.Foot)
	return g
}

// shortSenders are the names that mails can come under, without examples.
func shortSenders() []Option {
	options := senderOptions()
	for i := range options {
		options[i].Text += ": " + options[i].Help
	}
	return options
}

// Tail are the fields of what can be added.
func (p SurveyFormPage) Tail() []placedField {
	return []placedField{
		p.put(Field{Kind: SelectField, Name: "new_kind", Label: "A question of the kind", Options: kindOptions(), Values: []string{string(survey.OpenText)}, Narrow: true}),
		p.put(Field{Kind: TextField, Name: newLanguage, Label: "A language", Values: []string{p.Draft.NewLanguage}, Suggest: Languages(), Placeholder: "de", MaxLength: survey.MaxLanguageTag, Narrow: true}),
	}
}

func kindOptions() []Option {
	var options []Option
	for _, k := range []survey.QuestionKind{survey.NPS, survey.CSAT, survey.Progress, survey.Single, survey.Multiple, survey.OpenText} {
		options = append(options, Option{Value: string(k), Text: questionName(k)})
	}
	return options
}
