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

// refuseBinary says of a file of a kind that is not read what to do, by how it begins.
func refuseBinary(head []byte) error {
	switch {
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return malformed("the file is an Excel workbook of the old kind (.xls), or a protected one; save it as .xlsx without a password, or as CSV")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return malformed("the file is an archive and no Excel workbook; unpack it, and import the table that is in it")
	case bytes.HasPrefix(head, []byte("%PDF")):
		return malformed("the file is a PDF; export the table as CSV and import that")
	}
	return nil
}

// refuseOther says of a text that is no table what to do.
func refuseOther(head []byte) error {
	firstLine, _, _ := bytes.Cut(head, []byte("\n"))
	start := bytes.ToLower(bytes.TrimSpace(head[:min(len(head), 200)]))
	switch {
	case len(bytes.TrimSpace(head)) == 0:
		return malformed("the file is empty; its first line must hold the headings of the columns")
	case bytes.HasPrefix(start, []byte("<!doctype html")), bytes.HasPrefix(start, []byte("<html")), bytes.HasPrefix(start, []byte("<?xml")):
		return malformed("the file is a web page or XML, whatever its name says; open it in a spreadsheet and save it as CSV")
	case bytes.IndexByte(firstLine, 0) >= 0:
		return malformed("the file is no text in an encoding that is known; save it as CSV in UTF-8")
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
var delimiters = []byte(",;\t|^~")

// guessDelimiter returns the character that divides most of the first rows into the same number of columns, the greatest of them; one
// that stands in a row with headings that are known before one that does not, and one in the first line before one beside which another stands
// there.
func guessDelimiter(head []byte, d Dialect) byte {
	const beside = 0.3
	best, most := byte(','), 0.0
	first, _, _ := bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte("\n"))
	for _, b := range delimiters {
		score := steadyColumns(head, b) * (1 + knownHeadings(head, b, d))
		if bytes.IndexByte(first, b) < 0 && bytes.ContainsAny(first, string(delimiters)) {
			score *= beside
		}
		if score > most {
			best, most = b, score
		}
	}
	if most == 0 {
		return likeliestDelimiter(head, d)
	}
	return best
}

// likeliestDelimiter is that of a file whose rows are all of another length: the one by which most headings are known, or which stands most
// often in the first line.
func likeliestDelimiter(head []byte, d Dialect) byte {
	best, most := delimiters[0], 0.0
	first, _, _ := bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte("\n"))
	for _, b := range delimiters {
		score := float64(bytes.Count(first, []byte{b})) * (1 + 10*knownHeadings(head, b, d))
		if score > most {
			best, most = b, score
		}
	}
	return best
}

// knownHeadings returns which share of the columns of the best among the first rows are headings that are known.
func knownHeadings(head []byte, b byte, d Dialect) float64 {
	most := 0.0
	for range titleRows {
		line, rest, more := bytes.Cut(head, []byte("\n"))
		fields := bytes.Split(line, []byte{b})
		known := 0
		for _, f := range fields {
			if d.known(string(bytes.Trim(f, "\" \r\xef\xbb\xbf"))) {
				known++
			}
		}
		if len(fields) > 1 {
			most = max(most, float64(known)/float64(len(fields)))
		}
		if head = rest; !more {
			break
		}
	}
	return most
}

// steadyColumns returns how often d stands in most rows, less where it does not stand as often in all of them; 0 where it stands so in
// less than half of those in which it stands at all, or in less than two fifths of all rows.
func steadyColumns(head []byte, d byte) float64 {
	usual, most, with, rows := usualCount(head, d)
	if with == 0 || most*2 < with || most*5 < rows*2 {
		return 0
	}
	return float64(usual) * float64(most) / float64(rows)
}

// usualCount returns how often d stands in most of the first rows, in how many of them, in how many it stands at all, and how many there are.
func usualCount(head []byte, d byte) (usual, most, with, rows int) {
	counts, rows := delimiterCounts(head, d)
	for n, times := range counts {
		if n == 0 {
			continue
		}
		with += times
		if times > most || times == most && n > usual {
			most, usual = times, n
		}
	}
	return usual, most, with, rows
}

// delimiterCounts counts in how many of the first rows d stands how often.
func delimiterCounts(head []byte, d byte) (counts map[int]int, rows int) {
	const looked = 40
	counts = map[int]int{}
	count, quoted, any := 0, false, false
	end := func() {
		if any {
			counts[count]++
			rows++
		}
		count, any = 0, false
	}
	for i := 0; i < len(head) && rows < looked; i++ {
		b := head[i]
		any = any || b != '\n' && b != '\r'
		switch {
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == d:
			count++
		case b == '\n':
			end()
		}
	}
	if rows == 0 {
		end()
	}
	return counts, max(rows, 1)
}
