package inbound_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"earshot/survey/inbound"
)

// ours is the Message-ID of the mail that most of the corpus is about.
const ours = "inv.42@shop.example"

// corpus says of each mail in testdata what must come of it. They are written for these tests in the shapes of the programs that
// their names tell.
var corpus = []struct {
	file  string
	kind  inbound.Kind
	about string // the most certain one
	// tells is what else there is: the failures of a bounce, who complains, the text of a reply.
	tells string
}{
	{"amazon-ses", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"amazon-ses-expired", inbound.Bounce, ours, "ghost@customer.example 4.4.7"},
	{"antivirus-gateway", inbound.Bounce, "", "ghost@customer.example 5.0.0 permanent"},
	{"aol", inbound.Bounce, ours, "ghost@aol.example 5.1.1 permanent bad"},
	{"barracuda", inbound.Bounce, "", "ana@customer.example 5.0.0 permanent"},
	{"chinese-gateway", inbound.Bounce, "", "ghost@kehu.example 5.0.0 permanent bad"},
	{"courier", inbound.Bounce, ours, "ghost@customer.example 5.0.0 permanent bad"},
	{"domino", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"dsn-base64", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"dsn-cut-off", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"dsn-empty-report", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"dsn-out-of-office", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"dsn-quoted-printable", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"dsn-without-boundary", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"dsn-without-empty-lines", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad, full@customer.example 5.2.2 permanent"},
	{"dsn-without-status", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"exchange-2003", inbound.Bounce, ours, "ghost@customer.example 5.0.0 permanent bad"},
	{"exchange-2003-several", inbound.Bounce, "", "GHOST@CUSTOMER.EXAMPLE 5.0.0 permanent bad"},
	{"exchange-2010", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"exchange-german", inbound.Bounce, ours, "geist@kunde.example 5.1.1 permanent bad"},
	{"exchange-online", inbound.Bounce, ours, "ghost@customer.example 5.1.10 permanent bad"},
	{"exchange-online-access-denied", inbound.Bounce, ours, "ghost@customer.example 5.4.1 permanent bad"},
	{"exchange-online-restricted", inbound.Bounce, ours, "ana@customer.example 5.7.133 permanent"},
	{"exim-after-data", inbound.Bounce, ours, "ghost@customer.example 5.0.0 permanent"},
	{"exim-full", inbound.Bounce, ours, "ghost@customer.example 4.0.0"},
	{"exim-unknown", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"exim-unrouteable", inbound.Bounce, ours, "ghost@customer.example 5.0.0 permanent bad"},
	{"exim-with-report", inbound.Bounce, ours, "ghost@customer.example 5.0.0 permanent bad"},
	{"french", inbound.Bounce, "", "fantome@client.example 5.0.0 permanent bad"},
	{"gmail-not-found", inbound.Bounce, ours, "ghost@gmail.example 5.1.1 permanent bad"},
	{"gmail-old", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"groupwise", inbound.Bounce, ours, "ghost@customer.example 5.0.0 permanent bad"},
	{"haraka", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"hmailserver", inbound.Bounce, "", "ghost@customer.example 5.0.0 permanent bad"},
	{"ironport", inbound.Bounce, ours, "ghost@customer.example 5.7.1 permanent"},
	{"japanese", inbound.Bounce, "", "ghost@kyaku.example 5.0.0 permanent bad"},
	{"mail-ru", inbound.Bounce, "", "ghost@mail.example 5.0.0 permanent bad"},
	{"mailbox-full-words", inbound.Bounce, "", "ghost@customer.example 4.0.0"},
	{"mailenable", inbound.Bounce, ours, "ghost@customer.example 5.0.0 permanent bad"},
	{"postfix-bare-550", inbound.Bounce, ours, "ghost@customer.example 5.0.0 permanent bad"},
	{"postfix-bare-550-listed", inbound.Bounce, ours, "ghost@customer.example 5.0.0 permanent"},
	{"postfix-forwarded", inbound.Bounce, ours, "ana@customer.example 5.1.1 permanent bad"},
	{"postfix-full", inbound.Bounce, ours, "ghost@customer.example 5.2.2 permanent"},
	{"postfix-greylisted-too-long", inbound.Bounce, ours, "ghost@customer.example 4.2.0"},
	{"postfix-large", inbound.Bounce, ours, "ghost@customer.example 5.3.4 permanent"},
	{"postfix-no-such-domain", inbound.Bounce, ours, "ghost@customer.example 5.4.4 permanent bad"},
	{"postfix-relaying", inbound.Bounce, ours, "ghost@customer.example 5.7.1 permanent"},
	{"postfix-several", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad, full@customer.example 5.2.2 permanent"},
	{"postfix-spam", inbound.Bounce, ours, "ghost@customer.example 5.7.1 permanent"},
	{"postfix-unknown", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"postfix-without-report", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"qmail-queued-too-long", inbound.Bounce, ours, "ghost@customer.example 4.4.1"},
	{"qmail-several", inbound.Bounce, ours, "ghost@customer.example 5.0.0 permanent bad, full@customer.example 5.2.2 permanent"},
	{"qmail-unknown", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"sendgrid", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"sendmail-old", inbound.Bounce, ours, "ghost@customer.example 5.0.0 permanent bad"},
	{"sendmail-unknown", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"wrapped-by-gateway", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"yahoo-disabled", inbound.Bounce, ours, "ghost@yahoo.example 5.0.0 permanent bad"},
	{"yahoo-no-account", inbound.Bounce, ours, "ghost@yahoo.example 5.0.0 permanent bad"},
	{"zimbra", inbound.Bounce, ours, "ghost@customer.example 5.1.1 permanent bad"},
	{"zimbra-quota", inbound.Bounce, ours, "ghost@customer.example 5.2.2 permanent"},
	{"exim-delayed", inbound.Delayed, "", "ghost@customer.example 4.0.0"},
	{"gmail-delay", inbound.Delayed, ours, "ghost@customer.example 4.4.1"},
	{"opensmtpd-temporary", inbound.Delayed, ours, "ghost@customer.example 4.0.0"},
	{"postfix-delayed", inbound.Delayed, ours, "ghost@customer.example 4.4.1"},
	{"sendmail-warning", inbound.Delayed, ours, "ghost@customer.example 4.4.1"},
	{"arf-abuse", inbound.Complaint, ours, "ana@customer.example"},
	{"arf-fraud", inbound.Complaint, ours, "ana@customer.example"},
	{"arf-other", inbound.Complaint, ours, "ana@customer.example"},
	{"arf-redacted", inbound.Complaint, ours, ""},
	{"jmrp-itself", inbound.Complaint, ours, "ana@hotmail.example"},
	{"jmrp", inbound.Complaint, ours, "ana@hotmail.example"},
	{"challenge", inbound.AutoReply, ours, ""},
	{"no-longer-works-here", inbound.AutoReply, ours, ""},
	{"read-receipt", inbound.AutoReply, ours, ""},
	{"ticket", inbound.AutoReply, ours, ""},
	{"ticket-bare", inbound.AutoReply, ours, ""},
	{"vacation-arabic", inbound.AutoReply, "", ""},
	{"vacation-dutch", inbound.AutoReply, "", ""},
	{"vacation-exchange", inbound.AutoReply, ours, ""},
	{"vacation-french", inbound.AutoReply, "", ""},
	{"vacation-german", inbound.AutoReply, "", ""},
	{"vacation-italian", inbound.AutoReply, "", ""},
	{"vacation-japanese", inbound.AutoReply, "", ""},
	{"vacation-polish", inbound.AutoReply, "", ""},
	{"vacation-rfc3834", inbound.AutoReply, ours, ""},
	{"vacation-russian", inbound.AutoReply, "", ""},
	{"vacation-spanish", inbound.AutoReply, "", ""},
	{"unsubscribe-address", inbound.Unsubscribe, "", ""},
	{"unsubscribe-apple", inbound.Unsubscribe, "", ""},
	{"unsubscribe-french", inbound.Unsubscribe, ours, ""},
	{"unsubscribe-german", inbound.Unsubscribe, ours, ""},
	{"unsubscribe-spanish", inbound.Unsubscribe, "", ""},
	{"unsubscribe-subject", inbound.Unsubscribe, "", ""},
	{"reply-about-automatic", inbound.Reply, ours, "I only got an automated response from your support, and had to click the link to confirm my order twice. My ticket number is 48213.\n\nThis e-mail was automatically scanned for viruses."},
	{"reply-apple-french", inbound.Reply, ours, "Très bien, merci."},
	{"reply-below", inbound.Reply, ours, "Nine of ten.\n\nCome earlier."},
	{"reply-blockquote", inbound.Reply, ours, "Fine & fast."},
	{"reply-dealer", inbound.Reply, ours, "All right."},
	{"reply-delivery-service", inbound.Reply, ours, "Undeliverable twice, then it came. Fine otherwise."},
	{"reply-encoded", inbound.Reply, ours, "Die Äpfel kosteten 5 € zu viel."},
	{"reply-forwards-bounce", inbound.Reply, "b1@mx.customer.example", "I got this when I tried to write to you."},
	{"reply-german-thunderbird", inbound.Reply, ours, "Prima."},
	{"reply-gmail", inbound.Reply, ours, "It came late, but the fruit was good – thank you."},
	{"reply-holiday", inbound.Reply, ours, "We were on holiday and could not be delivered to; the parcel was returned to you. Please send it again."},
	{"reply-japanese", inbound.Reply, ours, "とても良かったです。"},
	{"reply-no-longer", inbound.Reply, ours, "Ana no longer works here, I do her job now and am content."},
	{"reply-outlook-html", inbound.Reply, ours, "Alles bestens – gerne wieder.\n\nZwei Kisten waren leicht beschädigt."},
	{"reply-outlook-plain", inbound.Reply, ours, "Good, as always."},
	{"reply-parcel", inbound.Reply, "", "My parcel could not be delivered and was returned to you, the driver said that the address is unknown. Please send it again."},
	{"reply-phone", inbound.Reply, ours, "Great!"},
	{"reply-polish", inbound.Reply, ours, "Wszystko dobrze."},
	{"reply-quotes-bounce", inbound.Reply, ours, "Your mail server sends me this. What is wrong?"},
	{"reply-spanish-outlook", inbound.Reply, ours, "Todo bien."},
	{"reply-ticket-subject", inbound.Reply, ours, "Very well."},
	{"reply-wrong-charset", inbound.Reply, ours, "Schön, danke."},
	{"unsubscribe-sentence", inbound.Reply, ours, "I looked for a way to unsubscribe from the catalogue and found none. Otherwise all was fine."},
	{"arf-auth-failure", inbound.Unknown, ours, ""},
	{"arf-not-spam", inbound.Unknown, ours, ""},
	{"loop", inbound.Unknown, "", ""},
	{"newsletter", inbound.Unknown, "", ""},
	{"no-mail-at-all", inbound.Unknown, "", ""},
	{"postfix-delivered", inbound.Unknown, ours, ""},
}

func TestCorpus(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(files) != len(corpus) {
		t.Fatalf("got %d mails in testdata and error %v, want the %d of the table", len(files), err, len(corpus))
	}
	for _, row := range corpus {
		t.Run(row.file, func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(filepath.Join("testdata", row.file+".eml"))
			if err != nil {
				t.Fatal(err)
			}
			for _, form := range []struct {
				name string
				raw  []byte
			}{
				{"as it is", raw},
				{"with CRLF", bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))},
				{"with CR", bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r"))},
				{"from an mbox", append([]byte("From ana@customer.example Mon Nov  2 09:00:00 2026\n"), raw...)},
			} {
				m := read(t, form.raw)
				about := ""
				if len(m.About) > 0 {
					about = m.About[0]
				}
				if m.Kind != row.kind || about != row.about || tells(m) != row.tells {
					t.Errorf("%s: got %s about %q: %q, want %s about %q: %q", form.name, m.Kind, about, tells(m), row.kind, row.about, row.tells)
				}
			}
		})
	}
}

