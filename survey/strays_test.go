package survey_test

import (
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// TestStraysAreToldSoon has a process die in the midst of a try, with a long queue before it: whoever goes on tells of it with the first mails, not behind
// all others.
func TestStraysAreToldSoon(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sv := o.survey(survey.TemplateCSAT)
	stray := o.ask(o.contact(o.customer("Stray"), "stray", survey.User), sv)
	stray.MailState, stray.Mail.State, stray.Mail.Attempts = survey.MailSending, survey.MailSending, 1
	stray.Schedule("mail", o.watch.Now().Add(10*time.Second)) // its lease
	if err := write(t, o.store, "invitations", store.Replace, stray); err != nil {
		t.Fatal(err)
	}
	held := o.ask(o.contact(o.customer("Held"), "held", survey.User), sv)
	held.MailState, held.Mail.State, held.Mail.Attempts = survey.MailSending, survey.MailSending, 1
	held.Schedule("mail", o.watch.Now().Add(time.Hour)) // somebody is sending it
	if err := write(t, o.store, "invitations", store.Replace, held); err != nil {
		t.Fatal(err)
	}
	o.ask(o.contact(o.customer("First"), "first", survey.User), sv)
	o.watch.pass(11 * time.Second)
	first := true
	o.post.answer(func(*survey.Message) survey.Outcome {
		if first {
			first = false
			if got := o.invitation(stray.ID); got.Mail.State != survey.MailUncertain || !got.Due.IsZero() {
				t.Errorf("while the first mail goes out the stray is %s and due %v, want uncertain and owing nothing", got.Mail.State, got.Due)
			}
		}
		return survey.Outcome{Delivery: survey.Accepted}
	})
	o.mail()
	if first {
		t.Error("no mail went out")
	}
	if got := o.invitation(held.ID).Mail.State; got != survey.MailSending {
		t.Errorf("what somebody is sending became %s", got)
	}
}
