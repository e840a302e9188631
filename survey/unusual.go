package survey

import (
	"time"

	"earshot/survey/quiet"
)

// unusual judges whether a customer who is on no other list is silent for unusually long. It returns when the rhythm is to be
// looked at again: by then at the latest the silence will be unusual; of who is unusually silent the next day, for the ranking and
// for the next step. The zero time if nothing can come of it before the next sign of life.
func (s *Service) unusual(r *Rhythm, silence *quiet.Case, told fittedModel, score float64, today quiet.Day) time.Time {
	day, ok := silence.AlarmDay(told.unusual)
	switch {
	case !ok:
		return time.Time{}
	case score < told.unusual:
		return s.startOf(max(day, today+1))
	case r.List == "":
		r.List, r.Since, r.Rank = Unusual, s.startOf(min(day, today)), r.atStake(r.Gone, today)
	}
	return s.startOf(today + 1)
}
