package main

import (
	"net/http"
	"net/textproto"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"earshot/cmd/earshot/internal/journey"
	"earshot/survey/mail/mailtest"
	"earshot/survey/store/mongodb/mongotest"
)

// TestMailsComeBack sends an invitation and hands a bounce over by LMTP, as the mail server beside Earshot does, to whom its envelope named.
func TestMailsComeBack(t *testing.T) {
	t.Parallel()
	lmtp, err := mongotest.FreeAddress()
	if err != nil {
		t.Fatal(err)
	}
	where, sink := filepath.Join(t.TempDir(), "earshot.db"), mailtest.Start(t)
	db := journey.Open(t, where)
	prepared := journey.Prepare(t, db, 1)
	journey.Close(t, db)
	p := journey.Start(t, "-store", where, "-smtp", sink.URL(), "-mail-from", journey.Sender, "-return-path", "back@bounce.company.example", "-lmtp", lmtp)
	client := journey.NewClient(t, p.URL, prepared.Key)
	var invited struct{ ID string }
	client.Post("/api/v1/invitations", map[string]any{"contact_id": prepared.Contacts[0], "survey_id": prepared.Survey}, &invited)
	sent := sink.Wait(1)[0]
	if want := "back+" + invited.ID + "@bounce.company.example"; sent.Sender != want || !strings.Contains(string(sent.Raw), "<mailto:"+want+"?subject=unsubscribe>") {
		t.Fatalf("the envelope names %q, want %q, and List-Unsubscribe that, too:\n%s", sent.Sender, want, sent.Raw)
	}
	handOver(t, lmtp, sent.Sender, "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"+
		"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; "+sent.Recipients[0]+"\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n")
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

// handOver speaks LMTP.
func handOver(t *testing.T, server, to, mail string) {
	t.Helper()
	c, err := textproto.Dial("tcp", server)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	expect := func(code int) {
		t.Helper()
		if _, said, err := c.ReadResponse(code); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
	}
	say := func(code int, line string) {
		t.Helper()
		if err := c.PrintfLine("%s", line); err != nil {
			t.Fatal(err)
		}
		expect(code)
	}
	expect(220)
	say(250, "LHLO mx.example")
	say(250, "MAIL FROM:<>")
	say(550, "RCPT TO:<ana@company.example>")
	say(250, "RCPT TO:<"+to+">")
	say(354, "DATA")
	say(250, mail+".")
}
