package mail_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"earshot/survey"
	"earshot/survey/mail"
	"earshot/survey/mail/sink"
)

// laidOut is a message with the layout that its text and HTML were filled from.
func laidOut(text, html, name, token string) *survey.Message {
	m := invitation()
	m.ToName, m.Token = name, token
	m.ReturnPath = "bounces+inv_06h2jjt82ex84zfsm6dynceh6m@bounce.earshot.example"
	m.UnsubscribeAddress, m.UnsubscribeURL = m.ReturnPath, "https://earshot.example/r/"+token+"/unsubscribe"
	blanks := map[string]survey.Blank{"{name}": survey.NameBlank, "{token}": survey.TokenBlank}
	m.Layout = &survey.Layout{Subject: survey.CutSheet(m.Subject, nil), Text: survey.CutSheet(text, blanks), HTML: survey.CutSheet(html, blanks)}
	fill := func(name string) func(survey.Blank) string {
		return func(b survey.Blank) string {
			if b == survey.NameBlank {
				return name
			}
			return token
		}
	}
	m.Text, m.HTML = m.Layout.Text.Fill(fill(name)), m.Layout.HTML.Fill(fill(survey.HTMLName(name)))
	return m
}

const (
	plainLetter = "Hello {name},\n\n.a line that begins with a dot\nWürden Sie uns weiterempfehlen? " + "ein sehr langer Satz " + "ohne Ende und ohne Zeilenumbruch, der länger ist als siebzig Zeichen \n\nhttps://earshot.example/r/{token}?s=0\nhttps://earshot.example/r/{token}\n{name}"
	htmlLetter  = "<p>Hello {name}</p><a href=\"https://earshot.example/r/{token}?s=0&amp;x=1\">0</a>{token}{name}{name} \n<p dir=\"rtl\">مرحبا {name}</p>\n"
	someToken   = "06h2jjt82ex84zfsm6dynceh6mabcdefghjkmnpqrstvwxyz0123456789"
)

// hostileNames are names in which everything is that a mail may stumble over.
func hostileNames() []string {
	return []string{
		"Ana Weber", "Zoë Quint", "<b>Jo</b> & \"Co\" + 'Söhne'", "محمد بن سلمان", "=?utf-8?q?Ana?=", "a=3D=20b =", "tab\there ", " blank ", ".", "..", "\r\nBcc: x@y.example\r\n\r\nHi",
		"--boundary", "{name}", "{token}", strings.Repeat("Long", 60), strings.Repeat("Ünïcödé ", 30), "o\u202ebidi", "\x00\x07", "名前 太郎", "a,b;c:d@e", "(comment) \\ back", "From me",
	}
}

// TestFormsWriteTheSameMail compares what a form writes with what go-mail writes of the same message.
func TestFormsWriteTheSameMail(t *testing.T) {
	t.Parallel()
	for _, name := range hostileNames() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sameMail(t, laidOut(plainLetter, htmlLetter, name, someToken))
		})
	}
}

// somePicture is a picture whose bytes look like what a form cuts at.
func somePicture() *survey.Picture {
	return &survey.Picture{ID: "0123456789abcdef01234567.png@logo.earshot", Type: "image/png", Name: "logo.png", Body: bytes.Repeat([]byte("\x89PNG\r\n.qztextqztext{token}\x00\xff"), 2000)}
}

