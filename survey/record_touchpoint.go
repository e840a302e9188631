package survey

import (
	"context"
)

// RecordTouchpoint stores one touchpoint and tells the customer's rhythm. One with an external id that its customer has
// already is returned as it is stored; if it tells something else, that is a Conflict. Returns Invalid also where the
// customer or the contact does not exist.
func (s *Service) RecordTouchpoint(ctx context.Context, in TouchpointInput) (*Touchpoint, error) {
	row := in.row(s.now(), checkTouchpoint)
	if row.err != nil {
		return nil, row.err
	}
	row.doc.ID = s.newIDFor(ctx, "tch")
	w := s.newTouchpointWriter()
	w.once, w.look, w.source = true, false, in.Source
	rows := []touchpointRow{row}
	result := w.write(ctx, rows)[0]
	switch {
	case result.Err != nil:
		return nil, result.Err
	case result.Status == RowCreated:
		return &rows[0].doc, nil
	}
	return s.db.touchpoints.Get(ctx, result.ID)
}
