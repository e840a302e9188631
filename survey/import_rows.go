package survey

import (
	"context"
	"errors"
	"strings"
	"time"

	"earshot/survey/address"
	"earshot/survey/store"
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

// putNamed stores customers whose RepID is how the file names the rep. known remembers who is meant by that; nil is nobody. A row whose rep is not
// known is taken without one.
func (s *Service) putNamed(ctx context.Context, j *importJob, rows []CustomerFields, known map[string]*RepID, dry bool) []RowResult {
	strangers := map[int]string{}
	for i, row := range rows {
		if row.RepID == nil {
			continue
		}
		name := string(*row.RepID)
		meant, chosen := j.byHand(fieldRep, name)
		if !chosen {
			meant = name
		}
		id, looked := known[meant]
		if !looked {
			var err error
			if id, err = s.repNamed(ctx, meant); err != nil {
				return failedRows(len(rows), err)
			}
			known[meant] = id
		}
		if j.count(fieldRep, name, meant, id != nil); id == nil && meant != "" {
			strangers[i] = name
		}
		rows[i].RepID = id
	}
	results := s.putCustomers(ctx, rows, dry)
	for i, name := range strangers {
		results[i].warned = InvalidField(fieldRep, "must be the name, the e-mail address or the id of one of our reps, not %s", quoted(name))
	}
	for i := range rows { // the batch may be tried again
		if name, ok := strangers[i]; ok {
			rows[i].RepID = (*RepID)(&name)
		}
	}
	return results
}

// repNamed returns the id of the rep whom a text names by address, alone or beside the name, by name, or by id; nil if there is none, or several.
func (s *Service) repNamed(ctx context.Context, text string) (*RepID, error) {
	name, email := text, text
	if open := strings.IndexAny(text, "(<["); open > 0 {
		name, email = strings.TrimSpace(text[:open]), strings.TrimRight(strings.TrimSpace(text[open+1:]), ")>]")
	}
	if strings.Contains(email, "@") {
		rep, err := s.reps.RepByEmail(ctx, email)
		if err == nil {
			return &rep.ID, nil
		}
		if KindOf(err) != NotFound {
			return nil, err
		}
	}
	rep, there, err := s.rep(ctx, RepID(text))
	if err != nil || there {
		return &rep.ID, err
	}
	named, err := s.reps.RepsNamed(ctx, name)
	if last, first, reversed := strings.Cut(name, ","); err == nil && len(named) == 0 && reversed { // Rep, Rita
		named, err = s.reps.RepsNamed(ctx, strings.TrimSpace(first)+" "+strings.TrimSpace(last))
	}
	if err != nil || len(named) == 0 || len(named) > 1 && !named[1].Disabled {
		return nil, err
	}
	return &named[0].ID, nil
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
	row := touchpointRow{contact: contactRef{external: j.cell(r, fieldContactExternalID)}, lenient: true}
	external, name := j.customerIn(r)
	row.customer = customerRef{external: external, name: j.folded(name)}
	if email := j.cell(r, fieldContactEmail); email != "" {
		row.contact.email, row.customer.email = address.Key(email), address.Key(email)
	}
	t := &row.doc
	t.ExternalID, t.Note, t.RecordedAt = j.cell(r, fieldExternalID), j.noteIn(r, maxTouchpointNote), now
	if row.customer != (customerRef{}) {
		t.CustomerID = unresolved
	}
	var problems []error
	var problem string
	if at := j.cell(r, fieldAt); at != "" {
		if t.At, problem = j.readTime(fieldAt, at); problem != "" {
			problems = append(problems, InvalidField(fieldAt, "%s, not %s", problem, quoted(at)))
		}
	}
	t.At = store.Time(t.At)
	if value := j.numberIn(r, fieldValue); value != nil {
		t.Value = *value
	}
	kind, err := j.kindOf(r, kinds)
	t.Kind = kind
	if passed := j.outcome(r, kind); passed != nil {
		return row, passed
	}
	if err != nil {
		problems = append(problems, err)
	}
	if t.Value < 0 && (kind == Order || kind == Payment) {
		return row, passOver(passedNegative)
	}
	if problems != nil {
		return row, joinFields(problems...)
	}
	return row, j.without(t.quickProblems(now), map[string]func(){"value": func() { t.Value = 0 }})
}

// kindOf reads what happened. A word that is no kind refuses the row: nobody knows whether it is a sign of life.
func (j *importJob) kindOf(r table.Row, kinds map[string]TouchpointKind) (TouchpointKind, error) {
	i := j.columns[fieldKind]
	if i < 0 || len(r.Fields[i]) == 0 {
		return j.options.DefaultKind, nil
	}
	if kind, ok := kinds[string(r.Fields[i])]; ok && j.tally == nil {
		return kind, nil
	}
	cell, meaning, ok := j.meant(r, fieldKind)
	switch {
	case meaning == valuePassOver, ok && meaning == valueLeave:
		return "", passOver(passedByHand)
	case !ok:
		return "", InvalidField(fieldKind, "%s, not %s", kindClause, quoted(cell))
	}
	kinds[string(r.Fields[i])] = TouchpointKind(meaning)
	return TouchpointKind(meaning), nil
}

// folded returns nameKey of a name, which is remembered: files name few customers in many rows.
func (j *importJob) folded(name string) string {
	const most = 100_000
	key, ok := j.names[name]
	if !ok {
		if key = nameKey(name); len(j.names) < most {
			j.names[name] = key
		}
	}
	return key
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
