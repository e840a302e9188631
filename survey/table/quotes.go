package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
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

// What is wrong with quotes.
const (
	unclosed    = "opens a quote that is not closed"
	behindQuote = "has text behind a closing quote; a quote within quotes is written twice"
)

// splitQuoted divides a row that holds quotes, of which line is the first line; it reads on while a quote is open. It
// returns what is wrong with the row. A row that is damaged costs itself alone: the lines that were read on for it are read as rows of
// their own.
func (c *Reader) splitQuoted(line []byte) (problem string, err error) {
	c.text, c.spanned = append(c.text[:0], line...), c.spanned[:0]
	first := len(c.text)
	if problem, err = c.divide(); err != nil {
		return "", err
	}
	if problem == "" && c.swallowed(c.text[:first]) {
		problem = unclosed
	}
	if problem == "" {
		return "", nil
	}
	if len(c.spanned) > 0 {
		problem = unclosed
	}
	c.pending = slices.Concat(c.spanned, c.pending)
	c.line -= len(c.spanned)
	c.split(c.text[:first])
	return problem, nil
}

// swallowed says whether a quote that was never meant to span lines has taken other rows into its field: several lines, which all
// have as many delimiters as rows have here, between two quotes and no more.
func (c *Reader) swallowed(first []byte) bool {
	const several, pair = 2, 2
	delimiter := []byte{c.Delimiter}
	if len(c.spanned) < several || c.usual == 0 || bytes.Count(first, delimiter) != c.usual || bytes.Count(c.text, []byte{'"'}) != pair {
		return false
	}
	return !slices.ContainsFunc(c.spanned, func(l []byte) bool { return bytes.Count(l, delimiter) != c.usual || l[0] == c.Delimiter })
}

// divide divides c.text, which grows by the lines that are read on.
func (c *Reader) divide() (problem string, err error) {
	c.fields = c.fields[:0]
	for at := 0; ; at++ {
		var field []byte
		if at = skipSpace(c.text, at, c.Delimiter); at < len(c.text) && c.text[at] == '"' {
			if field, at, err = c.quoted(at + 1); err != nil || at < 0 {
				return unclosed, err
			}
			if at = skipSpace(c.text, at, c.Delimiter); at < len(c.text) && c.text[at] != c.Delimiter && problem == "" {
				problem = behindQuote
			}
		} else {
			begin := at
			if at = begin + bytes.IndexByte(c.text[begin:], c.Delimiter); at < begin {
				at = len(c.text)
			}
			field = bytes.TrimSpace(c.text[begin:at])
		}
		c.fields = append(c.fields, field)
		if at += max(0, bytes.IndexByte(c.text[at:], c.Delimiter)); at >= len(c.text) || c.text[at] != c.Delimiter {
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

// quoted returns a field whose opening quote stands before at, and the place behind its closing quote; -1 where it is not closed.
func (c *Reader) quoted(at int) (field []byte, behind int, err error) {
	for {
		i := bytes.IndexByte(c.text[at:], '"')
		switch {
		case i < 0:
			field = append(field, c.text[at:]...)
			at = len(c.text)
			more, err := c.readOn()
			if err != nil || !more {
				return nil, -1, err
			}
		case at+i+1 < len(c.text) && c.text[at+i+1] == '"':
			field = append(field, c.text[at:at+i+1]...)
			at += i + 2
		case field == nil:
			return c.text[at : at+i], at + i + 1, nil
		default:
			return append(field, c.text[at:at+i]...), at + i + 1, nil
		}
	}
}

// readOn adds the next line to the row, and says whether there is one that still fits.
func (c *Reader) readOn() (bool, error) {
	line, err := c.readLine()
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read on from line %d: %w", c.line, err)
	}
	if c.spanned = append(c.spanned, slices.Clone(line)); c.long || len(c.text)+len(line) > MaxRow {
		return false, nil
	}
	c.text = append(append(c.text, '\n'), line...)
	return true, nil
}
