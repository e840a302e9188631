package table

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// formulaGuard is written before a cell that a spreadsheet would take for a formula.
const formulaGuard = "'"

// formulaSigns are what a formula begins with in some spreadsheet; those of full width are taken for the plain ones where
// the language is written with them.
const formulaSigns = "=+-@＝＋－＠"

// Harmless returns the cell as it is written into a file that people open in a spreadsheet: one that would be taken for a
// formula gets an apostrophe in front. What stands before the sign and is not looked at by some spreadsheet (blanks, quotes,
// what is not printed) does not hide it. A plain number stays one, also below zero; a phone number such as +49 30 12345 keeps
// its plus by the apostrophe; a text that looks guarded already is guarded once more. Plain takes it off again.
func Harmless(cell string) string {
	if isNumber(cell) {
		return cell
	}
	sign := strings.TrimLeftFunc(cell, hidden)
	first, _ := utf8.DecodeRuneInString(sign)
	if sign != "" && strings.ContainsRune(formulaSigns, first) || strings.IndexFunc(cell, leadsOn) == 0 || Plain(cell) != cell {
		return formulaGuard + cell
	}
	return cell
}

// Plain returns what stood in a cell before Harmless. A cell with an apostrophe of its own stays as it is, unless a formula
// stands behind it.
func Plain(cell string) string {
	if plain, guarded := strings.CutPrefix(cell, formulaGuard); guarded && Harmless(plain) != plain {
		return plain
	}
	return cell
}

// hidden says whether a spreadsheet may look past the character for the beginning of a formula.
func hidden(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`"'`+"`“”„«»‘’", r)
}

// leadsOn says whether the character makes a spreadsheet begin another cell or line.
func leadsOn(r rune) bool { return r == '\t' || r == '\r' || r == '\n' }

// isNumber says whether the cell is a plain decimal number, such as -5 or 1.25.
func isNumber(cell string) bool {
	digits := strings.TrimPrefix(cell, "-")
	whole, fraction, parted := strings.Cut(digits, ".")
	return onlyDigits(whole) && (!parted || onlyDigits(fraction))
}

func onlyDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
