package mail_test

import (
	"context"
	"crypto/tls"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/mail"
	"earshot/survey/mail/mailtest"
)

func TestInspect(t *testing.T) {
	t.Parallel()
	login := mailtest.WithLogin("earshot", "secret", "SCRAM-SHA-256")
	for _, row := range []struct {
		name      string
		server    []mailtest.Option
		change    func(*mail.Config)
		want      survey.Delivery
		encrypted bool
		invalid   bool
		by        string
	}{
		{"plain", nil, func(c *mail.Config) { c.TLS = mail.NoTLS }, survey.Accepted, false, false, ""},
		{"STARTTLS and a log-in", []mailtest.Option{mailtest.WithStartTLS(t), login}, func(c *mail.Config) { c.Username, c.Password = "earshot", "secret" }, survey.Accepted, true, false, "SCRAM-SHA-256"},
		{"TLS", []mailtest.Option{mailtest.WithTLS(t)}, func(c *mail.Config) { c.TLS = mail.ImplicitTLS }, survey.Accepted, true, false, ""},
		{"a certificate that nobody trusts", []mailtest.Option{mailtest.WithStartTLS(t)}, func(c *mail.Config) { c.TLS, c.Roots = mail.Opportunistic, nil }, survey.Accepted, true, true, ""},
		{"a wrong password", []mailtest.Option{mailtest.WithStartTLS(t), login}, func(c *mail.Config) { c.Username, c.Password = "earshot", "wrong" }, survey.Temporary, false, false, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			sink := mailtest.Start(t, row.server...)
			config := configFor(t, "smtp://"+sink.Addr, sink.Roots())
			row.change(&config)
			got := newSMTP(t, config).Inspect(context.Background())
			if got.Outcome.Delivery != row.want || got.Encrypted != row.encrypted || (got.CertificateErr != nil) != row.invalid || got.Login != row.by {
				t.Errorf("got %+v", got)
			}
			if row.encrypted && (got.Version < tls.VersionTLS12 || time.Until(got.Expires) < time.Hour) {
				t.Errorf("got version %x until %v", got.Version, got.Expires)
			}
			if len(sink.Messages()) > 0 {
				t.Error("a message was sent")
			}
		})
	}
}

// TestRenderIsWhatIsSent: what is looked at beforehand is what goes out, line for line.
func TestRenderIsWhatIsSent(t *testing.T) {
	t.Parallel()
	sink := mailtest.Start(t)
	config := configFor(t, sink.URL(), nil)
	config.Now = func() time.Time { return time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC) }
	mailer := newSMTP(t, config)
	m := invitation()
	m.HTML = "" // a mail of several parts has a boundary by chance
	rendered, err := mailer.Render(m)
	if err != nil {
		t.Fatal(err)
	}
	wantOutcome(t, mailer.Deliver(context.Background(), m), survey.Accepted, false, "250")
	// go-mail writes some fields in the order of a map.
	sorted := func(raw []byte) []string { return slices.Sorted(strings.Lines(string(raw))) }
	if got := sink.Wait(1)[0].Raw; !slices.Equal(sorted(got), sorted(rendered)) || sink.Sessions() != 1 {
		t.Errorf("got %q, rendered %q", got, rendered)
	}
	m.To = "nobody"
	if _, err := mailer.Render(m); err == nil {
		t.Error("got no error of a mail that cannot be made")
	}
}
