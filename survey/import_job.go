package survey

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"earshot/survey/table"
)

// ImportRequest is a file to be taken in, or to be previewed.
type ImportRequest struct {
	Kind     ImportKind
	FileName string
	// Size is the length of the file in bytes; 0 where it is not known.
	Size    int64
	Reader  io.Reader
	Options ImportOptions
	By      RepID
}

// ImportOptions override what is guessed about a file; the zero value guesses everything.
type ImportOptions struct {
	// Mapping is laid over the guess field by field; an empty heading leaves the field out.
	Mapping Mapping `json:"mapping,omitempty"`
	// DateOrder is how dates such as 03/04/2026 are meant.
	DateOrder DateOrder `json:"date_order,omitempty"`
	// Decimal is the decimal mark of numbers, "." or ",".
	Decimal string `json:"decimal,omitempty"`
	// DefaultKind is the kind of all touchpoints of a file without such a column; empty means order.
	DefaultKind TouchpointKind `json:"default_kind,omitempty"`
}

// sampledRows is how many rows of a file are looked at before it is decided how to read it.
const sampledRows = 500

// importJob is a file that is being read, and all that was found out about it.
type importJob struct {
	csv     *table.Reader
	kind    ImportKind
	fields  []ImportField
	options ImportOptions
	// columns is the place of each field's column; -1 where no column holds it.
	columns map[string]int
	dates   table.Dates
	numbers table.Numbers
	// doubts are sentences about what could be read in two ways, assumptions about what was assumed otherwise.
	doubts, assumptions []string
	// head holds the rows that were read to find all this out, and have still to be handed out.
	head []table.Row
	// read counts the bytes that were read.
	read *countingReader
}

// countingReader counts what is read through it.
type countingReader struct {
	src io.Reader
	n   int64
}

// Read implements io.Reader.
func (r *countingReader) Read(b []byte) (int, error) {
	n, err := r.src.Read(b)
	r.n += int64(n)
	return n, err
}

// openImport finds out how the file is written and what its columns hold. Its errors are of kind Invalid, or those of the
// request's Reader.
func (s *Service) openImport(r ImportRequest) (*importJob, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	read := &countingReader{src: r.Reader}
	csv, err := table.NewReader(read)
	if err != nil {
		return nil, unreadable(err)
	}
	j := &importJob{csv: csv, kind: r.Kind, fields: ImportFields(r.Kind), options: r.Options, read: read}
	samples, err := j.sample()
	if err != nil {
		return nil, err
	}
	guess := guessMapping(j.fields, csv.Headings, samples)
	if j.options.Mapping, err = guess.merge(r.Options.Mapping, j.fields, csv.Headings); err != nil {
		return nil, err
	}
	j.columns = map[string]int{}
	for _, f := range j.fields {
		j.columns[f.Name] = slices.Index(csv.Headings, j.options.Mapping[f.Name])
	}
	j.decideDecimal(samples)
	j.decideDates(s, samples)
	j.decideKind()
	j.decideReason()
	return j, nil
}

// check says what is wrong with a request before its file is read.
func (r ImportRequest) check() error {
	switch {
	case ImportFields(r.Kind) == nil:
		return InvalidField("kind", "must be one of %s", joined(ImportKinds()))
	case r.Reader == nil:
		return InvalidField("file", "is required")
	case !slices.Contains([]DateOrder{"", DayFirst, MonthFirst}, r.Options.DateOrder):
		return InvalidField("date_order", "must be one of %s, %s", DayFirst, MonthFirst)
	case !slices.Contains([]string{"", ".", ","}, r.Options.Decimal):
		return InvalidField("decimal", "must be a point or a comma")
	case r.Options.DefaultKind != "" && !r.Options.DefaultKind.known():
		return InvalidField("default_kind", "%s", kindClause)
	}
	return nil
}

// sample reads the first rows ahead and returns what stands in them, by column.
func (j *importJob) sample() ([][]string, error) {
	samples := make([][]string, len(j.csv.Headings))
	for len(j.head) < sampledRows {
		r, err := j.row()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		r.Fields = slices.Clone(r.Fields)
		for i, f := range r.Fields {
			r.Fields[i] = slices.Clone(f)
			if r.Problem == "" {
				samples[i] = append(samples[i], string(f))
			}
		}
		j.head = append(j.head, r)
	}
	return samples, nil
}

// next returns the next row, or io.EOF.
func (j *importJob) next() (table.Row, error) {
	if len(j.head) > 0 {
		r := j.head[0]
		j.head = j.head[1:]
		return r, nil
	}
	return j.row()
}

// row reads the next row of the file.
func (j *importJob) row() (table.Row, error) {
	r, err := j.csv.Next()
	if err != nil {
		err = unreadable(err)
	}
	return r, err
}

// unreadable makes what is wrong with a file an Invalid Error; other errors it leaves alone.
func unreadable(err error) error {
	var format *table.FormatError
	if errors.As(err, &format) {
		return Errorf(Invalid, "%s", format.Message)
	}
	return err
}

// column returns the samples of a field's column.
func (j *importJob) column(samples [][]string, field string) []string {
	if i, ok := j.columns[field]; ok && i >= 0 {
		return samples[i]
	}
	return nil
}

