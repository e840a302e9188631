package frontend_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"earshot/frontend"
	"earshot/survey"
)

// supportOf is what a part of HTML or CSS is called in the table of what mail programs support (testdata/mail-support.json, made by internal/mailsupport). Parts that
// are not named here are called by their own name behind html- or css-.
var supportOf = map[string]string{
	"<table>": "html-table", "<tr>": "html-table", "<td>": "html-table", "<tbody>": "html-table", "<!doctype>": "html-doctype", "<!-->": "html-comments",
	"[content=light dark]": "html-meta-color-scheme", "[cellspacing]": "html-cellspacing",
	"border-top": "Word may leave it out on paragraphs; the foot is told from the letter by its place and size too", "border-color": "css-border", "font-family": "css-font", "display:none": "css-display-none",
	"supported-color-schemes": "css-color-scheme", ".class": "css-selector-class",
	"@media(prefers-color-scheme:dark)": "css-at-media-prefers-color-scheme", "!important": "css-important", "px": "css-unit-px", "%": "css-unit-percent",
	"image/png": "image-png", "image/jpeg": "image-jpg",
}

// everywhere is what the table does not tell of, for every program that shows HTML has it: HTML 3.2 and CSS 1.
var everywhere = []string{
	"<html>", "<head>", "<meta>", "<title>", "<a>", "<br>", "[href]", "[src]", "[alt]", "[style]", "[class]", "[charset]", "[content]", "[name]", "[border]", "[colspan]",
	"color", "rel", "#hex",
}

// lacking is what some program does not have, or only partly, and why nothing is lost there. A row that no mail needs any more is a failure too.
var lacking = map[string]string{
	"<base>":                            "only opens links in a window of their own; without it they open where the program opens links",
	"<body>":                            "its ground and margins stand on the table in it too",
	"<style>":                           "holds the colours of dark mode alone; without them the mail stays light, or the program darkens it by itself",
	"[content=light dark]":              "says that the mail has colours of its own for dark mode; else the program makes some",
	"color-scheme":                      "the same in CSS",
	"supported-color-schemes":           "the same for older Apple Mail",
	":root":                             "carries color-scheme alone",
	"@media(prefers-color-scheme:dark)": "holds the colours of dark mode alone; without them the mail stays light, or the program darkens it by itself",
	"@media":                            "likewise",
	"!important":                        "lets the colours of dark mode win; without them the mail stays light",
	".class":                            "carries the colours of dark mode alone",
	"<!doctype>":                        "the mail's parts do not depend on the mode of a browser",
	"[dir]":                             "text-align and align turn the sides too",
	"[lang]":                            "is for those who are read to; the words are the same",
	"[role]":                            "keeps tables from being read out as such; the words are the same",
	"[target]":                          "stands on base alone",
	"border-radius":                     "corners are square then",
	"max-width":                         "Word lays out in a table of 600 pixels; elsewhere lines become as long as the window is wide",
	"max-height":                        "hides the words for the list of mails, which display:none hides too",
	"overflow":                          "likewise",
	"opacity":                           "likewise",
	"display:none":                      "hides the words for the list of mails; shown, they are the question, which the mail asks anyway",
	"display":                           "Word makes no boxes of links: they are as large as their words, in a cell that draws the box",
	"min-height":                        "boxes are as high as their words then",
	"box-sizing":                        "boxes are some pixels wider then",
	"padding":                           "Word has it on cells, not on links: there the cell gives the room",
	"margin":                            "Word has it on paragraphs; boxes stand in cells with cellspacing there",
	"background":                        "pictures and several values are not known everywhere; only colours are used",
	"width":                             "boxes are as wide as their words then; a logo has its width as an attribute too",
	"height":                            "a logo has its height as an attribute too",
	"text-decoration":                   "links in boxes are underlined then",
	"line-height":                       "lines are closer then",
	"table-layout":                      "the cells of the scores have their width as an attribute too",
	"text-align":                        "align stands on the cells too",
	"[height]":                          "Word takes it on pictures and tables, where it stands",
	"[width]":                           "Word takes it on pictures, tables and cells, where it stands",
	"border":                            "Word has it on cells, up to 8 pixels, and not on links: there the cell has it",
	"border-color":                      "likewise",
	"border-top":                        "Word may leave it out on paragraphs; the foot is told from the letter by its place and size too",
	"font-size":                         "relative sizes alone are not known everywhere, and none is used",
	"font-weight":                       "in-between weights alone are not known everywhere, and none is used",
}

// supportTable is testdata/mail-support.json.
func supportTable(t *testing.T) map[string]map[string]string {
	t.Helper()
	raw, err := os.ReadFile("testdata/mail-support.json")
	if err != nil {
		t.Fatal(err)
	}
	var table struct{ Features map[string]map[string]string }
	if err := json.Unmarshal(raw, &table); err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{"gmail", "outlook-windows", "outlook-com", "apple-mail", "yahoo"} {
		if table.Features["css-border-radius"][program] == "" {
			t.Fatalf("the table tells nothing of %s", program)
		}
	}
	return table.Features
}

