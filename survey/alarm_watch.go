package survey

import (
	"context"
	"fmt"
	"time"

	"earshot/survey/quiet"
	"earshot/survey/store"
)

// AlarmWatch is what is known of all alarms together; there is one. It owes effectReview once a week.
type AlarmWatch struct {
	store.Meta `json:",inline"`
	// Since is since when alarms are written down: of silences that were beyond doubt before, nobody could be told in time.
	Since time.Time `json:"since"`
	// Walked is the place that the review under way has reached, ReviewedAt when the last one ended.
	Walked     store.Cursor `json:"walked,omitempty"`
	ReviewedAt time.Time    `json:"reviewed_at,omitzero"`
	// Drifts compare what was said with what came, by the step that the chance had reached when it was said, the lowest first.
	Drifts []StepDrift `json:"drifts,omitempty"`
}

// StepDrift compares what was said of the alarms of one step with what came of them.
type StepDrift struct {
	// Step is one of QuietSteps, or 0 for chances below them.
	Step float64 `json:"step"`
	// From is when the first of them was told.
	From time.Time `json:"from"`
	quiet.Drift
	// WrongSince is since when the chances are called wrong; zero while they are not.
	WrongSince time.Time `json:"wrong_since,omitzero"`
}

var alarmWatchSpec = &store.Spec{
	Name:  "alarm_watches",
	New:   func() store.Doc { return new(AlarmWatch) },
	Queue: true,
}

// alarmWatchID is the id of the one watch.
const alarmWatchID = "alarms"

// watchAlarms sees to it that there is a watch, from the first alarm on.
func (s *Service) watchAlarms(ctx context.Context) error {
	known, err := s.db.alarmWatches.Fetch(ctx, []string{alarmWatchID})
	if err != nil || len(known) > 0 {
		return err
	}
	now := s.now()
	w := &AlarmWatch{Meta: store.Meta{ID: alarmWatchID}, Since: now}
	w.Owe(effectReview, s.tomorrow(now).Add(reviewEvery))
	if err := s.db.alarmWatches.Insert(ctx, w); err != nil && !isDuplicate(err) {
		return err
	}
	return nil
}

// Wrong are those steps whose chances are called wrong.
func (w *AlarmWatch) Wrong() []StepDrift {
	var wrong []StepDrift
	if w == nil {
		return nil
	}
	for _, d := range w.Drifts {
		if !d.WrongSince.IsZero() {
			wrong = append(wrong, d)
		}
	}
	return wrong
}

// Sentence says what was said and what came: "Said 80 in 100 were gone; 61 of 100 stayed away, of those told of since March 2026."
func (d StepDrift) Sentence(zone *time.Location) string {
	return fmt.Sprintf("Said %.0f in 100 were gone; %d of %d stayed away, of those told of since %s.", 100*d.Said(), d.Stayed, d.Of, d.From.In(zone).Format("January 2006"))
}

// AlarmWatch returns what is known of all alarms together; an empty one while there was none.
func (s *Service) AlarmWatch(ctx context.Context) (*AlarmWatch, error) {
	known, err := s.db.alarmWatches.Fetch(ctx, []string{alarmWatchID})
	if err != nil || known[alarmWatchID] == nil {
		return &AlarmWatch{}, err
	}
	return known[alarmWatchID], nil
}
