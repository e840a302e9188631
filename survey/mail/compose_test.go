package mail_test

import (
	"bytes"
	"context"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"earshot/survey"
	"earshot/survey/mail/mailtest"
)

// fieldsOf are the header fields that every invitation has.
var fieldsOf = []string{"Auto-Submitted", "Content-Language", "Content-Type", "Date", "From", "List-Unsubscribe",
	"List-Unsubscribe-Post", "Message-Id", "Mime-Version", "Reply-To", "Subject", "To"}

func names(h mail.Header) []string {
	var found []string
	for name, values := range h {
		for range values {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

// arrived delivers a message to a server with SMTPUTF8 and returns it as it came there.
func arrived(t *testing.T, sent *survey.Message) mailtest.Message {
	t.Helper()
	sink := mailtest.Start(t, mailtest.WithUTF8())
	wantOutcome(t, newSMTP(t, configFor(t, sink.URL(), nil)).Deliver(context.Background(), sent), survey.Accepted, false, "250")
	return sink.Wait(1)[0]
}

func TestHeader(t *testing.T) {
	t.Parallel()
	sink := mailtest.Start(t)
	config := configFor(t, sink.URL(), nil)
	config.Now = func() time.Time { return time.Date(2026, 3, 1, 9, 30, 0, 0, time.FixedZone("CET", 3600)) }
	wantOutcome(t, newSMTP(t, config).Deliver(context.Background(), invitation()), survey.Accepted, false, "250")
	got := sink.Wait(1)[0]
	for name, want := range map[string]string{
		"From":                  "=?utf-8?b?TWlhIE3DvGxsZXIsIMOcbmlxdWUgR21iSA==?= <pulse@earshot.example>",
		"To":                    "=?utf-8?q?Kim_=C3=98st?= <kim@customer.example>",
		"Reply-To":              "<mia@unique.example>",
		"Subject":               "=?UTF-8?q?Kurze_Frage:_wie_l=C3=A4uft_es=3F?=",
		"Message-Id":            "<inv-1.try@earshot.example>",
		"Date":                  "Sun, 01 Mar 2026 08:30:00 +0000",
		"List-Unsubscribe":      "<https://ask.example/u/abc>",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"Auto-Submitted":        "auto-generated",
		"Content-Language":      "de-CH",
		"Mime-Version":          "1.0",
	} {
		if value := got.Header.Get(name); value != want {
			t.Errorf("%s: got %q, want %q", name, value, want)
		}
	}
	if found := names(got.Header); !slices.Equal(found, fieldsOf) {
		t.Errorf("got fields %v, want %v", found, fieldsOf)
	}
	if got.Sender != "pulse@earshot.example" || !slices.Equal(got.Recipients, []string{"kim@customer.example"}) {
		t.Errorf("got the envelope %s to %v", got.Sender, got.Recipients)
	}
}

// TestThread holds a reminder in the thread of the mails that it follows.
func TestThread(t *testing.T) {
	t.Parallel()
	m := invitation()
	m.Thread = []string{"inv-0.try@earshot.example", "inv-0.try-1@earshot.example"}
	got := arrived(t, m)
	for name, want := range map[string]string{
		"In-Reply-To": "<inv-0.try-1@earshot.example>", "References": "<inv-0.try@earshot.example> <inv-0.try-1@earshot.example>",
	} {
		if value := got.Header.Get(name); value != want {
			t.Errorf("%s: got %q, want %q", name, value, want)
		}
	}
	m.Thread = []string{"no id\r\nBcc: x@y.example"}
	if o := newSMTP(t, configFor(t, mailtest.Start(t).URL(), nil)).Deliver(context.Background(), m); o.Delivery != survey.Refused {
		t.Errorf("got %+v, want a thread of no Message-ID refused", o)
	}
}

func TestWritingsArriveAsSent(t *testing.T) {
	t.Parallel()
	for name, words := range map[string]string{
		"German":       "Größenänderung: süß & ölig, daß Straße",
		"Arabic":       "كيف تسير الأمور معنا؟",
		"Chinese":      "最近合作得怎么样？请打分。",
		"emoji":        "👩‍👩‍👧‍👦 fine 🇨🇭 👍🏽",
		"long":         strings.TrimSpace(strings.Repeat("Grüße an alle ", 60)),
		"long, ASCII":  strings.TrimSpace(strings.Repeat("greetings to all ", 60)),
		"quotes":       `Kim "the Boss" O'Neil \ (sales), <b>; x=?utf-8?q?no?= y`,
		"encoded word": "=?utf-8?q?Bcc:_x?= and more",
		"a dot":        ".",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent := invitation()
			sent.Subject, sent.FromName, sent.ToName = words, words, words
			sent.Text = words + "\n.\n..\n. \ntrailing blanks  \t\n\n" + strings.Repeat(words, 60) + "\n"
			sent.HTML = "<p>" + strings.Repeat(words, 60) + "</p>\n.\n"
			got := arrived(t, sent)
			for _, pair := range [][2]string{
				{got.Subject, sent.Subject}, {got.From.Name, sent.FromName}, {got.To[0].Name, sent.ToName},
				{got.Text, sent.Text}, {got.HTML, sent.HTML},
			} {
				if pair[0] != pair[1] {
					t.Errorf("got %q, want %q", pair[0], pair[1])
				}
			}
			checkLines(t, got.Raw)
		})
	}
}

// checkLines wants what every server takes: ASCII, short lines, each ended by CRLF.
func checkLines(tb testing.TB, raw []byte) {
	tb.Helper()
	for line := range bytes.Lines(raw) {
		body, whole := bytes.CutSuffix(line, []byte("\r\n"))
		if !whole || len(body) > 998 || bytes.ContainsAny(body, "\r\n\x00") {
			tb.Errorf("line %q is too long or wrongly ended", line)
		}
		if bytes.IndexFunc(body, func(r rune) bool { return r > unicode.MaxASCII }) >= 0 {
			tb.Errorf("line %q is not ASCII", line)
		}
	}
}

func TestParts(t *testing.T) {
	t.Parallel()
	rows := []struct{ name, text, html, kind string }{
		{"both", "hello\n", "<p>hello</p>\n", "multipart/alternative;"},
		{"only text", "hello\n", "", "text/plain; charset=UTF-8"},
		{"only HTML", "", "<p>hello</p>\n", "text/html; charset=UTF-8"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			sent := invitation()
			sent.Text, sent.HTML = row.text, row.html
			got := arrived(t, sent)
			if kind := got.Header.Get("Content-Type"); !strings.HasPrefix(kind, row.kind) {
				t.Errorf("got Content-Type %q, want %q", kind, row.kind)
			}
			if got.Text != row.text || got.HTML != row.html {
				t.Errorf("got text %q and HTML %q, want %q and %q", got.Text, got.HTML, row.text, row.html)
			}
			if plain, html := bytes.Index(got.Raw, []byte("text/plain")), bytes.Index(got.Raw, []byte("text/html")); row.name == "both" && plain > html {
				t.Errorf("the plain part comes after the HTML part: readers show the last they understand")
			}
		})
	}
}

