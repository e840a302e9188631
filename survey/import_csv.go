package survey

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
	// csvHead is how much of a file is looked at before the first row is read, in bytes.
	csvHead = 64 << 10
	// maxCSVRecord is the longest row, in bytes: ten times what the longest fields of a row may hold.
	maxCSVRecord = 256 << 10
	// maxCSVColumns is the greatest number of columns.
	maxCSVColumns = 200
)

// csvRecord is one row of a file. Its fields are valid until the next one is read.
type csvRecord struct {
	// line is where the row begins, from 1.
	line   int
	fields [][]byte
	// problem says why the row cannot be read; empty if it can.
	problem string
}

// csvReader reads the rows of a CSV file, whatever the tool that wrote it: with any usual delimiter, encoding and line end,
// in constant memory. Quotes are those of RFC 4180.
type csvReader struct {
	src       *bufio.Reader
	delimiter byte
	// encoding names how the text is written; it turns to Windows-1252 at the first row that is not UTF-8.
	encoding string
	headings []string
	line     int
	// buffer holds a line that is longer than src's, text a row with quotes, fields the row.
	buffer, text []byte
	fields       [][]byte
	// long says that the line is longer than maxCSVRecord.
	long bool
}

// newCSVReader finds out how the file is written and reads its headings. Its errors are of kind Invalid, or those of r.
func newCSVReader(r io.Reader) (*csvReader, error) {
	c := &csvReader{src: bufio.NewReaderSize(r, csvHead), encoding: "UTF-8"}
	head, err := c.peek()
	if err != nil {
		return nil, err
	}
	if encoding := utf16Of(head); encoding != "" {
		c.encoding = encoding
		decoded := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(c.src)
		c.src = bufio.NewReaderSize(decoded, csvHead)
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
		c.src = bufio.NewReaderSize(carriageReturns{c.src}, csvHead)
		head = bytes.ReplaceAll(head, []byte("\r"), []byte("\n"))
	}
	c.delimiter = guessDelimiter(head)
	if announced, ok := bytes.CutPrefix(head, []byte("sep=")); ok && len(announced) > 0 && bytes.IndexByte(delimiters, announced[0]) >= 0 {
		c.delimiter = announced[0] // as Excel writes and reads it
		if _, err := c.next(); err != nil {
			return nil, err
		}
	}
	return c, c.readHeadings()
}

// readHeadings reads the first row that is not blank.
func (c *csvReader) readHeadings() error {
	r, err := c.next()
	if errors.Is(err, io.EOF) {
		return Errorf(Invalid, "the file has no line with the headings of the columns")
	}
	if err != nil {
		return err
	}
	if r.problem != "" {
		return Errorf(Invalid, "the line of the headings cannot be read: it %s", r.problem)
	}
	for len(r.fields) > 1 && len(r.fields[len(r.fields)-1]) == 0 {
		r.fields = r.fields[:len(r.fields)-1] // a delimiter at the end of each line
	}
	if len(r.fields) > maxCSVColumns {
		return Errorf(Invalid, "the file has %d columns; %d are the most", len(r.fields), maxCSVColumns)
	}
	for i, f := range r.fields {
		heading := strings.Join(strings.Fields(string(f)), " ")
		if heading == "" {
			heading = fmt.Sprintf("column %d", i+1)
		}
		name := heading
		for n := 2; slices.Contains(c.headings, name); n++ {
			name = fmt.Sprintf("%s (%d)", heading, n)
		}
		c.headings = append(c.headings, name)
	}
	return nil
}

// row returns the next row below the headings, with as many fields as there are headings, or io.EOF.
func (c *csvReader) row() (csvRecord, error) {
	r, err := c.next()
	if err != nil || r.problem != "" {
		return r, err
	}
	for len(r.fields) > len(c.headings) && len(r.fields[len(r.fields)-1]) == 0 {
		r.fields = r.fields[:len(r.fields)-1]
	}
	if len(r.fields) != len(c.headings) {
		r.problem = fmt.Sprintf("has %d columns where the headings have %d", len(r.fields), len(c.headings))
	}
	return r, nil
}

