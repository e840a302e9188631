package survey

import (
	"context"
	"fmt"
	"math"

	"earshot/survey/quiet"
	"earshot/survey/workdays"
)

// Rhythms are judged on the company's working time: silences grow on days of work and stand still on others. The calendar is an
// option of the process, but rhythms go by the one in their kind's RhythmModel, which stands in the store with the number of
// the fit: whoever reads that has the parameters and the clock of one moment, in whichever process. A process that starts with
// another calendar writes it there, with a new number, and so has all rhythms made anew.

// clockKey is what a clock follows from.
type clockKey struct {
	rules workdays.Rules
	sum   string
	rest  float64
}

// maxCachedClocks is how many clocks are kept: one a kind, and those of a moment ago.
const maxCachedClocks = 32

// clockOf returns the clock that rhythms of the model's kind are on: the calendar's, at the pace at which all customers come.
func (s *Service) clockOf(m *Law) (*quiet.Clock, error) {
	base, err := s.calendarClock(m)
	return m.Pace.Clock(base), err
}

// calendarClock returns the clock of the calendar that the model goes by; nil is the plain calendar.
func (s *Service) calendarClock(m *Law) (*quiet.Clock, error) {
	if m.Calendar == (workdays.Rules{}) {
		return nil, nil //nolint:nilnil // the nil clock is a clock
	}
	key := clockKey{m.Calendar, m.CalendarSum, m.RestWeight}
	return s.clocks.Recall(s.clock(), key, func() (*quiet.Clock, error) {
		calendar := s.calendar
		if calendar.Rules() != m.Calendar {
			var problems []workdays.Problem
			if calendar, problems = workdays.New(m.Calendar); len(problems) > 0 {
				return nil, fmt.Errorf("stored calendar: %s: %s", problems[0].Rule, problems[0].Text)
			}
		}
		return workingClock(calendar, m.RestWeight), nil
	})
}

// workingClock returns the clock of a calendar: free days weigh nothing, the week's days of rest what they usually bring, and
// its other days what makes a week of it.
func workingClock(c *workdays.Calendar, restWeight float64) *quiet.Clock {
	if c == nil {
		return nil
	}
	const week = 7
	rest := c.RestDays()
	work := (week - float64(rest)*restWeight) / float64(week-rest)
	return quiet.NewClock(quiet.DayOf(workdays.First()), quiet.DayOf(workdays.Last()), func(d quiet.Day) float64 {
		switch t := d.Time(); {
		case c.Free(t):
			return 0
		case !c.Weekday(t.Weekday()):
			return restWeight
		}
		return work
	})
}

// WorkingClock returns the clock of a calendar by what these customers do on the week's days of rest, as a fit does; for
// measuring.
func WorkingClock(c *workdays.Calendar, histories []quiet.History) *quiet.Clock {
	return workingClock(c, restWeight(c, histories))
}

// restWeight is what a week's days of rest weigh by what these customers do on them.
func restWeight(c *workdays.Calendar, histories []quiet.History) float64 {
	rests := func(d quiet.Day) bool { return !c.Weekday(d.Time().Weekday()) }
	const hundredths = 100 // finer, and rhythms would be made anew for nothing
	return math.Round(hundredths*quiet.RestWeight(histories, rests, c.RestDays())) / hundredths
}

// AdoptCalendar has all rhythms go by the calendar of this process and by its formulas, and made anew where they went by others.
// Call it when the process starts.
func (s *Service) AdoptCalendar(ctx context.Context) error {
	if err := s.establishRanking(ctx); err != nil {
		return err
	}
	now, changed := s.now(), 0
	_, err := s.db.rhythmModels.UpdateAll(ctx, strs(TouchpointKinds()), func(m *RhythmModel) bool {
		if !m.adopt(s.calendar) {
			return false
		}
		changed++
		// A fit learns what days of rest weigh.
		m.Schedule(effectFit, now)
		m.judgeAnew(now)
		return true
	})
	s.models.forget()
	if err == nil && changed > 0 {
		s.log.Info("the calendar or the formulas have changed; rhythms are made anew", "working days", s.calendar)
	}
	return err
}

// adopt has the model go by the calendar and by this program's formulas, and says whether it went by others.
func (m *Law) adopt(c *workdays.Calendar) bool {
	rules, sum := c.Rules(), c.Sum()
	if m.Calendar == rules && m.CalendarSum == sum && m.Formulas == quiet.Formulas {
		return false
	}
	m.Calendar, m.CalendarSum, m.Formulas = rules, sum, quiet.Formulas
	if m.Params.Validate() != nil {
		m.Params = quiet.Defaults() // they were fitted without the bounds of today
	}
	return true
}