// tells is what the table says of a mail.
func tells(m inbound.Mail) string {
	switch m.Kind {
	case inbound.Reply:
		return m.Text
	case inbound.Complaint:
		return strings.Join(m.Complainants, " ")
	}
	var all []string
	for _, f := range m.Failures {
		one := f.Recipient + " " + f.Status
		if f.Permanent {
			one += " permanent"
		}
		if f.BadAddress {
			one += " bad"
		}
		all = append(all, one)
	}
	return strings.Join(all, ", ")
}

func read(t testing.TB, raw []byte) inbound.Mail {
	t.Helper()
	m, err := inbound.Read(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("reading: %v", err)
	}
	return m
}

// lines is a mail of these lines.
func lines(all ...string) []byte { return []byte(strings.Join(all, "\r\n")) }

func TestHeader(t *testing.T) {
	t.Parallel()
	m := read(t, lines(
		"Return-Path: <ana@customer.example>",
		"X-Original-To: a+tk42@shop.example",
		"Delivered-To: feedback@shop.example",
		"Received: from x by y for <b+tk42@shop.example>; Mon, 2 Nov 2026 09:00:05 +0000",
		`From: "bo@other.example" <Ana@customer.example>`,
		`To: "c@shop.example" <Feedback@shop.example>, d@shop.example (e@shop.example)`,
		"Cc: f@shop.example",
		"Subject: =?utf-8?Q?Re=3A_Sch=C3=B6n?=", "\t=?utf-8?Q?_war's?=",
		"Message-ID: <r1@customer.example>",
		"In-Reply-To: <3@shop.example>",
		"References: <1@shop.example> <2@shop.example>", " <3@shop.example>",
		"", "Yes."))
	if m.From != "Ana@customer.example" || m.Subject != "Re: Schön war's" || m.MessageID != "r1@customer.example" {
		t.Errorf("got %q %q %q", m.From, m.Subject, m.MessageID)
	}
	if want := []string{"3@shop.example", "2@shop.example", "1@shop.example"}; !slices.Equal(m.About, want) {
		t.Errorf("got about %q, want %q", m.About, want)
	}
	want := []string{"a+tk42@shop.example", "feedback@shop.example", "b+tk42@shop.example", "d@shop.example", "e@shop.example", "f@shop.example"}
	if !slices.Equal(m.To, want) {
		t.Errorf("got to %q, want %q", m.To, want)
	}
}

