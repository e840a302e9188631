package gallery

import (
	"net/url"
	"strings"

	"earshot/frontend"
	"earshot/survey"
)

// contactSamples are the pages for contacts, every built-in template in every language among them.
func contactSamples() []Sample {
	var samples []Sample
	for _, t := range survey.Templates() {
		for _, tag := range frontend.Languages() {
			samples = append(samples, Sample{"answer", t.Name + "-" + tag, answerPage(t, tag)})
		}
	}
	samples = append(samples,
		Sample{"answer", "preselected", preselected()}, Sample{"answer", "error", failed()}, Sample{"answer", "trouble", troubled()},
		Sample{"answer", "changing", changing()}, Sample{"answer", "preview", preview()}, Sample{"answer", "extreme", extremeAnswer("en")},
		Sample{"answer", "extreme-ar", extremeAnswer("ar")})
	for _, tag := range frontend.Languages() {
		samples = append(samples, endings(tag)...)
	}
	return samples
}

// endings are the small pages behind the questions.
func endings(tag string) []Sample {
	samples := []Sample{
		{"thanks", tag, &frontend.ThanksPage{Language: tag, RepName: "Ana Weber", Change: "/r/sample"}},
		{"declined", tag, &frontend.DeclinedPage{Language: tag, RepName: "Ana Weber", Successor: "Jo Kim"}},
		{"unsubscribe", tag, &frontend.UnsubscribePage{Language: tag, Email: "pat@example.com", Action: "/r/sample/unsubscribe"}},
		{"unsubscribe", "done-" + tag, &frontend.UnsubscribePage{Language: tag, Done: true}},
		{"unsubscribe", "error-" + tag, &frontend.UnsubscribePage{Language: tag, Action: "/r/sample/unsubscribe", Trouble: frontend.TroubleTryAgain}},
		{"unsubscribe", "confirm-" + tag, &frontend.UnsubscribePage{Language: tag, Action: "/r/sample/unsubscribe", Trouble: frontend.TroubleConfirm, RenderedAt: "1"}},
	}
	for _, problem := range []frontend.LinkProblem{frontend.LinkUnknown, frontend.LinkExpired, frontend.LinkClosed, frontend.LinkRevoked,
		frontend.LinkDeclined, frontend.LinkTryLater} {
		samples = append(samples, Sample{"link_problem", string(problem) + "-" + tag, &frontend.LinkProblemPage{Language: tag, Problem: problem, RepName: "Ana Weber"}})
	}
	return append(samples, Sample{"link_problem", "again-" + tag, &frontend.LinkProblemPage{Language: tag, Problem: frontend.LinkTryLater,
		Again: "/r/sample", Values: url.Values{frontend.FieldName("happy"): {"4"}, frontend.FieldName("better"): {"What was typed stays, " + hostile}}}})
}

func answerPage(t survey.Template, tag string) *frontend.AnswerPage {
	version := t.Content
	version.Number = 1
	return &frontend.AnswerPage{
		SurveyID: survey.SurveyID("srv_" + t.Name), Version: &version, Language: tag, ContactName: "Pat Lindqvist", RepName: "Ana Weber",
		Action: "/r/sample", Decline: "/r/sample/decline", Unsubscribe: "/r/sample/unsubscribe", RenderedAt: "1773824700000",
	}
}

func quiet() *frontend.AnswerPage { return answerPage(survey.Templates()[0], "en") }

// preselected is the page behind a score that was tapped in the mail.
func preselected() *frontend.AnswerPage {
	p := quiet()
	p.Values = url.Values{}
	for _, q := range p.Version.Questions {
		if _, high, scored := q.Kind.Scale(); scored {
			p.Values.Set(frontend.FieldName(q.ID), string(rune('0'+high-1)))
			break
		}
	}
	return p
}

func failed() *frontend.AnswerPage {
	p := quiet()
	p.Values = url.Values{}
	codes := []frontend.ProblemCode{frontend.ProblemRequired, frontend.ProblemTooLong, frontend.ProblemNotOffered, frontend.ProblemUnreadable}
	for i, q := range p.Version.Questions {
		if q.Kind == survey.OpenText {
			p.Values.Set(frontend.FieldName(q.ID), "What was typed stays, "+hostile)
		}
		p.Problems = append(p.Problems, frontend.AnswerProblem{QuestionID: q.ID, Code: codes[i%len(codes)]})
	}
	return p
}

func troubled() *frontend.AnswerPage {
	p := failed()
	p.Problems, p.Trouble = nil, frontend.TroubleTryAgain
	return p
}

func changing() *frontend.AnswerPage {
	p := preselected()
	p.Answered = true
	return p
}

func preview() *frontend.AnswerPage {
	p := quiet()
	p.Preview, p.Action, p.Decline, p.Unsubscribe = true, "", "", ""
	return p
}

// extremeAnswer has every kind of question, long words, and names in other scripts.
func extremeAnswer(tag string) *frontend.AnswerPage {
	text := func(s string) survey.Text { return survey.Text{"en": s, "ar": arabic + " " + s} }
	choices := []survey.Choice{{ID: "c1", Text: text(longWord)}, {ID: "c2", Text: text(hostile)}, {ID: "c3", Text: text(chinese)}, {ID: "c4", Text: text(arabic)}}
	version := &survey.SurveyVersion{Title: text(longName), Intro: text("One paragraph.\n\nAnother, with " + hostile + "."), Questions: []survey.Question{
		{ID: "n", Kind: survey.NPS, Required: true, Text: text(strings.Repeat("Would you recommend us? ", 12)), Help: text(longName)},
		{ID: "s", Kind: survey.CSAT, Text: text(hostile)},
		{ID: "p", Kind: survey.Progress, Text: text("Business success?")},
		{ID: "o", Kind: survey.Single, Text: text("One of these?"), Choices: choices},
		{ID: "m", Kind: survey.Multiple, Text: text("Which of these?"), Help: text("Help."), Choices: choices},
		{ID: "t", Kind: survey.OpenText, Text: text(longWord), MaxLength: 10},
	}}
	return &frontend.AnswerPage{SurveyID: "srv_extreme", Version: version, Language: tag, ContactName: hostile, RepName: arabic, Action: "/r/sample",
		Decline: "/r/sample/decline", Unsubscribe: "/r/sample/unsubscribe", RenderedAt: `"><b>`, Trouble: frontend.TroubleSuccessor,
		Problems: []frontend.AnswerProblem{{QuestionID: "n", Code: frontend.ProblemRequired}, {QuestionID: "t", Code: frontend.ProblemTooLong}, {QuestionID: "gone", Code: frontend.ProblemRequired}},
		Values: url.Values{"q_n": {"10"}, "q_s": {"1"}, "q_p": {"5"}, "q_o": {"c2"}, "q_m": {"c1", "c4"}, "q_t": {"</textarea>" + hostile + longWord},
			frontend.FieldSuccessorName: {hostile}, frontend.FieldSuccessorEmail: {`"x`}}}
}
