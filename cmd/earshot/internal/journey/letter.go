package journey

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"earshot/survey/mail/mailtest"
)

// Letter is an invitation mail as a contact has it.
type Letter struct {
	mailtest.Message
	// Links are the addresses in the HTML part, in their order, each once.
	Links []string
	// Scores are those that open the page with a score preselected, in ascending order of the score.
	Scores []string
	// Unsubscribe is the address in the header List-Unsubscribe.
	Unsubscribe string
}

// ReadLetter takes a mail apart.
func ReadLetter(tb testing.TB, m mailtest.Message) Letter {
	tb.Helper()
	letter := Letter{Message: m, Unsubscribe: strings.Trim(m.Header.Get("List-Unsubscribe"), "<>")}
	page, err := goquery.NewDocumentFromReader(strings.NewReader(m.HTML))
	if err != nil {
		tb.Fatalf("read the mail: %v", err)
	}
	for _, a := range page.Find("a[href]").EachIter() {
		link := a.AttrOr("href", "")
		if !strings.HasPrefix(link, "http") || slices.Contains(letter.Links, link) {
			continue
		}
		letter.Links = append(letter.Links, link)
		if u, err := url.Parse(link); err == nil && u.Query().Has("s") {
			letter.Scores = append(letter.Scores, link)
		}
	}
	return letter
}
