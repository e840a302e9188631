package table

import (
	"strconv"
	"strings"
)

// Numbers reads the numbers of one file.
type Numbers struct {
	// Decimal is the decimal mark, '.' or ','.
	Decimal byte
}

// Read returns the number that s tells, such as 1234.56, 1.234,56, 1 234,56, 1'234.56, -5, (5), € 12 or 12 EUR, and
// whether it is one.
func (n Numbers) Read(s string) (float64, bool) {
	if n.Decimal == '.' && plain(s) {
		value, err := strconv.ParseFloat(s, 64)
		return value, err == nil
	}
	inner, negative := strings.CutPrefix(s, "(")
	if negative {
		if inner, negative = strings.CutSuffix(inner, ")"); !negative {
			return 0, false
		}
	}
	text := trimMoney(inner)
	for _, sign := range []string{"-", "−", "+"} {
		if rest, signed := strings.CutPrefix(text, sign); signed {
			if negative {
				return 0, false
			}
			text, negative = trimMoney(rest), sign != "+"
			break
		}
	}
	whole, fraction, broken := strings.Cut(text, string(n.Decimal))
	whole, ok := n.ungroup(whole)
	if !ok || broken && (fraction == "" || trailingDigits(fraction) != len(fraction)) {
		return 0, false
	}
	value, err := strconv.ParseFloat(whole+"."+fraction, 64)
	if negative {
		value = -value
	}
	return value, err == nil
}

// plain says whether s is made of digits, points and a sign in front alone.
func plain(s string) bool {
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && s[i] != '.' && (i > 0 || s[i] != '-') {
			return false
		}
	}
	return s != ""
}

// trimMoney drops spaces and the sign or code of a currency on both sides.
func trimMoney(s string) string {
	return strings.TrimFunc(s, func(r rune) bool {
		return r == ' ' || r == '\u00a0' || r == '\u202f' || r >= 'A' && r <= 'Z' || strings.ContainsRune("€$£¥₣₹", r)
	})
}

// ungroup returns the digits of a whole number whose thousands may be divided: the first group has up to three digits, the
// others have three, and the mark is the same everywhere.
func (n Numbers) ungroup(s string) (string, bool) {
	var digits strings.Builder
	var mark rune
	group := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
			group++
		case !isGroupMark(r, n.Decimal), mark != 0 && (r != mark || group != 3), mark == 0 && (group == 0 || group > 3):
			return "", false
		default:
			mark, group = r, 0
		}
	}
	return digits.String(), digits.Len() > 0 && (mark == 0 || group == 3)
}

// isGroupMark says whether r divides thousands where decimal is the other mark.
func isGroupMark(r rune, decimal byte) bool {
	switch r {
	case ' ', '\u00a0', '\u202f', '\'', '’':
		return true
	case '.', ',':
		return r != rune(decimal)
	}
	return false
}

// GuessDecimal returns the decimal mark that the samples prove, or else the one that goes with the file's delimiter.
func GuessDecimal(samples []string, delimiter byte) (mark byte, sure bool) {
	points, commas, doubtful := 0, 0, 0
	for _, s := range samples {
		point, comma := strings.LastIndexByte(s, '.'), strings.LastIndexByte(s, ',')
		last, at := byte('.'), point
		if comma > point {
			last, at = ',', comma
		}
		switch {
		case at < 0:
			continue
		case point >= 0 && comma >= 0, trailingDigits(s[at+1:]) != 3:
		case strings.Count(s, string(last)) > 1: // 1.234.567: divides thousands
			last = '.' + ',' - last
		default:
			doubtful++
			continue
		}
		if last == '.' {
			points++
		} else {
			commas++
		}
	}
	usual := byte('.')
	if delimiter == ';' {
		usual = ','
	}
	switch {
	case points > commas:
		return '.', true
	case commas > points:
		return ',', true
	}
	return usual, doubtful == 0
}

// trailingDigits counts the digits that s begins with.
func trailingDigits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}
