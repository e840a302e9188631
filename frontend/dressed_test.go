package frontend_test

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"earshot/frontend"
	"earshot/frontend/gallery"
	"earshot/survey"
)

// styleIn is what stands in a page's <style>.
var styleIn = regexp.MustCompile(`(?s)<style>(.*?)</style>`)

// TestPagesForContactsAreDressed in the colours of an accent, which their policy lets through, and still fit into a page.
func TestPagesForContactsAreDressed(t *testing.T) {
	t.Parallel()
	f := freshFrontend(t)
	if same, err := f.Dressed(""); err != nil || same != f {
		t.Errorf("nothing chosen is another Frontend: %v", err)
	}
	for _, accent := range []string{"#ffd400", "#00a0e3", "#000000", "#ffffff"} {
		d, err := f.Dressed(accent)
		if err != nil {
			t.Fatal(err)
		}
		p := survey.PaletteOf(accent)
		for _, s := range gallery.Samples() {
			page, ok := s.Page.(interface{ PageTitle() string })
			switch page.(type) {
			case *frontend.AnswerPage, *frontend.ThanksPage, *frontend.DeclinedPage, *frontend.UnsubscribePage, *frontend.LinkProblemPage:
			default:
				ok = false
			}
			if !ok {
				continue
			}
			body := render(t, d, s.Page)
			style := styleIn.FindStringSubmatch(body)[1]
			for _, want := range []string{"--accent:" + p.Text + ";--fill:" + p.Fill + ";--on:" + p.On + ";", "--accent:" + p.DarkText + ";--fill:" + p.DarkFill + ";--on:" + p.DarkOn + ";"} {
				if !strings.Contains(style, want) {
					t.Errorf("%s in %s: %s is missing", s.ID(), accent, want)
				}
			}
			sum := sha256.Sum256([]byte(style))
			if !strings.Contains(d.ContactPolicy(), base64.StdEncoding.EncodeToString(sum[:])) {
				t.Errorf("%s in %s: the policy does not let the style through", s.ID(), accent)
			}
		}
	}
	if again, _ := f.Dressed("#ffffff"); again == f || strings.Contains(f.ContactPolicy(), again.ContactPolicy()) {
		t.Error("an accent changed the plain pages")
	}
}

// TestIntrosNameWhoIsAsked on the page too, without a name of their own as well, and escaped; the skeleton is shared.
func TestIntrosNameWhoIsAsked(t *testing.T) {
	t.Parallel()
	version := survey.Templates()[0].Content
	version.Number, version.Intro = 7, survey.Text{"en": "{contact}, {sender} of {company} asks.\n\nNothing to fill."}
	f := freshFrontend(t)
	for _, row := range []struct{ contact, rep, want string }{
		{"<b>Jo</b>", "Ana", "&lt;b&gt;Jo&lt;/b&gt;, Ana of Norwind Components asks."}, {"", "", "Norwind Components of Norwind Components asks."}, {"{company}", "Tom", "{company}, Tom of"},
	} {
		body := render(t, f, &frontend.AnswerPage{SurveyID: "srv_1", Version: &version, Language: "en", ContactName: row.contact, RepName: row.rep})
		if !strings.Contains(body, row.want) || !strings.Contains(body, "Nothing to fill.") {
			t.Errorf("%q is not in the page:\n%s", row.want, body)
		}
	}
}
