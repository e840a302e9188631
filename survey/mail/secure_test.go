package mail_test

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"earshot/survey"
	"earshot/survey/mail"
	"earshot/survey/mail/mailtest"
)

func TestDeliverEncrypted(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name    string
		server  mailtest.Option
		mode    mail.TLS
		trusted bool
		want    survey.Delivery
		words   string
	}{
		{"STARTTLS", mailtest.WithStartTLS(t), mail.StartTLS, true, survey.Accepted, "250"},
		{"STARTTLS with an unknown authority", mailtest.WithStartTLS(t), mail.StartTLS, false, survey.Temporary, "certificate"},
		{"STARTTLS with another's certificate", mailtest.WithStartTLS(t, "other.test"), mail.StartTLS, true, survey.Temporary, "certificate"},
		{"STARTTLS not offered", mailtest.WithUTF8(), mail.StartTLS, true, survey.Temporary, "does not offer to encrypt"},
		{"TLS", mailtest.WithTLS(t), mail.ImplicitTLS, true, survey.Accepted, "250"},
		{"TLS with an unknown authority", mailtest.WithTLS(t), mail.ImplicitTLS, false, survey.Temporary, "certificate"},
		{"TLS to a plain server", mailtest.WithUTF8(), mail.ImplicitTLS, true, survey.Temporary, "tls"},
		{"opportunistic takes any certificate", mailtest.WithStartTLS(t), mail.Opportunistic, false, survey.Accepted, "250"},
		{"opportunistic falls back", mailtest.WithUTF8(), mail.Opportunistic, false, survey.Accepted, "250"},
		{"none though offered", mailtest.WithStartTLS(t), mail.NoTLS, false, survey.Accepted, "250"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			sink := mailtest.Start(t, row.server)
			config := configFor(t, "smtp://"+sink.Addr, nil)
			config.TLS = row.mode
			if row.trusted {
				config.Roots = sink.Roots()
			}
			wantOutcome(t, newSMTP(t, config).Deliver(context.Background(), invitation()), row.want, false, row.words)
			if got := len(sink.Messages()); (got == 1) != (row.want == survey.Accepted) {
				t.Errorf("got %d messages at the server for %v", got, row.want)
			}
		})
	}
}

func TestDeliverLogsIn(t *testing.T) {
	t.Parallel()
	const password = "s3cret:/@ü"
	rows := []struct {
		name       string
		mechanisms []string
		password   string
		want       survey.Delivery
		words      string
	}{
		{"PLAIN", []string{"PLAIN"}, password, survey.Accepted, "250"},
		{"LOGIN", []string{"LOGIN"}, password, survey.Accepted, "250"},
		{"both", []string{"LOGIN", "PLAIN"}, password, survey.Accepted, "250"},
		{"PLAIN, wrong password", []string{"PLAIN"}, "wr0ng", survey.Temporary, "does not accept our log-in"},
		{"LOGIN, wrong password", []string{"LOGIN"}, "wr0ng", survey.Temporary, "does not accept our log-in"},
		{"nothing we know", []string{"GSSAPI"}, password, survey.Temporary, "no way to log in"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			sink := mailtest.Start(t, mailtest.WithStartTLS(t), mailtest.WithLogin("earshot", password, row.mechanisms...))
			config := configFor(t, "smtp://"+sink.Addr, sink.Roots())
			config.Username, config.Password = "earshot", row.password
			got := newSMTP(t, config).Deliver(context.Background(), invitation())
			wantOutcome(t, got, row.want, false, row.words)
			if strings.Contains(got.Reply, row.password) {
				t.Errorf("the reply %q shows the password", got.Reply)
			}
		})
	}
}

func TestDeliverWithoutTheLoginThatIsWanted(t *testing.T) {
	t.Parallel()
	sink := mailtest.Start(t, mailtest.WithLogin("earshot", "secret"))
	mailer := newSMTP(t, configFor(t, "smtp://"+sink.Addr+"?tls=none", nil))
	wantOutcome(t, mailer.Deliver(context.Background(), invitation()), survey.Temporary, false, "log-in")
}

func TestDeliverLogsInWithCRAMMD5(t *testing.T) {
	t.Parallel()
	const challenge = "<1896.697170952@faulty.test>"
	mac := hmac.New(md5.New, []byte("secret"))
	mac.Write([]byte(challenge))
	answer := "earshot " + hex.EncodeToString(mac.Sum(nil))
	encode := base64.StdEncoding.EncodeToString
	login := []string{"S: 220 x", "C: EHLO", "S: 250-x", "S: 250 AUTH CRAM-MD5", "C: AUTH CRAM-MD5",
		"S: 334 " + encode([]byte(challenge)), "C: " + encode([]byte(answer))}
	rows := []outcomeRow{
		{"accepted", append(login, append([]string{"S: 235 hello"}, upTo("body", "S: 250 ok")[4:]...)...), survey.Accepted, false, "250"},
		{"refused for now", append(login, "S: 454 4.7.0 try later"), survey.Temporary, false, "454"},
		{"refused", append(login, "S: 535 5.7.8 no"), survey.Temporary, false, "does not accept our log-in"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			server := startScripted(t, row.script)
			mailer := newSMTP(t, configFor(t, "smtp://earshot:secret@"+server.addr+"?tls=none", nil))
			wantOutcome(t, mailer.Deliver(context.Background(), invitation()), row.want, row.bad, row.words)
		})
	}
}