// TestMailsNeedNothingThatIsLacking walks all mails and holds each element, attribute and property against what mail programs support.
func TestMailsNeedNothingThatIsLacking(t *testing.T) {
	t.Parallel()
	table, used := supportTable(t), map[string]bool{}
	for content := range everyMail(t) {
		partsOf(t, content, used)
	}
	if len(used) < 50 {
		t.Fatalf("only %d parts of HTML and CSS were found; the test has lost sight of them", len(used))
	}
	declared := maps.Clone(lacking)
	for _, part := range slices.Sorted(maps.Keys(used)) {
		if slices.Contains(everywhere, part) {
			continue
		}
		name := supportOf[part]
		if name == "" {
			name = map[bool]string{true: "html-", false: "css-"}[strings.ContainsAny(part[:1], "<[")] + strings.Trim(part, "<>[]")
		}
		row, told := table[name]
		var without []string
		for program, support := range row {
			if support != "y" {
				without = append(without, program+" "+support)
			}
		}
		slices.Sort(without)
		_, excused := declared[part]
		delete(declared, part)
		switch {
		case !told && !excused:
			t.Errorf("a mail uses %s, of which the table tells nothing (%s)", part, name)
		case told && len(without) > 0 && !excused:
			t.Errorf("a mail uses %s, which is not everywhere (%s): say in lacking why nothing is lost", part, strings.Join(without, ", "))
		case told && len(without) == 0 && excused:
			t.Errorf("%s is said to be lacking somewhere, and is not", part)
		}
	}
	for part := range declared {
		t.Errorf("%s is said to be lacking somewhere, and no mail uses it", part)
	}
}

// everyMail yields the HTML of mails of every kind of survey, in every language, as first mails and reminders, in every look.
func everyMail(t *testing.T) func(func(string) bool) {
	return func(yield func(string) bool) {
		logo := survey.MailLogo{Source: "https://feedback.norwind.example/logo/0123456789abcdef01234567.png", Width: 180, Height: 60}
		wording := survey.MailWording{Greeting: survey.Text{"en": "Dear {contact},"}, SignOff: survey.Text{"en": "Kind regards,\n{company}"}, Button: survey.Text{"en": "Go"}, Foot: survey.Text{"en": "Because."}}
		for _, template := range survey.Templates() {
			for _, tag := range frontend.Languages() {
				for _, reminder := range []*survey.ReminderMail{nil, {Last: true}} {
					for _, scored := range []bool{true, false} {
						m := askMail(t, template, tag)
						m.Reminder, m.Colours = reminder, survey.PaletteOf("#ffd400")
						if !scored {
							m.Scores, m.Wording, m.Logo = nil, wording, logo
						}
						if !yield(compose(t, m).HTML) {
							return
						}
					}
				}
			}
		}
	}
}

var (
	// forWord finds what stands in conditional comments.
	forWord = regexp.MustCompile(`(?s)^\[if mso\]>(.*)<!\[endif\]$`)
	// rule finds the rules of a style sheet.
	rule = regexp.MustCompile(`([^{}]+)\{([^{}]*)\}`)
	// unit finds the units of lengths.
	unit = regexp.MustCompile(`\d(px|%|em|rem|vw|vh|ch|pt)`)
)

// partsOf notes the elements, attributes and properties of a mail.
func partsOf(t *testing.T, content string, used map[string]bool) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(content))
	style := false
	for {
		kind := z.Next()
		token := z.Token()
		switch kind {
		case html.ErrorToken:
			return
		case html.DoctypeToken:
			used["<!doctype>"] = true
		case html.CommentToken:
			used["<!-->"] = true
			inner := forWord.FindStringSubmatch(token.Data)
			if inner == nil {
				t.Fatalf("a comment that is not for Word alone: %q", token.Data)
			}
			partsOf(t, inner[1], used)
		case html.TextToken:
			if style {
				sheetParts(token.Data, used)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			style = token.Data == "style"
			used["<"+token.Data+">"] = true
			for _, a := range token.Attr {
				attributeParts(a, used)
			}
		case html.EndTagToken:
			style = false
		}
	}
}

func attributeParts(a html.Attribute, used map[string]bool) {
	switch {
	case a.Key == "style":
		declarationParts(a.Val, used)
	case a.Key == "content" && a.Val == "light dark":
		used["[content=light dark]"] = true
		return
	case a.Key == "src" && strings.HasSuffix(a.Val, ".png"):
		used["image/png"] = true
	}
	used["["+a.Key+"]"] = true
}

// sheetParts notes what stands in a style sheet.
func sheetParts(sheet string, used map[string]bool) {
	if strings.Contains(sheet, "@media (prefers-color-scheme:dark){") {
		used["@media"], used["@media(prefers-color-scheme:dark)"] = true, true
		sheet = strings.ReplaceAll(sheet, "@media (prefers-color-scheme:dark){", "")
	}
	for _, m := range rule.FindAllStringSubmatch(sheet, -1) {
		switch selector := strings.Trim(m[1], "} \n"); {
		case strings.HasPrefix(selector, "."):
			used[".class"] = true
		default:
			used[selector] = true
		}
		declarationParts(m[2], used)
	}
}

// declarationParts notes properties, units and what else stands in declarations.
func declarationParts(declarations string, used map[string]bool) {
	for declaration := range strings.SplitSeq(declarations, ";") {
		property, value, found := strings.Cut(strings.TrimSpace(declaration), ":")
		if !found {
			continue
		}
		if property == "display" && value == "none" {
			property = "display:none"
		}
		used[property] = true
		if strings.Contains(value, "!important") {
			used["!important"] = true
		}
		for _, m := range unit.FindAllStringSubmatch(value, -1) {
			used[m[1]] = true
		}
	}
}
