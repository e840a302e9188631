package chart

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/golang/freetype/truetype"
	"golang.org/x/image/math/fixed"
)

// typeface measures text. Pages show an SVG in the reader's own system font, which nobody can measure here; the widths of
// go-chart's Roboto Medium plus an allowance hold for Arial, Helvetica, Segoe UI, San Francisco and Roboto.
type typeface struct{ font *truetype.Font }

const (
	// allowance is how much wider than Roboto Medium the widest of the usual system fonts runs.
	allowance = 1.06
	// ascender and descender are how far letters reach above and below the baseline, in parts of the type size.
	ascender, descender = 0.78, 0.22
	// thousandth is the size at which widths are asked for: a thousand units to the em.
	thousandth = fixed.Int26_6(1000 << 6)
)

// width returns how many pixels a text takes at a type size.
func (f typeface) width(text string, size float64) float64 {
	em := 0.0
	for _, r := range text {
		em += f.advance(r)
	}
	return em * size
}

// advance returns the width of a character in parts of the type size. For scripts that the font lacks it is a generous
// guess by the kind of script.
func (f typeface) advance(r rune) float64 {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case f.has(r):
		return float64(f.font.HMetric(thousandth, f.font.Index(r)).AdvanceWidth) / float64(thousandth) * allowance
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r >= 0x2e80 && r < 0xa4d0 || r >= 0xff00 && r < 0xff61:
		return 1.02
	case r >= 0x1f000:
		return 1.4
	}
	return 0.72
}

// has says whether the font can draw the character.
func (f typeface) has(r rune) bool { return f.font != nil && f.font.Index(r) != 0 }

// writes says whether the font can write the whole text.
func (f typeface) writes(text string) bool {
	for _, r := range text {
		if !f.has(r) && !unicode.IsSpace(r) {
			return false
		}
	}
	return true
}

// fit shortens a text to a width, with an ellipsis where something is missing.
func (f typeface) fit(text string, size, width float64) string {
	if f.width(text, size) <= width {
		return text
	}
	left, end := width-f.width("…", size), 0
	for i, r := range text {
		left -= f.advance(r) * size
		if left < 0 {
			break
		}
		end = i + utf8.RuneLen(r)
	}
	return strings.TrimRight(text[:end], " ,.;:–-") + "…"
}

// wrap breaks a text into lines no wider than width, at spaces where there are any. No more than most lines are kept; the
// last one then ends with an ellipsis.
func (f typeface) wrap(text string, size, width float64, most int) []string {
	var lines []string
	line := ""
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' }) {
		for _, part := range f.split(word, size, width) {
			joined := strings.TrimSpace(line + " " + part)
			if line != "" && f.width(joined, size) > width {
				lines, line = append(lines, line), part
				continue
			}
			line = joined
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	if len(lines) > most {
		lines[most-1] = f.fit(lines[most-1]+" "+strings.Join(lines[most:], " "), size, width)
		lines = lines[:most]
	}
	return lines
}

// balanced wraps like wrap, but with lines of about equal length: a title with a single word on its second line looks torn.
func (f typeface) balanced(text string, size, width float64, most int) []string {
	lines := f.wrap(text, size, width, most)
	for narrower := width * 0.95; narrower > width/2; narrower -= width * 0.05 {
		tried := f.wrap(text, size, narrower, most+1)
		if len(tried) != len(lines) {
			break
		}
		lines = tried
	}
	return lines
}

// split cuts a word that is wider than a line, as words of scripts without spaces are.
func (f typeface) split(word string, size, width float64) []string {
	if f.width(word, size) <= width {
		return []string{word}
	}
	var parts []string
	begin, taken := 0, 0.0
	for i, r := range word {
		w := f.advance(r) * size
		if taken += w; taken > width && i > begin {
			parts, begin, taken = append(parts, word[begin:i]), i, w
		}
	}
	return append(parts, word[begin:])
}

// clean makes any text fit for a label: valid UTF-8, without control characters and without those that turn the direction
// of what follows, tabs and line breaks turned into spaces.
func clean(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			return ' '
		case r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || unicode.IsControl(r) || r == '\uFFFE' || r == '\uFFFF':
			return -1
		}
		return r
	}, text))
}
