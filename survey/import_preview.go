package survey

import (
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"earshot/survey/locale"
	"earshot/survey/table"
)

const (
	// previewSample is how many rows a preview shows.
	previewSample = 10
	// importBatch is how many customers or contacts are written together.
	importBatch = 2500
	// touchpointBatchRows is how many touchpoints are: the more, the fewer pages of an index are written for each, and the
	// more memory it takes, some 10 MB here.
	touchpointBatchRows = 15_000
)

// ImportPreview is what an import would do.
type ImportPreview struct {
	Kind ImportKind `json:"kind"`
	// Encoding and Delimiter are how the file is written.
	Encoding  string   `json:"encoding"`
	Delimiter string   `json:"delimiter"`
	Headings  []string `json:"headings"`
	// HeadingLine is the line of the headings. Sheet is the one that is read out of the Sheets of a workbook; both are empty otherwise.
	HeadingLine int      `json:"heading_line"`
	Sheet       string   `json:"sheet"`
	Sheets      []string `json:"sheets"`
	// Columns tell of each column that a field takes what stands in it, and how surely it was found.
	Columns []PreviewColumn `json:"columns"`
	// Values are those of columns whose values are words of a few, and what they are taken for.
	Values []FoundValue `json:"values"`
	// Encodings are those in which the file may be written, and how a word of it would read, where that cannot be told for sure.
	Encodings []table.Rival `json:"encodings"`
	// Ignored are the headings that no field takes, Missing the required fields without a column: with one of those
	// nothing can be imported, and rows are not looked at.
	Ignored []string `json:"ignored"`
	Missing []string `json:"missing"`
	// Options are what would be used; hand them to RunImport, changed or not.
	Options ImportOptions `json:"options"`
	// Ambiguous are sentences about what can be read in two ways, and about what is assumed.
	Ambiguous []string `json:"ambiguous"`
	// Rows counts the rows that were looked at, Failed those with an error; Errors tells the first MaxImportErrors of them.
	// Part says that the file goes on behind them.
	Rows   int        `json:"rows"`
	Failed int        `json:"failed"`
	Part   bool       `json:"part"`
	Errors []RowError `json:"errors"`
	// PassedOver, Passed, Warned and Warnings are as those of an Import.
	PassedOver int            `json:"passed_over"`
	Passed     map[string]int `json:"passed"`
	Warned     int            `json:"warned"`
	Warnings   []RowError     `json:"warnings"`
	// Sample are the first rows as they would be understood.
	Sample []PreviewRow `json:"sample"`
}

// PreviewColumn is a column that a field takes.
type PreviewColumn struct {
	Field      string     `json:"field"`
	Heading    string     `json:"heading"`
	Confidence Confidence `json:"confidence"`
	// Examples are the first values of it that differ.
	Examples []string `json:"examples"`
}

// PreviewRow is one row as it would be understood, by field name.
type PreviewRow struct {
	Line   int               `json:"line"`
	Values map[string]string `json:"values"`
}

// PreviewImport reads a whole file and tells what an import of it would do, without writing anything. Its errors are of
// kind Invalid where it is no such file, or those of the request's Reader.
func (s *Service) PreviewImport(ctx context.Context, r ImportRequest) (*ImportPreview, error) {
	return s.previewImport(ctx, r, math.MaxInt)
}

// previewImport is PreviewImport for the first rows of a file.
func (s *Service) previewImport(ctx context.Context, r ImportRequest, rows int) (*ImportPreview, error) {
	j, err := s.openImport(r)
	if err != nil {
		return nil, err
	}
	defer j.close()
	p := &ImportPreview{
		Kind: r.Kind, Delimiter: strings.Trim(string(j.csv.Delimiter), "\x00"), Headings: j.csv.Headings, HeadingLine: j.csv.HeadingLine, Sheet: j.csv.Sheet, Sheets: j.csv.Sheets,
		Sample: j.sampled(), Columns: j.previewColumns(), Missing: j.options.Mapping.missing(j.fields), Ignored: j.options.Mapping.ignored(j.csv.Headings), Errors: []RowError{}, Warnings: []RowError{},
	}
	j.tally = map[string]map[string]*FoundValue{}
	if len(p.Missing) == 0 {
		switch r.Kind {
		case ImportCustomers:
			err = dryRun(ctx, j, s.customerRules(j), p, rows)
		case ImportContacts:
			err = dryRun(ctx, j, s.contactRules(j, SuppressedBy{}), p, rows)
		case ImportTouchpoints:
			err = dryRun(ctx, j, s.touchpointRules(j), p, rows)
		case ImportSuppressions:
			err = dryRun(ctx, j, s.suppressionRules(j, SuppressedBy{}), p, rows)
		}
	}
	p.Encoding, p.Options, p.Ambiguous, p.Values = j.csv.Encoding, j.options, append([]string{}, j.notes()...), j.found()
	if j.sure() != nil {
		p.Encodings = j.csv.Rivals
	}
	return p, err
}

