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

// TestAMailboxIsReadForBounces sends an invitation, and has a bounce lie in a mailbox on an IMAP server.
func TestAMailboxIsReadForBounces(t *testing.T) {
	t.Parallel()
	user := imapmemserver.NewUser("bounces", "secret")
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

	where, sink := filepath.Join(t.TempDir(), "earshot.db"), mailtest.Start(t)
	db := journey.Open(t, where)
	prepared := journey.Prepare(t, db, 1)
	journey.Close(t, db)
	options := []string{"-store", where, "-smtp", sink.URL(), "-mail-from", journey.Sender, "-return-path", "back@bounce.company.example"}
	p := journey.Start(t, options...)
	var invited struct{ ID string }
	journey.NewClient(t, p.URL, prepared.Key).Post("/api/v1/invitations", map[string]any{"contact_id": prepared.Contacts[0], "survey_id": prepared.Survey}, &invited)
	sent := sink.Wait(1)[0]
	p.Stop()
	raw := "Return-Path: <>\r\nTo: " + sent.Sender + "\r\nFrom: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; " + sent.Recipients[0] + "\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
	if _, err := user.Append("INBOX", literal{strings.NewReader(raw)}, &imap.AppendOptions{Time: time.Now()}); err != nil {
		t.Fatal(err)
	}
	p = journey.Start(t, append(options, "-mailbox", "imap://bounces@"+listener.Addr().String()+"/INBOX?tls=none", "-mailbox-password", "@"+written(t, "password", []byte("secret\n")))...)
	client := journey.NewClient(t, p.URL, prepared.Key)
	journey.Eventually(t, "the mail came back", 10*time.Second, func() error {
		var got struct{ Mail struct{ State string } }
		if err := client.Do(http.MethodGet, "/api/v1/invitations/"+invited.ID, nil, http.StatusOK).Decode(&got); err != nil {
			return err
		}
		if got.Mail.State != "bounced" {
			return notYetError("the mail is " + got.Mail.State)
		}
		return nil
	})
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
