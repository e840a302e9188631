package survey

import (
	"context"
	"errors"
	"slices"
	"time"

	"earshot/survey/quiet"
	"earshot/survey/store"
)

// MaxGaps is how many gaps RhythmDetails holds.
const MaxGaps = 60

// RhythmDetails is what a customer's page shows of their rhythm.
type RhythmDetails struct {
	Silence
	// Known is false where there was never a sign of life.
	Known bool `json:"known"`
	// Gaps are the latest MaxGaps completed gaps of Silence.Kind, oldest first.
	Gaps []Gap `json:"gaps"`
	// Kinds are the silences of each kind of sign of life.
	Kinds []KindSilence `json:"kinds"`
	// SnoozedUntil keeps the customer out of the quiet list; zero if nobody snoozed it.
	SnoozedUntil time.Time `json:"snoozed_until,omitzero"`
}

// Gap is the time between two days with signs of life: the starts of both, in the installation's time zone.
type Gap struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	Days int       `json:"days"`
}

// Rhythm returns a customer's rhythm and silence as of now, or NotFound.
func (s *Service) Rhythm(ctx context.Context, id CustomerID) (*RhythmDetails, error) {
	if _, err := s.Customer(ctx, id); err != nil {
		return nil, err
	}
	r, err := s.db.rhythms.Get(ctx, string(id))
	if errors.Is(err, store.ErrNotFound) {
		return &RhythmDetails{Silence: Silence{Sentence: noSignYet}, Gaps: []Gap{}, Kinds: []KindSilence{}}, nil
	}
	if err != nil {
		return nil, err
	}
	models, err := s.fittedModels(ctx)
	if err != nil {
		return nil, err
	}
	details := &RhythmDetails{Known: len(r.Kinds) > 0, Gaps: []Gap{}, SnoozedUntil: r.SnoozedUntil}
	details.Silence, details.Kinds = s.silence(r, models, s.now())
	if details.Kind != "" {
		details.Gaps, err = s.latestGaps(ctx, id, details.Kind)
	}
	return details, err
}

// latestGaps returns the latest gaps of one kind, oldest first, as far as the latest store.MaxLimit touchpoints tell.
func (s *Service) latestGaps(ctx context.Context, id CustomerID, kind TouchpointKind) ([]Gap, error) {
	q := ofCustomer(touchpointsByCustomer, id, store.MaxLimit)
	q.Descending = true
	found, _, err := s.db.touchpoints.Find(ctx, q)
	if err != nil {
		return nil, err
	}
	var days []quiet.Day
	for _, t := range found {
		if t.Kind == kind {
			days = append(days, s.day(t.At))
		}
	}
	slices.Reverse(days)
	days = slices.Compact(days)
	days = days[max(0, len(days)-MaxGaps-1):]
	gaps := make([]Gap, max(0, len(days)-1))
	for i := range gaps {
		gaps[i] = Gap{From: s.startOf(days[i]), To: s.startOf(days[i+1]), Days: int(days[i+1] - days[i])}
	}
	return gaps, nil
}
