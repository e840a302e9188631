package mailtest_test

import (
	"bufio"
	"io"
	"net"
	"net/smtp"
	"strings"
	"testing"
	"time"

	"earshot/survey/mail/mailtest"
)

const letter = "From: \"A, B\" <a@x.test>\r\nTo: =?utf-8?q?J=C3=B6rg?= <b@x.test>, c@x.test\r\nReply-To: r@x.test\r\n" +
	"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nContent-Type: multipart/alternative; boundary=xx\r\n\r\n" +
	"--xx\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nsch=C3=B6n\r\n--xx\r\n" +
	"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+c2Now7ZuPC9wPg==\r\n--xx--\r\n"

func send(s *mailtest.Server, to string) error {
	return smtp.SendMail(s.Addr, nil, "env@x.test", []string{to}, []byte(letter))
}

func TestMessagesAreTakenApart(t *testing.T) {
	t.Parallel()
	s := mailtest.Start(t)
	if err := send(s, "b@x.test"); err != nil {
		t.Fatalf("sending: %v", err)
	}
	got := s.Wait(1)[0]
	for _, pair := range [][2]string{
		{got.Sender, "env@x.test"}, {strings.Join(got.Recipients, " "), "b@x.test"}, {got.From.Name, "A, B"}, {got.From.Address, "a@x.test"},
		{got.To[0].Name, "Jörg"}, {got.To[1].Address, "c@x.test"}, {got.ReplyTo.Address, "r@x.test"}, {got.Subject, "Grüße"},
		{got.Text, "schön"}, {got.HTML, "<p>schön</p>"}, {string(got.Raw), letter},
	} {
		if pair[0] != pair[1] {
			t.Errorf("got %q, want %q", pair[0], pair[1])
		}
	}
	if to := s.To("b@x.test"); len(to) != 1 || len(s.To("c@x.test")) != 0 {
		t.Errorf("To: got %d messages to b, want the one whose envelope names it", len(to))
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name  string
		step  mailtest.Step
		fault mailtest.Fault
		want  string
		kept  int
	}{
		{"refuses at MAIL", mailtest.AtMail, mailtest.Fault{Reply: "451 4.3.0 later"}, "4.3.0 later", 0},
		{"refuses a recipient", mailtest.AtRecipient, mailtest.Fault{Reply: "550 5.1.1 nobody", Recipient: "b@x.test"}, "5.1.1 nobody", 0},
		{"refuses another recipient", mailtest.AtRecipient, mailtest.Fault{Reply: "550 5.1.1 nobody", Recipient: "z@x.test"}, "", 1},
		{"refuses the message", mailtest.AtEnd, mailtest.Fault{Reply: "554 spam"}, "spam", 0},
		{"hangs up", mailtest.AtEnd, mailtest.Fault{Close: true}, "EOF", 0},
		{"hangs up and keeps it", mailtest.AtEnd, mailtest.Fault{Close: true, Kept: true}, "EOF", 1},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := mailtest.Start(t)
			s.Break(row.step, row.fault)
			err := send(s, "b@x.test")
			if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
				t.Errorf("got error %v, want %q", err, row.want)
			}
			if got := len(s.Messages()); got != row.kept {
				t.Errorf("got %d messages, want %d", got, row.kept)
			}
			s.Mend()
			if err := send(s, "b@x.test"); err != nil {
				t.Errorf("after Mend: got %v", err)
			}
		})
	}
}

func TestAFaultHappensAsOftenAsTold(t *testing.T) {
	t.Parallel()
	s := mailtest.Start(t)
	s.Break(mailtest.AtRecipient, mailtest.Fault{Reply: "450 not yet", Times: 2})
	var got []bool
	for range 4 {
		got = append(got, send(s, "b@x.test") == nil)
	}
	if want := [4]bool{false, false, true, true}; [4]bool(got) != want {
		t.Errorf("got successes %v, want %v", got, want)
	}
	if drained := s.Drain(); len(drained) != 2 || len(s.Messages()) != 0 {
		t.Errorf("got %d drained and %d left, want 2 and none", len(drained), len(s.Messages()))
	}
}

func TestStallLastsUntilMend(t *testing.T) {
	t.Parallel()
	s := mailtest.Start(t)
	s.Break(mailtest.AtEnd, mailtest.Fault{Stall: true})
	sent := make(chan error, 1)
	go func() { sent <- send(s, "b@x.test") }()
	select {
	case err := <-sent:
		t.Fatalf("got %v at once, want silence", err)
	case <-time.After(100 * time.Millisecond):
	}
	s.Mend()
	if err := <-sent; err != nil {
		t.Errorf("after Mend: got %v", err)
	}
}

func TestStopAndRestart(t *testing.T) {
	t.Parallel()
	s := mailtest.Start(t)
	addr := s.Addr
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatalf("dialling: %v", err)
	}
	defer func() { _ = conn.Close() }()
	reader := bufio.NewReader(conn)
	if _, err := reader.ReadString('\n'); err != nil {
		t.Fatalf("reading the greeting: %v", err)
	}
	s.Stop()
	if _, err := reader.ReadString('\n'); err != io.EOF {
		t.Errorf("got error %v on an open connection after Stop, want EOF", err)
	}
	if err := send(s, "b@x.test"); err == nil {
		t.Errorf("got no error from a stopped server")
	}
	s.Restart()
	if err := send(s, "b@x.test"); err != nil || s.Addr != addr {
		t.Errorf("after Restart: got error %v at %s, want none at %s", err, s.Addr, addr)
	}
}

func TestAMessageThatCannotBeParsedIsRefused(t *testing.T) {
	t.Parallel()
	s := mailtest.Start(t)
	err := smtp.SendMail(s.Addr, nil, "env@x.test", []string{"b@x.test"}, []byte("no header at all\r\n"))
	if err == nil || len(s.Messages()) != 0 {
		t.Errorf("got error %v and %d messages, want a refusal", err, len(s.Messages()))
	}
}
