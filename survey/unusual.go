package survey

import (
	"time"

	"earshot/survey/quiet"
)

// unusual judges whether a customer who is on no other list is silent for unusually long: the score is high enough, and nine in ten of
// their gaps are over by then, of one kind at least. It returns when the rhythm is to be looked at again: when the silence will be
// unusual, or an alarm where that comes first, as of who is seen in many ways that are all late, but none of them very; of who is unusually
// silent the next day, for the ranking and for the next step. The zero time if nothing can come of it before the next sign of life.
func (s *Service) unusual(r *Rhythm, silence *quiet.Case, told fittedModel, today quiet.Day) time.Time {
	day, ok := silence.UnusualDay(told.unusual, UnusualGaps)
	if !ok || silence.Alarm(day-1) >= told.alarm { // the alarm comes first
		day, ok = silence.AlarmDay(told.alarm)
	}
	switch {
	case !ok:
		return time.Time{}
	case today < day:
		return s.startOf(day)
	case r.List == "":
		r.List, r.Since, r.Rank = Unusual, s.startOf(day), r.atStake(r.Gone, today)
	}
	return s.startOf(today + 1)
}
