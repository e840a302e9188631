package frontend

import (
	"bytes"
	"html/template"
	"strconv"
	"strings"

	"earshot/survey"
)

// answerView is what the template of the page to answer on is run with: the version's words, and marks for the rest.
type answerView struct {
	Company   string
	Contact   template.CSS
	C         *chrome
	Heading   string
	Intro     []string
	Questions []questionView
	// Trap and RenderedAtName are names of form fields.
	Trap           string
	RenderedAtName string

	Action, RenderedAt                   string
	Sender, Greeting, Notes, Send, Leave template.HTML
}

// questionView is one question in the contact's language.
type questionView struct {
	Name, Text, Help, Look, Input string
	// Words marks a question that is answered in words, Several one with many answers, Own one with choices of its own;
	// Ends has its scale's ends named.
	Words, Several, Own, Ends, Optional bool
	Options                             []optionView
	Value                               string
	Invalid                             template.HTMLAttr
	Error                               template.HTML
}

type optionView struct {
	Value, Text, ID string
	Checked         template.HTMLAttr
}

// cutAnswer runs the template for a version and language and cuts it at its marks.
func (f *Frontend) cutAnswer(p *AnswerPage) (*skeleton[*AnswerPage], error) {
	c := f.chromeIn(p.Language)
	m := new(marks[*AnswerPage])
	view := answerView{
		Company: f.config.Company, Contact: f.contact.css, C: c, Trap: FieldTrap, RenderedAtName: FieldRenderedAt,
		Heading: p.Version.Title.In(p.Language), Intro: f.answerIntro(m, p),
		Action:     m.add(func(b *bytes.Buffer, p *AnswerPage) { escape(b, p.Action) }),
		RenderedAt: m.add(func(b *bytes.Buffer, p *AnswerPage) { escape(b, p.RenderedAt) }),
		Sender:     template.HTML(m.add(c.sender)),
		Greeting:   template.HTML(m.add(c.greeting)),
		Notes:      template.HTML(m.add(c.notes)),
		Send:       template.HTML(m.add(c.sendButton)),
		Leave:      template.HTML(m.add(c.leave)),
	}
	for i := range p.Version.Questions {
		view.Questions = append(view.Questions, c.question(m, &p.Version.Questions[i], p.Language))
	}
	var page strings.Builder
	if err := f.templates["answer"].ExecuteTemplate(&page, "layout", view); err != nil {
		return nil, err
	}
	return m.cut(page.String()), nil
}

// answerIntro are the paragraphs of the intro. One with places for names is a place of the page itself.
func (f *Frontend) answerIntro(m *marks[*AnswerPage], p *AnswerPage) []string {
	intro := paragraphs(p.Version.Intro.In(p.Language))
	for i, text := range intro {
		if strings.Contains(text, "{") {
			intro[i] = m.add(func(b *bytes.Buffer, p *AnswerPage) { escape(b, p.addressing(f.config.Company).Fill(text)) })
		}
	}
	return intro
}

// addressing is what stands in the places of the survey's wordings.
func (p *AnswerPage) addressing(company string) survey.Addressing {
	return survey.AddressingOf(p.ContactName, company, p.RepName)
}

// paragraphs splits a text at empty lines.
func paragraphs(text string) []string {
	var found []string
	for _, p := range strings.Split(text, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			found = append(found, p)
		}
	}
	return found
}

func (c *chrome) question(m *marks[*AnswerPage], q *survey.Question, tag string) questionView {
	name, id := FieldName(q.ID), q.ID
	v := questionView{
		Name: name, Text: q.Text.In(tag), Help: q.Help.In(tag), Optional: !q.Required, Input: "radio", Look: "list",
		Error:   template.HTML(m.add(func(b *bytes.Buffer, p *AnswerPage) { c.questionError(b, p, id) })),
		Invalid: template.HTMLAttr(m.add(func(b *bytes.Buffer, p *AnswerPage) { invalid(b, p, id) })),
	}
	switch q.Kind {
	case survey.OpenText:
		v.Words = true
		v.Value = m.add(func(b *bytes.Buffer, p *AnswerPage) { escape(b, p.Values.Get(name)) })
	case survey.NPS:
		v.Look, v.Ends = "scale num", true
	case survey.CSAT:
		v.Look = "scale five"
	case survey.Progress:
		v.Look = "scale"
	case survey.Multiple:
		v.Input, v.Several, v.Own = "checkbox", true, true
	case survey.Single:
		v.Own = true
	}
	v.Options = c.options(m, q, tag)
	return v
}

// options are the choices of a question, the first of them with an id, where the list of problems leads to.
func (c *chrome) options(m *marks[*AnswerPage], q *survey.Question, tag string) []optionView {
	var options []optionView
	add := func(value, text string) {
		name := FieldName(q.ID)
		option := optionView{Value: value, Text: text}
		option.Checked = template.HTMLAttr(m.add(func(b *bytes.Buffer, p *AnswerPage) {
			for _, chosen := range p.Values[name] {
				if chosen == value {
					b.WriteString(" checked")
					return
				}
			}
		}))
		if len(options) == 0 {
			option.ID = name
		}
		options = append(options, option)
	}
	switch q.Kind {
	case survey.NPS:
		for score := 0; score <= 10; score++ {
			add(strconv.Itoa(score), strconv.Itoa(score))
		}
	case survey.CSAT:
		for i, text := range c.Satisfied {
			add(strconv.Itoa(i+1), text)
		}
	case survey.Progress:
		for i, text := range c.Progress {
			add(strconv.Itoa(len(c.Progress)-i), text)
		}
	default:
		for _, choice := range q.Choices {
			add(choice.ID, choice.Text.In(tag))
		}
	}
	return options
}