// previewColumns tells of each column that a field takes what stands in it.
func (j *importJob) previewColumns() []PreviewColumn {
	const shown = 3
	list := []PreviewColumn{}
	for _, f := range j.fields {
		at := j.columns[f.Name]
		if at < 0 {
			continue
		}
		c := PreviewColumn{Field: f.Name, Heading: j.csv.Headings[at], Confidence: j.confidence[f.Name], Examples: []string{}}
		for _, r := range j.head {
			if r.Problem != "" || len(c.Examples) >= shown {
				continue
			}
			if s := j.cell(r, f.Name); s != "" && !slices.Contains(c.Examples, s) {
				c.Examples = append(c.Examples, firstRunes(s, maxExample))
			}
		}
		list = append(list, c)
	}
	return list
}

// maxExample is how many characters of a cell are shown as an example.
const maxExample = 60

// dryRun looks at the first rows, up to most.
func dryRun[R any](ctx context.Context, j *importJob, rules importRules[R], p *ImportPreview, most int) error {
	for {
		rules.batch = min(rules.batch, most-p.Rows)
		if rules.batch == 0 {
			_, err := j.next()
			if p.Part = err == nil; !p.Part && !errors.Is(err, io.EOF) {
				return err
			}
			return ctx.Err()
		}
		b, err := readBatch(j, rules)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		results := rules.dry(ctx, b.rows)
		p.Rows += b.count()
		p.PassedOver += b.passedOver()
		p.Passed = addCounts(p.Passed, b.passed)
		for i, r := range results {
			if r.Err != nil && r.Err.Kind != Invalid && r.Err.Kind != Conflict {
				return r.Err
			}
			if r.Err != nil {
				b.failed = append(b.failed, failedLine{b.lines[i], r.Err, nil})
			} else if r.warned != nil {
				b.warned = append(b.warned, failedLine{b.lines[i], r.warned, nil})
			}
		}
		p.Failed += len(b.failed)
		p.Warned += linesOf(b.warned)
		p.Errors = j.appendErrors(p.Errors, b.failed)
		p.Warnings = j.appendErrors(p.Warnings, b.warned)
		if err != nil {
			return ctx.Err()
		}
	}
}

// sampled returns the first rows as they would be understood.
func (j *importJob) sampled() []PreviewRow {
	rows := []PreviewRow{}
	for _, r := range j.head[:min(len(j.head), previewSample)] {
		if r.Problem != "" {
			continue
		}
		row := PreviewRow{Line: r.Line, Values: map[string]string{}}
		for _, f := range j.fields {
			if s := j.cell(r, f.Name); s != "" {
				row.Values[f.Name] = j.understood(f.Name, s)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// understood returns what a cell means; the cell itself where it cannot be read.
func (j *importJob) understood(field, cell string) string {
	if meaning, chosen := j.byHand(field, cell); chosen {
		return meaning
	}
	switch field {
	case fieldAt, fieldDate, fieldUnsubscribed, fieldComplained, fieldBounced:
		before := j.dates
		at, problem := j.readTime(field, cell)
		if j.dates = before; problem == "" {
			return at.In(j.dates.Zone).Format(time.RFC3339)
		}
	case fieldValue, fieldValuePerYear:
		if n, ok := j.numbers.Read(cell); ok {
			return strconv.FormatFloat(n, 'f', -1, 64)
		}
	case fieldKind:
		if kind, ok := kindOf(cell); ok {
			return string(kind)
		}
	case fieldStatus:
		if status, ok := statusOf(cell); ok {
			return string(status)
		}
	case fieldLanguage:
		if tag, ok := locale.Language(cell); ok {
			return tag
		}
	case fieldTimeZone:
		if zone, ok := locale.Zone(cell); ok {
			return zone
		}
	case fieldReason:
		if reason, ok := reasonOf(cell); ok {
			return string(reason)
		}
	case fieldRole:
		if role, ok := roleOf(cell); ok {
			return string(role)
		}
	}
	return cell
}
