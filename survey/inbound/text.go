package inbound

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
)

// decode returns text in UTF-8, whatever it is labelled: a label that is missing, unknown or wrong is the rule rather than the
// exception in what programs send. Bytes that are UTF-8 beyond ASCII are that by no chance; what is not, and has no usable label,
// is read as Windows-1252.
func decode(text []byte, label string) string {
	if bytes.Contains(text, []byte("\x1b$")) {
		label = "iso-2022-jp" // is ASCII beyond its escapes, and often not labelled in reports
	}
	if valid := utf8.Valid(text); valid && (!ascii(text) || label == "") {
		return string(text)
	}
	for _, name := range []string{label, "windows-1252"} {
		if name == "" || strings.EqualFold(name, "utf-8") || strings.EqualFold(name, "us-ascii") {
			if utf8.Valid(text) {
				return string(text)
			}
			continue
		}
		r, err := charset.Reader(name, bytes.NewReader(text))
		if err != nil {
			continue
		}
		if decoded, err := io.ReadAll(r); err == nil {
			return strings.ToValidUTF8(string(decoded), "\uFFFD")
		}
	}
	return strings.ToValidUTF8(string(text), "\uFFFD")
}

func ascii(text []byte) bool {
	return !bytes.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
}

// readable returns text with plain line ends, blanks that are blanks, and without what nobody sees.
func readable(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(strings.ToValidUTF8(text, "\uFFFD"))
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.Is(unicode.Zs, r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != joiner:
			return -1
		}
		return r
	}, text)
}

// joiner joins the parts of emoji, and the letters of some scripts.
const joiner = '\u200D'

// oneLine returns text with every run of blanks and line ends as one blank, of at most so many bytes.
func oneLine(text string, most int) string {
	return cut(strings.Join(strings.Fields(readable(cut(text, 4*most))), " "), most)
}

// cut returns at most so many bytes of text, and no half character.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// alternatives makes one pattern, in any case, of several.
func alternatives(patterns ...string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:` + strings.Join(patterns, `|`) + `)`)
}