func TestNamesAndSubjectsBecomeOneLine(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"Hi\r\nBcc: eve@x.example":  "Hi Bcc: eve@x.example",
		"Hi\r\n\r\nBody":            "Hi Body",
		" a\t \nb ":                 "a b",
		"a\x00b\x1b[31mc\x7f":       "a b [31mc",
		"a\u0085b\u2028c\u2029d":    "a b c d",
		"broken \xff UTF-8":         "broken \uFFFD UTF-8",
		"a                       b": "a b",
	} {
		sent := invitation()
		sent.Subject, sent.FromName, sent.ToName = given, given, given
		got := arrived(t, sent)
		if got.Subject != want || got.From.Name != want || got.To[0].Name != want {
			t.Errorf("of %q: got subject %q, from %q and to %q, want %q", given, got.Subject, got.From.Name, got.To[0].Name, want)
		}
		if found := names(got.Header); !slices.Equal(found, fieldsOf) {
			t.Errorf("of %q: got fields %v, want %v", given, found, fieldsOf)
		}
	}
}

func TestDeliverRefusesWhatCannotBeSent(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name   string
		change func(*survey.Message)
		words  string
	}{
		{"no recipient", func(m *survey.Message) { m.To = "" }, "recipient"},
		{"recipient without domain", func(m *survey.Message) { m.To = "kim" }, "recipient"},
		{"recipient with a line break", func(m *survey.Message) { m.To = "kim@customer.example\r\nRCPT TO:<eve@x.example>" }, "recipient"},
		{"recipient with a parameter", func(m *survey.Message) { m.To = "kim@customer.example> SIZE=1" }, "recipient"},
		{"two recipients", func(m *survey.Message) { m.To = "a@x.example,b@x.example" }, "recipient"},
		{"recipient with a blank", func(m *survey.Message) { m.To = "kim ost@customer.example" }, "recipient"},
		{"recipient too long", func(m *survey.Message) { m.To = strings.Repeat("k", 250) + "@x.example" }, "recipient"},
		{"reply address with a line break", func(m *survey.Message) { m.ReplyTo = "mia@x.example\nBcc: eve@x.example" }, "Reply-To"},
		{"no Message-ID", func(m *survey.Message) { m.ID = "" }, "Message-ID"},
		{"Message-ID with a line break", func(m *survey.Message) { m.ID = "a@b\r\nBcc: eve@x.example" }, "Message-ID"},
		{"Message-ID with brackets", func(m *survey.Message) { m.ID = "<a@b>" }, "Message-ID"},
		{"unsubscribe address of another kind", func(m *survey.Message) { m.UnsubscribeURL = "javascript:alert(1)" }, "unsubscribe"},
		{"unsubscribe address with a line break", func(m *survey.Message) { m.UnsubscribeURL = "https://a.example/\r\nBcc: x" }, "unsubscribe"},
		{"empty", func(m *survey.Message) { m.Text, m.HTML = "", "" }, "empty"},
		{"one endless word", func(m *survey.Message) { m.Subject = strings.Repeat("x", 2000) }, "too long"},
	}
	sink := mailtest.Start(t)
	mailer := newSMTP(t, configFor(t, sink.URL(), nil))
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			m := invitation()
			row.change(m)
			wantOutcome(t, mailer.Deliver(context.Background(), m), survey.Refused, false, row.words)
		})
	}
	if sink.Sessions() != 0 {
		t.Errorf("got %d connections, want none for messages that cannot be sent", sink.Sessions())
	}
}

