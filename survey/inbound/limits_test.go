package inbound_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"earshot/survey/inbound"
)

// TestLimits reads mails that are made to take long or to fill memory.
func TestLimits(t *testing.T) {
	t.Parallel()
	nested := &strings.Builder{}
	for i := range 1_000 {
		fmt.Fprintf(nested, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	messages := strings.Repeat("Content-Type: message/rfc822\n\n", 1_000)
	from := "From: ana@customer.example\n"
	for _, row := range []struct{ name, raw string }{
		{"1,000 nested parts", from + nested.String() + "\nHello"},
		{"1,000 nested messages", from + messages + "\nHello"},
		{"100,000 parts", from + "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\nx\n", 100_000)},
		{"100,000 header lines", from + strings.Repeat("X-Line: a\n", 100_000) + "\nHello"},
		{"100,000 folded lines", from + "Subject: a\n" + strings.Repeat(" <a@b.example>\n", 100_000) + "\nHello"},
		{"an endless line", from + "\n" + strings.Repeat("a", 9<<20)},
		{"an endless header", from + "Subject: " + strings.Repeat("<a@b.example> ", 600_000) + "\n\nHello"},
		{"9 MiB of addresses", "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\n" + strings.Repeat("<a@b.example>:\n550 no\n", 400_000)},
		{"9 MiB of tags", from + "Content-Type: text/html\n\n" + strings.Repeat("<<b", 3<<20)},
		{"9 MiB of comments", from + "Content-Type: text/html\n\n" + strings.Repeat("<!--", 2<<20)},
		{"9 MiB of scripts", from + "Content-Type: text/html\n\n" + strings.Repeat("<script></", 900_000)},
		{"9 MiB of blockquotes", from + "Content-Type: text/html\n\n" + strings.Repeat("<blockquote>", 700_000)},
		{"9 MiB of encoded words", from + "Subject: " + strings.Repeat("=?utf-8?q?a?= ", 600_000) + "\n\nHello"},
		{"9 MiB of base64", from + "Content-Transfer-Encoding: base64\n\n" + strings.Repeat("aGVsbG8g", 1_100_000)},
		{"9 MiB of attributions", from + "\n" + strings.Repeat("On Monday\n", 900_000)},
		{"9 MiB of reports", "From: MAILER-DAEMON@mx.example\nContent-Type: message/delivery-status\n\n" + strings.Repeat("Final-Recipient: rfc822;a@b.example\nAction: failed\n\n", 170_000)},
	} {
		began := time.Now()
		m := read(t, []byte(row.raw))
		check(t, m)
		if took := time.Since(began); took > 20*time.Second { // usually far less than one
			t.Errorf("%s took %v", row.name, took)
		}
	}
}

func TestDamage(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, raw, want string
	}{
		{"NUL bytes", "From: ana@customer.example\nSubject: Re: \x00Hi\n\nGo\x00od.", "Good."},
		{"no label, Windows-1252", "From: ana@customer.example\n\nSch\xf6n.", "Schön."},
		{"labelled US-ASCII, is UTF-8", "From: ana@customer.example\nContent-Type: text/plain; charset=us-ascii\n\nSchön.", "Schön."},
		{"labelled Latin 1, is UTF-8", "From: ana@customer.example\nContent-Type: text/plain; charset=iso-8859-1\n\nSchön.", "Schön."},
		{"labelled UTF-8, is Latin 1", "From: ana@customer.example\nContent-Type: text/plain; charset=utf-8\n\nSch\xf6n.", "Schön."},
		{"an unknown label", "From: ana@customer.example\nContent-Type: text/plain; charset=klingon\n\nSch\xf6n.", "Schön."},
		{"no semicolon", "From: ana@customer.example\nContent-Type: text/plain charset=utf-8\n\nGood.", "Good."},
		{"an unknown transfer encoding", "From: ana@customer.example\nContent-Transfer-Encoding: x\n\nGood.", "Good."},
		{"damaged base64", "From: ana@customer.example\nContent-Transfer-Encoding: base64\n\nR29v!!ZC4", "Good."},
		{"damaged quoted-printable", "From: ana@customer.example\nContent-Transfer-Encoding: quoted-printable\n\nSch=C3=B6n.\n=ZZ", "Schön.\n=ZZ"},
		{"a line that is no field", "From: ana@customer.example\nthis is no field\nSubject: Re: Hi\n\nGood.", "Good."},
		{"a boundary that does not come", "From: ana@customer.example\nContent-Type: multipart/mixed; boundary=x\n\nGood.", "Good."},
	} {
		if m := read(t, []byte(row.raw)); m.Kind != inbound.Reply || m.Text != row.want {
			t.Errorf("%s: got %s %q, want %q", row.name, m.Kind, m.Text, row.want)
		}
	}
}

// FuzzRead holds that whatever comes is read, and that what is said of it keeps to what is promised.
func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.eml")
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) { check(t, read(t, raw)) })
}

// check holds a mail against what package inbound promises of any.
func check(t testing.TB, m inbound.Mail) {
	t.Helper()
	if len(m.Failures) > 0 && m.Kind != inbound.Bounce && m.Kind != inbound.Delayed || len(m.Complainants) > 0 && m.Kind != inbound.Complaint || m.Text != "" && m.Kind != inbound.Reply {
		t.Errorf("got %s with %d failures, %d complainants and text %.20q", m.Kind, len(m.Failures), len(m.Complainants), m.Text)
	}
	if len(m.Failures) > 100 || len(m.Complainants) > 100 || len(m.About) > 50 || len(m.To) > 100 || utf8.RuneCountInString(m.Text) > 10_000 {
		t.Errorf("got %d failures, %d complainants, %d about, %d to, %d bytes of text", len(m.Failures), len(m.Complainants), len(m.About), len(m.To), len(m.Text))
	}
	short := append([]string{m.From, m.Subject, m.MessageID}, append(append(m.About, m.To...), m.Complainants...)...)
	for _, failure := range m.Failures {
		if failure.Permanent != strings.HasPrefix(failure.Status, "5") || failure.BadAddress && !failure.Permanent || m.Kind == inbound.Delayed && failure.Permanent {
			t.Errorf("got %s with %+v", m.Kind, failure)
		}
		short = append(short, failure.Recipient, failure.Status, failure.Diagnostic)
	}
	for _, s := range short {
		if len(s) > 1_100 || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
			t.Errorf("got %.100q of %d bytes, want one short line", s, len(s))
		}
	}
	if !utf8.ValidString(m.Text) || strings.ContainsFunc(m.Text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) {
		t.Errorf("got text %.100q", m.Text)
	}
}
