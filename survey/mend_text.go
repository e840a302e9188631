package survey

import (
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tidyProse is tidy for what people write in several lines. Programs that they paste from end lines and pages in many ways and leave
// characters behind that nobody sees; these are mended, as whoever wrote cannot find them.
func tidyProse(s string) string { return tidy(mended(s, '\n')) }

// tidyLine is likewise for one line, such as a name. Numbers of other systems are not mended: two that differ would become one.
func tidyLine(s string) string { return tidy(mended(s, ' ')) }

// mended returns s with every line break as end, without control characters, and with U+FFFD for what is no UTF-8. What shows nothing at all
// is empty.
func mended(s string, end rune) string {
	if plain(s) {
		return s
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, string(utf8.RuneError)), "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch r {
		case '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
			return end
		case '\t':
			if end == ' ' {
				return end
			}
			return r
		}
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
	if strings.IndexFunc(s, shown) < 0 {
		return ""
	}
	return s
}

// plain says whether s is ASCII without control characters, as most texts are.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// shown says whether one sees r: a zero-width space or a blank that counts as a letter leaves a text as empty as a space does.
func shown(r rune) bool {
	const brailleBlank = '\u2800'
	return r != brailleBlank && !unicode.In(r, unicode.White_Space, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// mended is a copy of the text with every wording mended.
func (t Text) mended(end rune) Text {
	whole := maps.Clone(t)
	for tag, wording := range whole {
		whole[tag] = mended(wording, end)
	}
	return whole
}

// mend mends what stands around the questions.
func (v *SurveyVersion) mend() {
	v.Title, v.Subject = v.Title.mended(' '), v.Subject.mended(' ')
	v.Intro, v.Thanks = v.Intro.mended('\n'), v.Thanks.mended('\n')
}

// mendQuestions mends the questions, which are ours to change once nameQuestions has copied them.
func (v *SurveyVersion) mendQuestions() {
	for i := range v.Questions {
		q := &v.Questions[i]
		q.Text, q.Help = q.Text.mended('\n'), q.Help.mended('\n')
		for j := range q.Choices {
			q.Choices[j].Text = q.Choices[j].Text.mended(' ')
		}
	}
}