func TestUnsubscribeWithoutTLSPromisesNoOneClick(t *testing.T) {
	t.Parallel()
	sent := invitation()
	sent.UnsubscribeURL = "http://127.0.0.1:8080/u/abc"
	got := arrived(t, sent).Header
	if got.Get("List-Unsubscribe") != "<http://127.0.0.1:8080/u/abc>" || got.Get("List-Unsubscribe-Post") != "" {
		t.Errorf("got %q and %q, want the URL and no promise", got.Get("List-Unsubscribe"), got.Get("List-Unsubscribe-Post"))
	}
	sent.UnsubscribeURL = ""
	if got := arrived(t, sent).Header; got.Get("List-Unsubscribe") != "" {
		t.Errorf("got List-Unsubscribe %q without an address", got.Get("List-Unsubscribe"))
	}
}

func TestInternationalAddresses(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name, to, reply, wantTo string
		server                  []mailtest.Option
		want                    survey.Delivery
	}{
		{"domain", "kim@bücher.example", "", "kim@xn--bcher-kva.example", nil, survey.Accepted},
		{"domain in capitals", "kim@Customer.Example", "", "kim@customer.example", nil, survey.Accepted},
		{"name, server can", "jörg@bücher.example", "", "jörg@xn--bcher-kva.example", []mailtest.Option{mailtest.WithUTF8()}, survey.Accepted},
		{"name, server cannot", "jörg@customer.example", "", "", nil, survey.Refused},
		{"reply name, server cannot", "kim@customer.example", "jörg@x.example", "", nil, survey.Refused},
		{"plus and dots", "k.i.m+x_y-z@customer.example", "", "k.i.m+x_y-z@customer.example", nil, survey.Accepted},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			sink := mailtest.Start(t, row.server...)
			m := invitation()
			m.To, m.ReplyTo = row.to, row.reply
			words := map[survey.Delivery]string{survey.Accepted: "250", survey.Refused: "SMTPUTF8"}[row.want]
			wantOutcome(t, newSMTP(t, configFor(t, sink.URL(), nil)).Deliver(context.Background(), m), row.want, false, words)
			if row.want == survey.Accepted {
				got := sink.Wait(1)[0]
				if got.Recipients[0] != row.wantTo || got.To[0].Address != row.wantTo {
					t.Errorf("got envelope %v and header %v, want %s", got.Recipients, got.To, row.wantTo)
				}
			}
		})
	}
}

