package survey

import (
	"context"
	"slices"
	"time"

	"earshot/survey/store"
)

// TouchpointInput is a touchpoint as callers tell it. It names its customer, and may name one of the customer's contacts,
// by our id or by the caller's own external id.
type TouchpointInput struct {
	ExternalID         string         `json:"external_id"`
	CustomerID         CustomerID     `json:"customer_id"`
	CustomerExternalID string         `json:"customer_external_id"`
	ContactID          ContactID      `json:"contact_id"`
	ContactExternalID  string         `json:"contact_external_id"`
	Kind               TouchpointKind `json:"kind"`
	At                 time.Time      `json:"at"`
	Value              float64        `json:"value"`
	Note               string         `json:"note"`
	// Source is where it comes from: the same for all touchpoints that are written together.
	Source FeedSource `json:"-"`
}

// unresolved stands for a customer that has still to be looked up by its external id.
const unresolved CustomerID = "?"

// row lays the input out for a touchpointWriter; verify holds it against the rules.
func (in *TouchpointInput) row(now time.Time, verify func(*Touchpoint, time.Time) error) touchpointRow {
	row := touchpointRow{
		doc: Touchpoint{
			ExternalID: tidy(in.ExternalID), CustomerID: in.CustomerID, Kind: in.Kind, At: store.Time(in.At),
			Value: in.Value, Note: tidyProse(in.Note), RecordedAt: now,
		},
		customer: customerRef{id: in.CustomerID, external: tidy(in.CustomerExternalID)},
		contact:  contactRef{id: in.ContactID, external: tidy(in.ContactExternalID)},
	}
	if row.customer.id == "" && row.customer.external != "" {
		row.doc.CustomerID = unresolved
	}
	row.err = verify(&row.doc, now)
	if row.err == nil {
		row.err = row.ambiguous()
	}
	return row
}

// ambiguous says that one thing is named in two ways.
func (row *touchpointRow) ambiguous() error {
	switch {
	case row.customer.id != "" && row.customer.external != "":
		return InvalidField("customer_external_id", "must be left out where customer_id is given")
	case row.contact.id != "" && row.contact.external != "":
		return InvalidField("contact_external_id", "must be left out where contact_id is given")
	}
	return nil
}

// toldLater is from how many touchpoints on the rhythms are left to the queue. Who sends so many sends more, of the same
// customers: each of their rhythms is written once then, and not once with every batch.
const toldLater = 1000

// PutTouchpoints stores many touchpoints, with a few operations of the store for thousands of them, and says of each row
// what became of it. One whose external id its customer has already is compared with that touchpoint and changes it; one
// without an external id is recognised by what it says, so repeating a call is safe. Their customers' rhythms are told before
// it returns, but for those of so many rows (toldLater) that they are left to the queue, within moments.
func (s *Service) PutTouchpoints(ctx context.Context, rows []TouchpointInput) []RowResult {
	w := s.newTouchpointWriter()
	if len(rows) >= toldLater {
		w = s.newTouchpointImporter()
	}
	if len(rows) > 0 {
		w.source = rows[0].Source
	}
	results := make([]RowResult, 0, len(rows))
	for part := range slices.Chunk(rows, store.MaxBatch) {
		now := s.now()
		batch := make([]touchpointRow, len(part))
		for i := range part {
			batch[i] = part[i].row(now, (*Touchpoint).quickProblems)
		}
		results = append(results, w.write(ctx, batch)...)
	}
	return results
}
