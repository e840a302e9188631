package inbound

import (
	"html"
	"regexp"
	"strings"
)

// plainOf returns the text of HTML as a reader sees it, line by line; what stands in a blockquote begins with ">" as in plain text.
func plainOf(source string) string {
	w := htmlText{}
	for source != "" {
		before, rest, found := strings.Cut(source, "<")
		w.write(before)
		if !found {
			break
		}
		source = w.tag(rest)
	}
	return readable(w.text())
}

// htmlText gathers the text of HTML.
type htmlText struct {
	lines []string
	line  strings.Builder
	depth int
}

// write adds text to the line: what is a line end in HTML is a blank.
func (w *htmlText) write(text string) {
	w.line.WriteString(html.UnescapeString(strings.NewReplacer("\n", " ", "\t", " ").Replace(text)))
}

// end ends the line. Many empty lines are one.
func (w *htmlText) end() {
	line := strings.Join(strings.Fields(w.line.String()), " ")
	w.line.Reset()
	if line == "" && (len(w.lines) == 0 || w.lines[len(w.lines)-1] == "") {
		return
	}
	if w.depth > 0 {
		line = "> " + line
	}
	w.lines = append(w.lines, line)
}

func (w *htmlText) text() string {
	w.end()
	return strings.TrimSpace(strings.Join(w.lines, "\n"))
}

var (
	tagName = regexp.MustCompile(`^/?[a-zA-Z][a-zA-Z0-9:]*`)
	// hidden holds the elements whose content is not text.
	hidden = map[string]bool{"script": true, "style": true, "title": true}
	// breaks holds the elements that stand on lines of their own.
	breaks = map[string]bool{"br": true, "p": true, "div": true, "tr": true, "li": true, "table": true, "hr": true, "blockquote": true, "pre": true,
		"h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true, "ul": true, "ol": true, "body": true}
)

// tag reads what stands behind a "<", and returns what follows the tag.
func (w *htmlText) tag(rest string) string {
	if comment, found := strings.CutPrefix(rest, "!--"); found {
		_, behind, _ := strings.Cut(comment, "-->")
		return behind
	}
	name := strings.ToLower(tagName.FindString(rest))
	if name == "" && !strings.HasPrefix(rest, "!") && !strings.HasPrefix(rest, "?") {
		w.write("<")
		return rest
	}
	_, behind, _ := strings.Cut(rest, ">")
	if hidden[name] {
		return skip(behind, name)
	}
	bare := strings.TrimPrefix(name, "/")
	if breaks[bare] {
		w.end()
	}
	switch name {
	case "blockquote":
		w.depth++
	case "/blockquote":
		w.depth = max(0, w.depth-1)
	case "/p", "/table", "hr":
		w.end()
	case "/td", "td":
		w.line.WriteByte(' ')
	}
	return behind
}

// skip returns what follows the end of a hidden element.
func skip(source, name string) string {
	for {
		_, behind, found := strings.Cut(source, "</")
		if !found {
			return ""
		}
		if len(behind) >= len(name) && strings.EqualFold(behind[:len(name)], name) {
			_, behind, _ = strings.Cut(behind, ">")
			return behind
		}
		source = behind
	}
}
