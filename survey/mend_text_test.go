package survey_test

import (
	"testing"

	"earshot/survey"
)

// TestWhatPeopleTypeIsMended pastes what other programs leave in a text into an answer, a note and a name.
func TestWhatPeopleTypeIsMended(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := newCustomer(t, o.Service, "Mended")
	for _, row := range []struct{ name, typed, prose, line string }{
		{"line separator", "one\u2028two", "one\ntwo", "one two"},
		{"paragraph separator", "one\u2029two", "one\ntwo", "one two"},
		{"vertical tab", "one\vtwo", "one\ntwo", "one two"},
		{"form feed", "one\ftwo", "one\ntwo", "one two"},
		{"next line", "one\u0085two", "one\ntwo", "one two"},
		{"line ends of three systems", "one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour", "one two three four"},
		{"NUL", "o\x00ne", "one", "one"},
		{"escape and delete", "\x1bo\u009bne\x7f", "one", "one"},
		{"tab", "one\ttwo", "one\ttwo", "one two"},
		{"half a surrogate pair", "one \xed\xa0\xbd", "one \ufffd", "one \ufffd"},
		{"a family and Persian", "👨\u200d👩\u200d👧 می\u200cخواهم", "👨\u200d👩\u200d👧 می\u200cخواهم", "👨\u200d👩\u200d👧 می\u200cخواهم"},
	} {
		receipt, err := o.Submit(o.ctx, o.link(survey.TemplateQuiet), form("happy", "4", "next", row.typed))
		response, err := o.Response(o.ctx, must(t, receipt, err).ResponseID)
		if got := must(t, response, err).Answers; len(got) != 2 || got[1].Text != row.prose {
			t.Errorf("%s: got answers %+v, want %q", row.name, got, row.prose)
		}
		touchpoint, err := o.RecordTouchpoint(o.ctx, survey.TouchpointInput{CustomerID: survey.CustomerID(c.ID), Kind: survey.Note, At: o.watch.Now(), Note: row.typed})
		if err != nil || touchpoint.Note != row.prose {
			t.Errorf("%s in a note: got %+v, %v; want %q", row.name, touchpoint, err, row.prose)
		}
		customer, err := o.CreateCustomer(o.ctx, survey.CustomerFields{Name: &row.typed, Segment: &row.typed})
		if err != nil || customer.Name != row.line || customer.Segment != row.line {
			t.Errorf("%s in a name: got %+v, %v; want %q", row.name, customer, err, row.line)
		}
	}
}

// TestWhatShowsNothingIsEmpty answers with characters that nobody sees.
func TestWhatShowsNothingIsEmpty(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, typed := range []string{"\u200b", "\u200b \u200d\n", "\ufeff", "\u2060\u00ad", "\x00", "\u3164", "\u2800", "\ufe0f"} {
		receipt, err := o.Submit(o.ctx, o.link(survey.TemplateQuiet), form("happy", "4", "next", typed))
		response, err := o.Response(o.ctx, must(t, receipt, err).ResponseID)
		if got := must(t, response, err).Answers; len(got) != 1 {
			t.Errorf("%q: got answers %+v, want the score alone", typed, got)
		}
	}
}

// TestWordingOfSurveysIsMended pastes into what a survey asks and says.
func TestWordingOfSurveysIsMended(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	const typed, prose, line = "one\u2028t\x00wo", "one\ntwo", "one two"
	in := worded(func(in *survey.SurveyInput) {
		text := survey.Text{"en": typed}
		in.Name = typed
		in.Content.Title, in.Content.Intro, in.Content.Thanks, in.Content.Subject = text, text, text, text
		in.Content.Questions[0].Text, in.Content.Questions[0].Help = text, text
	})
	made, err := o.CreateSurvey(o.ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	got, question := made.Current, made.Current.Questions[0]
	for name, row := range map[string][2]string{
		"name": {made.Name, line}, "title": {got.Title["en"], line}, "subject": {got.Subject["en"], line}, "intro": {got.Intro["en"], prose},
		"thanks": {got.Thanks["en"], prose}, "question": {question.Text["en"], prose}, "help": {question.Help["en"], prose},
	} {
		if row[0] != row[1] {
			t.Errorf("%s: got %q, want %q", name, row[0], row[1])
		}
	}
}
