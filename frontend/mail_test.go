package frontend_test

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"earshot/frontend"
	"earshot/survey"
)

var update = flag.Bool("update", false, "write the golden files anew")

// It is what the domain sends mails with.
var _ survey.Composer = (*frontend.Frontend)(nil)

// maxMail is the largest mail in bytes: providers cut longer ones off at about 100 kB, and slow lines wait for each.
const maxMail = 20000

// askMail is a mail with the first question of a template.
func askMail(t testing.TB, template survey.Template, tag string) *survey.AskMail {
	t.Helper()
	version := template.Content
	m := &survey.AskMail{Version: &version, Language: tag, Company: "Norwind Components", SenderName: "Ana Weber", ContactName: "Jo Kim",
		AnswerURL: "https://feedback.norwind.example/r/" + strings.Repeat("x", 43), UnsubscribeURL: "https://feedback.norwind.example/r/" + strings.Repeat("x", 43) + "/unsubscribe"}
	m.AnswerBy = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	low, high, scored := version.Questions[0].Kind.Scale()
	for score := low; scored && score <= high; score++ {
		m.Scores = append(m.Scores, survey.ScoreLink{Score: score, URL: m.AnswerURL + "?score=" + strconv.Itoa(score)})
	}
	return m
}

func compose(t testing.TB, m *survey.AskMail) survey.MailContent {
	t.Helper()
	content, err := newFrontend(t).Compose(m)
	if err != nil {
		t.Fatalf("Compose: %v", err)
	}
	return content
}

func TestMailsAreAsTheyWere(t *testing.T) {
	t.Parallel()
	for _, template := range survey.Templates() {
		for _, tag := range []string{"en", "ar"} {
			name := template.Name + "-" + tag
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				content := compose(t, askMail(t, template, tag))
				golden(t, "mail-"+name+".html", content.HTML)
				golden(t, "mail-"+name+".txt", "Subject: "+content.Subject+"\n\n"+content.Text)
			})
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; -update writes it anew):\n%s", name, diff)
	}
}

func TestMailsAsk(t *testing.T) {
	t.Parallel()
	for _, template := range survey.Templates() {
		for _, tag := range frontend.Languages() {
			t.Run(template.Name+"-"+tag, func(t *testing.T) {
				t.Parallel()
				m := askMail(t, template, tag)
				content := compose(t, m)
				if len(content.HTML)+len(content.Text) > maxMail {
					t.Errorf("got %d bytes, want at most %d", len(content.HTML)+len(content.Text), maxMail)
				}
				doc := parse(t, content.HTML)
				links := map[string]int{}
				doc.Find("a").Each(func(_ int, a *goquery.Selection) { links[a.AttrOr("href", "")]++ })
				wanted := []string{m.AnswerURL, m.UnsubscribeURL}
				for _, s := range m.Scores {
					wanted = append(wanted, s.URL)
				}
				for _, url := range wanted {
					if links[url] != 1 || !strings.Contains(content.Text, url+"\n") {
						t.Errorf("%s stands %d times in the HTML, or is missing in the text", url, links[url])
					}
				}
				if len(links) != len(wanted) {
					t.Errorf("got %d links, want %d", len(links), len(wanted))
				}
				for _, must := range []string{template.Content.Questions[0].Text.In(tag), "Jo Kim", "Ana Weber"} {
					if !strings.Contains(doc.Text(), must) || !strings.Contains(content.Text, must) {
						t.Errorf("%q is missing", must)
					}
				}
				if want := frontend.Direction(tag); doc.Find(`html[dir="`+want+`"]`).Length() != 1 || doc.Find(`table[dir="`+want+`"]`).Length() != 1 {
					t.Errorf("the direction is not %s", want)
				}
				if doc.Find("img, script, form, link").Length() > 0 {
					t.Error("the mail loads something")
				}
				if content.Subject == "" || strings.ContainsAny(content.Subject, "\r\n") {
					t.Errorf("the subject is %q", content.Subject)
				}
			})
		}
	}
}

// TestMailsTellUntilWhenAndWhoSends, in the contact's language.
func TestMailsTellUntilWhenAndWhoSends(t *testing.T) {
	t.Parallel()
	pages, err := frontend.New(frontend.Config{Company: "Norwind & Sons", PostalAddress: "1 Quay <East>, Hull HU1 1AA", BaseURL: "https://feedback.norwind.example"})
	if err != nil {
		t.Fatal(err)
	}
	for tag, until := range map[string]string{
		"en": "You can answer until 1 December 2026.", "de": "Sie können bis zum 1. Dezember 2026 antworten.",
		"fr": "Vous pouvez répondre jusqu’au 1 décembre 2026.", "es": "Puede responder hasta el 1 de diciembre de 2026.",
		"ar": "يمكنك الإجابة حتى 1 ديسمبر 2026.",
	} {
		m := askMail(t, survey.Templates()[0], tag)
		for _, zeroed := range []bool{false, true} {
			if zeroed {
				m.AnswerBy = time.Time{}
			}
			content, err := pages.Compose(m)
			if err != nil {
				t.Fatal(err)
			}
			doc := parse(t, content.HTML)
			for _, text := range []string{doc.Text(), content.Text} {
				if strings.Contains(text, until) == zeroed || strings.Count(text, "1 Quay <East>, Hull HU1 1AA") != 1 {
					t.Errorf("%s: until when or the address is missing, or stands though it is not known (%t):\n%s", tag, zeroed, text)
				}
			}
		}
	}
}

