package survey

import (
	"context"
	"time"

	"earshot/survey/outbox"
	"earshot/survey/quiet"
)

// effectPace follows, once a day, how fast a kind's customers come together; rhythm models owe it.
const effectPace = "follow_pace"

const (
	// paceSample is by how many customers the pace is followed.
	paceSample = 500
	// paceYears is how many years back they are looked at.
	paceYears = 3
	// paceHour is how long after midnight the day before is looked at.
	paceHour = 2 * time.Hour
)

// followPaces is the effect effectPace. Rhythms are judged on the new pace from their next look on; what was folded before stays
// as it is until the next fit.
func (s *Service) followPaces(ctx context.Context, b *outbox.Batch[*RhythmModel]) error {
	for _, i := range b.Items {
		pace, err := s.pace(ctx, i.Doc)
		if err != nil {
			return err
		}
		fit := i.Doc.Fit
		i.Then(func(m *RhythmModel) {
			if m.Fit == fit { // else that of the fit is by its own parameters
				m.Pace = pace
			}
			m.Schedule(effectPace, s.tomorrow(s.now()))
		})
	}
	return nil
}

// pace is that of the model's customers until yesterday, or as far as we are usually told by now.
func (s *Service) pace(ctx context.Context, m *RhythmModel) (quiet.Pace, error) {
	now := s.now()
	told, err := s.histories(ctx, m.Followed, m.Kind, now.AddDate(-paceYears, 0, 0))
	if err != nil || len(told.histories) == 0 {
		return m.Pace, err
	}
	model, err := quiet.NewModel(m.Params)
	if err != nil {
		return quiet.Pace{}, err
	}
	base, err := s.calendarClock(&m.Law)
	if err != nil {
		return quiet.Pace{}, err
	}
	return model.Pace(told.histories, told.settled(s.day(now)), base, m.Pace.Scale), nil
}

// tomorrow is when the pace is looked at again.
func (s *Service) tomorrow(now time.Time) time.Time { return s.startOf(s.day(now) + 1).Add(paceHour) }
