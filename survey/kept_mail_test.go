package survey_test

import (
	"strings"
	"testing"

	"earshot/survey"
)

// TestMaskedMails keep everything but what their links open.
func TestMaskedMails(t *testing.T) {
	t.Parallel()
	token := strings.Repeat("0a", 29)
	for name, text := range map[string]string{
		"a link":             "https://ask.example/r/TOKEN",
		"with a score":       "https://ask.example/r/TOKEN?s=5",
		"to unsubscribe":     "<a href=\"https://ask.example/r/TOKEN/unsubscribe\">",
		"at another address": "https://x.example/feedback/r/TOKEN.",
		"twice":              "TOKEN TOKEN",
		"none":               "Dear Ana, " + token + "x",
		"a long name":        strings.Repeat("a", 57),
	} {
		whole := strings.ReplaceAll(text, "TOKEN", token)
		m := &survey.KeptMail{To: "ana@example.com", Subject: whole, Text: whole, HTML: whole}
		masked, want := m.Masked(), strings.ReplaceAll(text, "TOKEN", "***")
		if masked.To != m.To || masked.Subject != want || masked.Text != want || masked.HTML != want {
			t.Errorf("%s: got %+v, want %q in it", name, masked, want)
		}
		if m.Text != whole {
			t.Errorf("%s: the mail itself was changed", name)
		}
	}
}

// TestRepliesOfServersTellNoLinks: some quote the address that they dislike.
func TestRepliesOfServersTellNoLinks(t *testing.T) {
	t.Parallel()
	for _, d := range []survey.Delivery{survey.Refused, survey.Temporary, survey.Uncertain} {
		o := newOffice(t)
		o.post.answer(func(m *survey.Message) survey.Outcome {
			return survey.Outcome{Delivery: d, Reply: "550 5.7.1 listed: " + m.Text}
		})
		inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateNPS))
		o.drain()
		if got := o.invitation(inv.ID).Mail.Reason; !strings.Contains(got, "/r/***") {
			t.Errorf("delivery %d: got the reason %q, want it without what the link opens", d, got)
		}
	}
}

// TestTheLedgerTellsTheNextTry of a mail that the server asked to send later, and of none that is sent or waits for the server.
func TestTheLedgerTellsTheNextTry(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.post.answer(says(survey.Temporary, "451 later"))
	inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateNPS))
	if got := inv.NextTry(); !got.Equal(o.watch.Now()) {
		t.Errorf("fresh: got the next try at %v, want now", got)
	}
	o.mail()
	if got := o.invitation(inv.ID).NextTry(); !got.After(o.watch.Now()) {
		t.Errorf("put off: got the next try at %v, want later than now", got)
	}
	o.watch.pass(day)
	o.post.refuseAll(survey.FaultLogin)
	o.mail()
	if got := o.invitation(inv.ID); !got.NextTry().IsZero() || got.HeldSince.IsZero() {
		t.Errorf("held: got the next try at %v, want none of its own", got.NextTry())
	}
}

// TestOnlyWhatWasKeptIsToldToBeKept, before and after a mail server was set.
func TestOnlyWhatWasKeptIsToldToBeKept(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sv := o.survey(survey.TemplateNPS)
	kept := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), sv)
	bare, err := survey.NewService(survey.Options{Store: o.store, Reps: staff, BaseURL: "https://ask.example", Clock: o.watch.Now})
	must(t, bare, err)
	effects(t, bare, "invitations")
	sent := o.ask(o.contact(o.customer("Customer"), "bo", survey.User), sv)
	o.mail()
	for id, want := range map[string]bool{kept.ID: true, sent.ID: false} {
		inv := o.invitation(id)
		if inv.Mail.State != survey.MailAccepted || inv.Mail.Kept() != want || !inv.NextTry().IsZero() {
			t.Errorf("got %+v, kept %v, want kept %v", inv.Mail, inv.Mail.Kept(), want)
		}
	}
}
