package survey

import (
	"context"
	"time"

	"earshot/survey/address"
	"earshot/survey/store"
	"earshot/survey/table"
)

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
	row.customer = customerRef{external: j.cell(r, fieldCustomerExternalID), name: j.cell(r, fieldCustomerName)}
	row.customer.either = row.customer.name == "" && row.customer.external != ""
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
		return row, passOver(outcomeNegative)
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
		return "", passOver(outcomeByHand)
	case !ok:
		return "", InvalidField(fieldKind, "%s, not %s", kindClause, quoted(cell))
	}
	kinds[string(r.Fields[i])] = TouchpointKind(meaning)
	return TouchpointKind(meaning), nil
}