// next returns the next row that is not blank, or io.EOF.
func (c *csvReader) next() (csvRecord, error) {
	for {
		line, err := c.readLine()
		if err != nil {
			return csvRecord{}, err
		}
		r := csvRecord{line: c.line}
		switch {
		case c.long:
			r.problem = fmt.Sprintf("is longer than %d characters", maxCSVRecord)
		case bytes.IndexByte(line, '"') < 0:
			c.split(line)
		default:
			if r.problem, err = c.splitQuoted(line); err != nil {
				return csvRecord{}, err
			}
		}
		r.fields = c.fields
		if r.problem != "" {
			return r, nil
		}
		if !blank(r.fields) {
			c.decode()
			return r, nil
		}
	}
}

// readLine returns the next line without its end. It is valid until the next call.
func (c *csvReader) readLine() ([]byte, error) {
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

// readLong reads on a line that is longer than the buffer. What is beyond maxCSVRecord is dropped.
func (c *csvReader) readLong(begun []byte) ([]byte, error) {
	c.buffer = append(c.buffer[:0], begun...)
	for {
		more, err := c.src.ReadSlice('\n')
		if len(c.buffer)+len(more) > maxCSVRecord {
			c.long = true
		} else {
			c.buffer = append(c.buffer, more...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return c.buffer, err
		}
	}
}

// split divides a line without quotes.
func (c *csvReader) split(line []byte) {
	c.fields = c.fields[:0]
	for {
		i := bytes.IndexByte(line, c.delimiter)
		if i < 0 {
			c.fields = append(c.fields, bytes.TrimSpace(line))
			return
		}
		c.fields = append(c.fields, bytes.TrimSpace(line[:i]))
		line = line[i+1:]
	}
}

// splitQuoted divides a row that holds quotes, of which line is the first line; it reads on while a quote is open. It
// returns what is wrong with the row, and an error where the rest of the file cannot be told from it.
func (c *csvReader) splitQuoted(line []byte) (problem string, err error) {
	c.text = append(c.text[:0], line...)
	text := c.text
	c.fields = c.fields[:0]
	began := c.line
	for at := 0; ; at++ {
		var field []byte
		if at = skipSpace(text, at, c.delimiter); at < len(text) && text[at] == '"' {
			if field, at, text, err = c.quoted(text, at+1, began); err != nil {
				return "", err
			}
			if at = skipSpace(text, at, c.delimiter); at < len(text) && text[at] != c.delimiter && problem == "" {
				problem = "has text behind a closing quote; a quote within quotes is written twice"
			}
		} else {
			begin := at
			if at = begin + bytes.IndexByte(text[begin:], c.delimiter); at < begin {
				at = len(text)
			}
			field = bytes.TrimSpace(text[begin:at])
		}
		c.fields = append(c.fields, field)
		if at += max(0, bytes.IndexByte(text[at:], c.delimiter)); at >= len(text) || text[at] != c.delimiter {
			return problem, nil
		}
	}
}

// skipSpace returns the first place from at on that is neither space nor, where that is not the delimiter, a tab.
func skipSpace(text []byte, at int, delimiter byte) int {
	for at < len(text) && (text[at] == ' ' || text[at] == '\t') && text[at] != delimiter {
		at++
	}
	return at
}

// quoted returns a field whose opening quote stands before at, the place behind its closing quote, and the text, which
// grows by the lines that the field goes on over.
func (c *csvReader) quoted(text []byte, at, began int) (field []byte, behind int, all []byte, err error) {
	for {
		i := bytes.IndexByte(text[at:], '"')
		switch {
		case i < 0:
			field = append(field, text[at:]...)
			at = len(text)
			first := c.line
			line, err := c.readLine()
			if errors.Is(err, io.EOF) || err == nil && (c.long || len(text)+len(line) > maxCSVRecord) {
				return nil, 0, nil, Errorf(Invalid, "the quote that opens in the row of line %d is not closed", began)
			}
			if err != nil {
				return nil, 0, nil, fmt.Errorf("read on from line %d: %w", first, err)
			}
			text = append(append(text, '\n'), line...)
			c.text = text
		case at+i+1 < len(text) && text[at+i+1] == '"':
			field = append(field, text[at:at+i+1]...)
			at += i + 2
		case field == nil:
			return text[at : at+i], at + i + 1, text, nil
		default:
			return append(field, text[at:at+i]...), at + i + 1, text, nil
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
func (c *csvReader) decode() {
	for i, f := range c.fields {
		if utf8.Valid(f) {
			continue
		}
		c.encoding = "Windows-1252"
		// The decoder maps every byte; what Windows-1252 leaves open becomes U+FFFD.
		decoded, err := charmap.Windows1252.NewDecoder().Bytes(f)
		if err == nil {
			c.fields[i] = decoded
		}
	}
}
