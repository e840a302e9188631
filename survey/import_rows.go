package survey

import (
	"bytes"
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"earshot/survey/store"
	"earshot/survey/table"
	"earshot/survey/workdays"
)

// importRules is how the rows of one kind of file become records.
type importRules[R any] struct {
	// batch is how many rows are read and written together.
	batch int
	// parse reads one row.
	parse func(table.Row) (R, error)
	// write begins to store rows and returns what waits for the results; dry says what would be wrong with them, and writes
	// nothing.
	write func(context.Context, []R) func() []RowResult
	dry   func(context.Context, []R) []RowResult
}

// cell returns what stands in a field's column as it is stored, without what an export put before it to keep it from being
// taken for a formula; empty where there is no such column.
func (j *importJob) cell(r table.Row, field string) string {
	i := j.columns[field]
	if i < 0 {
		return ""
	}
	if field := r.Fields[i]; len(field) > 1 && field[0] == '\'' {
		return tidyCell([]byte(table.Plain(string(field))))
	}
	return tidyCell(r.Fields[i])
}

// tidyCell is tidyProse for a cell: quick where it is ASCII.
func tidyCell(cell []byte) string {
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

// country reads the country; nil where there is none, or something that is none: such columns hold all sorts of things, and nobody was asked for it.
func (j *importJob) country(r table.Row) *string {
	if code, known := workdays.Country(j.cell(r, fieldCountry)); known {
		return &code
	}
	return nil
}

// numberIn reads the number in a field's column; nil where there is none.
func (j *importJob) numberIn(r table.Row, field string) (*float64, error) {
	s := j.cell(r, field)
	if s == "" {
		return nil, nil //nolint:nilnil // an empty cell is neither a number nor wrong
	}
	n, ok := j.numbers.Read(s)
	if !ok {
		return nil, InvalidField(field, "must be a number with %q as its decimal mark, not %s", string(j.numbers.Decimal), quoted(s))
	}
	return &n, nil
}

// dateIn reads the date in a field's column; nil where there is none.
func (j *importJob) dateIn(r table.Row, field string) (*Date, error) {
	s := j.cell(r, field)
	if s == "" {
		return nil, nil //nolint:nilnil // an empty cell is neither a date nor wrong
	}
	at, problem := j.dates.Read(s)
	if problem != "" {
		return nil, InvalidField(field, "%s, not %s", problem, quoted(s))
	}
	date := DateOf(at.In(j.dates.Zone))
	return &date, nil
}

// wordIn reads one of a few words in a field's column; nil where there is none.
func wordIn[W ~string](j *importJob, r table.Row, field string, of func(string) (W, bool), known []W) (*W, error) {
	s := j.cell(r, field)
	if s == "" {
		return nil, nil //nolint:nilnil // an empty cell is neither a word nor wrong
	}
	w, ok := of(s)
	if !ok {
		return nil, InvalidField(field, "must be one of %s, not %s", joined(known), quoted(s))
	}
	return &w, nil
}

// customerRules reads files of customers.
func (s *Service) customerRules(j *importJob) importRules[CustomerFields] {
	reps := map[string]*RepID{}
	return importRules[CustomerFields]{
		batch: importBatch,
		parse: func(r table.Row) (CustomerFields, error) {
			status, err := wordIn(j, r, fieldStatus, statusOf, Statuses())
			value, valueErr := j.numberIn(r, fieldValuePerYear)
			from, fromErr := j.dateIn(r, fieldPausedFrom)
			until, untilErr := j.dateIn(r, fieldPausedUntil)
			renews, renewsErr := j.dateIn(r, fieldRenewsOn)
			return CustomerFields{
				ExternalID: j.given(r, fieldExternalID), Name: j.given(r, fieldName), Segment: j.given(r, fieldSegment),
				Status: status, ValuePerYear: value, RepID: (*RepID)(j.given(r, fieldRep)),
				PausedFrom: from, PausedUntil: until, PausedBy: j.given(r, fieldPausedBy), RenewsOn: renews,
			}, joinFields(err, valueErr, fromErr, untilErr, renewsErr)
		},
		write: func(ctx context.Context, rows []CustomerFields) func() []RowResult {
			results := s.putNamed(ctx, rows, reps, false)
			return func() []RowResult { return results }
		},
		dry: func(ctx context.Context, rows []CustomerFields) []RowResult {
			return s.putNamed(ctx, rows, reps, true)
		},
	}
}

// putNamed stores customers whose RepID may be a rep's e-mail address. known remembers the reps.
func (s *Service) putNamed(ctx context.Context, rows []CustomerFields, known map[string]*RepID, dry bool) []RowResult {
	results := make([]RowResult, len(rows))
	var places []int
	var right []CustomerFields
	for i, row := range rows {
		if row.RepID != nil {
			id, err := s.repNamed(ctx, string(*row.RepID), known)
			if err != nil {
				results[i] = failedRow(err)
				continue
			}
			row.RepID = id
		}
		places, right = append(places, i), append(right, row)
	}
	for i, r := range s.putCustomers(ctx, right, dry) {
		results[places[i]] = r
	}
	return results
}

// repNamed returns the id of the rep that has that e-mail address or id.
func (s *Service) repNamed(ctx context.Context, name string, known map[string]*RepID) (*RepID, error) {
	if id, ok := known[name]; ok && id != nil {
		return id, nil
	}
	rep, err := s.reps.RepByEmail(ctx, name)
	there := err == nil
	if KindOf(err) == NotFound {
		rep, there, err = s.rep(ctx, RepID(name))
	}
	if err != nil {
		return nil, err
	}
	if !there {
		return nil, InvalidField(fieldRep, "must be the e-mail address or the id of one of our reps, not %s", quoted(name))
	}
	known[name] = &rep.ID
	return &rep.ID, nil
}

// contactRules reads files of contacts.
func (s *Service) contactRules(j *importJob) importRules[ContactInput] {
	refs := s.newReferences()
	return importRules[ContactInput]{
		batch: importBatch,
		parse: func(r table.Row) (ContactInput, error) {
			role, err := wordIn(j, r, fieldRole, roleOf, Roles())
			return ContactInput{
				CustomerExternalID: j.cell(r, fieldCustomerExternalID),
				ContactFields: ContactFields{
					ExternalID: j.given(r, fieldExternalID), Name: j.given(r, fieldName), Email: j.given(r, fieldEmail), Role: role,
					Language: j.given(r, fieldLanguage), TimeZone: j.given(r, fieldTimeZone), Country: j.country(r),
				},
			}, err
		},
		write: func(ctx context.Context, rows []ContactInput) func() []RowResult {
			results := s.putContacts(ctx, rows, refs, false)
			return func() []RowResult { return results }
		},
		dry: func(ctx context.Context, rows []ContactInput) []RowResult {
			return s.putContacts(ctx, rows, refs, true)
		},
	}
}

// touchpointRules reads files of touchpoints. It is what a million rows go through, so it is written for speed.
func (s *Service) touchpointRules(j *importJob) importRules[touchpointRow] {
	w := s.newTouchpointImporter()
	w.source = FromFiles
	kinds := map[string]TouchpointKind{}
	now := s.now()
	return importRules[touchpointRow]{
		batch: touchpointBatchRows,
		parse: func(r table.Row) (touchpointRow, error) { return j.touchpoint(r, now, kinds) },
		write: w.begin,
		dry: func(ctx context.Context, rows []touchpointRow) []RowResult {
			b := newTouchpointBatch(rows)
			if err := w.resolve(ctx, b); err != nil {
				b.fail(err)
				return b.results
			}
			b.collect(false)
			return b.results
		},
	}
}

// touchpoint reads one row of a file of touchpoints. kinds remembers which words mean which kind.
func (j *importJob) touchpoint(r table.Row, now time.Time, kinds map[string]TouchpointKind) (touchpointRow, error) {
	row := touchpointRow{
		customer: customerRef{external: j.cell(r, fieldCustomerExternalID)},
		contact:  contactRef{external: j.cell(r, fieldContactExternalID)},
	}
	t := &row.doc
	t.ExternalID, t.Note, t.RecordedAt = j.cell(r, fieldExternalID), j.cell(r, fieldNote), now
	if row.customer.external != "" {
		t.CustomerID = unresolved
	}
	var problems []error
	var problem string
	if at := j.cell(r, fieldAt); at != "" {
		if t.At, problem = j.dates.Read(at); problem != "" {
			problems = append(problems, InvalidField(fieldAt, "%s, not %s", problem, quoted(at)))
		}
	}
	t.At = store.Time(t.At)
	value, err := j.numberIn(r, fieldValue)
	if err != nil {
		problems = append(problems, err)
	} else if value != nil {
		t.Value = *value
	}
	t.Kind = j.options.DefaultKind
	if i := j.columns[fieldKind]; i >= 0 && len(r.Fields[i]) > 0 {
		if t.Kind, err = kindIn(r.Fields[i], kinds); err != nil {
			problems = append(problems, err)
		}
	}
	if problems != nil {
		return row, joinFields(problems...)
	}
	return row, t.quickProblems(now)
}

// kindIn reads the kind in a cell.
func kindIn(cell []byte, kinds map[string]TouchpointKind) (TouchpointKind, error) {
	if kind, ok := kinds[string(cell)]; ok {
		return kind, nil
	}
	kind, ok := kindOf(string(cell))
	if !ok {
		return "", InvalidField(fieldKind, "%s, not %s", kindClause, quoted(string(cell)))
	}
	kinds[string(cell)] = kind
	return kind, nil
}

// joinFields returns one Invalid error with the fields of all; nil where there is none. Another error comes first.
func joinFields(errs ...error) error {
	var fields []FieldError
	for _, err := range errs {
		var own *Error
		switch {
		case err == nil:
		case errors.As(err, &own) && own.Kind == Invalid:
			fields = append(fields, own.Fields...)
		default:
			return err
		}
	}
	if fields == nil {
		return nil
	}
	return invalid(fields...)
}

// joined lists words.
func joined[W ~string](words []W) string {
	text := ""
	for i, w := range words {
		if i > 0 {
			text += ", "
		}
		text += string(w)
	}
	return text
}
