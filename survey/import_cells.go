package survey

import (
	"bytes"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"earshot/survey/table"
	"earshot/survey/workdays"
)

// cell returns what stands in a field's column as it is stored; empty where there is no such column.
func (j *importJob) cell(r table.Row, field string) string {
	i := j.columns[field]
	if i < 0 {
		return ""
	}
	return tidyCell(r.Fields[i])
}

// tidyCell is tidyProse for a cell: quick where it is ASCII. An apostrophe in front of a sign is how spreadsheets, and our own tables, keep
// a text from being reckoned; it is no part of it.
func tidyCell(cell []byte) string {
	switch {
	case len(cell) < 2 || cell[0] != '\'':
	case strings.IndexByte("=+-@", cell[1]) >= 0:
		cell = cell[1:]
	default:
		cell = []byte(table.Plain(string(cell)))
	}
	for _, b := range cell {
		if b >= utf8.RuneSelf || b == '\r' {
			return tidyProse(string(cell))
		}
	}
	return string(bytes.TrimSpace(cell))
}

// given returns what stands in a field's column; nil where nothing does, so that the field stays as it is.
func (j *importJob) given(r table.Row, field string) *string {
	if s := j.cell(r, field); s != "" {
		return &s
	}
	return nil
}

// warn notes that the row being read is taken without a cell, and why.
func (j *importJob) warn(field, format string, args ...any) {
	j.warned = append(j.warned, InvalidField(field, format, args...))
}

// country reads the country; nil where there is none, or something that is none: such columns hold all sorts of things, and nobody was asked for it.
func (j *importJob) country(r table.Row) *string {
	if code, known := workdays.Country(j.cell(r, fieldCountry)); known {
		return &code
	}
	return nil
}

// numberIn reads the number in a field's column; nil where there is none that can be read.
func (j *importJob) numberIn(r table.Row, field string) *float64 {
	s := j.cell(r, field)
	if s == "" {
		return nil
	}
	n, ok := j.numbers.Read(s)
	if !ok {
		j.warn(field, "must be a number with %q as its decimal mark, not %s", string(j.numbers.Decimal), quoted(s))
		return nil
	}
	return &n
}

// dateIn reads the date in a field's column; nil where there is none that can be read.
func (j *importJob) dateIn(r table.Row, field string) *Date {
	at := j.timeIn(r, field)
	if at.IsZero() {
		return nil
	}
	date := DateOf(at.In(j.zoneOf(field)))
	return &date
}

// timeIn reads the moment in a field's column; zero where there is none that can be read.
func (j *importJob) timeIn(r table.Row, field string) time.Time {
	s := j.cell(r, field)
	if s == "" {
		return time.Time{}
	}
	at, problem := j.readTime(field, s)
	if problem != "" {
		j.warn(field, "%s, not %s", problem, quoted(s))
		return time.Time{}
	}
	return at
}

// readTime reads a time in the zone that the column's heading tells, or the company's.
func (j *importJob) readTime(field, s string) (time.Time, string) {
	if zone := j.zones[field]; zone != nil {
		company := j.dates.Zone
		j.dates.Zone = zone
		defer func() { j.dates.Zone = company }()
	}
	return j.dates.Read(s)
}

// zoneOf is the zone of a column.
func (j *importJob) zoneOf(field string) *time.Location {
	if zone := j.zones[field]; zone != nil {
		return zone
	}
	return j.dates.Zone
}

// wordIn reads one of a few words in a field's column; nil where there is none that is known.
func wordIn[W ~string](j *importJob, r table.Row, field string, known []W) *W {
	s, meaning, ok := j.meant(r, field)
	if !ok {
		j.warn(field, "must be one of %s, not %s", joined(known), quoted(s))
	}
	if !ok || meaning == "" {
		return nil
	}
	w := W(meaning)
	return &w
}

// tagIn reads a language or a time zone; nil where there is none that is known.
func (j *importJob) tagIn(r table.Row, field, what string) *string {
	s, meaning, ok := j.meant(r, field)
	if !ok {
		j.warn(field, "must be %s, not %s", what, quoted(s))
	}
	if !ok || meaning == "" {
		return nil
	}
	return &meaning
}

// nameIn reads a person's name, in one column or in two; that of somebody without any is their address.
func (j *importJob) nameIn(r table.Row) *string {
	first, last := j.cell(r, fieldFirstName), j.cell(r, fieldLastName)
	if parts := strings.TrimSpace(first + " " + last); parts != "" && (first != "" && last != "" || j.cell(r, fieldName) == "") {
		return &parts
	}
	if name := j.given(r, fieldName); name != nil {
		if last, first, reversed := strings.Cut(*name, ", "); reversed && !strings.Contains(first, ",") && j.reversed {
			turned := strings.TrimSpace(first + " " + last)
			return &turned
		}
		return name
	}
	return j.given(r, fieldEmail)
}

// noteIn reads words; what is too long is cut, and what no text holds is left out.
func (j *importJob) noteIn(r table.Row, most int) string {
	s := j.cell(r, fieldNote)
	if !prose(s) {
		s = strings.Map(func(c rune) rune {
			if unicode.IsControl(c) && c != '\n' && c != '\t' || c == '\u2028' || c == '\u2029' || c == utf8.RuneError {
				return -1
			}
			return c
		}, s)
		j.warn(fieldNote, "holds control characters, which were left out")
	}
	if len(s) > most && utf8.RuneCountInString(s) > most {
		j.warn(fieldNote, "must have at most %d characters; the rest was left out", most)
		return firstRunes(s, most)
	}
	return s
}

// without drops the fields that the rules refuse and that may be empty, with clear, and warns of them; what is wrong with the others it
// returns.
func (j *importJob) without(err error, clear map[string]func()) error {
	var own *Error
	if err == nil || !errors.As(err, &own) || own.Kind != Invalid {
		return err
	}
	var left []FieldError
	for _, f := range own.Fields {
		if drop := clear[f.Field]; drop != nil {
			drop()
			j.warn(f.Field, "%s", f.Message)
			continue
		}
		left = append(left, f)
	}
	if left == nil {
		return nil
	}
	return invalid(left...)
}
