package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

const (
	// headSize is how much of a file is looked at before the first row is read, in bytes: some hundred rows.
	headSize = 64 << 10
	// MaxRow is the longest row, in bytes: ten times what the longest fields of a row may hold.
	MaxRow = 256 << 10
	// MaxColumns is the greatest number of columns.
	MaxColumns = 200
)

// Row is one row of a file. Its fields are valid until the next one is read.
type Row struct {
	// Line is where the row begins, from 1.
	Line   int
	Fields [][]byte
	// Problem says in a clause why the row cannot be read, such as "has 2 columns where the headings have 5"; empty if it can.
	Problem string
}

// Reader reads the rows of a CSV file, whatever the tool that wrote it: with any usual delimiter, encoding and line end,
// in constant memory. Quotes are those of RFC 4180.
type Reader struct {
	// Delimiter divides the columns.
	Delimiter byte
	// Encoding names how the text is written; it turns to Windows-1252 at the first row that is not UTF-8.
	Encoding string
	// Headings name the columns, each once and none of them empty.
	Headings []string

	src  *bufio.Reader
	line int
	// buffer holds a line that is longer than src's, text a row with quotes, fields the row.
	buffer, text []byte
	fields       [][]byte
	// long says that the line is longer than MaxRow.
	long bool
}

// NewReader finds out how the file is written and reads its headings. It returns a *FormatError where that cannot
// be, or the error of r.
func NewReader(r io.Reader) (*Reader, error) {
	c := &Reader{src: bufio.NewReaderSize(r, headSize), Encoding: "UTF-8"}
	head, err := c.peek()
	if err != nil {
		return nil, err
	}
	if encoding := utf16Of(head); encoding != "" {
		c.Encoding = encoding
		decoded := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(c.src)
		c.src = bufio.NewReaderSize(decoded, headSize)
		if head, err = c.peek(); err != nil {
			return nil, err
		}
	}
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		head = head[3:]
		if _, err := c.src.Discard(3); err != nil {
			return nil, err
		}
	}
	if err := refuseOther(head); err != nil {
		return nil, err
	}
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		c.src = bufio.NewReaderSize(carriageReturns{c.src}, headSize)
		head = bytes.ReplaceAll(head, []byte("\r"), []byte("\n"))
	}
	c.Delimiter = guessDelimiter(head)
	if announced, ok := bytes.CutPrefix(head, []byte("sep=")); ok && len(announced) > 0 && bytes.IndexByte(delimiters, announced[0]) >= 0 {
		c.Delimiter = announced[0] // as Excel writes and reads it
		if _, err := c.row(); err != nil {
			return nil, err
		}
	}
	return c, c.readHeadings()
}

// readHeadings reads the first row that is not blank.
func (c *Reader) readHeadings() error {
	r, err := c.row()
	if errors.Is(err, io.EOF) {
		return malformed("the file has no line with the headings of the columns")
	}
	if err != nil {
		return err
	}
	if r.Problem != "" {
		return malformed("the line of the headings cannot be read: it %s", r.Problem)
	}
	for len(r.Fields) > 1 && len(r.Fields[len(r.Fields)-1]) == 0 {
		r.Fields = r.Fields[:len(r.Fields)-1] // a delimiter at the end of each line
	}
	if len(r.Fields) > MaxColumns {
		return malformed("the file has %d columns; %d are the most", len(r.Fields), MaxColumns)
	}
	for i, f := range r.Fields {
		heading := strings.Join(strings.Fields(string(f)), " ")
		if heading == "" {
			heading = fmt.Sprintf("column %d", i+1)
		}
		name := heading
		for n := 2; slices.Contains(c.Headings, name); n++ {
			name = fmt.Sprintf("%s (%d)", heading, n)
		}
		c.Headings = append(c.Headings, name)
	}
	return nil
}

// Next returns the next row below the headings, with as many fields as there are headings; io.EOF behind the last, or a
// *FormatError where the rest of the file cannot be told from a damaged row.
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
	for {
		line, err := c.readLine()
		if err != nil {
			return Row{}, err
		}
		r := Row{Line: c.line}
		switch {
		case c.long:
			r.Problem = fmt.Sprintf("is longer than %d characters", MaxRow)
		case bytes.IndexByte(line, '"') < 0:
			c.split(line)
		default:
			if r.Problem, err = c.splitQuoted(line); err != nil {
				return Row{}, err
			}
		}
		r.Fields = c.fields
		if r.Problem != "" {
			return r, nil
		}
		if !blank(r.Fields) {
			c.decode()
			return r, nil
		}
	}
}

// readLine returns the next line without its end. It is valid until the next call.
func (c *Reader) readLine() ([]byte, error) {
	c.long = false
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

// decode turns a row that is not UTF-8 into it: such files are written by Windows programs of western languages.
func (c *Reader) decode() {
	for i, f := range c.fields {
		if utf8.Valid(f) {
			continue
		}
		c.Encoding = "Windows-1252"
		// The decoder maps every byte; what Windows-1252 leaves open becomes U+FFFD.
		decoded, err := charmap.Windows1252.NewDecoder().Bytes(f)
		if err == nil {
			c.fields[i] = decoded
		}
	}
}
