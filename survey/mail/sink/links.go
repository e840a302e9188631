package sink

import (
	"html"
	"regexp"
	"slices"
	"strings"
)

// inText and inHTML find the addresses of links.
var (
	inText = regexp.MustCompile(`https?://[^\s<>"]+`)
	inHTML = regexp.MustCompile(`(?i)\shref\s*=\s*(?:"([^"]*)"|'([^']*)')`)
)

// Links returns the web addresses that the mail leads to, in their order and each once: those of the plain text, then what the HTML
// part has besides.
func (m *Message) Links() []string {
	links := inText.FindAllString(m.Text, -1)
	for _, found := range inHTML.FindAllStringSubmatch(m.HTML, -1) {
		link := html.UnescapeString(found[1] + found[2])
		if strings.HasPrefix(link, "http://") || strings.HasPrefix(link, "https://") {
			links = append(links, link)
		}
	}
	once := links[:0]
	for _, link := range links {
		if !slices.Contains(once, link) {
			once = append(once, link)
		}
	}
	return once
}
