package mail_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"earshot/survey"
	"earshot/survey/mail"
)

// inbox takes mails to returns@ and remembers them, unless it is to fail.
type inbox struct {
	fail error
	got  map[string]string
}

func (i *inbox) Returns(to string) bool { return strings.HasPrefix(to, "returns") }

func (i *inbox) Receive(_ context.Context, to string, content io.Reader) (*survey.ReceivedMail, error) {
	all, err := io.ReadAll(content)
	if err == nil {
		err = i.fail
	}
	if err != nil {
		return nil, err
	}
	if from, mail, _ := strings.Cut(string(all), "\r\n"); from == "Return-Path: <>" {
		i.got[to] = mail
	}
	return &survey.ReceivedMail{}, nil
}

// TestLMTP hands mails over as a mail server does, and looks what each recipient is told.
func TestLMTP(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		fail error
		size int
		// code is what each recipient is told, 0 where the mail is taken.
		code int
	}{
		{"taken", nil, 100, 0},
		{"a line that nobody folded", nil, 500_000, 0},
		{"the store is away", survey.Errorf(survey.Unavailable, "away"), 100, 451},
		{"no mail", survey.Errorf(survey.Invalid, "the mail is empty"), 100, 554},
		{"large", nil, 9 << 20, 0},
		{"too large", nil, 11 << 20, 552},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			box := &inbox{fail: tt.fail, got: map[string]string{}}
			listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			server, ended := mail.NewLMTP(box, "localhost", slog.New(slog.DiscardHandler)), make(chan error, 1)
			go func() { ended <- server.Serve(listener) }()
			conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			c := smtp.NewClientLMTP(conn)
			if err := c.Mail("", nil); err != nil {
				t.Fatal(err)
			}
			var refused *smtp.SMTPError
			if err := c.Rcpt("ana@example.com", nil); !errors.As(err, &refused) || refused.Code != 550 {
				t.Errorf("somebody else's address: got %v, want 550", err)
			}
			to := []string{"returns+1@x.example", "returns+2@x.example"}
			for _, r := range to {
				if err := c.Rcpt(r, nil); err != nil {
					t.Fatal(err)
				}
			}
			content := "Subject: x\r\n\r\n" + strings.Repeat(strings.Repeat("x", 70)+"\r\n", tt.size/72)
			if tt.name == "a line that nobody folded" {
				content = strings.Repeat("x", tt.size) + "\r\n"
			}
			w, err := c.Data()
			if err != nil {
				t.Fatal(err)
			}
			_, errWrite := io.WriteString(w, content)
			told := smtp.LMTPDataError{}
			if _, err = w.CloseWithLMTPResponse(); err != nil && !errors.As(err, &told) {
				t.Fatal(errors.Join(errWrite, err))
			}
			for _, r := range to {
				switch got := told[r]; {
				case tt.code == 0 && (got != nil || box.got[r] != content):
					t.Errorf("%s: got %v and %d bytes, want %d", r, got, len(box.got[r]), len(content))
				case tt.code != 0 && (got == nil || got.Code != tt.code):
					t.Errorf("%s: got %v, want %d", r, got, tt.code)
				}
			}
			_ = c.Close()
			if err := errors.Join(server.Close(), <-ended); err != nil {
				t.Error(err)
			}
		})
	}
}