// TestFormsCarryAPicture compares the same of mails with a picture in them, which comes out as it went in.
func TestFormsCarryAPicture(t *testing.T) {
	t.Parallel()
	for _, name := range hostileNames() {
		m := laidOut(plainLetter, htmlLetter, name, someToken)
		m.Picture = somePicture()
		sameMail(t, m)
	}
	c, err := mail.NewComposer(configFor(t, "smtp://127.0.0.1:1?tls=none", nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, laid := range []bool{true, false} {
		m := laidOut(plainLetter, htmlLetter, "Ana", someToken)
		m.Picture = somePicture()
		if !laid {
			m.Layout = nil
		}
		raw, byForm, err := c.Compose(m)
		if err != nil || byForm != laid {
			t.Fatalf("by a form %t: %v", byForm, err)
		}
		got, err := sink.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		picture, ok := got.Pictures[m.Picture.ID]
		if !ok || !bytes.Equal(picture, m.Picture.Body) {
			t.Errorf("laid out %t: got %d pictures, and %d bytes of ours", laid, len(got.Pictures), len(picture))
		}
		if kind := got.Header.Get("Content-Type"); !strings.HasPrefix(kind, "multipart/related;") {
			t.Errorf("got the type %s", kind)
		}
	}
}

// TestASubjectWithANameIsComposedAlone, and says the name.
func TestASubjectWithANameIsComposedAlone(t *testing.T) {
	t.Parallel()
	c, err := mail.NewComposer(configFor(t, "smtp://127.0.0.1:1?tls=none", nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Ana", "Zoë"} {
		m := laidOut(plainLetter, htmlLetter, name, someToken)
		layout := *m.Layout
		layout.Subject = survey.CutSheet("{name}, is all well?", map[string]survey.Blank{"{name}": survey.NameBlank})
		m.Layout, m.Subject, m.Text, m.HTML = &layout, name+", is all well?", "", ""
		raw, byForm, err := c.Compose(m)
		if err != nil || byForm {
			t.Fatalf("by a form %t: %v", byForm, err)
		}
		if got, err := sink.Parse(raw); err != nil || got.Subject != name+", is all well?" || !strings.Contains(got.HTML, name) {
			t.Errorf("got %q: %v", got.Subject, err)
		}
	}
}

// TestStandInsInWordsAreWords and no places: a subject or a sender that holds one is sent as it is.
func TestStandInsInWordsAreWords(t *testing.T) {
	t.Parallel()
	c, err := mail.NewComposer(configFor(t, "smtp://127.0.0.1:1?tls=none", nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{mail.TextStandIn, mail.HTMLStandIn, strings.Repeat("t", len(someToken))} {
		m := laidOut(plainLetter, htmlLetter, "Ana", someToken)
		layout := *m.Layout
		layout.Subject = survey.CutSheet(words, nil)
		m.Layout, m.Subject, m.FromName = &layout, words, words
		raw, _, err := c.Compose(m)
		if err != nil {
			t.Fatal(err)
		}
		got, err := sink.Parse(raw)
		if err != nil || got.Subject != words || !strings.Contains(got.Header.Get("From"), words) || !strings.Contains(got.HTML, "Hello Ana") {
			t.Errorf("got %q from %q, want %q in both: %v", got.Subject, got.Header.Get("From"), words, err)
		}
	}
}

// sameMail composes a message twice, by a form and alone, and wants the same in both.
func sameMail(t *testing.T, m *survey.Message) {
	t.Helper()
	c, err := mail.NewComposer(configFor(t, "smtp://127.0.0.1:1?tls=none", nil))
	if err != nil {
		t.Fatal(err)
	}
	alone := *m
	alone.Layout = nil
	want, byForm, errAlone := c.Compose(&alone)
	if byForm {
		t.Fatal("a message without layout was written by a form")
	}
	got, byForm, err := c.Compose(m)
	if (err == nil) != (errAlone == nil) {
		t.Fatalf("by a form %v, alone %v", err, errAlone)
	}
	if err != nil {
		return
	}
	if !byForm {
		t.Fatal("a message with a layout was not written by a form")
	}
	lines(t, got)
	a, errA := sink.Parse(got)
	b, errB := sink.Parse(want)
	if errA != nil || errB != nil {
		t.Fatalf("cannot be read: by a form %v, alone %v:\n%s", errA, errB, got)
	}
	for _, part := range []*sink.Message{&a, &b} {
		part.Raw = nil
		part.Header["Content-Type"] = []string{strings.SplitN(part.Header.Get("Content-Type"), "boundary", 2)[0]}
		delete(part.Header, "Date")
	}
	if diff := cmp.Diff(b, a); diff != "" {
		t.Errorf("alone (-), by a form (+):\n%s", diff)
	}
}

// lines checks the length of lines (RFC 5322, 2.1.1, and RFC 2045, 6.7) and that every character is ASCII.
func lines(t *testing.T, raw []byte) {
	t.Helper()
	for line := range bytes.Lines(raw) {
		if !bytes.HasSuffix(line, []byte("\r\n")) {
			t.Errorf("a line ends without CRLF: %q", line)
		}
		if line[0] == '.' {
			t.Errorf("a line begins with a dot: %q", line)
		}
		if length := len(line) - 2; length > 76 && !bytes.Contains(line, []byte("://")) && !bytes.HasPrefix(line, []byte(" ")) && !bytes.Contains(line, []byte(": ")) || length > 998 {
			t.Errorf("a line has %d bytes: %q", length, line)
		}
	}
	if i := bytes.IndexFunc(raw, func(r rune) bool { return r >= utf8.RuneSelf }); i >= 0 {
		t.Errorf("not ASCII: %q", raw[i:])
	}
}

// TestAFormFitsOnlyItsMails changes one thing after another that stands in a form, and wants it in the mail.
func TestAFormFitsOnlyItsMails(t *testing.T) {
	t.Parallel()
	first := laidOut(plainLetter, htmlLetter, "Ana", someToken)
	for name, change := range map[string]func(*survey.Message){
		"subject":     func(m *survey.Message) { m.Subject = "Another" },
		"sender":      func(m *survey.Message) { m.FromName = "Somebody Else" },
		"reply":       func(m *survey.Message) { m.ReplyTo = "else@earshot.example" },
		"language":    func(m *survey.Message) { m.Language = "ar" },
		"short id":    func(m *survey.Message) { m.ID = "inv-1@earshot.example" },
		"return path": func(m *survey.Message) { m.ReturnPath, m.UnsubscribeAddress = "", "" },
		"unsubscribe": func(m *survey.Message) { m.UnsubscribeURL = "http://earshot.example/u/" + m.Token },
		"no HTML": func(m *survey.Message) {
			m.HTML, m.Layout = "", &survey.Layout{Subject: m.Layout.Subject, Text: m.Layout.Text}
		},
		"another mail": func(m *survey.Message) { m.To, m.ToName = "o'brien+x@customer.example", "O'Brien, \"Pat\"" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := mail.NewComposer(configFor(t, "smtp://127.0.0.1:1?tls=none", nil))
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := c.Compose(first); err != nil {
				t.Fatal(err)
			}
			changed := laidOut(plainLetter, htmlLetter, "Ana", someToken)
			changed.Layout = first.Layout
			change(changed)
			if name == "another mail" {
				changed = laidOut(plainLetter, htmlLetter, changed.ToName, someToken)
				change(changed)
				changed.Layout = first.Layout
			}
			got, _, err := c.Compose(changed)
			if err != nil {
				t.Fatal(err)
			}
			alone := *changed
			alone.Layout = nil
			want, _, err := c.Compose(&alone)
			if err != nil {
				t.Fatal(err)
			}
			a, errA := sink.Parse(got)
			b, errB := sink.Parse(want)
			if errA != nil || errB != nil {
				t.Fatal(errA, errB)
			}
			for _, part := range []*sink.Message{&a, &b} {
				part.Raw = nil
				delete(part.Header, "Content-Type")
				delete(part.Header, "Date")
			}
			if diff := cmp.Diff(b, a); diff != "" {
				t.Errorf("alone (-), by a form (+):\n%s", diff)
			}
		})
	}
}

// FuzzForm does the same with any name and any text.
func FuzzForm(f *testing.F) {
	for _, name := range hostileNames() {
		f.Add(name, plainLetter, htmlLetter)
	}
	f.Fuzz(func(t *testing.T, name, text, html string) {
		if text == "" || html == "" || strings.Contains(text+html, "\r") || len(name)+len(text)+len(html) > 10_000 {
			return // templates have no carriage returns
		}
		sameMail(t, laidOut(text, html, strings.ToValidUTF8(name, ""), someToken))
	})
}