func TestDiagnostic(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/postfix-unknown.eml")
	if err != nil {
		t.Fatal(err)
	}
	got := read(t, raw).Failures[0].Diagnostic
	if want := "550 5.1.1 <ghost@customer.example>: Recipient address rejected: User unknown in virtual mailbox table"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestJudged holds what servers say against what it means for the recipient.
func TestJudged(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ status, said, want string }{
		{"5.1.1", "smtp; 550 5.1.1 no such user", "5.1.1 permanent bad"},
		{"5.0.0", "smtp; 550 5.1.1 no such user", "5.1.1 permanent bad"},
		{"", "smtp; 550 5.1.1 no such user", "5.1.1 permanent bad"},
		{"", "smtp; 450 greylisted", "4.0.0"},
		{"5.1.1", "smtp; 552 5.2.2 over quota", "5.1.1 permanent"},
		{"5.1.1", "smtp; 550 5.7.1 blacklisted by recipient", "5.1.1 permanent"},
		{"5.1.1", "smtp; 550 rejected as spam", "5.1.1 permanent"},
		{"5.0.0", "smtp; 550 user unknown", "5.0.0 permanent bad"},
		{"5.0.0", "smtp; 550 your IP 5.1.1.1 is listed", "5.0.0 permanent"},
		{"5.2.1", "smtp; 550 5.2.1 the account is disabled", "5.2.1 permanent bad"},
		{"5.2.1", "smtp; 550-5.2.1 The user is receiving mail at a rate that prevents more", "5.2.1 permanent"},
		{"5.1.8", "smtp; 501 5.1.8 sender address rejected: domain not found", "5.1.8 permanent"},
		{"5.7.1", "smtp; 550 5.7.1 <ghost@customer.example>: recipient address rejected: user unknown", "5.7.1 permanent bad"},
		{"5.7.26", "smtp; 550 5.7.26 the user is unknown to have authenticated", "5.7.26 permanent"},
		{"5.4.4", "X-Postfix; host or domain name not found", "5.4.4 permanent bad"},
		{"4.4.7", "smtp; 554 4.4.7 message expired", "4.4.7"},
		{"5.3.4", "smtp; 552 5.3.4 message too large", "5.3.4 permanent"},
		{"5.0.0", "smtp; 550 Benutzer unbekannt", "5.0.0 permanent bad"},
		{"5.0.0", "smtp; 550 Пользователь не найден", "5.0.0 permanent bad"},
	} {
		m := read(t, lines("From: MAILER-DAEMON@mx.example", "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "", "--b",
			"Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example", "", "Final-Recipient: rfc822; g@c.example",
			"Action: failed", "Status: "+row.status, "Diagnostic-Code: "+row.said, "", "--b--"))
		if got := strings.TrimPrefix(tells(m), "g@c.example "); m.Kind != inbound.Bounce || got != row.want {
			t.Errorf("%s %q: got %s %q, want %q", row.status, row.said, m.Kind, got, row.want)
		}
	}
}

