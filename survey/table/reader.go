package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

const (
	// headSize is how much of a file is looked at before the first row is read, in bytes: some hundred rows.
	headSize = 64 << 10
	// MaxRow is the longest row, in bytes: ten times what the longest fields of a row may hold.
	MaxRow = 256 << 10
	// MaxColumns is the greatest number of columns: more than any program gives out, and few enough to be told.
	MaxColumns = 5000
)

// Row is one row of a file. Its fields are valid until the next one is read.
type Row struct {
	// Line is where the row begins, from 1.
	Line   int
	Fields [][]byte
	// Problem says in a clause why the row cannot be read, such as "has 2 columns where the headings have 5"; empty if it can.
	// The Fields of such a row are its text divided at the delimiters, for somebody to mend.
	Problem string
}

// Reader reads the rows of a file, whatever the tool that wrote it: CSV with any usual delimiter, encoding and line end, or an
// Excel workbook; CSV in constant memory. Quotes are those of RFC 4180.
type Reader struct {
	// Delimiter divides the columns; 0 in a workbook.
	Delimiter byte
	// Encoding names how the text is written; of a file that is UTF-8 at first, it turns to another at the first row that is not.
	Encoding string
	// Doubt says that Encoding is a guess that could as well be Rivals[0]; the rivals tell one word each as it would read.
	Doubt  bool
	Rivals []Rival
	// HeadingLine is the line of the headings, from 1.
	HeadingLine int
	// Headings name the columns, each once and none of them empty.
	Headings []string
	// Sheet is the sheet of a workbook that is read, out of Sheets; empty in a CSV file.
	Sheet  string
	Sheets []string

	src  *bufio.Reader
	line int
	// queue are rows that were read to find the headings, and have still to be handed out; pending are lines that were read on behind
	// a quote and belong to the next rows after all, spanned those of the row that is being read.
	queue            []Row
	pending, spanned [][]byte
	// buffer holds a line that is longer than src's, text a row with quotes, fields the row.
	buffer, text []byte
	fields       [][]byte
	// long says that the line is longer than MaxRow.
	long bool
	// usual is how many delimiters most rows have.
	usual int
	// late is the encoding of rows that are not UTF-8 in a file that is.
	late *encodingGuess
	book *workbook
}

// NewReader finds out how the file is written, as far as d does not say it, and reads its headings. It returns a *FormatError
// where that cannot be, or the error of r.
func NewReader(r io.Reader, d Dialect) (*Reader, error) {
	c := &Reader{src: bufio.NewReaderSize(r, headSize), Encoding: encodingUTF8}
	head, err := c.peek()
	if err != nil {
		return nil, err
	}
	if isWorkbook(head) {
		return c, c.openWorkbook(d)
	}
	if err := refuseBinary(head); err != nil {
		return nil, err
	}
	if head, err = c.decodeAll(head, d); err != nil {
		return nil, err
	}
	if err := refuseOther(head); err != nil {
		return nil, err
	}
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		c.src = bufio.NewReaderSize(carriageReturns{c.src}, headSize)
		head = bytes.ReplaceAll(head, []byte("\r"), []byte("\n"))
	}
	announced, err := c.announced(head)
	if err != nil {
		return nil, err
	}
	switch {
	case d.Delimiter != 0:
		c.Delimiter = d.Delimiter
	case announced != 0:
		c.Delimiter = announced
	default:
		c.Delimiter = guessDelimiter(head, d)
	}
	c.usual, _, _, _ = usualCount(head, c.Delimiter)
	return c, c.readHeadings(d)
}

// announced returns the delimiter that the first line names, as Excel writes and reads it, and passes over that line.
func (c *Reader) announced(head []byte) (byte, error) {
	rest, ok := bytes.CutPrefix(head, []byte("sep="))
	if !ok || len(rest) < 2 || rest[1] != '\r' && rest[1] != '\n' {
		return 0, nil
	}
	_, err := c.readLine()
	return rest[0], err
}

