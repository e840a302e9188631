package main

import (
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"earshot/cmd/earshot/internal/journey"
	"earshot/survey/mail/mailtest"
)

// imapServer starts an IMAP server in memory with the user bounces, whose password is "secret", and returns the options by which their mailbox is read.
func imapServer(t *testing.T) (user *imapmemserver.User, options []string) {
	t.Helper()
	user = imapmemserver.NewUser("bounces", "secret")
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	users := imapmemserver.New()
	users.AddUser(user)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return users.NewSession(), nil, nil
		},
		InsecureAuth: true,
	})
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return user, []string{"-mailbox", "imap://bounces@" + listener.Addr().String() + "/INBOX?tls=none", "-mailbox-password", "@" + written(t, "password", []byte("secret\n"))}
}

// outsent is an installation that has sent an invitation, which may come back.
type outsent struct {
	prepared *journey.Prepared
	options  []string
	id, raw  string
}

// sendOut sends an invitation and ends.
func sendOut(t *testing.T) *outsent {
	t.Helper()
	where, sink := filepath.Join(t.TempDir(), "earshot.db"), mailtest.Start(t)
	db := journey.Open(t, where)
	prepared := journey.Prepare(t, db, 1)
	journey.Close(t, db)
	o := &outsent{prepared: prepared, options: []string{"-store", where, "-smtp", sink.URL(), "-mail-from", journey.Sender, "-return-path", "back@bounce.company.example"}}
	p := journey.Start(t, o.options...)
	var invited struct{ ID string }
	journey.NewClient(t, p.URL, prepared.Key).Post("/api/v1/invitations", map[string]any{"contact_id": prepared.Contacts[0], "survey_id": prepared.Survey}, &invited)
	sent := sink.Wait(1)[0]
	p.Stop()
	o.id = invited.ID
	o.raw = "Return-Path: <>\r\nTo: " + sent.Sender + "\r\nFrom: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; " + sent.Recipients[0] + "\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
	return o
}

// comesBack waits until the invitation is told to have come back.
func (o *outsent) comesBack(t *testing.T, p *journey.Program, within time.Duration) {
	t.Helper()
	client := journey.NewClient(t, p.URL, o.prepared.Key)
	journey.Eventually(t, "the mail came back", within, func() error {
		var got struct{ Mail struct{ State string } }
		if err := client.Do(http.MethodGet, "/api/v1/invitations/"+o.id, nil, http.StatusOK).Decode(&got); err != nil {
			return err
		}
		if got.Mail.State != "bounced" {
			return notYetError("the mail is " + got.Mail.State)
		}
		return nil
	})
}

// TestAMailboxIsReadForBounces sends an invitation, and has a bounce lie in a mailbox on an IMAP server.
func TestAMailboxIsReadForBounces(t *testing.T) {
	t.Parallel()
	user, options := imapServer(t)
	o := sendOut(t)
	if _, err := user.Append("INBOX", literal{strings.NewReader(o.raw)}, &imap.AppendOptions{Time: time.Now()}); err != nil {
		t.Fatal(err)
	}
	o.comesBack(t, journey.Start(t, append(o.options, options...)...), 10*time.Second)
}

// TestABounceIsReadWhenItComes has a bounce come while the mailbox is watched: it is taken in within two seconds, and the program ends at once.
func TestABounceIsReadWhenItComes(t *testing.T) {
	t.Parallel()
	user, options := imapServer(t)
	o := sendOut(t)
	p := journey.Start(t, append(o.options, options...)...)
	client := journey.NewClient(t, p.URL, o.prepared.Key)
	journey.Eventually(t, "the mailbox is watched", 20*time.Second, func() error {
		var got struct {
			ReadAt time.Time `json:"read_at"`
			NextAt time.Time `json:"next_at"`
		}
		if err := client.Do(http.MethodGet, "/api/v1/mailbox", nil, http.StatusOK).Decode(&got); err != nil {
			return err
		}
		if rest := got.NextAt.Sub(got.ReadAt); rest < 2*time.Minute {
			return notYetError("it is read again after " + rest.String())
		}
		return nil
	})
	time.Sleep(1500 * time.Millisecond) // so that nothing else has it read
	if _, err := user.Append("INBOX", literal{strings.NewReader(o.raw)}, &imap.AppendOptions{Time: time.Now()}); err != nil {
		t.Fatal(err)
	}
	o.comesBack(t, p, 2*time.Second)
	began := time.Now()
	p.Stop()
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the program took %v to end", took)
	}
}

type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// TestConfigTakesAMailbox tells what is wrong with its options.
func TestConfigTakesAMailbox(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"-mailbox", "imaps://b@mail.example", "-return-path", "b@bounce.example"}, "-mailbox-password or EARSHOT_MAILBOX_PASSWORD: is missing"},
		{[]string{"-mailbox", "imaps://b:x@mail.example"}, "-return-path or EARSHOT_RETURN_PATH: is missing"},
		{[]string{"-mailbox", "pop3s://b:x@mail.example/?after=seen", "-return-path", "b@bounce.example"}, "-mailbox or EARSHOT_MAILBOX: takes ?after=keep or ?after=delete"},
		{[]string{"-mailbox", "pop3s://b:x@mail.example", "-return-path", "b@bounce.example"}, ""},
		{[]string{"-replies", "earshot"}, "-return-path or EARSHOT_RETURN_PATH: is missing"},
		{[]string{"-replies", "me"}, "-replies or EARSHOT_REPLIES"},
		{[]string{"-mailbox-password", "x"}, "-mailbox or EARSHOT_MAILBOX: is missing"},
		{[]string{"-mailbox", "imaps://b:x@mail.example", "-return-path", "b@bounce.example"}, ""},
	} {
		_, err := loadConfig(tt.args, environment(nil), io.Discard)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%v: got %v, want %q", tt.args, err, tt.want)
		}
	}
}
