package survey

import (
	"errors"
	"io"
	"slices"
	"strings"
	"time"

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
	// Values say what values of columns mean whose values are words of a few.
	Values ValueMeanings `json:"values,omitempty"`
	// Delimiter divides the columns, Encoding is how the text is written, HeadingLine the line of the headings, from 1, and Sheet the sheet of a
	// workbook.
	Delimiter   string `json:"delimiter,omitempty"`
	Encoding    string `json:"encoding,omitempty"`
	HeadingLine int    `json:"heading_line,omitempty"`
	Sheet       string `json:"sheet,omitempty"`
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
	// confidence says how surely each field's column was found.
	confidence map[string]Confidence
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
	// values are options.Values by their folded values, zones the zones that headings tell of their columns.
	values ValueMeanings
	zones  map[string]*time.Location
	// settled says that no column tells what became of rows, reversed that names are written Last, First.
	settled, reversed bool
	// warned are what the row being read is taken without.
	warned []error
	// seen are the numbers that were met, tally the values of choice fields, in a preview.
	seen *numbersSeen
	// above is what the last row that told its worth says, by field.
	above map[string]string
	tally map[string]map[string]*FoundValue
}

// dialect is how the file is written, as far as somebody has said so.
func (o ImportOptions) dialect(kind ImportKind) table.Dialect {
	d := table.Dialect{Encoding: o.Encoding, HeadingLine: o.HeadingLine, Sheet: o.Sheet, Known: knownHeading(kind)}
	if o.Delimiter != "" {
		d.Delimiter = o.Delimiter[0]
	}
	return d
}

// close lets the file go.
func (j *importJob) close() { _ = j.csv.Close() }

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
// request's Reader. Close the job.
func (s *Service) openImport(r ImportRequest) (*importJob, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	read := &countingReader{src: r.Reader}
	csv, err := table.NewReader(read, r.Options.dialect(r.Kind))
	if err != nil {
		return nil, unreadable(err)
	}
	j := &importJob{
		csv: csv, kind: r.Kind, fields: ImportFields(r.Kind), options: r.Options, read: read, columns: map[string]int{},
		values: r.Options.Values.fold(), zones: map[string]*time.Location{}, seen: newNumbersSeen(),
	}
	if err := j.understand(s, r); err != nil {
		j.close()
		return nil, err
	}
	return j, nil
}

// understand looks at the first rows and decides how the file is read.
func (j *importJob) understand(s *Service, r ImportRequest) error {
	samples, err := j.sample()
	if err != nil {
		return err
	}
	guess, confidence := guessMapping(r.Kind, j.csv.Headings, samples)
	j.confidence = confidence
	if j.options.Mapping, err = guess.merge(r.Options.Mapping, j.fields, j.csv.Headings); err != nil {
		return err
	}
	for _, kind := range ImportKinds() {
		for _, f := range ImportFields(kind) {
			j.columns[f.Name] = -1 // also those that such a file has not
		}
	}
	for _, f := range j.fields {
		heading := j.options.Mapping[f.Name]
		j.columns[f.Name] = slices.Index(j.csv.Headings, heading)
		if heading != guess[f.Name] {
			j.confidence[f.Name] = Chosen
		}
		if zone := zoneInHeading(heading); zone != nil {
			j.zones[f.Name] = zone
		}
	}
	j.settled = j.kind != ImportTouchpoints || !slices.ContainsFunc([]string{fieldOutcome, fieldCancelled, fieldRefunded, fieldCaptured, fieldTest, fieldKind},
		func(field string) bool { return j.columns[field] >= 0 })
	j.decideDecimal(samples)
	j.decideDates(s, samples)
	j.decideNames(samples)
	j.decideKind(r.FileName)
	j.decideReason()
	return nil
}

// check says what is wrong with a request before its file is read.
func (r ImportRequest) check() error {
	o := r.Options
	switch {
	case ImportFields(r.Kind) == nil:
		return InvalidField("kind", "must be one of %s", joined(ImportKinds()))
	case r.Reader == nil:
		return InvalidField("file", "is required")
	case !slices.Contains([]DateOrder{"", DayFirst, MonthFirst}, o.DateOrder):
		return InvalidField("date_order", "must be one of %s, %s", DayFirst, MonthFirst)
	case !slices.Contains([]string{"", ".", ","}, o.Decimal):
		return InvalidField("decimal", "must be a point or a comma")
	case o.DefaultKind != "" && !o.DefaultKind.known():
		return InvalidField("default_kind", "%s", kindClause)
	case o.Delimiter != "" && !slices.Contains(table.Delimiters(), o.Delimiter):
		return InvalidField("delimiter", "must be one of a comma, a semicolon, a tab, |, ^ and ~")
	case o.Encoding != "" && !table.EncodingKnown(o.Encoding):
		return InvalidField("encoding", "must be one of %s", strings.Join(table.Encodings(), ", "))
	case o.HeadingLine < 0 || o.HeadingLine > maxHeadingLine:
		return InvalidField("heading_line", "must be at least 0 and at most %d", maxHeadingLine)
	}
	return o.Values.check(r.Kind)
}

// maxHeadingLine bounds the line of the headings.
const maxHeadingLine = 1000

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

// ready says which required field has no column.
func (j *importJob) ready() error {
	missing := j.options.Mapping.missing(j.fields)
	if len(missing) == 0 {
		return j.sure()
	}
	fields := make([]FieldError, len(missing))
	for i, name := range missing {
		fields[i] = FieldError{Field: "mapping." + name, Message: "has no column; say which of these holds it: " +
			quoted(strings.Join(j.csv.Headings, ", "))}
	}
	return &Error{Kind: Invalid, Message: "the file lacks a column that is needed; its first line must hold the headings", Fields: fields}
}
