package frontend

import (
	"bytes"
	"strconv"
	"strings"
)

// What stands at the places of a page to answer on. Everything that is not ours goes through escape.

// escape writes text so that it is text in HTML and in quoted attributes.
func escape(b *bytes.Buffer, text string) {
	for {
		at := strings.IndexAny(text, "&<>\"'\x00")
		if at < 0 {
			b.WriteString(text)
			return
		}
		b.WriteString(text[:at])
		switch text[at] {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '"':
			b.WriteString("&#34;")
		case '\'':
			b.WriteString("&#39;")
		default:
			b.WriteString("\uFFFD")
		}
		text = text[at+1:]
	}
}

// around writes a wording with the name that stands for a blank in it, kept apart from text of the other direction.
func around(b *bytes.Buffer, wording, blank, name string) {
	before, after, found := strings.Cut(wording, blank)
	escape(b, before)
	if found {
		b.WriteString("<bdi>")
		escape(b, name)
		b.WriteString("</bdi>")
		escape(b, after)
	}
}

func (c *chrome) sender(b *bytes.Buffer, p *AnswerPage) {
	if p.RepName == "" {
		return
	}
	b.WriteString(`<p class="from">`)
	around(b, c.From, "{rep}", p.RepName)
	b.WriteString("</p>\n")
}

func (c *chrome) greeting(b *bytes.Buffer, p *AnswerPage) {
	if p.ContactName == "" {
		return
	}
	b.WriteString("<p>")
	around(b, c.Hello, "{name}", p.ContactName)
	b.WriteString("</p>\n")
}

// notes says above the questions that this is a preview or a change, and what is wrong.
func (c *chrome) notes(b *bytes.Buffer, p *AnswerPage) {
	if p.Preview {
		note(b, "note", c.Preview)
	}
	if p.Answered {
		note(b, "note", c.Changing)
	}
	switch p.Trouble {
	case TroubleTryAgain:
		note(b, `error" role="alert`, c.TroubleTryAgain)
	case TroubleSuccessor:
		note(b, `error" role="alert`, c.TroubleSuccessor)
	case TroubleConfirm:
		note(b, `error" role="alert`, c.TroubleConfirm)
	case TroubleUnclear:
		note(b, `error" role="alert`, c.TroubleUnclear)
	}
	if len(p.Problems) > 0 {
		c.problems(b, p)
	}
}

func note(b *bytes.Buffer, class, text string) {
	b.WriteString(`<p class="` + class + `">`)
	escape(b, text)
	b.WriteString("</p>\n")
}

// problems lists what is wrong, each with a link to its question.
func (c *chrome) problems(b *bytes.Buffer, p *AnswerPage) {
	b.WriteString(`<div class="error" role="alert"><h2>`)
	escape(b, c.ProblemsTitle)
	b.WriteString("</h2><ul>")
	for _, problem := range p.Problems {
		q := p.Version.QuestionByID(problem.QuestionID)
		if q == nil {
			continue
		}
		b.WriteString(`<li><a href="#`)
		escape(b, FieldName(q.ID))
		b.WriteString(`">`)
		escape(b, q.Text.In(p.Language))
		b.WriteString("</a></li>")
	}
	b.WriteString("</ul></div>\n")
}

// problemOf returns what is wrong with the answer to a question; empty if nothing.
func (p *AnswerPage) problemOf(questionID string) ProblemCode {
	for _, problem := range p.Problems {
		if problem.QuestionID == questionID {
			return problem.Code
		}
	}
	return ""
}

func (c *chrome) questionError(b *bytes.Buffer, p *AnswerPage, questionID string) {
	code := p.problemOf(questionID)
	if code == "" {
		return
	}
	text := c.ProblemOther
	switch code {
	case ProblemRequired:
		text = c.ProblemRequired
	case ProblemTooLong:
		text = strings.ReplaceAll(c.ProblemTooLong, "{number}", strconv.Itoa(p.Version.QuestionByID(questionID).Limit()))
	}
	b.WriteString(`<p class="x" id="x_`)
	escape(b, questionID)
	b.WriteString(`">`)
	escape(b, text)
	b.WriteString("</p>\n")
}