// A relay that asks the next server for SMTPUTF8 without need has mail returned by servers that lack it.
func TestUTF8IsAskedForOnlyWhenNeeded(t *testing.T) {
	t.Parallel()
	rows := []struct{ to, mail string }{
		{"kim@customer.example", "C: MAIL FROM:<pulse@earshot.example>\r"},
		{"jörg@customer.example", "C: MAIL FROM:<pulse@earshot.example> SMTPUTF8\r"},
	}
	for _, row := range rows {
		server := startScripted(t, []string{"S: 220 x", "C: EHLO earshot.example\r", "S: 250-x", "S: 250 SMTPUTF8", row.mail, "S: 250 ok",
			"C: RCPT TO:<" + row.to + ">\r", "S: 250 ok", "C: DATA\r", "S: 354 go", "body", "S: 250 ok"})
		m := invitation()
		m.To = row.to
		mailer := newSMTP(t, configFor(t, "smtp://"+server.addr+"?tls=none", nil))
		wantOutcome(t, mailer.Deliver(context.Background(), m), survey.Accepted, false, "250")
	}
}

// FuzzDeliver lets anybody's names, subjects and words try to become header fields, parts or commands.
func FuzzDeliver(f *testing.F) {
	f.Add("Kim", "kim@customer.example", "Hello", "text", "<p>html</p>", "de")
	f.Add("Kim\r\nBcc: eve@x.example", "kim@customer.example\r\nRSET", "Hi\r\n\r\nbody", ".\r\nQUIT\r\n", "\r\n.\r\n", "de\r\nX: y")
	f.Add("\u2028Bcc: x\u0085y", "jörg@bücher.example", "=?utf-8?q?a=0D=0Ab?=", "--boundary\r\n", "\x00\xff", "x-klingon")
	f.Add(strings.Repeat("ü ", 600), "k@x", strings.Repeat("a b  c ", 300), "\r", "\n\n", "")
	sink := mailtest.Start(f, mailtest.WithUTF8())
	mailer := newSMTP(f, configFor(f, sink.URL(), nil))
	f.Fuzz(func(t *testing.T, name, to, subject, text, html, language string) {
		m := invitation()
		m.FromName, m.ToName, m.To, m.Subject, m.Text, m.HTML, m.Language = name, name, to, subject, text, html, language
		outcome := mailer.Deliver(context.Background(), m)
		after := sink.Drain()
		if outcome.Delivery == survey.Refused && len(after) == 0 {
			return
		}
		if outcome.Delivery != survey.Accepted || len(after) != 1 {
			t.Fatalf("got %+v and %d messages, want one accepted or refused before it is sent", outcome, len(after))
		}
		checkArrival(t, m, after[0])
	})
}

func checkArrival(t *testing.T, sent *survey.Message, got mailtest.Message) {
	t.Helper()
	optional := func(name string) bool { return name == "Content-Language" || name == "Content-Transfer-Encoding" }
	found := slices.DeleteFunc(names(got.Header), optional)
	if want := slices.DeleteFunc(slices.Clone(fieldsOf), optional); !slices.Equal(found, want) {
		t.Errorf("got fields %v, want %v", found, want)
	}
	if len(got.Recipients) != 1 || len(got.To) != 1 || got.To[0].Address != got.Recipients[0] {
		t.Errorf("got recipients %v and To %v, want one and the same", got.Recipients, got.To)
	}
	// A message with a single part ends with a line end whether or not the part did.
	plain := func(s string) string {
		return strings.TrimSuffix(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s), "\n")
	}
	if utf8.ValidString(sent.Text) && plain(got.Text) != plain(sent.Text) {
		t.Errorf("got text %q, want %q", got.Text, sent.Text)
	}
	if utf8.ValidString(sent.HTML) && plain(got.HTML) != plain(sent.HTML) {
		t.Errorf("got HTML %q, want %q", got.HTML, sent.HTML)
	}
	if utf8.ValidString(sent.Subject) && lettersOf(got.Subject) != lettersOf(sent.Subject) {
		t.Errorf("got subject %q, want %q", got.Subject, sent.Subject)
	}
}

// lettersOf is what must be left of a subject whatever becomes of its blanks.
func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}
