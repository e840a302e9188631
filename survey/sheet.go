package survey

import "strings"

// Blank is something that differs from one mail to the next.
type Blank int

// The blanks of a mail that is laid out; package mail has more.
const (
	NameBlank  Blank = iota // the contact's name
	TokenBlank              // the token of the link
)

// Sheet is a text with blanks to fill in: Parts[0], Blanks[0], Parts[1] and so on to the last part.
type Sheet struct {
	Parts  []string
	Blanks []Blank
}

// CutSheet cuts a text at everything that stands for a blank. Where one such text begins another, either may be taken for the other: choose texts that do not.
func CutSheet(text string, standIns map[string]Blank) Sheet {
	var s Sheet
	for {
		at, found, length := len(text), Blank(0), 0
		for standIn, blank := range standIns {
			if i := strings.Index(text, standIn); i >= 0 && i < at {
				at, found, length = i, blank, len(standIn)
			}
		}
		s.Parts = append(s.Parts, text[:at])
		if length == 0 {
			return s
		}
		s.Blanks = append(s.Blanks, found)
		text = text[at+length:]
	}
}

// Empty says that there is nothing on it, not even a blank.
func (s Sheet) Empty() bool { return len(s.Blanks) == 0 && strings.Join(s.Parts, "") == "" }

// Fill returns the text with its blanks filled.
func (s Sheet) Fill(fill func(Blank) string) string {
	size := 0
	for i, part := range s.Parts {
		size += len(part)
		if i < len(s.Blanks) {
			size += len(fill(s.Blanks[i]))
		}
	}
	var b strings.Builder
	b.Grow(size)
	for i, part := range s.Parts {
		b.WriteString(part)
		if i < len(s.Blanks) {
			b.WriteString(fill(s.Blanks[i]))
		}
	}
	return b.String()
}
