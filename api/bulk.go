package api

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// mimeNDJSON is the media type of JSON documents, one a line.
const mimeNDJSON = "application/x-ndjson"

// Limits of a bulk write.
const (
	// maxLine is the longest line, in bytes.
	maxLine = 64 << 10
	// bulkBatch is how many rows are written at a time: enough that a commit costs little a row.
	bulkBatch = 1000
	// bulkPatience is how long a batch may take to arrive or to be written.
	bulkPatience = time.Minute
)

// rowResponse is what became of one line of a bulk write.
type rowResponse struct {
	// Line counts the lines of the body from 1, the empty ones too.
	Line   int                 `json:"line"`
	Status string              `json:"status"`
	ID     string              `json:"id,omitempty"`
	Detail string              `json:"detail,omitempty"`
	Errors []survey.FieldError `json:"errors,omitempty"`
}

// summaryResponse is the last line of the answer to a bulk write.
type summaryResponse struct {
	Summary bulkSummary `json:"summary"`
}

// bulkSummary counts the rows of a bulk write.
type bulkSummary struct {
	Rows      int `json:"rows"`
	Created   int `json:"created"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	Failed    int `json:"failed"`
	// Stopped says why the lines behind the last one told were not read; empty if all were.
	Stopped string `json:"stopped,omitempty"`
}

// count adds one row.
func (b *bulkSummary) count(status survey.RowStatus) {
	b.Rows++
	switch status {
	case survey.RowCreated:
		b.Created++
	case survey.RowChanged:
		b.Changed++
	case survey.RowUnchanged:
		b.Unchanged++
	default:
		b.Failed++
	}
}

// bulkRequest is the request for a bulk write of rows, each an R.
type bulkRequest[R any] struct {
	Rows streamed[R] `body:"application/x-ndjson"`
}

// bulkWrite is one bulk write under way: rows of the request type R, which the domain takes as an I.
type bulkWrite[R, I any] struct {
	input func(R) I
	put   func(context.Context, []I) []survey.RowResult
	out   *spool
	sum   bulkSummary
	// rows wait to be written; lines are theirs, at the same places.
	rows  []I
	lines []int
}

// streamRows reads rows, one JSON document a line, writes them in batches and answers one line for each and a summary.
// The answer is kept back until the last row was read, since many clients do not read while they send; what does not fit
// into little memory waits in a temporary file.
func streamRows[R, I any](c echo.Context, s *Server, input func(R) I, put func(context.Context, []I) []survey.RowResult) error {
	w := &bulkWrite[R, I]{input: input, put: put, out: &spool{}}
	defer w.out.close(s.log)
	if err := w.run(c); err != nil {
		return err
	}
	morePatience(c, bulkPatience, bulkTime)
	c.Response().Header().Set(echo.HeaderContentType, mimeNDJSON)
	c.Response().WriteHeader(http.StatusOK)
	return w.out.copyTo(c.Response())
}

// run reads and writes all rows. It returns an error only if nothing was written yet; what comes later is told in the
// summary, for the rows before it are stored.
func (w *bulkWrite[R, I]) run(c echo.Context) error {
	lines := lineReader{in: bufio.NewReaderSize(c.Request().Body, maxLine)}
	for {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = w.take(c, lines.number, line)
		}
		if err != nil {
			return w.stop(c, err)
		}
	}
	if err := w.flush(c); err != nil {
		return w.stop(c, err)
	}
	return w.out.line(summaryResponse{w.sum})
}

// stop ends the write before its last row.
func (w *bulkWrite[R, I]) stop(c echo.Context, err error) error {
	if w.sum.Rows == w.sum.Failed {
		return err
	}
	w.sum.Stopped = sentence(failureOf(c, err).Message)
	return w.out.line(summaryResponse{w.sum})
}

// take puts one line into the batch.
func (w *bulkWrite[R, I]) take(c echo.Context, number int, line []byte) error {
	if len(line) == 0 {
		return nil
	}
	var row R
	err := decodeJSON(line, &row)
	if len(line) > maxLine {
		err = survey.Errorf(survey.TooLarge, "the line is longer than %d bytes", maxLine)
	}
	if err != nil {
		return w.tell(number, survey.RowResult{Status: survey.RowFailed, Err: survey.AsError(err)})
	}
	w.rows, w.lines = append(w.rows, w.input(row)), append(w.lines, number)
	if len(w.rows) < bulkBatch {
		return nil
	}
	return w.flush(c)
}

// flush writes the batch.
func (w *bulkWrite[R, I]) flush(c echo.Context) error {
	if len(w.rows) == 0 {
		return nil
	}
	morePatience(c, bulkPatience, 2*bulkPatience)
	var broken *survey.Error
	for i, result := range w.put(c.Request().Context(), w.rows) {
		if result.Err != nil && statusOf(result.Err.Kind) >= http.StatusInternalServerError {
			broken = result.Err
		}
		if err := w.tell(w.lines[i], result); err != nil {
			return err
		}
	}
	w.rows, w.lines = w.rows[:0], w.lines[:0]
	if broken != nil {
		return broken
	}
	return nil
}

// tell notes what became of one line.
func (w *bulkWrite[R, I]) tell(line int, result survey.RowResult) error {
	w.sum.count(result.Status)
	row := rowResponse{Line: line, Status: string(result.Status), ID: result.ID}
	if result.Err != nil {
		row.Detail, row.Errors = sentence(result.Err.Message), result.Err.Fields
	}
	return w.out.line(row)
}

// lineReader reads lines and counts them.
type lineReader struct {
	in     *bufio.Reader
	number int
}

// next returns the next line without its end and surrounding space. A line longer than maxLine is cut, but not to less
// than one byte more than maxLine, so that it can be told.
func (l *lineReader) next() ([]byte, error) {
	l.number++
	line, err := l.in.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return trimmed(line, err)
	}
	long := append(make([]byte, 0, len(line)+1), line...)
	long = append(long, 'x')
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = l.in.ReadSlice('\n')
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, bodyError(err)
	}
	return long, nil
}

// trimmed returns a line that was read to its end or to that of the body, or why it was not.
func trimmed(line []byte, err error) ([]byte, error) {
	switch {
	case err == nil, errors.Is(err, io.EOF) && len(line) > 0:
		return bytes.TrimSpace(line), nil
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	}
	return nil, bodyError(err)
}
