package table

import (
	"bufio"
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// encodingUTF8 is the encoding in which everything is handed out.
const encodingUTF8 = "UTF-8"

// candidate is an encoding of one byte a character that can be guessed.
type candidate struct {
	name     string
	encoding *charmap.Charmap
	// prior is how much commoner than others it is, in natural logarithms.
	prior float64
	// tongues are the languages that are written in it.
	tongues []*tongue
}

// candidates are the encodings that are guessed, likelier ones first.
var candidates = []candidate{
	{"Windows-1252", charmap.Windows1252, 2, western},
	{"Windows-1250", charmap.Windows1250, 0.5, central},
	{"Windows-1251", charmap.Windows1251, 0.5, cyrillic},
	{"Mac Roman", charmap.Macintosh, 0, western},
	{"ISO-8859-2", charmap.ISO8859_2, 0, central},
	{"Windows-1254", charmap.Windows1254, 0, turkish},
	{"Windows-1257", charmap.Windows1257, 0, baltic},
	{"Windows-1253", charmap.Windows1253, 0, greek},
	{"KOI8-R", charmap.KOI8R, 0, cyrillic},
	{"IBM850", charmap.CodePage850, 0, western},
	{"IBM852", charmap.CodePage852, -1, central},
}

// Encodings lists the names of the encodings that can be chosen by hand.
func Encodings() []string {
	names := []string{encodingUTF8}
	for _, c := range candidates {
		names = append(names, c.name)
	}
	return append(names, "UTF-16LE", "UTF-16BE", "Shift_JIS", "GBK", "EUC-KR", "Big5")
}

// encodingNamed returns an encoding by its name; nil where there is none.
func encodingNamed(name string) encoding.Encoding {
	for _, c := range candidates {
		if strings.EqualFold(c.name, name) {
			return c.encoding
		}
	}
	switch strings.ToUpper(name) {
	case "UTF-16LE", "UTF-16":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "UTF-16BE":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	found, err := htmlindex.Get(strings.TrimSpace(name))
	if err != nil {
		return nil
	}
	return found
}

// EncodingKnown says whether a file can be read in the encoding of that name.
func EncodingKnown(name string) bool { return encodingNamed(name) != nil }

// decodeAll has the whole file decoded where it is not UTF-8, and returns its beginning so.
func (c *Reader) decodeAll(head []byte, d Dialect) ([]byte, error) {
	name := utf16Of(head)
	var by encoding.Encoding
	switch {
	case d.Encoding != "":
		if name, by = d.Encoding, encodingNamed(d.Encoding); by == nil {
			return nil, malformed("the encoding %q is not known; such are %s", d.Encoding, strings.Join(Encodings(), ", "))
		}
		if strings.EqualFold(name, encodingUTF8) || bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
			return c.skipMark(head)
		}
	case name != "":
		by = encodingNamed(name)
	case mostlyUTF8(head):
		return c.skipMark(head)
	default:
		guess := guessEncoding(head)
		name, by, c.Doubt, c.Rivals = guess.name, guess.encoding, guess.doubt, guess.rivals
	}
	c.Encoding = name
	c.src = bufio.NewReaderSize(by.NewDecoder().Reader(c.src), headSize)
	decoded, err := c.peek()
	if err != nil {
		return nil, err
	}
	return c.skipMark(decoded)
}

// skipMark passes over a byte order mark.
func (c *Reader) skipMark(head []byte) ([]byte, error) {
	rest := head
	for bytes.HasPrefix(rest, []byte("\xef\xbb\xbf")) { // joined files and careless programs write it twice
		rest = rest[len("\xef\xbb\xbf"):]
	}
	if len(rest) < len(head) {
		_, err := c.src.Discard(len(head) - len(rest))
		return rest, err
	}
	return head, nil
}

// utf16Of names the encoding if it is UTF-16, as a byte order mark tells or, without one, the zeros of western text.
func utf16Of(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return "UTF-16LE"
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "UTF-16BE"
	}
	const looked = 1000
	even, odd, n := 0, 0, min(len(head), looked)&^1
	for i := 0; i < n; i += 2 {
		if head[i] == 0 {
			even++
		}
		if head[i+1] == 0 {
			odd++
		}
	}
	switch {
	case n < 4:
	case odd*10 > n*3 && even*20 < n:
		return "UTF-16LE"
	case even*10 > n*3 && odd*20 < n:
		return "UTF-16BE"
	}
	return ""
}

// mostlyUTF8 says whether the text is UTF-8, as far as it goes: what is broken is at most a tenth of what is not ASCII, so that some
// lines of another program were pasted into it.
func mostlyUTF8(head []byte) bool {
	right, broken := 0, 0
	for len(head) > 0 {
		if head[0] < utf8.RuneSelf {
			head = head[1:]
			continue
		}
		r, size := utf8.DecodeRune(head)
		if r != utf8.RuneError || size > 1 {
			right++
		} else if len(head) >= utf8.UTFMax || !cutRune(head) {
			broken++
		}
		head = head[size:]
	}
	return broken*10 <= right
}

// cutRune says whether b is the beginning of a character that goes on.
func cutRune(b []byte) bool { return utf8.RuneStart(b[0]) && !utf8.FullRune(b) }
