package quiet

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"
)

// maxReportedField is how much of a wrong field an error repeats.
const maxReportedField = 40

// ReadEvents streams the events of a CSV file: customer_id,date and possibly more columns, which are ignored; dates as
// 2006-01-02, with or without a time after them. A first line whose second column is "date" is a heading. A byte order
// mark is skipped. Errors name the line; the first one ends the stream. Memory does not grow with the file.
func ReadEvents(r io.Reader) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		rows := csv.NewReader(skipMark(r))
		rows.FieldsPerRecord = -1
		rows.ReuseRecord = true
		for first := true; ; first = false {
			row, err := rows.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Event{}, fmt.Errorf("event file: %w", err))
				return
			}
			if first && isHeading(row) {
				continue
			}
			line, _ := rows.FieldPos(0)
			event, err := parseEvent(row)
			if err != nil {
				yield(Event{}, fmt.Errorf("event file: line %d: %w", line, err))
				return
			}
			if !yield(event, nil) {
				return
			}
		}
	}
}

// skipMark drops a UTF-8 byte order mark.
func skipMark(r io.Reader) io.Reader {
	b := bufio.NewReader(r)
	if mark, err := b.Peek(3); err == nil && string(mark) == "\xef\xbb\xbf" {
		_, _ = b.Discard(len(mark))
	}
	return b
}

func isHeading(row []string) bool {
	return len(row) > 1 && strings.EqualFold(strings.TrimSpace(row[1]), "date")
}

func parseEvent(row []string) (Event, error) {
	if len(row) < 2 {
		return Event{}, fmt.Errorf("found %d column, want customer_id,date", len(row))
	}
	id := strings.TrimSpace(row[0])
	if id == "" {
		return Event{}, errors.New("the customer_id is empty")
	}
	date := strings.TrimSpace(row[1])
	text := date
	if len(text) > len(time.DateOnly) && (text[len(time.DateOnly)] == 'T' || text[len(time.DateOnly)] == ' ') {
		text = text[:len(time.DateOnly)]
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Event{}, fmt.Errorf("the date %q is not of the form 2006-01-02", shorten(date))
	}
	return Event{Customer: strings.Clone(id), Day: DayOf(t)}, nil
}

func shorten(s string) string {
	if len(s) <= maxReportedField {
		return s
	}
	return strings.ToValidUTF8(s[:maxReportedField], "") + "…"
}
