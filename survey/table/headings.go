package table

import (
	"errors"
	"io"
	"slices"
	"strings"
)

const (
	// titleRows is how many rows are looked at for the headings: titles, dates and blank lines may stand above them.
	titleRows = 30
	// maxHeadingLine bounds the line that may be named as that of the headings.
	maxHeadingLine = 10_000
)

// readHeadings finds the row of the headings and reads it. The rows below it are read once more as data.
func (c *Reader) readHeadings(d Dialect) error {
	var rows []Row
	for len(rows) < titleRows {
		r, err := c.row()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if d.HeadingLine > 0 && r.Line < min(d.HeadingLine, maxHeadingLine) {
			continue
		}
		r.Fields = cloneFields(r.Fields)
		rows = append(rows, r)
		if d.HeadingLine > 0 {
			break
		}
	}
	if len(rows) == 0 {
		return malformed("the file has no line with the headings of the columns")
	}
	at := 0
	if d.HeadingLine == 0 {
		at = headingRow(rows, d)
	}
	if rows[at].Problem != "" {
		return malformed("the line of the headings cannot be read: it %s", rows[at].Problem)
	}
	headings, err := headingsOf(rows[at].Fields)
	if err != nil {
		return err
	}
	c.Headings, c.HeadingLine = headings, rows[at].Line
	c.queue = rows[at+1:]
	return nil
}

// headingRow returns which of the first rows holds the headings: the first one, unless it is a title, which fills few of the
// columns. Then it is the row with the most headings that are understood, or else the first that is filled with words.
func headingRow(rows []Row, d Dialect) int {
	width := 0
	for _, r := range rows {
		width = max(width, filled(r))
	}
	first := rows[0]
	if first.Problem == "" && (filled(first)*10 >= width*6 || width < 2) && (understood(first, d) > 0 || d.Known == nil || words(first)) {
		return 0
	}
	best, most := -1, 0
	for i, r := range rows {
		if n := understood(r, d); r.Problem == "" && n > most && filled(r) >= min(2, width) {
			best, most = i, n
		}
	}
	if best >= 0 {
		return best
	}
	full := slices.IndexFunc(rows, func(r Row) bool { return r.Problem == "" && filled(r)*10 >= width*6 && words(r) })
	return max(full, 0)
}

// filled counts the fields in which something stands.
func filled(r Row) int {
	n := 0
	for _, f := range r.Fields {
		if len(f) > 0 {
			n++
		}
	}
	return n
}

// understood counts the fields that are headings that the caller knows.
func understood(r Row, d Dialect) int {
	n := 0
	for _, f := range r.Fields {
		if len(f) > 0 && d.known(string(f)) {
			n++
		}
	}
	return n
}

// words says whether no field is a number, as headings are none.
func words(r Row) bool {
	return !slices.ContainsFunc(r.Fields, func(f []byte) bool {
		return len(f) > 0 && strings.Trim(string(f), "0123456789.,-/: €$%") == ""
	})
}

// cloneFields copies fields, which are valid until the next row is read.
func cloneFields(fields [][]byte) [][]byte {
	copied := slices.Clone(fields)
	for i, f := range copied {
		copied[i] = slices.Clone(f)
	}
	return copied
}