// decideDecimal decides how numbers are written.
func (j *importJob) decideDecimal(samples [][]string) {
	numbers := slices.Concat(j.column(samples, fieldValue), j.column(samples, fieldValuePerYear))
	mark, sure := table.GuessDecimal(numbers, j.csv.Delimiter)
	if j.options.Decimal != "" {
		mark, sure = j.options.Decimal[0], true
	}
	if !sure {
		names := map[byte]string{'.': "points", ',': "commas"}
		j.doubts = append(j.doubts, fmt.Sprintf("numbers such as 1%c234 can be read in two ways; %s are taken as decimal marks",
			'.'+','-mark, names[mark]))
	}
	j.numbers.Decimal, j.options.Decimal = mark, string(mark)
}

// decideDates decides how dates are written.
func (j *importJob) decideDates(s *Service, samples [][]string) {
	j.dates = table.Dates{Order: DayFirst, Zone: s.timeZone}
	for _, field := range []string{fieldAt, fieldPausedFrom, fieldPausedUntil, fieldRenewsOn, fieldDate, fieldUnsubscribed, fieldComplained, fieldBounced} {
		for _, v := range j.column(samples, field) {
			j.dates.Read(v)
		}
	}
	switch {
	case j.options.DateOrder != "":
		j.dates.Order = j.options.DateOrder
	case j.dates.MonthFirst > j.dates.DayFirst:
		j.dates.Order = MonthFirst
	case j.dates.DayFirst == 0 && j.dates.EitherWay > 0:
		if j.csv.Delimiter == ',' && j.numbers.Decimal == '.' { // as in America
			j.dates.Order = MonthFirst
		}
		j.doubts = append(j.doubts, fmt.Sprintf("dates such as 03/04/2026 can be read in two ways; they are taken as %s",
			strings.ReplaceAll(string(j.dates.Order), "_", " ")))
	}
	if j.dates.DayFirst+j.dates.MonthFirst+j.dates.EitherWay > 0 || j.options.DateOrder != "" {
		j.options.DateOrder = j.dates.Order
	}
	j.dates.DayFirst, j.dates.MonthFirst, j.dates.EitherWay = 0, 0, 0
}

// decideKind decides what rows without a kind are.
func (j *importJob) decideKind() {
	if j.kind != ImportTouchpoints {
		return
	}
	if j.options.DefaultKind == "" {
		j.options.DefaultKind = Order
		if j.columns[fieldKind] < 0 {
			j.assumptions = append(j.assumptions, "no column tells what happened; every row is taken as an order")
		}
	}
}

// decideReason says what is taken of rows that do not tell why an address must not be mailed.
func (j *importJob) decideReason() {
	switch {
	case j.kind != ImportSuppressions:
	case j.tellsOptOuts():
		j.assumptions = append(j.assumptions, "rows that tell of no opt-out may be mailed; they are passed over, and counted as unchanged")
	case j.columns[fieldReason] < 0:
		j.assumptions = append(j.assumptions, "no column tells why; every row is taken as entered by hand")
	}
}

// ready says which required field has no column.
func (j *importJob) ready() error {
	missing := j.options.Mapping.missing(j.fields)
	if len(missing) == 0 {
		return nil
	}
	fields := make([]FieldError, len(missing))
	for i, name := range missing {
		fields[i] = FieldError{Field: "mapping." + name, Message: "has no column; say which of these holds it: " +
			quoted(strings.Join(j.csv.Headings, ", "))}
	}
	return &Error{Kind: Invalid, Message: "the file lacks a column that is needed; its first line must hold the headings", Fields: fields}
}

// notes returns what is to be told about how the file was read.
func (j *importJob) notes() []string {
	notes := slices.Concat(j.doubts, j.assumptions)
	if j.csv.Encoding == "Windows-1252" {
		notes = append(notes, "the text is not UTF-8; it was read as Windows-1252")
	}
	if ignored := j.options.Mapping.ignored(j.csv.Headings); len(ignored) > 0 {
		notes = append(notes, "columns that are not read: "+strings.Join(ignored, ", "))
	}
	if j.options.DateOrder == DayFirst && j.dates.MonthFirst > 0 || j.options.DateOrder == MonthFirst && j.dates.DayFirst > 0 {
		notes = append(notes, "some dates are written in the other order of day and month; they were refused")
	}
	return notes
}

// rowErrors says what is wrong with a row, by the file's own headings.
func (j *importJob) rowErrors(line int, err error) []RowError {
	own := AsError(err)
	if len(own.Fields) == 0 {
		return []RowError{{Line: line, Message: own.Message}}
	}
	list := make([]RowError, len(own.Fields))
	for i, f := range own.Fields {
		name := f.Field
		switch name {
		case "rep_id":
			name = fieldRep
		case "customer_id":
			name = fieldCustomerExternalID
		case "contact_id":
			name = fieldContactExternalID
		}
		list[i] = RowError{Line: line, Column: j.options.Mapping[name], Message: f.Message}
		if list[i].Column == "" {
			list[i].Message = name + " " + f.Message
		}
	}
	return list
}