func TestStops(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]inbound.Kind{
		"unsubscribe": inbound.Unsubscribe, "Please unsubscribe me.": inbound.Unsubscribe, "ABMELDEN!": inbound.Unsubscribe, "désabonner": inbound.Unsubscribe,
		"Baja": inbound.Unsubscribe, "отписаться": inbound.Unsubscribe, "配信停止": inbound.Unsubscribe, "Stop\n\nAna": inbound.Unsubscribe,
		"Remove\nme": inbound.Unsubscribe, "unsubscribe\n\nthanks, ana": inbound.Unsubscribe, "Unsubscribe\n\nAna Ruiz\nHead of Purchasing": inbound.Unsubscribe, "配信停止\n\n山田太郎": inbound.Unsubscribe,
		"Stop\n\nthe late deliveries, otherwise great and I shall order again": inbound.Reply, "Remove\nthe second question": inbound.Reply,
		"Stop\n\nDeliveries that come this late, or tell us before": inbound.Reply, "解除\n\n二番目の質問が分かりませんでした": inbound.Reply,
		"Do not stop, please": inbound.Reply, "How can I unsubscribe from the catalogue?": inbound.Reply, "Die Baja California war schön": inbound.Reply,
	} {
		m := read(t, lines("From: ana@customer.example", "To: feedback@shop.example", "Subject: Re: Hello", "Content-Type: text/plain; charset=utf-8", "", line))
		if m.Kind != want {
			t.Errorf("%q: got %s, want %s", line, m.Kind, want)
		}
	}
}