// TestRemindersSayWhatTheyAre in each language, under the same subject as the first mail.
func TestRemindersSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	template := survey.Templates()[0]
	for _, tag := range frontend.Languages() {
		words := readWords(t, tag)
		usual, last := words["mail_reminder"].(string), words["mail_reminder_last"].(string)
		for name, tt := range map[string]struct {
			r         survey.ReminderMail
			want, not []string
		}{
			"usual":     {survey.ReminderMail{}, []string{usual}, []string{last}},
			"the last":  {survey.ReminderMail{Last: true}, []string{usual, last}, nil},
			"own words": {survey.ReminderMail{Last: true, Text: survey.Text{"en": "One last time"}}, []string{"One last time"}, []string{usual, last}},
		} {
			m := askMail(t, template, tag)
			first := compose(t, m)
			m.Reminder = &tt.r
			got := compose(t, m)
			if got.Subject != first.Subject {
				t.Errorf("%s, %s: got the subject %q, want %q", tag, name, got.Subject, first.Subject)
			}
			for part, text := range map[string]string{"text": got.Text, "html": got.HTML} {
				for _, want := range tt.want {
					if !strings.Contains(text, want) {
						t.Errorf("%s, %s: %q is not in the %s", tag, name, want, part)
					}
				}
				for _, not := range tt.not {
					if strings.Contains(text, not) {
						t.Errorf("%s, %s: %q is in the %s", tag, name, not, part)
					}
				}
				if intro := template.Content.Intro.In(tag); intro != "" && strings.Contains(text, intro) {
					t.Errorf("%s, %s: the intro of the first mail is in the %s", tag, name, part)
				}
			}
		}
	}
}

func TestMailsStayLettersWithLittle(t *testing.T) {
	t.Parallel()
	m := askMail(t, survey.Templates()[0], "en")
	m.Scores, m.ContactName, m.SenderName = nil, "", ""
	m.Version.Subject = survey.Text{"en": "One question"}
	content := compose(t, m)
	doc := parse(t, content.HTML)
	if doc.Find("a.tap").Length() != 0 || doc.Find("a.go").Length() != 1 {
		t.Error("without scores there is not one button")
	}
	if content.Subject != "One question" || strings.Contains(content.Text, "Hello") || strings.Count(content.Text, "Norwind Components") != 2 {
		t.Errorf("got %q and\n%s", content.Subject, content.Text)
	}
}

func TestMailsEscape(t *testing.T) {
	t.Parallel()
	m := askMail(t, survey.Templates()[0], "en")
	m.ContactName, m.SenderName, m.AnswerURL = "<b>Jo</b> & Co", `"Ana" <i>`, "javascript:alert(1)"
	content := compose(t, m)
	doc := parse(t, content.HTML)
	if doc.Find("b, i").Length() > 0 || strings.Contains(content.HTML, "javascript:") {
		t.Errorf("markup or a script came through:\n%s", content.HTML)
	}
	if !strings.Contains(doc.Text(), "<b>Jo</b> & Co") || !strings.Contains(content.Text, "<b>Jo</b> & Co") {
		t.Error("the name is not told as it is")
	}
}

// TestMailsKeepLines of an introduction, in HTML as in the plain text; one that says nothing without a name is left out.
func TestMailsKeepLines(t *testing.T) {
	t.Parallel()
	m := askMail(t, survey.Templates()[0], "en")
	m.ContactName, m.Version.Intro = "", survey.Text{"en": "{contact}\nOne <1>\nTwo\n\n{contact}\n\nThree"}
	content := compose(t, m)
	if want := `<p style="margin:0 0 16px">One &lt;1&gt;<br>Two</p>`; !strings.Contains(content.HTML, want) || !strings.Contains(content.Text, "One <1>\nTwo\n\nThree\n\n") {
		t.Errorf("got\n%s\n%s", content.Text, content.HTML)
	}
}

func TestMailWithoutAQuestionIsRefused(t *testing.T) {
	t.Parallel()
	for _, version := range []*survey.SurveyVersion{nil, {}} {
		if _, err := newFrontend(t).Compose(&survey.AskMail{Version: version}); err == nil {
			t.Errorf("%v: got no error", version)
		}
	}
}
