package mail_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"testing"

	"earshot/survey"
	"earshot/survey/mail/mailtest"
)

// TestAMailGoesAlong attaches mails of each kind; each comes out as it went in.
func TestAMailGoesAlong(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ content, kind string }{
		"plain":      {"From: ana@customer.example\r\nSubject: Re: x\r\n\r\nAll is well.\r\n.\r\n", "message/rfc822"},
		"umlauts":    {"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nSchöne Grüße\r\n", "application/octet-stream"},
		"long lines": {"Subject: x\r\n\r\n" + strings.Repeat("word ", 400) + "\r\n", "application/octet-stream"},
		"binary":     {"Subject: x\r\n\r\n\x00\xff\r\n", "application/octet-stream"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink := mailtest.Start(t)
			m := &survey.Message{ID: "rcv_1@earshot.example", Loop: "earshot.example", FromName: "Ana", To: "rep@company.example", Subject: "Answer: Re: x", Text: "Ana has answered.\n", Attached: []byte(tt.content)}
			wantOutcome(t, newSMTP(t, configFor(t, sink.URL(), nil)).Deliver(t.Context(), m), survey.Accepted, false, "250 ")
			raw := sink.Wait(1)[0].Raw
			checkLines(t, raw)
			got, err := mail.ReadMessage(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			if got.Header.Get("X-Loop") != "earshot.example" || got.Header.Get("List-Unsubscribe") != "" {
				t.Errorf("got %v", got.Header)
			}
			kind, content := attachment(t, got)
			if kind != tt.kind || content != tt.content {
				t.Errorf("got %s: %q, want %s: %q", kind, content, tt.kind, tt.content)
			}
		})
	}
}

// attachment is the second part of a mail, decoded.
func attachment(t *testing.T, m *mail.Message) (kind, content string) {
	t.Helper()
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	if _, err := parts.NextPart(); err != nil {
		t.Fatal(err)
	}
	part, err := parts.NextRawPart()
	if err != nil {
		t.Fatal(err)
	}
	kind, _, _ = mime.ParseMediaType(part.Header.Get("Content-Type"))
	var body io.Reader = part
	if part.Header.Get("Content-Transfer-Encoding") == "base64" {
		body = base64.NewDecoder(base64.StdEncoding, part)
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return kind, string(raw)
}
