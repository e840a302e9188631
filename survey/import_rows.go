package survey

import (
	"context"
	"errors"

	"earshot/survey/table"
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

// customerRules reads files of customers.
func (s *Service) customerRules(j *importJob) importRules[CustomerFields] {
	reps := map[string]*RepID{}
	return importRules[CustomerFields]{
		batch: importBatch,
		parse: func(r table.Row) (CustomerFields, error) { return s.customerFrom(j, r) },
		write: func(ctx context.Context, rows []CustomerFields) func() []RowResult {
			results := s.putNamed(ctx, j, rows, reps, false)
			return func() []RowResult { return results }
		},
		dry: func(ctx context.Context, rows []CustomerFields) []RowResult {
			return s.putNamed(ctx, j, rows, reps, true)
		},
	}
}

// customerFrom reads one row of a file of customers. Its rep is still a name.
func (s *Service) customerFrom(j *importJob, r table.Row) (CustomerFields, error) {
	f := CustomerFields{
		ExternalID: j.given(r, fieldExternalID), Name: j.given(r, fieldName), Segment: j.given(r, fieldSegment), Status: wordIn(j, r, fieldStatus, Statuses()),
		ValuePerYear: j.numberIn(r, fieldValuePerYear), PausedFrom: j.dateIn(r, fieldPausedFrom), PausedUntil: j.dateIn(r, fieldPausedUntil),
		PausedBy: j.given(r, fieldPausedBy), RenewsOn: j.dateIn(r, fieldRenewsOn),
	}
	pause := func() { f.PausedFrom, f.PausedUntil, f.PausedBy = nil, nil, nil }
	err := j.without(check(s.newCustomer(f)), map[string]func(){
		"segment": func() { f.Segment = nil }, "value_per_year": func() { f.ValuePerYear = nil }, "renews_on": func() { f.RenewsOn = nil },
		"paused_from": pause, "paused_until": pause, "paused_by": func() { f.PausedBy = nil },
	})
	f.RepID = (*RepID)(j.given(r, fieldRep))
	return f, err
}

// contactRow is one row of a file of contacts: the person, and what keeps them from being mailed.
type contactRow struct {
	ContactInput
	// out says that they must not be mailed; it has a reason then.
	out suppressionRow
}

// contactRules reads files of contacts. by is the import.
func (s *Service) contactRules(j *importJob, by SuppressedBy) importRules[contactRow] {
	refs := s.newReferences()
	put := func(ctx context.Context, rows []contactRow, dry bool) []RowResult {
		contacts := make([]ContactInput, len(rows))
		var outs []suppressionRow
		for i, row := range rows {
			if contacts[i] = row.ContactInput; row.out.Reason != "" {
				outs = append(outs, row.out)
			}
		}
		if !dry && outs != nil { // before they are there, so that nobody mails them meanwhile
			for _, r := range s.putSuppressions(ctx, outs, by, false) {
				if r.Err != nil {
					return failedRows(len(rows), r.Err)
				}
			}
		}
		return s.putContacts(ctx, contacts, refs, dry)
	}
	return importRules[contactRow]{
		batch: importBatch,
		parse: func(r table.Row) (contactRow, error) { return s.contactIn(j, r) },
		write: func(ctx context.Context, rows []contactRow) func() []RowResult {
			results := put(ctx, rows, false)
			return func() []RowResult { return results }
		},
		dry: func(ctx context.Context, rows []contactRow) []RowResult { return put(ctx, rows, true) },
	}
}

// failedRows gives that many rows the same error.
func failedRows(n int, err error) []RowResult {
	results := make([]RowResult, n)
	for i := range results {
		results[i] = failedRow(err)
	}
	return results
}

// contactIn reads one row of a file of contacts.
func (s *Service) contactIn(j *importJob, r table.Row) (contactRow, error) {
	row := contactRow{ContactInput: ContactInput{ContactFields: ContactFields{
		ExternalID: j.given(r, fieldExternalID), Name: j.nameIn(r), Email: j.given(r, fieldEmail), Phone: j.given(r, fieldPhone),
		Role: wordIn(j, r, fieldRole, Roles()), Country: j.country(r),
		Language: j.tagIn(r, fieldLanguage, "a language, such as de, de-DE or German"), TimeZone: j.tagIn(r, fieldTimeZone, "a time zone, such as Europe/Berlin"),
	}}}
	row.CustomerExternalID, row.CustomerName = j.customerIn(r)
	f := &row.ContactFields
	if row.out = j.optOut(r, s.now()); row.out.Reason != "" {
		if f.Email == nil {
			row.out.Reason = ""
		} else {
			row.out.Email = *f.Email
		}
	}
	draft := s.newContact(row.ContactFields)
	if draft.CustomerID = unresolved; row.CustomerExternalID == "" && row.CustomerName == "" {
		draft.CustomerID = ""
	}
	return row, j.without(check(draft), map[string]func(){
		"email": func() { f.Email, row.out.Reason = nil, "" }, "phone": func() { f.Phone = nil }, "language": func() { f.Language = nil },
		"time_zone": func() { f.TimeZone = nil }, "country": func() { f.Country = nil },
	})
}

// customerIn reads which customer a row names: by number, by name, or by what may be either.
func (j *importJob) customerIn(r table.Row) (external, name string) {
	external, name = j.cell(r, fieldCustomerExternalID), j.cell(r, fieldCustomerName)
	if name == "" && j.columns[fieldCustomerName] < 0 {
		name = external
	}
	return external, name
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
