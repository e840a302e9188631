package survey_test

import (
	"context"
	"strings"
	"testing"

	"earshot/survey"
	"earshot/survey/store"
)

// faultyStore fails reading once it is told to.
type faultyStore struct {
	store.Store
	fail error
}

func (f *faultyStore) Fetch(ctx context.Context, c *store.Spec, ids []string) ([]store.Doc, error) {
	if f.fail != nil {
		return nil, f.fail
	}
	return f.Store.Fetch(ctx, c, ids)
}

func TestFill(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ text, named, nameless string }{
		{"no places", "no places", "no places"},
		{"{contact}, is all well?", "Ana, is all well?", "Is all well?"},
		{"{contact}: is all well?", "Ana: is all well?", "Is all well?"},
		{"Thank you, {contact}!", "Thank you, Ana!", "Thank you!"},
		{"Dear {contact},\n\n{contact} and {company}", "Dear Ana,\n\nAna and Example {sender} Ltd", "Dear,\n\nAnd Example {sender} Ltd"},
		{"مرحبا، {contact}", "مرحبا، Ana", "مرحبا"},
		{"{contact}，您好", "Ana，您好", "您好"},
		{"{contact}", "Ana", ""},
		{"{contact}\nsecond", "Ana\nsecond", "\nsecond"},
		{"{contact}, éloïse", "Ana, éloïse", "Éloïse"},
		{"{sender} of {company}, {other} {", "Tom of Example {sender} Ltd, {other} {", "Tom of Example {sender} Ltd, {other} {"},
	} {
		a := survey.AddressingOf("A\u2066n\u202ea", "Example {sender} Ltd", "\u202eTom")
		if got := a.Fill(row.text); got != row.named {
			t.Errorf("%q: got %q, want %q", row.text, got, row.named)
		}
		a.Contact = ""
		if got := a.Fill(row.text); got != row.nameless {
			t.Errorf("%q without a name: got %q, want %q", row.text, got, row.nameless)
		}
	}
}

// worded is a survey with own words in its mails.
func worded(change func(*survey.SurveyInput)) survey.SurveyInput {
	in := survey.SurveyInput{Name: "Worded", Content: survey.Templates()[0].Content, Reminders: []survey.Reminder{{AfterDays: 3, Text: survey.Text{"en": "Once more, {contact}"}}}}
	in.Content.Subject = survey.Text{"en": "{contact}, a question"}
	in.Mail = survey.MailWording{Sender: survey.SenderBoth, Greeting: survey.Text{"en": "Dear {contact},"}, SignOff: survey.Text{"en": " Kind regards,\r\n{sender} "},
		Button: survey.Text{"en": "Tell {company}"}, Foot: survey.Text{"en": "You buy from \u202e{company}\u2066.", "de": "  "}}
	if change != nil {
		change(&in)
	}
	return in
}

// TestMailWordingIsTidied and belongs to the survey: a change of it makes no version.
func TestMailWordingIsTidied(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	made, err := o.CreateSurvey(o.ctx, worded(nil))
	must(t, made, err)
	read, err := o.Survey(o.ctx, survey.SurveyID(made.ID))
	must(t, read, err)
	w := read.Mail
	if w.SignOff["en"] != "Kind regards,\n{sender}" || w.Foot["en"] != "You buy from {company}." || len(w.Foot) != 1 || w.Sender != survey.SenderBoth {
		t.Errorf("got %+v", w)
	}
	changed, err := o.ChangeSurvey(o.ctx, survey.SurveyID(made.ID), worded(func(in *survey.SurveyInput) { in.Mail.Button = survey.Text{"en": "Go"} }))
	if must(t, changed, err); changed.Current.Number != 1 || changed.Mail.Button["en"] != "Go" {
		t.Errorf("got version %d with %+v", changed.Current.Number, changed.Mail)
	}
}

func TestMailWordingIsRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	long := strings.Repeat("x", 301)
	for _, row := range []struct {
		field, message string
		change         func(*survey.SurveyInput)
	}{
		{"mail.sign_off[en]", "{name}, which is not known: there are {contact}, {company} and {sender}", func(in *survey.SurveyInput) { in.Mail.SignOff["en"] = "Yours, {name}" }},
		{"mail.greeting[en]", "{Contact}", func(in *survey.SurveyInput) { in.Mail.Greeting["en"] = "Dear {Contact}" }},
		{"content.subject[en]", "{ contact }", func(in *survey.SurveyInput) { in.Content.Subject["en"] = "{ contact }?" }},
		{"mail.foot[en]", "{{contact}}, which", func(in *survey.SurveyInput) { in.Mail.Foot["en"] = "For {{contact}}" }},
		{"mail.greeting[en]", "{contact.name}", func(in *survey.SurveyInput) { in.Mail.Greeting["en"] = "Dear {contact.name}" }},
		{"content.subject[en]", "{first-name}", func(in *survey.SurveyInput) { in.Content.Subject["en"] = "{first-name}?" }},
		{"content.intro[de]", "{vorname}", func(in *survey.SurveyInput) { in.Content.Intro = survey.Text{"en": "x", "de": "{vorname}"} }},
		{"reminders[0].text[en]", "{имя}", func(in *survey.SurveyInput) { in.Reminders[0].Text["en"] = "{имя}" }},
		{"mail.button[en]", "one line", func(in *survey.SurveyInput) { in.Mail.Button["en"] = "two\nlines" }},
		{"mail.foot[en]", "at most 300", func(in *survey.SurveyInput) { in.Mail.Foot["en"] = long }},
		{"mail.sign_off[en]", "at most 300", func(in *survey.SurveyInput) { in.Mail.SignOff["en"] = long }},
		{"mail.greeting[en]", "control characters", func(in *survey.SurveyInput) { in.Mail.Greeting["en"] = "a\tb" }},
		{"mail.sender", "one of rep, company, both", func(in *survey.SurveyInput) { in.Mail.Sender = "boss" }},
	} {
		_, err := o.CreateSurvey(o.ctx, worded(row.change))
		known := survey.AsError(err)
		if survey.KindOf(err) != survey.Invalid || len(known.Fields) != 1 || known.Fields[0].Field != row.field || !strings.Contains(known.Fields[0].Message, row.message) {
			t.Errorf("%s: got %+v, want one that says %q", row.field, known, row.message)
		}
	}
}
