package survey

import (
	"context"
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
	// SnoozedUntil keeps the customer out of the lists of the quiet and the drifting; zero if nobody snoozed it.
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
	customer, rhythm := s.db.customers.Fetching([]string{string(id)}), s.db.rhythms.Fetching([]string{string(id)})
	models := s.readModels()
	if err := store.Together(ctx, s.store, append(models.readings(), customer, rhythm)...); err != nil {
		return nil, err
	}
	if _, err := existing(id, customer.First()); err != nil {
		return nil, err
	}
	details, err := s.rhythmDetails(rhythm.First(), models)
	if err != nil || details.Kind == "" {
		return details, err
	}
	history := s.readGaps(id, details.Kind)
	if err := store.Together(ctx, s.store, history); err != nil {
		return nil, err
	}
	details.Gaps = s.gaps(history.Docs)
	return details, nil
}

// rhythmDetails are what is told of a rhythm, which is nil where there was never a sign of life, without its gaps.
func (s *Service) rhythmDetails(r *Rhythm, reading *modelReading) (*RhythmDetails, error) {
	if r == nil {
		return &RhythmDetails{Silence: Silence{Sentence: noSignYet}, Gaps: []Gap{}, Kinds: []KindSilence{}}, nil
	}
	models, err := reading.models()
	if err != nil {
		return nil, err
	}
	details := &RhythmDetails{Known: len(r.Kinds) > 0, Gaps: []Gap{}}
	details.Silence, details.Kinds = s.silence(r, models, s.now())
	details.SnoozedUntil = r.SnoozedUntil // which the models in force may have ended
	return details, nil
}

// readGaps reads the times of a customer's latest touchpoints of one kind, as many as one page of the store holds.
func (s *Service) readGaps(id CustomerID, kind TouchpointKind) *store.Finding[Touchpoint, *Touchpoint] {
	q := ofCustomer(touchpointsByCustomer, id, store.MaxLimit)
	q.Descending, q.Fields = true, []string{"at"}
	narrow(&q, choice{"kind", string(kind), ""})
	return s.db.touchpoints.Finding(q)
}

// gaps returns the latest gaps between the days of touchpoints, which come newest first; the gaps, oldest first.
func (s *Service) gaps(newestFirst []*Touchpoint) []Gap {
	var days []quiet.Day
	for _, t := range newestFirst {
		days = append(days, s.day(t.At))
	}
	slices.Reverse(days)
	days = slices.Compact(days)
	days = days[max(0, len(days)-MaxGaps-1):]
	gaps := make([]Gap, max(0, len(days)-1))
	for i := range gaps {
		gaps[i] = Gap{From: s.startOf(days[i]), To: s.startOf(days[i+1]), Days: int(days[i+1] - days[i])}
	}
	return gaps
}
