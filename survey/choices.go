package survey

import (
	"context"
	"slices"

	"earshot/survey/store"
)

// Choices are what answers and their figures can be narrowed by.
type Choices struct {
	// Surveys are all surveys, by name; Segments those that customers are in.
	Surveys  []*Survey
	Segments []string
	// Latest is the survey that was answered last; empty where there is no answer.
	Latest SurveyID
}

// Choices returns what answers and their figures can be narrowed by, in one trip to the store.
func (s *Service) Choices(ctx context.Context) (*Choices, error) {
	surveys := s.db.surveys.Finding(store.Query{Index: surveysByName, Limit: store.MaxLimit})
	segments := s.db.customers.Folding(segmentFold())
	latest := s.db.responses.Finding(ResponseFilter{Limit: 1}.query()).Only("survey_id")
	if err := store.Together(ctx, s.store, surveys, segments, latest); err != nil {
		return nil, err
	}
	c := &Choices{Surveys: surveys.Docs, Segments: segmentsIn(segments.Groups)}
	if r := latest.First(); r != nil {
		c.Latest = r.SurveyID
	}
	return c, nil
}

// SurveysAndPulses returns all surveys and all pulses by their names, as many as one page of the store holds of each, in one
// trip.
func (s *Service) SurveysAndPulses(ctx context.Context) ([]*Survey, []*Pulse, error) {
	surveys := s.db.surveys.Finding(store.Query{Index: surveysByName, Limit: store.MaxLimit})
	pulses := s.db.pulses.Finding(store.Query{Index: pulsesByName, Limit: store.MaxLimit})
	err := store.Together(ctx, s.store, surveys, pulses)
	return surveys.Docs, pulses.Docs, err
}

// segmentFold asks for the segments that customers are in.
func segmentFold() store.Fold {
	return store.Fold{
		Query: store.Query{Index: customersBySegment, From: leastSegment, Limit: MaxSegments}, By: []string{"segment"}, Distinct: true,
	}
}

func segmentsIn(groups []store.Group) []string {
	segments := make([]string, len(groups))
	for i, g := range groups {
		segments[i] = g.By[0].(string)
	}
	slices.Sort(segments)
	return segments
}
