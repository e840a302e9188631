package mail_test

import (
	"context"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/mail"
	"earshot/survey/mail/mailtest"
)

// invitation is a message as the survey would send it.
func invitation() *survey.Message {
	return &survey.Message{
		ID:             "inv-1.try@earshot.example",
		FromName:       "Mia Müller, Ünique GmbH",
		ReplyTo:        "mia@unique.example",
		To:             "kim@customer.example",
		ToName:         "Kim Øst",
		Language:       "de-CH",
		Subject:        "Kurze Frage: wie läuft es?",
		Text:           "Guten Tag Kim\n\nWie läuft es? 0 bis 10:\nhttps://ask.example/r/abc?q=7\n",
		HTML:           "<p>Guten Tag Kim</p><p><a href=\"https://ask.example/r/abc?q=7\">7</a></p>\n",
		UnsubscribeURL: "https://ask.example/u/abc",
		ListID:         "questions.ask.example",
		FeedbackID:     "pul_1:sur_1:earshot0a1b2c3d",
	}
}

// configFor is the sink's address as settings, with short limits so that a failing test ends.
func configFor(tb testing.TB, url string, roots *x509.CertPool) mail.Config {
	tb.Helper()
	config, err := mail.ParseURL(url)
	if err != nil {
		tb.Fatalf("ParseURL(%q): %v", url, err)
	}
	config.FromAddress = "pulse@earshot.example"
	config.Roots = roots
	config.Timeout = 5 * time.Second
	config.AcceptTimeout = 5 * time.Second
	return config
}

func newSMTP(tb testing.TB, config mail.Config) *mail.SMTP {
	tb.Helper()
	mailer, err := mail.NewSMTP(config)
	if err != nil {
		tb.Fatalf("NewSMTP: %v", err)
	}
	tb.Cleanup(func() { _ = mailer.Close() })
	return mailer
}

func wantOutcome(tb testing.TB, got survey.Outcome, want survey.Delivery, badAddress bool, words string) {
	tb.Helper()
	if got.Delivery != want || got.BadAddress != badAddress || !strings.Contains(got.Reply, words) {
		tb.Errorf("got %+v, want delivery %d, bad address %t and a reply with %q", got, want, badAddress, words)
	}
}

func TestDeliver(t *testing.T) {
	t.Parallel()
	sink := mailtest.Start(t)
	mailer := newSMTP(t, configFor(t, sink.URL(), nil))
	sent := invitation()
	wantOutcome(t, mailer.Deliver(context.Background(), sent), survey.Accepted, false, "250 ")
	got := sink.Wait(1)[0]
	if got.Text != sent.Text || got.HTML != sent.HTML || got.Subject != sent.Subject {
		t.Errorf("got text %q, HTML %q and subject %q, want those of %+v", got.Text, got.HTML, got.Subject, sent)
	}
}