// TestSentByAmazon holds that what mail programs and help desks send by Amazon SES is a person's.
func TestSentByAmazon(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]inbound.Kind{"I am content.": inbound.Reply, "unsubscribe": inbound.Unsubscribe} {
		for _, subject := range []string{"Hello", "Re: Hello"} {
			m := read(t, lines("From: ana@customer.example", "Subject: "+subject, "Feedback-ID: ::1.eu-west-1.a:AmazonSES", "X-SES-Outgoing: 2026.11.02-192.0.2.10", "", text))
			if m.Kind != want {
				t.Errorf("%q, %q: got %s, want %s", subject, text, m.Kind, want)
			}
		}
	}
}

// TestPersonal tells what people write from what looks like it.
func TestPersonal(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		from, subject, field string
		want                 inbound.Kind
	}{
		{"ana@customer.example", "Re: Hello", "X: y", inbound.Reply},
		{"ana@customer.example", "Товар отсутствует", "X: y", inbound.Reply},
		{"ana@customer.example", "Письмо не доставлено", "X: y", inbound.Reply},
		{"ana@customer.example", "Holiday homes", "X: y", inbound.Reply},
		{"ana@customer.example", "Отсутствую до понедельника", "X: y", inbound.AutoReply},
		{"ana@customer.example", "【自動返信】お問い合わせ", "X: y", inbound.AutoReply},
		{"ana@customer.example", "Hello", "Auto-Submitted: no", inbound.Reply},
		{"ana@customer.example", "Hello", "Auto-Submitted: auto-notified", inbound.AutoReply},
		{"ana@customer.example", "Hello", "X-Autorespond: yes", inbound.AutoReply},
		{"ana@customer.example", "Hello", "X-Auto-Response-Suppress: All", inbound.AutoReply},
		{"ana@customer.example", "Hello", "X-Auto-Response-Suppress: DR", inbound.Reply},
		{"ana@customer.example", "Hello", "Precedence: auto_reply", inbound.AutoReply},
		{"ana@customer.example", "Hello", "Precedence: bulk", inbound.Unknown},
		{"ana@customer.example", "Re: Hello", "Precedence: junk", inbound.AutoReply},
		{"ana@customer.example", "Hello", "List-Unsubscribe: <https://x.example>", inbound.Unknown},
		{"ana@customer.example", "Re: Hello", "List-Unsubscribe: <https://x.example>", inbound.Reply},
		{"ana@customer.example", "Hello", "Delivered-To: unsubscribe+tk42@shop.example", inbound.Unsubscribe},
		{"ana@customer.example", "Hello", "Delivered-To: unsubscribe@shop.example\r\nAuto-Submitted: auto-generated", inbound.Unsubscribe},
		{"ana@customer.example", "Out of office", "Delivered-To: unsubscribe@shop.example", inbound.AutoReply},
		{"ana@customer.example", "Your mail will not be read before Monday", "Return-Path: <>", inbound.AutoReply},
		{"noreply@customer.example", "Re: Hello", "X: y", inbound.AutoReply},
		{"noreply-reports@customer.example", "Report domain: shop.example", "X: y", inbound.Unknown},
		{"feedback@shop.example", "Hello", "Auto-Submitted: auto-generated", inbound.Unknown},
		{"postmaster@customer.example", "Re: Hello", "X: y", inbound.Reply},
		{"postmaster@customer.example", "Hello", "X: y", inbound.Unknown},
	} {
		m := read(t, lines("From: "+row.from, "To: feedback@shop.example", "Subject: "+row.subject, row.field, "Content-Type: text/plain; charset=utf-8", "", "I am content."))
		if m.Kind != row.want {
			t.Errorf("%s, %q, %q: got %s, want %s", row.from, row.subject, row.field, m.Kind, row.want)
		}
	}
}

