package survey_test

import (
	"strings"
	"testing"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/store"
)

// dressedOffice is an office whose mails are laid out by the templates.
func dressedOffice(t *testing.T) *office {
	t.Helper()
	o := newOffice(t)
	pages, err := frontend.New(frontend.Config{Company: "Acme", BaseURL: "https://ask.example"})
	if err != nil {
		t.Fatal(err)
	}
	o.SetComposer(pages)
	return o
}

// asked asks a new contact and returns the mail.
func (o *office) asked(name string, sv survey.SurveyID) *survey.Message {
	o.t.Helper()
	before := len(o.post.accepted())
	o.ask(o.contact(o.customer("Customer of "+name), name, survey.DecisionMaker), sv)
	o.drain()
	mails := o.post.accepted()
	if len(mails) != before+1 {
		o.t.Fatalf("got %d mails more, want one", len(mails)-before)
	}
	m := mails[before]
	m.FillIn()
	return &m
}

// TestMailsWearTheLook sends mails under each way of the sender and the logo, to the third of which a layout is used.
func TestMailsWearTheLook(t *testing.T) {
	t.Parallel()
	o := dressedOffice(t)
	made, err := o.CreateSurvey(o.ctx, worded(func(in *survey.SurveyInput) { in.Mail.Sender = "" }))
	must(t, made, err)
	sv := survey.SurveyID(made.ID)
	plain := o.asked("Plain", sv)
	if plain.FromName != "Acme" || strings.Contains(plain.HTML, "<img") || !strings.Contains(plain.HTML, "#0b5a6e") || plain.Subject != "Plain, a question" ||
		!strings.Contains(plain.Text, "Dear Plain,\n") || !strings.Contains(plain.Text, "Kind regards,\nAcme\n") || !strings.Contains(plain.Text, "You buy from Acme.") {
		t.Errorf("got %s: %s\n%s", plain.FromName, plain.Subject, plain.Text)
	}
	look, err := o.ChangeLook(o.ctx, survey.LookInput{Accent: "#00a0e3", LogoBy: survey.LogoInline, Logo: pngOf(t, drawn(600, 200))})
	must(t, look, err)
	colours := survey.PaletteOf("#00a0e3")
	for _, name := range []string{"First", "Second", "Third"} {
		m := o.asked(name, sv)
		if m.Picture == nil || !strings.Contains(m.HTML, `src="cid:`+m.Picture.ID+`" alt="Acme" width="180" height="60"`) || m.Picture.Type != "image/png" {
			t.Fatalf("%s: the logo does not travel in the mail:\n%s", name, m.HTML)
		}
		if strings.Contains(m.HTML, "#0b5a6e") || !strings.Contains(m.HTML, colours.Text) || !strings.Contains(m.HTML, colours.DarkText) {
			t.Errorf("%s: the accent is not in the mail", name)
		}
		if m.Subject != name+", a question" {
			t.Errorf("got the subject %q", m.Subject)
		}
		if shown := survey.InBrowser(m.HTML, "https://ask.example"); !strings.Contains(shown, `src="`+survey.LogoPath(look.Logo)+`"`) || strings.Contains(shown, "cid:") {
			t.Errorf("%s: a browser cannot show the logo", name)
		}
	}
	if _, err := o.ChangeLook(o.ctx, survey.LookInput{LogoBy: survey.LogoLink, KeepLogo: true}); err != nil {
		t.Fatal(err)
	}
	if m := o.asked("Fourth", sv); !strings.Contains(survey.InBrowser(m.HTML, "https://ask.example"), `src="`+survey.LogoPath(look.Logo)+`"`) || m.Picture != nil || !strings.Contains(m.HTML, `src="https://ask.example/logo/`+look.Logo+`"`) || !strings.Contains(m.HTML, "#0b5a6e") {
		t.Errorf("the logo is not loaded from here:\n%s", m.HTML)
	}
}

// TestWhoseNameMailsComeUnder holds the installation's choice, and a survey's own, against what From says.
func TestWhoseNameMailsComeUnder(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, row := range []struct {
		look, own survey.SenderName
		from      string
		signed    string
	}{
		{"", "", "Ana Roth", "Ana Roth\nAcme"}, {survey.SenderCompany, "", "Acme", "Acme"},
		{survey.SenderBoth, "", "Ana Roth, Acme", "Ana Roth\nAcme"}, {survey.SenderCompany, survey.SenderRep, "Ana Roth", "Ana Roth\nAcme"},
		{"", survey.SenderCompany, "Acme", "Acme"},
	} {
		pages, err := frontend.New(frontend.Config{Company: "Acme", BaseURL: "https://ask.example"})
		if err != nil {
			t.Fatal(err)
		}
		o.SetComposer(pages)
		if _, err := o.ChangeLook(o.ctx, survey.LookInput{Sender: row.look}); err != nil {
			t.Fatal(err)
		}
		made, err := o.CreateSurvey(o.ctx, survey.SurveyInput{Name: "One", Template: survey.TemplateNPS, Mail: survey.MailWording{Sender: row.own}})
		must(t, made, err)
		m, err := o.SampleMessage(o.ctx, survey.SampleRequest{SurveyID: survey.SurveyID(made.ID), Sender: "\u202eAna Roth"})
		if must(t, m, err); m.FromName != row.from || !strings.Contains(m.Text, "\n\n"+row.signed+"\n\n") {
			t.Errorf("%s, of the survey %s: got %q, want %q and\n%s", row.look, row.own, m.FromName, row.from, m.Text)
		}
	}
}

// TestAMissingLogoKeepsNoMail that would show it.
func TestAMissingLogoKeepsNoMail(t *testing.T) {
	t.Parallel()
	o := dressedOffice(t)
	look, err := o.ChangeLook(o.ctx, survey.LookInput{LogoBy: survey.LogoInline, Logo: pngOf(t, drawn(20, 10))})
	must(t, look, err)
	logos := store.NewCollection[survey.Logo](o.store, specNamed(t, "logos"))
	logo, err := logos.Get(o.ctx, look.Logo)
	must(t, logo, err)
	if err := logos.Delete(o.ctx, logo); err != nil {
		t.Fatal(err)
	}
	if m := o.asked("Ana", o.survey(survey.TemplateNPS)); m.Picture != nil || strings.Contains(m.HTML, "<img") {
		t.Errorf("got a logo that is not there:\n%s", m.HTML)
	}
}
