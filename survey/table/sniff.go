package table

import (
	"bytes"
	"errors"
	"io"
)

// peek returns the beginning of what has not been read.
func (c *Reader) peek() ([]byte, error) {
	head, err := c.src.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return head, nil
}

// utf16Of names the encoding that a byte order mark tells of, if it is UTF-16.
func utf16Of(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return "UTF-16LE"
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "UTF-16BE"
	}
	return ""
}

// refuseOther says of a file that is no CSV what to do.
func refuseOther(head []byte) error {
	firstLine, _, _ := bytes.Cut(head, []byte("\n"))
	switch {
	case len(bytes.TrimSpace(head)) == 0:
		return malformed("the file is empty; its first line must hold the headings of the columns")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return malformed("the file is an Excel workbook; save it as CSV and import that")
	case bytes.HasPrefix(head, []byte("%PDF")):
		return malformed("the file is a PDF; export the table as CSV and import that")
	case bytes.IndexByte(firstLine, 0) >= 0:
		return malformed("the file is not text in UTF-8, UTF-16 with a byte order mark, or Windows-1252; save it as CSV in UTF-8")
	}
	return nil
}

// carriageReturns reads a file whose lines end with a carriage return alone.
type carriageReturns struct{ src io.Reader }

// Read turns carriage returns into newlines.
func (r carriageReturns) Read(b []byte) (int, error) {
	n, err := r.src.Read(b)
	for i, c := range b[:n] {
		if c == '\r' {
			b[i] = '\n'
		}
	}
	return n, err
}

// delimiters are what divides columns, the usual ones first.
var delimiters = []byte(",;\t|")

// guessDelimiter returns the character that divides the first rows into the same number of columns, the greatest of them.
func guessDelimiter(head []byte) byte {
	best, most := byte(','), 0
	for _, d := range delimiters {
		if columns := steadyColumns(head, d); columns > most {
			best, most = d, columns
		}
	}
	return best
}

// steadyColumns returns into how many columns d divides the first row, if it divides most of the others so too; else 0.
func steadyColumns(head []byte, d byte) int {
	const looked = 30
	var first, rows, steady, count int
	quoted := false
	for i := 0; i < len(head) && rows < looked; i++ {
		switch b := head[i]; {
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == d:
			count++
		case b == '\n':
			if rows == 0 {
				first = count
			}
			if count == first {
				steady++
			}
			rows++
			count = 0
		}
	}
	if rows == 0 {
		return count
	}
	if steady*2 < rows {
		return 0
	}
	return first
}