// Next returns the next row below the headings, with as many fields as there are headings; io.EOF behind the last.
func (c *Reader) Next() (Row, error) {
	r, err := c.row()
	if err != nil || r.Problem != "" {
		return r, err
	}
	for len(r.Fields) > len(c.Headings) && len(r.Fields[len(r.Fields)-1]) == 0 {
		r.Fields = r.Fields[:len(r.Fields)-1]
	}
	if len(r.Fields) != len(c.Headings) {
		r.Problem = fmt.Sprintf("has %d columns where the headings have %d", len(r.Fields), len(c.Headings))
	}
	return r, nil
}

// row returns the next row that is not blank, or io.EOF.
func (c *Reader) row() (Row, error) {
	if len(c.queue) > 0 {
		r := c.queue[0]
		c.queue = c.queue[1:]
		return r, nil
	}
	if c.book != nil {
		return c.book.row()
	}
	for {
		line, err := c.readLine()
		if err != nil {
			return Row{}, err
		}
		r := Row{Line: c.line}
		switch {
		case c.long:
			r.Problem = fmt.Sprintf("is longer than %d characters", MaxRow)
			c.fields = c.fields[:0]
		case bytes.IndexByte(line, '"') < 0:
			c.split(line)
		default:
			if r.Problem, err = c.splitQuoted(line); err != nil {
				return Row{}, err
			}
		}
		if c.decode(); r.Problem != "" || !blank(c.fields) {
			r.Fields = c.fields
			return r, nil
		}
	}
}

// readLine returns the next line without its end. It is valid until the next call.
func (c *Reader) readLine() ([]byte, error) {
	c.long = false
	if len(c.pending) > 0 {
		line := c.pending[0]
		c.pending = c.pending[1:]
		c.line++
		return line, nil
	}
	line, err := c.src.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		line, err = c.readLong(line)
	}
	if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0) {
		return nil, err
	}
	c.line++
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r")), nil
}

// readLong reads on a line that is longer than the buffer. What is beyond MaxRow is dropped.
func (c *Reader) readLong(begun []byte) ([]byte, error) {
	c.buffer = append(c.buffer[:0], begun...)
	for {
		more, err := c.src.ReadSlice('\n')
		if len(c.buffer)+len(more) > MaxRow {
			c.long = true
		} else {
			c.buffer = append(c.buffer, more...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return c.buffer, err
		}
	}
}

// blank says whether nothing stands in any of the fields.
func blank(fields [][]byte) bool {
	for _, f := range fields {
		if len(f) > 0 {
			return false
		}
	}
	return true
}

// decode turns a row that is not UTF-8 into it, in a file that is otherwise: lines of another program were pasted into it.
func (c *Reader) decode() {
	for i, f := range c.fields {
		if utf8.Valid(f) {
			continue
		}
		if c.late == nil {
			guess := guessEncoding(bytes.Join(c.fields, []byte{c.Delimiter}))
			c.late = &guess
			c.Encoding, c.Doubt, c.Rivals = guess.name, guess.doubt, guess.rivals
		}
		// The decoder maps every byte; what an encoding leaves open becomes U+FFFD.
		decoded, err := c.late.encoding.NewDecoder().Bytes(f)
		if err == nil {
			c.fields[i] = decoded
		}
	}
}

// headingsOf names columns, each once and none of them empty.
func headingsOf(fields [][]byte) ([]string, error) {
	for len(fields) > 1 && len(fields[len(fields)-1]) == 0 {
		fields = fields[:len(fields)-1] // a delimiter at the end of each line
	}
	if len(fields) > MaxColumns {
		return nil, malformed("the file has %d columns; %d are the most", len(fields), MaxColumns)
	}
	headings, seen := make([]string, 0, len(fields)), make(map[string]bool, len(fields))
	for i, f := range fields {
		heading := strings.Join(strings.Fields(string(f)), " ")
		if heading == "" {
			heading = fmt.Sprintf("column %d", i+1)
		}
		name := heading
		for n := 2; seen[name]; n++ {
			name = fmt.Sprintf("%s (%d)", heading, n)
		}
		seen[name] = true
		headings = append(headings, name)
	}
	return headings, nil
}