// invalid ties a field to the words about what is wrong with it.
func invalid(b *bytes.Buffer, p *AnswerPage, questionID string) {
	if p.problemOf(questionID) == "" {
		return
	}
	b.WriteString(` aria-invalid="true" aria-describedby="x_`)
	escape(b, questionID)
	b.WriteString(`"`)
}

func (c *chrome) sendButton(b *bytes.Buffer, p *AnswerPage) {
	if p.Preview {
		return
	}
	label := c.Send
	if p.Answered {
		label = c.SendAgain
	}
	b.WriteString("<p><button>")
	escape(b, label)
	b.WriteString(`</button></p><p class="help">`)
	escape(b, c.Privacy)
	b.WriteString("</p>")
}

// leave offers what else a contact may want to say: that they are not the right person, and no more mail.
func (c *chrome) leave(b *bytes.Buffer, p *AnswerPage) {
	if p.Decline == "" && p.Unsubscribe == "" {
		return
	}
	b.WriteString("\n<div class=\"side\">")
	if p.Decline != "" {
		c.notMe(b, p)
	}
	if p.Unsubscribe != "" {
		b.WriteString(`<p><a class="more" href="`)
		escape(b, p.Unsubscribe)
		b.WriteString(`">`)
		escape(b, c.Unsubscribe)
		b.WriteString("</a></p>")
	}
	b.WriteString("</div>")
}

func (c *chrome) notMe(b *bytes.Buffer, p *AnswerPage) {
	b.WriteString("<details")
	if p.Trouble == TroubleSuccessor || p.Trouble == TroubleConfirm {
		b.WriteString(" open")
	}
	b.WriteString("><summary>")
	escape(b, c.NotMe)
	b.WriteString("</summary><p>")
	escape(b, c.NotMeText)
	b.WriteString(`</p><form method="post" action="`)
	escape(b, p.Decline)
	b.WriteString(`" novalidate>`)
	c.successor(b, p, FieldSuccessorName, c.SuccessorName, "text")
	c.successor(b, p, FieldSuccessorEmail, c.SuccessorEmail, "email")
	c.traces(b, p.RenderedAt)
	b.WriteString("<button>")
	escape(b, c.NotMeSend)
	b.WriteString("</button></form></details>")
}

// traces writes what tells people from machines: a field that people do not see, and when the page was shown.
func (c *chrome) traces(b *bytes.Buffer, renderedAt string) {
	b.WriteString(`<div class="trap"><label>`)
	escape(b, c.LeaveEmpty)
	b.WriteString(` <input name="` + FieldTrap + `" tabindex="-1" autocomplete="off"></label></div><input type="hidden" name="` + FieldRenderedAt + `" value="`)
	escape(b, renderedAt)
	b.WriteString(`">`)
}

func (c *chrome) successor(b *bytes.Buffer, p *AnswerPage, name, label, kind string) {
	b.WriteString("<label>")
	escape(b, label)
	b.WriteString(" <small>(")
	escape(b, c.Optional)
	b.WriteString(`)</small><input class="field" autocomplete="off" type="` + kind + `" name="` + name + `" value="`)
	escape(b, p.Values.Get(name))
	b.WriteString(`"></label>`)
}

// LinkProblem is the sentence about a link that cannot be used.
func (c *chrome) LinkProblem(problem LinkProblem) string {
	switch problem {
	case LinkExpired:
		return c.LinkExpired
	case LinkClosed:
		return c.LinkClosed
	case LinkRevoked:
		return c.LinkRevoked
	case LinkDeclined:
		return c.LinkDeclined
	case LinkTryLater:
		return c.LinkTryLater
	}
	return c.LinkUnknown
}
