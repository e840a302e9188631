package survey

import (
	"context"

	"earshot/survey/store"
)

// putSuppressions puts many addresses on the list of those who must not be mailed, in a few operations of the store, and says of each
// row what became of it. As with Suppress, an address that is on the list stays as it is, except that the person's own word replaces
// other reasons, and no mail to any of them begins any more when it returns. dry says what would be wrong with the rows, and writes nothing.
func (s *Service) putSuppressions(ctx context.Context, rows []suppressionRow, by SuppressedBy, dry bool) []RowResult {
	results, told := make([]RowResult, len(rows)), map[string][]toldSuppression{}
	var ids []string
	for i, row := range rows {
		row.tidy()
		err := check(row.SuppressionInput)
		switch {
		case err != nil:
			results[i] = failedRow(err)
			continue
		case row.mailable:
			results[i].Status = RowUnchanged
			continue
		}
		x := s.newSuppression(row.Email, row.Reason, row.Note).toldBy(by)
		if !row.at.IsZero() {
			x.CreatedAt = store.Time(row.at)
		}
		if told[x.ID] == nil {
			ids = append(ids, x.ID)
		}
		told[x.ID] = append(told[x.ID], toldSuppression{i, x})
	}
	if dry {
		return results
	}
	if err := s.listAll(ctx, ids, told, results); err != nil {
		for _, list := range told {
			for _, t := range list {
				results[t.row] = failedRow(err)
			}
		}
	}
	return results
}

// toldSuppression is what a row tells.
type toldSuppression struct {
	row int
	*Suppression
}

// listAll stores what was told of each id, and waits until mails to the addresses that had begun are done.
func (s *Service) listAll(ctx context.Context, ids []string, told map[string][]toldSuppression, results []RowResult) error {
	listed, err := s.db.suppressions.UpsertAll(ctx, ids, nil, freshSuppression, func(stored *Suppression) bool {
		changed := false
		for _, t := range told[stored.ID] {
			status := stored.put(t.Suppression)
			changed = changed || status != RowUnchanged
			results[t.row] = RowResult{Status: status, ID: stored.ID}
		}
		return changed
	})
	if err != nil {
		return err
	}
	return s.awaitSending(ctx, keys(listed)...)
}