// TestQuoted holds that only what a person wrote is left of a reply, whatever their program puts above what it quotes.
func TestQuoted(t *testing.T) {
	t.Parallel()
	for _, above := range []string{
		"On Mon, 2 Nov 2026 at 10:00, Shop <f@shop.example> wrote:", "On Mon, 2 Nov 2026 at 10:00, Shop\n<f@shop.example>\nwrote:", "Am 2. November 2026 um 10:00 schrieb Shop <f@shop.example>:",
		"Le lun. 2 nov. 2026 à 10:00, Shop <f@shop.example> a écrit :", "El lun, 2 nov 2026 a las 10:00, Shop (<f@shop.example>) escribió:", "Il giorno lun 2 nov 2026 alle ore 10:00 Shop <f@shop.example> ha scritto:",
		"Em seg., 2 de nov. de 2026 às 10:00, Shop <f@shop.example> escreveu:", "Op ma 2 nov 2026 om 10:00 schreef Shop <f@shop.example>:", "W dniu pon., 2 lis 2026 o 10:00 Shop <f@shop.example> napisał(a):",
		"Den mån 2 nov. 2026 kl 10:00 skrev Shop <f@shop.example>:", "пн, 2 нояб. 2026 г. в 10:00, Shop <f@shop.example>:", "2026年11月2日 10:00，Shop <f@shop.example> 写道：", "2026년 11월 2일 (월) 오전 10:00, Shop <f@shop.example>님이 작성:",
		"2026-11-02 10:00 GMT+01:00 Shop <f@shop.example>:", "10:00 AM, November 2, 2026, \"Shop\" <f@shop.example>:", "In data 2 novembre 2026 10:00 Shop <f@shop.example> ha scritto:",
		"---- On Mon, 02 Nov 2026 10:00:00 +0100 Shop <f@shop.example> wrote ----", "2 Kas 2026 Pzt 10:00 tarihinde Shop <f@shop.example> şunu yazdı:", "po 2. 11. 2026 v 10:00 odesílatel Shop <f@shop.example> napsal:",
	} {
		if got := reply(t, "Good.\n\n"+above+"\n\n> Hello\n> you\n"); got != "Good." {
			t.Errorf("%q: got %q", above, got)
		}
	}
	for _, block := range []string{
		"-----Original Message-----\nFrom: Shop\n", "-----Ursprüngliche Nachricht-----\nVon: Shop\n", "________________________________\nFrom: Shop\n",
		"From: Shop <f@shop.example>\nSent: Monday\nTo: Ana\nSubject: Hello\n", "Von: Shop\nGesendet: Montag\nAn: Ana\nBetreff: Hallo\n", "De : Shop\nEnvoyé : lundi\nÀ : Ana\nObjet : Bonjour\n",
		"Da: Shop\nInviato: lunedì\nA: Ana\nOggetto: Ciao\n", "Van: Shop\nVerzonden: maandag\nAan: Ana\nOnderwerp: Hallo\n", "От: Shop\nОтправлено: понедельник\nКому: Ana\nТема: Привет\n", "发件人: Shop\n发送时间: 2026年\n收件人: Ana\n主题: 你好\n",
		"差出人: Shop\n送信日時: 2026年\n宛先: Ana\n件名: こんにちは\n", "-------- Oprindelig besked --------\nFra: Shop\nTil: Ana\nEmne: Hej\n", "Date: Mon, 2 Nov 2026\nSubject: Hello\nFrom: f@shop.example\nTo: Ana\n", "====\n\nMessage du : 02/11/2026\nDe : Shop\nA : Ana\nSujet : Bonjour\n",
		"*From:* Shop\n*Date:* Monday\n*To:* Ana\n",
	} {
		if got := reply(t, "Good.\n\n"+block+"\nHello\n"); got != "Good." {
			t.Errorf("%q: got %q", block, got)
		}
	}
	for text, want := range map[string]string{
		"Good.\n-- \nAna\nShop":                       "Good.",
		"From: nobody, as far as I know":              "From: nobody, as far as I know",
		"I told them on Monday what you wrote:\nnone": "I told them on Monday what you wrote:\nnone",
		"a > b, and so\n> quoted":                     "a > b, and so",
		"Good.\n\n\n\n\nBad.":                         "Good.\n\nBad.",
	} {
		if got := reply(t, text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// reply reads the text as a reply.
func reply(t *testing.T, text string) string {
	t.Helper()
	m := read(t, append(lines("From: ana@customer.example", "Subject: Re: Hello", "Content-Type: text/plain; charset=utf-8", "", ""), text...))
	if m.Kind != inbound.Reply {
		t.Errorf("%q: got %s, want a reply", text, m.Kind)
	}
	return m.Text
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestErrors(t *testing.T) {
	t.Parallel()
	if _, err := inbound.Read(broken{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v, want the reader's error", err)
	}
	if _, err := inbound.Read(io.LimitReader(endless('a'), inbound.MaxSize+1)); !errors.Is(err, inbound.ErrTooLarge) {
		t.Errorf("got %v, want ErrTooLarge", err)
	}
	if _, err := inbound.Read(io.LimitReader(endless('a'), inbound.MaxSize)); err != nil {
		t.Errorf("got %v of a mail as large as may be", err)
	}
}

// endless reads the same byte for ever.
type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}
