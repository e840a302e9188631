package frontend_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"earshot/frontend"
	"earshot/frontend/gallery"
	"earshot/survey"
)

// maxAnswerPage is the largest page to answer on, in bytes, with all that it needs: what one round trip carries.
const maxAnswerPage = 14000

func TestAnswerPageFitsOneRoundTrip(t *testing.T) {
	t.Parallel()
	f := newFrontend(t)
	largest, name := 0, ""
	for _, s := range gallery.Samples() {
		if s.Name != "answer" || strings.HasPrefix(s.Variant, "extreme") {
			continue
		}
		if size := len(render(t, f, s.Page)); size > largest {
			largest, name = size, s.ID()
		}
	}
	if largest > maxAnswerPage {
		t.Errorf("%s has %d bytes, want at most %d", name, largest, maxAnswerPage)
	}
	t.Logf("the largest is %s with %d bytes", name, largest)
}

func TestContactPagesLoadNothingElse(t *testing.T) {
	t.Parallel()
	f := newFrontend(t)
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`)
	for _, s := range gallery.Samples() {
		if _, rep := s.Page.(frontend.LoginPage); rep || !slices.Contains([]string{"answer", "thanks", "declined", "unsubscribe", "link_problem"}, s.Name) {
			continue
		}
		body := render(t, f, s.Page)
		found := style.FindStringSubmatch(body)
		if found == nil {
			t.Fatalf("%s has no style of its own", s.ID())
		}
		sum := sha256.Sum256([]byte(found[1]))
		if hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(f.ContactPolicy(), hash) {
			t.Errorf("%s: the policy %q does not allow its style, %s", s.ID(), f.ContactPolicy(), hash)
		}
		for _, loads := range []string{"<link", "<img", "src=", "url(", "@import", "<script"} {
			if strings.Contains(strings.ReplaceAll(body, "&lt;script", ""), loads) {
				t.Errorf("%s has %q in it", s.ID(), loads)
			}
		}
	}
}

func answer(t testing.TB, change func(*frontend.AnswerPage)) *goquery.Document {
	t.Helper()
	p := quietPage()
	change(p)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(render(t, newFrontend(t), p)))
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	return doc
}

// quietPage is a page with a question of every kind.
func quietPage() *frontend.AnswerPage {
	word := func(s string) survey.Text { return survey.Text{"en": s, "de": s + " (de)"} }
	choices := []survey.Choice{{ID: "a", Text: word("First")}, {ID: "b", Text: word("Second")}}
	return &frontend.AnswerPage{
		SurveyID: "srv_1", Language: "en", Action: "/r/secret", Decline: "/r/secret/decline", Unsubscribe: "/r/secret/unsubscribe",
		ContactName: "Jo Kim", RepName: "Ana Weber", RenderedAt: "123",
		Version: &survey.SurveyVersion{Number: 1, Title: word("How are we doing?"), Questions: []survey.Question{
			{ID: "nps", Kind: survey.NPS, Required: true, Text: word("Recommend us?")},
			{ID: "csat", Kind: survey.CSAT, Text: word("Happy?")},
			{ID: "progress", Kind: survey.Progress, Text: word("Business?")},
			{ID: "one", Kind: survey.Single, Text: word("Which?"), Choices: choices},
			{ID: "many", Kind: survey.Multiple, Text: word("Which ones?"), Choices: choices},
			{ID: "why", Kind: survey.OpenText, Text: word("Why?"), MaxLength: 100},
		}},
	}
}

func TestAnswerPageKeepsWhatStandsInIt(t *testing.T) {
	t.Parallel()
	given := url.Values{"q_nps": {"0"}, "q_csat": {"5"}, "q_progress": {"1"}, "q_one": {"b"}, "q_many": {"a", "b"}, "q_why": {"<b>&\"'</textarea>\n\nend"}}
	doc := answer(t, func(p *frontend.AnswerPage) { p.Values = given })
	got := url.Values{}
	doc.Find("input[checked]").Each(func(_ int, s *goquery.Selection) {
		got.Add(s.AttrOr("name", ""), s.AttrOr("value", ""))
	})
	doc.Find("textarea").Each(func(_ int, s *goquery.Selection) {
		got.Add(s.AttrOr("name", ""), s.Text())
	})
	if got.Encode() != given.Encode() {
		t.Errorf("got %v, want %v", got, given)
	}
}

func TestAnswerPageOffersEveryScore(t *testing.T) {
	t.Parallel()
	doc := answer(t, func(*frontend.AnswerPage) {})
	want := map[string]string{"q_nps": "0 1 2 3 4 5 6 7 8 9 10", "q_csat": "1 2 3 4 5", "q_progress": "5 4 3 2 1", "q_one": "a b", "q_many": "a b"}
	for name, values := range want {
		got := doc.Find(`input[name="` + name + `"]`).Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("value", "") })
		if strings.Join(got, " ") != values {
			t.Errorf("%s: got %v, want %s", name, got, values)
		}
	}
	if first := doc.Find(`input[name="q_progress"]`).First().Parent().Text(); !strings.Contains(first, "Significantly better") {
		t.Errorf("the best level of progress reads %q", first)
	}
}

func TestAnswerPageSaysWhatToMend(t *testing.T) {
	t.Parallel()
	doc := answer(t, func(p *frontend.AnswerPage) {
		p.Problems = []frontend.AnswerProblem{{QuestionID: "nps", Code: frontend.ProblemRequired}, {QuestionID: "why", Code: frontend.ProblemTooLong}}
		p.Values = url.Values{"q_why": {"kept"}}
	})
	links := doc.Find(`[role="alert"] a`).Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("href", "") })
	if strings.Join(links, " ") != "#q_nps #q_why" {
		t.Errorf("the summary leads to %v", links)
	}
	if got := doc.Find("#x_why").Text(); !strings.Contains(got, "100 characters") {
		t.Errorf("the problem of the text reads %q", got)
	}
	if id := doc.Find("textarea").AttrOr("aria-describedby", ""); id != "x_why" {
		t.Errorf("the text is described by %q", id)
	}
	if got := doc.Find("[aria-invalid]").Length(); got != 2 {
		t.Errorf("got %d invalid fields, want 2", got)
	}
}

func TestAnswerPageVariants(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*frontend.AnswerPage)
		has    string
		want   bool
	}{
		{"sends to its action", func(*frontend.AnswerPage) {}, `form[method="post"][action="/r/secret"] button`, true},
		{"a preview cannot be sent", func(p *frontend.AnswerPage) { p.Preview = true }, `form[action="/r/secret"] button`, false},
		{"has the trap out of sight of the keyboard", func(*frontend.AnswerPage) {}, `.trap input[name="homepage"][tabindex="-1"]`, true},
		{"carries when it was made", func(*frontend.AnswerPage) {}, `input[type="hidden"][name="rendered_at"][value="123"]`, true},
		{"lets people decline by POST", func(*frontend.AnswerPage) {}, `details form[method="post"][action="/r/secret/decline"] input[name="successor_email"]`, true},
		{"leaves declining out", func(p *frontend.AnswerPage) { p.Decline = "" }, `details`, false},
		{"unsubscribes by a page, not at once", func(*frontend.AnswerPage) {}, `a[href="/r/secret/unsubscribe"]`, true},
		{"what is to be confirmed is shown", func(p *frontend.AnswerPage) { p.Trouble = frontend.TroubleConfirm }, `details[open]`, true},
		{"leaving tells people from machines", func(*frontend.AnswerPage) {}, `form[action$="/decline"] .trap input[name="homepage"]`, true},
		{"leaving tells when the page was shown", func(*frontend.AnswerPage) {}, `form[action$="/decline"] input[name="rendered_at"][value="123"]`, true},
		{"a wrong successor is shown", func(p *frontend.AnswerPage) { p.Trouble = frontend.TroubleSuccessor }, `details[open]`, true},
		{"trouble is an alert", func(p *frontend.AnswerPage) { p.Trouble = frontend.TroubleTryAgain }, `p.error[role="alert"]`, true},
		{"nothing is an alert otherwise", func(*frontend.AnswerPage) {}, `[role="alert"]`, false},
		{"speaks German", func(p *frontend.AnswerPage) { p.Language = "de-AT" }, `html[lang="de"] legend:contains("(de)")`, true},
		{"speaks English to the rest", func(p *frontend.AnswerPage) { p.Language = "fi" }, `html[lang="en"][dir="ltr"]`, true},
		{"is written from right to left", func(p *frontend.AnswerPage) { p.Language = "ar" }, `html[lang="ar"][dir="rtl"]`, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := answer(t, tt.change).Find(tt.has).Length() > 0; got != tt.want {
				t.Errorf("%s: got %v, want %v", tt.has, got, tt.want)
			}
		})
	}
}

func TestOneContactsAnswersNeverReachAnother(t *testing.T) {
	t.Parallel()
	f := freshFrontend(t)
	first := quietPage()
	first.Values, first.ContactName, first.Action = url.Values{"q_nps": {"3"}, "q_why": {"a secret"}}, "Somebody Else", "/r/another"
	render(t, f, first)
	got := render(t, f, quietPage())
	fresh := render(t, freshFrontend(t), quietPage())
	if got != fresh {
		t.Error("a page differs after another contact's was rendered")
	}
	for _, leak := range []string{"a secret", "Somebody Else", "/r/another", " checked"} {
		if strings.Contains(got, leak) {
			t.Errorf("the page holds another contact's %q", leak)
		}
	}
}

func TestDraftsAreNotKept(t *testing.T) {
	t.Parallel()
	f := freshFrontend(t)
	draft := quietPage()
	draft.Version.Number = 0
	render(t, f, draft)
	draft.Version.Title = survey.Text{"en": "Another title"}
	if got := render(t, f, draft); !strings.Contains(got, "Another title") {
		t.Error("a changed draft is shown as it was before")
	}
}

func TestWordsThatLookLikePlacesStayWords(t *testing.T) {
	t.Parallel()
	f := newFrontend(t)
	for _, title := range []string{"PLACE-7c1f9e42-999-ECALP", "PLACE-7c1f9e42-x-ECALP", "PLACE-7c1f9e42-", "PLACE-7c1f9e42--1-ECALP"} {
		p := quietPage()
		p.Version.Number, p.Version.Title = 0, survey.Text{"en": title}
		if got := render(t, f, p); !strings.Contains(got, ">"+title+"</h1>") || !strings.Contains(got, `value="123"`) {
			t.Errorf("the title %q does not stand on its page, or the rest is torn", title)
		}
	}
}

func TestTypedTakesThePrefixAway(t *testing.T) {
	t.Parallel()
	got := frontend.Typed(url.Values{"q_nps": {"3"}, "homepage": {"x"}, "q_": {"y"}})
	if len(got) != 2 || got["nps"][0] != "3" {
		t.Errorf("got %v", got)
	}
	zero := 0
	given := frontend.Given([]survey.Answer{{QuestionID: "nps", Score: &zero}, {QuestionID: "many", Choices: []string{"a", "b"}}, {QuestionID: "why", Text: "x"}})
	if given.Encode() != "q_many=a&q_many=b&q_nps=0&q_why=x" {
		t.Errorf("got %v", given)
	}
}

func TestRenderWritesNothingOnFailure(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := newFrontend(t).Render(&b, &frontend.AnswerPage{}); err == nil || b.Len() > 0 {
		t.Errorf("got %d bytes and %v, want none and an error", b.Len(), err)
	}
}

func BenchmarkAnswerPage(b *testing.B) {
	f := newFrontend(b)
	page := gallery.Samples()[0].Page.(*frontend.AnswerPage)
	page.Values = url.Values{"q_satisfaction": {"4"}}
	var out bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		if err := f.Render(&out, page); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(out.Len()))
}

func BenchmarkThanksPage(b *testing.B) {
	f := newFrontend(b)
	page := &frontend.ThanksPage{Language: "en", RepName: "Ana Weber", Change: "/r/sample"}
	var out bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		if err := f.Render(&out, page); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAnswerPageCostsLittle(t *testing.T) {
	f := newFrontend(t)
	page := quietPage()
	page.Values = url.Values{"q_nps": {"9"}, "q_why": {"Because."}}
	var out bytes.Buffer
	allocs := testing.AllocsPerRun(100, func() {
		out.Reset()
		if err := f.Render(&out, page); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > 5 {
		t.Errorf("a page costs %.0f allocations, want at most 5", allocs)
	}
}
