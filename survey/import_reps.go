package survey

import (
	"context"
	"strings"
)

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
