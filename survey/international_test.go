package survey_test

import (
	"strings"
	"testing"

	"earshot/survey"
	"earshot/survey/mail"
	"earshot/survey/mail/mailtest"
)

// TestAServerWithoutInternationalAddresses takes no mail to jörg@: he is tried once and then left alone for a week, the pulse goes on to
// others, and nobody is told that his address is wrong.
func TestAServerWithoutInternationalAddresses(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sink := mailtest.Start(t)
	config, err := mail.ParseURL(sink.URL())
	if err != nil {
		t.Fatal(err)
	}
	config.FromAddress = "ask@ask.example"
	mailer, err := mail.NewSMTP(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mailer.Close() })
	o.SetMailer(mailer)
	first, jörg := o.quietCustomer("First", 9)
	o.quietCustomer("Second", 5)
	_, err = o.ChangeContact(o.ctx, jörg, 0, survey.ContactFields{Email: ref("jörg@first.example")})
	if err != nil {
		t.Fatal(err)
	}
	in := pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet)
	in.DailyCap, in.RestDays = 1, 1
	pulse := o.pulse(in)
	for range 3 {
		pulse = o.run(pulse)
	}
	log, err := o.AskLog(o.ctx, first)
	if must(t, log, err); len(log.Asks) != 1 || !log.Asks[0].Void || len(log.Held) != 1 || !strings.Contains(log.Held[0].Reason, "SMTPUTF8") {
		t.Errorf("got ledger %+v, want one try that does not count, and a hold that says why", log)
	}
	c, err := o.Contact(o.ctx, jörg)
	if must(t, c, err); !c.BouncedAt.IsZero() {
		t.Errorf("got %+v: the address is none that bounced", c)
	}
	if got := len(sink.Messages()); got == 0 {
		t.Error("nobody else was asked")
	}
}
