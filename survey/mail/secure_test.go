package mail_test

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"errors"
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
		{"CRAM-MD5", []string{"CRAM-MD5"}, password, survey.Accepted, "250"},
		{"SCRAM-SHA-1", []string{"SCRAM-SHA-1"}, password, survey.Accepted, "250"},
		{"SCRAM-SHA-256", []string{"SCRAM-SHA-256"}, password, survey.Accepted, "250"},
		{"SCRAM-SHA-1-PLUS", []string{"SCRAM-SHA-1-PLUS"}, password, survey.Accepted, "250"},
		{"SCRAM-SHA-256-PLUS", []string{"SCRAM-SHA-256-PLUS"}, password, survey.Accepted, "250"},
		{"the strongest of all", []string{"LOGIN", "PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}, "wr0ng", survey.Temporary, "log-in by SCRAM-SHA-256-PLUS"},
		{"SCRAM-SHA-256-PLUS, wrong password", []string{"SCRAM-SHA-256-PLUS"}, "wr0ng", survey.Temporary, "does not accept our log-in"},
		{"CRAM-MD5, wrong password", []string{"CRAM-MD5"}, "wr0ng", survey.Temporary, "does not accept our log-in"},
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

// TestLogInByAnotherWay: a server that offers a way by which nobody can log in is tried once by each, and goes on by the one that works.
func TestLogInByAnotherWay(t *testing.T) {
	t.Parallel()
	sink := mailtest.Start(t, mailtest.WithStartTLS(t), mailtest.WithLogin("earshot", "secret", "SCRAM-SHA-256", "PLAIN", "LOGIN"),
		mailtest.WithBrokenLogin("SCRAM-SHA-256", "PLAIN"))
	config := configFor(t, "smtp://earshot:secret@"+sink.Addr, sink.Roots())
	config.MaxPerConnection = 1
	mailer := newSMTP(t, config)
	for _, row := range []struct {
		want  survey.Delivery
		words string
	}{
		{survey.Temporary, "log-in by SCRAM-SHA-256"}, {survey.Temporary, "log-in by PLAIN"}, {survey.Accepted, "250"}, {survey.Accepted, "250"},
	} {
		got := mailer.Deliver(context.Background(), invitation())
		wantOutcome(t, got, row.want, false, row.words)
		if row.want == survey.Temporary && got.Fault != survey.FaultLogin {
			t.Errorf("got fault %q, want that of the log-in", got.Fault)
		}
	}
	if got := sink.Sessions(); got > 2*4 { // each greets anew behind STARTTLS
		t.Errorf("got %d sessions for four mails: a log-in was tried twice", got)
	}
}

// TestLogInStaysStrong where a log-in fails for now: the next is by the same way.
func TestLogInStaysStrong(t *testing.T) {
	t.Parallel()
	login := []string{"S: 220 x", "C: EHLO", "S: 250-x", "S: 250 AUTH CRAM-MD5 LOGIN", "C: AUTH LOGIN", "S: 454 4.7.0 try later"}
	server := startScripted(t, login, login)
	mailer := newSMTP(t, configFor(t, "smtp://earshot:secret@"+server.addr+"?tls=none", nil))
	for range 2 {
		wantOutcome(t, mailer.Deliver(context.Background(), invitation()), survey.Temporary, false, "log-in by LOGIN")
	}
}

// TestLogInByTheWayThatIsAskedFor passes over a stronger one.
func TestLogInByTheWayThatIsAskedFor(t *testing.T) {
	t.Parallel()
	sink := mailtest.Start(t, mailtest.WithStartTLS(t), mailtest.WithLogin("earshot", "secret", "SCRAM-SHA-256", "PLAIN"), mailtest.WithBrokenLogin("SCRAM-SHA-256"))
	for auth, want := range map[string]survey.Delivery{"plain": survey.Accepted, "scram-sha-256": survey.Temporary, "ntlm": survey.Temporary} {
		mailer := newSMTP(t, configFor(t, "smtp://earshot:secret@"+sink.Addr+"?auth="+auth, sink.Roots()))
		if got := mailer.Deliver(context.Background(), invitation()); got.Delivery != want || (want == survey.Temporary) != (got.Fault == survey.FaultLogin) {
			t.Errorf("%s: got %+v, want delivery %d", auth, got, want)
		}
	}
}

// TestLogInWithAToken asks for the token at each log-in: it lives an hour, the mailer for months.
func TestLogInWithAToken(t *testing.T) {
	t.Parallel()
	sink := mailtest.Start(t, mailtest.WithStartTLS(t), mailtest.WithLogin("earshot@company.example", "token-2", "XOAUTH2", "PLAIN"))
	config := configFor(t, "smtp://"+sink.Addr, sink.Roots())
	tokens := []string{"token-1", "token-2", ""}
	config.Username = "earshot@company.example"
	config.Token = func() (string, error) {
		token := tokens[0]
		tokens = tokens[1:]
		if token == "" {
			return "", errors.New("no such file")
		}
		return token, nil
	}
	config.MaxPerConnection = 1
	mailer := newSMTP(t, config)
	for _, row := range []struct {
		want  survey.Delivery
		fault survey.Fault
		words string
	}{
		{survey.Temporary, survey.FaultLogin, "log-in by XOAUTH2"}, {survey.Accepted, "", "250"}, {survey.Temporary, survey.FaultLogin, "no such file"},
	} {
		got := mailer.Deliver(context.Background(), invitation())
		wantOutcome(t, got, row.want, false, row.words)
		if got.Fault != row.fault || strings.Contains(got.Reply, "token-1") {
			t.Errorf("got %+v, want fault %q and no token in it", got, row.fault)
		}
	}
}

// TestLogInWithNTLM plays an Exchange that takes NTLM only: a real challenge, and an answer that names the domain and the user.
func TestLogInWithNTLM(t *testing.T) {
	t.Parallel()
	challenge := base64.StdEncoding.EncodeToString(ntlmChallenge())
	server := startScripted(t, append([]string{"S: 220 x", "C: EHLO", "S: 250-x", "S: 250 AUTH NTLM", "C: AUTH NTLM TlRMTVNTUAAB", "S: 334 " + challenge,
		"C: TlRMTVNTUAAD", "S: 235 hello"}, upTo("body", "S: 250 ok")[4:]...))
	config := configFor(t, "smtp://"+server.addr+"?tls=none", nil)
	config.Username, config.Password = `COMPANY\earshot`, "secret"
	wantOutcome(t, newSMTP(t, config).Deliver(context.Background(), invitation()), survey.Accepted, false, "250")
}

// ntlmChallenge is a type 2 message ([MS-NLMP], 2.2.1.2) with a target's name and a list of its facts.
func ntlmChallenge() []byte {
	target := []byte("C\x00O\x00")
	info := []byte{2, 0, 4, 0, 'C', 0, 'O', 0, 7, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}
	b := append([]byte("NTLMSSP\x00"), 2, 0, 0, 0)
	field := func(n, at int) { b = append(b, byte(n), 0, byte(n), 0, byte(at), 0, 0, 0) }
	field(len(target), 56)
	b = append(b, 0x05, 0x82, 0x89, 0xa2) // Unicode, NTLM, target info, extended session security, 128 and 56 bits
	b = append(b, 1, 2, 3, 4, 5, 6, 7, 8)
	b = append(b, make([]byte, 8)...)
	field(len(info), 56+len(target))
	b = append(b, 10, 0, 0x61, 0x4a, 0, 0, 0, 15)
	return append(append(b, target...), info...)
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
