package address

import (
	"strings"
	"unicode"
)

// The joiners, which some scripts need inside a word.
const (
	nonJoiner = '\u200C'
	joiner    = '\u200D'
)

// visible drops what nobody sees, makes every kind of blank a space, and full-width letters and signs the usual ones.
func visible(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	before := rune(0)
	for _, r := range s {
		switch {
		case r >= '！' && r <= '～':
			r += '!' - '！'
		case r == '﹫':
			r = '@'
		case unicode.IsSpace(r), unicode.Is(unicode.Z, r):
			r = ' '
		case r == joiner || r == nonJoiner:
			if before <= unicode.MaxASCII {
				continue // joins nothing there
			}
		case unicode.Is(unicode.C, r), unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r),
			unicode.Is(unicode.Variation_Selector, r):
			continue
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

// plain says whether s holds nothing that visible would change.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// joined drops joiners, and takes the Turkish letters i for the one whose upper or lower case they are elsewhere.
func joined(r rune) rune {
	switch r {
	case joiner, nonJoiner:
		return -1
	case 'İ', 'ı':
		return 'i'
	}
	return r
}

// What stands before or behind an address in a text or a cell, and begins or ends none.
const (
	leading  = " \t,;:'\"`´‘’‚‛“”„‟«»‹›<>()[]"
	trailing = leading + ".!?"
)

// trim drops that.
func trim(s string) string { return strings.TrimRight(strings.TrimLeft(s, leading), trailing) }

// labels are what programs write before an address.
var labels = []string{"mailto:", "smtp:", "email:", "e-mail:"}

// unlabel drops a label before the address, and says whether it was that of a link, whose characters are escaped.
func unlabel(s string) (rest string, link bool) {
	for i, label := range labels {
		if len(s) >= len(label) && strings.EqualFold(s[:len(label)], label) {
			return strings.TrimLeft(s[len(label):], " /"), i == 0
		}
	}
	return s, false
}
