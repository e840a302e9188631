package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// split divides a line without quotes.
func (c *Reader) split(line []byte) {
	c.fields = c.fields[:0]
	for {
		i := bytes.IndexByte(line, c.Delimiter)
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
func (c *Reader) splitQuoted(line []byte) (problem string, err error) {
	c.text = append(c.text[:0], line...)
	text := c.text
	c.fields = c.fields[:0]
	began := c.line
	for at := 0; ; at++ {
		var field []byte
		if at = skipSpace(text, at, c.Delimiter); at < len(text) && text[at] == '"' {
			if field, at, text, err = c.quoted(text, at+1, began); err != nil {
				return "", err
			}
			if at = skipSpace(text, at, c.Delimiter); at < len(text) && text[at] != c.Delimiter && problem == "" {
				problem = "has text behind a closing quote; a quote within quotes is written twice"
			}
		} else {
			begin := at
			if at = begin + bytes.IndexByte(text[begin:], c.Delimiter); at < begin {
				at = len(text)
			}
			field = bytes.TrimSpace(text[begin:at])
		}
		c.fields = append(c.fields, field)
		if at += max(0, bytes.IndexByte(text[at:], c.Delimiter)); at >= len(text) || text[at] != c.Delimiter {
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
func (c *Reader) quoted(text []byte, at, began int) (field []byte, behind int, all []byte, err error) {
	for {
		i := bytes.IndexByte(text[at:], '"')
		switch {
		case i < 0:
			field = append(field, text[at:]...)
			at = len(text)
			first := c.line
			line, err := c.readLine()
			if errors.Is(err, io.EOF) || err == nil && (c.long || len(text)+len(line) > MaxRow) {
				return nil, 0, nil, malformed("the quote that opens in the row of line %d is not closed", began)
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
