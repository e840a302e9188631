package survey

import (
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"time"
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
	// Sample are the first rows as they would be understood.
	Sample []PreviewRow `json:"sample"`
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
	p := &ImportPreview{
		Kind: r.Kind, Delimiter: string(j.csv.Delimiter), Headings: j.csv.Headings, Sample: j.sampled(),
		Missing: j.options.Mapping.missing(j.fields), Ignored: j.options.Mapping.ignored(j.csv.Headings), Errors: []RowError{},
	}
	if len(p.Missing) == 0 {
		switch r.Kind {
		case ImportCustomers:
			err = dryRun(ctx, j, s.customerRules(j), p, rows)
		case ImportContacts:
			err = dryRun(ctx, j, s.contactRules(j), p, rows)
		case ImportTouchpoints:
			err = dryRun(ctx, j, s.touchpointRules(j), p, rows)
		case ImportSuppressions:
			err = dryRun(ctx, j, s.suppressionRules(j, SuppressedBy{}), p, rows)
		}
	}
	p.Encoding, p.Options, p.Ambiguous = j.csv.Encoding, j.options, append([]string{}, j.notes()...)
	return p, err
}

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
		p.Rows += len(b.rows) + len(b.failed)
		for i, r := range results {
			if r.Err != nil && r.Err.Kind != Invalid && r.Err.Kind != Conflict {
				return r.Err
			}
			if r.Err != nil {
				b.failed = append(b.failed, failedLine{b.lines[i], r.Err})
			}
		}
		p.Failed += len(b.failed)
		p.Errors = j.appendErrors(p.Errors, b.failed)
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
	switch field {
	case fieldAt, fieldDate, fieldUnsubscribed, fieldComplained, fieldBounced:
		d := j.dates
		if at, problem := d.Read(cell); problem == "" {
			return at.In(d.Zone).Format(time.RFC3339)
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

// importRows is a number of rows that were read.
type importRows[R any] struct {
	rows   []R
	lines  []int // of rows
	read   int64 // bytes of the file up to here
	failed []failedLine
}

// failedLine is a row that cannot be taken in.
type failedLine struct {
	line int
	err  error
}

// readBatch reads as many rows as are written together; the error is io.EOF behind the last.
func readBatch[R any](j *importJob, rules importRules[R]) (*importRows[R], error) {
	b := &importRows[R]{}
	for len(b.rows)+len(b.failed) < rules.batch {
		r, err := j.next()
		if err != nil {
			return b, err
		}
		if r.Problem != "" {
			b.failed = append(b.failed, failedLine{r.Line, Errorf(Invalid, "the row %s", r.Problem)})
			continue
		}
		row, err := rules.parse(r)
		if err != nil {
			b.failed = append(b.failed, failedLine{r.Line, err})
			continue
		}
		b.rows, b.lines = append(b.rows, row), append(b.lines, r.Line)
	}
	return b, nil
}

// appendErrors adds what is wrong with rows, in the order of their lines, as far as MaxImportErrors goes.
func (j *importJob) appendErrors(list []RowError, failed []failedLine) []RowError {
	slices.SortStableFunc(failed, func(a, b failedLine) int { return a.line - b.line })
	for _, f := range failed {
		if len(list) >= MaxImportErrors {
			return list
		}
		list = append(list, j.rowErrors(f.line, f.err)...)
	}
	return list[:min(len(list), MaxImportErrors)]
}
