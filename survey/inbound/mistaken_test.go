package inbound_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"earshot/survey/inbound"
)

// TestAbsent holds that answers of the absent are no bounces, whatever words they use and whatever they quote.
func TestAbsent(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/vacation-*.eml")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d files, error %v", len(files), err)
	}
	subject := regexp.MustCompile(`(?m)^Subject: .*(?:\n[ \t].*)*\n`)
	sender := regexp.MustCompile(`(?m)^Return-Path: .*\n`)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(raw), "\r\n", "\n")
		for _, said := range []string{
			"", "Mail could not be delivered to me while I travel.", "I will be returning messages on Monday.", "For your delivery status see https://customer.example.",
			"My mailbox is no longer read.", "Your mail was rejected, for the user is unknown: 550 5.1.1 no such user.",
			"The address is not found any more, use\nbo@customer.example\n\n-----Original Message-----\nFrom: feedback@shop.example\nSubject: Hello\n",
		} {
			for _, field := range []string{"Auto-Submitted: auto-replied", "X-Autoreply: yes", "X-Autorespond: vacation"} {
				mail := subject.ReplaceAllString(text, "Subject: Re: How are you getting on?\n")
				mail = sender.ReplaceAllString(mail, "Return-Path: <>\nIn-Reply-To: <inv.42@shop.example>\n"+field+"\n")
				if strings.Contains(mail, "base64") {
					continue // nothing can be written below it
				}
				if m := read(t, []byte(mail+"\n"+said+"\n")); m.Kind != inbound.AutoReply {
					t.Errorf("%s, %s, %q: got %s %+v, want an automatic reply", file, field, said, m.Kind, m.Failures)
				}
			}
		}
	}
}

// TestAnswersOfSystems holds that a mail server's notice stays one where it says that it is automatic, as these do.
func TestAnswersOfSystems(t *testing.T) {
	t.Parallel()
	for _, head := range [][]string{
		{"From: MAILER-DAEMON@mx.example", "Subject: failure notice"},
		{"From: help@mx.example", "Subject: failure notice", "X-Failed-Recipients: ghost@customer.example"},
		{"From: help@mx.example", "Subject: failure notice", "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "", "--b"},
	} {
		m := read(t, lines(append(append([]string{"Return-Path: <>", "Auto-Submitted: auto-replied"}, head...), "", "Your mail could not be delivered:", "ghost@customer.example", "550 5.1.1 no such user")...))
		if m.Kind != inbound.Bounce || tells(m) != "ghost@customer.example 5.1.1 permanent bad" {
			t.Errorf("%q: got %s %q", head, m.Kind, tells(m))
		}
	}
}

// TestReturnedComplaint holds that mail that Microsoft passed on is not taken for a complaint where it was not delivered or is sent on.
func TestReturnedComplaint(t *testing.T) {
	t.Parallel()
	returned := []string{"Content-Type: message/rfc822", "", "From: feedback@shop.example", "To: ana@hotmail.example", "X-HmXmrOriginalRecipient: ana@hotmail.example", "Message-ID: <inv.42@shop.example>", "", "Hello", "--b--"}
	words := []string{"", "--b", "", "Your mail could not be delivered:", "ghost@customer.example", "550 5.1.1 no such user", "--b"}
	for _, row := range []struct {
		head, body []string
		want       inbound.Kind
	}{
		{[]string{"From: postmaster@hotmail.example", "Subject: Undeliverable: Hello", "Content-Type: multipart/report; report-type=delivery-status; boundary=b"},
			[]string{"", "--b", "Content-Type: message/delivery-status", "", "Final-Recipient: rfc822; ghost@customer.example", "Action: failed", "Status: 5.1.1", "", "--b"}, inbound.Bounce},
		{[]string{"From: help@hotmail.example", "Subject: Undeliverable: Hello", "Content-Type: multipart/report; report-type=delivery-status; boundary=b"}, words, inbound.Bounce},
		{[]string{"From: MAILER-DAEMON@hotmail.example", "Subject: Undeliverable: Hello", "Content-Type: multipart/mixed; boundary=b"}, words, inbound.Bounce},
		{[]string{"From: ana@hotmail.example", "Subject: Fwd: Hello", "Content-Type: multipart/mixed; boundary=b"}, []string{"", "--b", "", "I like this one.", "--b"}, inbound.Reply},
		{[]string{"From: staff@hotmail.example", "Subject: complaint about message from 192.0.2.10", "Content-Type: multipart/mixed; boundary=b"}, []string{"", "--b"}, inbound.Complaint},
	} {
		if m := read(t, lines(append(append(row.head, row.body...), returned...)...)); m.Kind != row.want {
			t.Errorf("%q: got %s, want %s", row.head, m.Kind, row.want)
		}
	}
}
