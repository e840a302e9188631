package sink_test

import (
	"net"
	"net/smtp"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey/mail/sink"
)

// start returns a running sink and its address.
func start(t *testing.T, o sink.Options) (*sink.Sink, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := sink.New(o)
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(listener) }()
	t.Cleanup(func() {
		_ = s.Close()
		if err := <-ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return s, listener.Addr().String()
}

func send(address, to, message string) error {
	return smtp.SendMail(address, nil, "back@company.example", []string{to}, []byte(strings.ReplaceAll(message, "\n", "\r\n")))
}

const letter = `From: Ana <ana@company.example>
To: jo@customer.example
Subject: =?utf-8?q?One_qu=C3=A9stion?=
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Answer: https://a.example/r/1?s=1
or https://a.example/r/1
--b
Content-Type: text/html; charset=utf-8

<a href="https://a.example/r/1?s=1&amp;t=2">1</a> <a href='https://a.example/r/1'>all</a> <a href="mailto:x@y.example">x</a>
--b--
`

func TestMailsAreKept(t *testing.T) {
	t.Parallel()
	s, address := start(t, sink.Options{Keep: 2})
	for _, to := range []string{"a@x.example", "b@x.example", "c@x.example"} {
		if err := send(address, to, letter); err != nil {
			t.Fatal(err)
		}
	}
	mails := s.Mails()
	if len(mails) != 2 || s.Count() != 3 || mails[0].Number != 3 || mails[0].Recipients[0] != "c@x.example" || s.Mail(1) != nil || s.Mail(2) != mails[1] {
		t.Fatalf("got %d of %d mails, want the last two of three, the latest first: %+v", len(mails), s.Count(), mails)
	}
	m := mails[0]
	if m.Subject != "One quéstion" || m.From.Name != "Ana" || m.Sender != "back@company.example" || m.Problem != "" {
		t.Errorf("got %+v", m)
	}
	want := []string{"https://a.example/r/1?s=1", "https://a.example/r/1", "https://a.example/r/1?s=1&t=2"}
	if got := m.Links(); !slices.Equal(got, want) {
		t.Errorf("got links %q, want %q", got, want)
	}
	s.Clear()
	if s.Mail(3) != nil || len(s.Mails()) != 0 || s.Count() != 3 {
		t.Error("Clear left mails, or forgot how many came")
	}
}

// TestWhatIsBrokenIsShown has a mail that no strict reader takes: whoever tests wants to see it.
func TestWhatIsBrokenIsShown(t *testing.T) {
	t.Parallel()
	s, address := start(t, sink.Options{})
	if err := send(address, "a@x.example", "Subject: Hello\n\nno sender\n"); err != nil {
		t.Fatal(err)
	}
	if m := s.Mail(1); m == nil || m.Problem == "" || m.Subject != "Hello" || !strings.Contains(string(m.Raw), "no sender") {
		t.Errorf("got %+v, want the mail with what is wrong with it", m)
	}
}

func TestSomeAreRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		options sink.Options
		code    string
	}{{sink.Options{Refuse: 1}, "550"}, {sink.Options{PutOff: 1}, "451"}} {
		s, address := start(t, tt.options)
		if err := send(address, "a@x.example", letter); err == nil || !strings.HasPrefix(err.Error(), tt.code) || s.Count() != 0 {
			t.Errorf("got %v and %d mails, want %s and none", err, s.Count(), tt.code)
		}
	}
}

// TestAnswersAreSlow takes the time of a session with six answers before QUIT: greeting, EHLO, MAIL, RCPT, DATA, the end.
func TestAnswersAreSlow(t *testing.T) {
	t.Parallel()
	const delay, answers = 10 * time.Millisecond, 6
	_, address := start(t, sink.Options{Delay: delay})
	began := time.Now()
	if err := send(address, "a@x.example", letter); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < answers*delay {
		t.Errorf("a mail took %v, want at least %v", took, answers*delay)
	}
}
