package survey

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"earshot/survey/locale"
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
	// names remembers names that were folded, seen the numbers that were met, tally the values of choice fields, in a preview.
	names map[string]string
	seen  *numbersSeen
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
		values: r.Options.Values.fold(), zones: map[string]*time.Location{}, names: map[string]string{}, seen: newNumbersSeen(),
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

// zoneInHeading returns the zone that a heading tells in brackets, such as Created (UTC); nil if it tells none.
func zoneInHeading(heading string) *time.Location {
	_, rest, ok := strings.Cut(heading, "(")
	if !ok {
		return nil
	}
	mark := strings.TrimSuffix(strings.TrimSpace(rest), ")")
	if name, known := locale.Zone(mark); known && len(mark) <= len("CEST") { // CET in a heading stays CET in summer no more than people do
		if zone, err := time.LoadLocation(name); err == nil {
			return zone
		}
	}
	zone, _ := table.ZoneMark(mark)
	return zone
}

// decideNames finds out whether names are written Last, First.
func (j *importJob) decideNames(samples [][]string) {
	names, commas := 0, 0
	for _, name := range j.column(samples, fieldName) {
		if name != "" {
			names++
		}
		if last, first, ok := strings.Cut(name, ", "); ok && last != "" && first != "" {
			commas++
		}
	}
	j.reversed = j.kind == ImportContacts && names > 0 && commas*10 >= names*8
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
			j.dates.Read(tidyCell([]byte(v)))
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

// decideKind decides what rows without a kind are: what the headings or the name of the file speak of, or else orders.
func (j *importJob) decideKind(fileName string) {
	if j.kind != ImportTouchpoints || j.options.DefaultKind != "" {
		return
	}
	j.options.DefaultKind = Order
	keys := headingKey(fileName) + " "
	for _, h := range j.csv.Headings {
		keys += headingKey(h) + " "
	}
	for _, k := range kindHints {
		if slices.ContainsFunc(k.words, func(word string) bool { return strings.Contains(keys, word) }) {
			j.options.DefaultKind = k.kind
			break
		}
	}
	if j.columns[fieldKind] < 0 {
		j.assumptions = append(j.assumptions, fmt.Sprintf("no column tells what happened; every row is taken as %s", articleFor(j.options.DefaultKind)))
	}
}

// articleFor is a kind with its article.
func articleFor(kind TouchpointKind) string {
	if strings.ContainsRune("aeiou", rune(kind[0])) {
		return "an " + string(kind)
	}
	return "a " + string(kind)
}

// kindHints are words in headings, and in names of files, that tell of what a file without a kind is.
var kindHints = []struct {
	kind  TouchpointKind
	words []string
}{
	{Payment, []string{"captured", "amountrefunded", "chargeid", "paymentintent", "paymentid", "payment", "zahlung", "invoicepaid", "paiement", "pagos"}},
	{Ticket, []string{"ticket", "requester", "assignee", "conversationid", "helpdesk", "zendesk", "freshdesk"}},
	{Login, []string{"login", "lastseen", "sessionid", "signin", "anmeldung"}},
	{Call, []string{"callduration", "callid", "anruf", "calldirection"}},
	{Meeting, []string{"meetingid", "meetingtitle", "termin"}},
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
		return j.sure()
	}
	fields := make([]FieldError, len(missing))
	for i, name := range missing {
		fields[i] = FieldError{Field: "mapping." + name, Message: "has no column; say which of these holds it: " +
			quoted(strings.Join(j.csv.Headings, ", "))}
	}
	return &Error{Kind: Invalid, Message: "the file lacks a column that is needed; its first line must hold the headings", Fields: fields}
}

// sure says whether the encoding of the file can be relied on; it is asked otherwise, for names would be garbled.
func (j *importJob) sure() error {
	if !j.csv.Doubt || j.options.Encoding != "" {
		return nil
	}
	return InvalidField("encoding", "must be said: %s", j.rivals())
}

// rivals tells the encodings in which the file may be written, and how a word of it would read.
func (j *importJob) rivals() string {
	words := make([]string, len(j.csv.Rivals))
	for i, r := range j.csv.Rivals {
		words[i] = fmt.Sprintf("in %s it reads %s", r.Encoding, quoted(r.Word))
	}
	return strings.Join(words, ", ")
}

// maxIgnored is how many columns that are not read are told by name.
const maxIgnored = 40

// notes returns what is to be told about how the file was read.
func (j *importJob) notes() []string {
	notes := slices.Concat(j.doubts, j.assumptions)
	switch {
	case j.csv.Doubt && j.options.Encoding == "":
		notes = append(notes, "the text is not UTF-8, and its encoding cannot be told for sure: "+j.rivals())
	case j.csv.Encoding != "UTF-8" && j.csv.Sheets == nil:
		notes = append(notes, "the text is not UTF-8; it was read as "+j.csv.Encoding)
	}
	if len(j.csv.Sheets) > 1 {
		notes = append(notes, fmt.Sprintf("of the workbook's %d sheets %s is read", len(j.csv.Sheets), quoted(j.csv.Sheet)))
	}
	if j.csv.HeadingLine > 1 && j.options.HeadingLine == 0 {
		notes = append(notes, fmt.Sprintf("the headings stand in line %d; what is above them is not read", j.csv.HeadingLine))
	}
	if ignored := j.options.Mapping.ignored(j.csv.Headings); len(ignored) > maxIgnored {
		notes = append(notes, fmt.Sprintf("columns that are not read: %s and %d more", strings.Join(ignored[:maxIgnored], ", "), len(ignored)-maxIgnored))
	} else if len(ignored) > 0 {
		notes = append(notes, "columns that are not read: "+strings.Join(ignored, ", "))
	}
	if j.options.DateOrder == DayFirst && j.dates.MonthFirst > 0 || j.options.DateOrder == MonthFirst && j.dates.DayFirst > 0 {
		notes = append(notes, "some dates are written in the other order of day and month; they were refused")
	}
	return notes
}

// insteadOf are the fields in whose columns stands what is wrong with another.
var insteadOf = map[string][]string{fieldCustomerExternalID: {fieldCustomerName}, fieldName: {fieldLastName, fieldFirstName}}

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
		for _, other := range insteadOf[name] {
			if j.options.Mapping[name] == "" {
				name = other
			}
		}
		list[i] = RowError{Line: line, Column: j.options.Mapping[name], Message: f.Message}
		if list[i].Column == "" {
			list[i].Message = name + " " + f.Message
		}
	}
	return list
}
