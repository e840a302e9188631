package survey

import (
	"slices"
	"sync"
	"time"
)

// zoneCache keeps time zones, for reading one means reading a file.
type zoneCache struct{ byName sync.Map }

// zone returns the time zone of that name; the installation's where it is empty or unknown here.
func (s *Service) zone(name string) *time.Location {
	if name == "" {
		return s.timeZone
	}
	if known, ok := s.zones.byName.Load(name); ok {
		return known.(*time.Location)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return s.timeZone
	}
	s.zones.byName.Store(name, zone)
	return zone
}

// farthestRun is how many days ahead a run is looked for: a day more than a week where today's hour is over, and as long as
// a company can be closed at a stretch.
const farthestRun = 400

// nextRun returns the first time after now that is one of the weekdays at that hour in the zone, and no holiday of the
// company's. An hour that a change of the clocks skips is taken as the one beside it on the same day, and one that comes twice
// counts once. It is zero where the company is closed for more than a year.
func (s *Service) nextRun(weekdays []int, hour int, zone *time.Location, now time.Time) time.Time {
	local := now.In(zone)
	// The day before today matters where the clocks skip midnight.
	for day := -1; day <= farthestRun; day++ {
		at := time.Date(local.Year(), local.Month(), local.Day()+day, hour, 0, 0, 0, zone)
		date := time.Date(local.Year(), local.Month(), local.Day()+day, 12, 0, 0, 0, zone)
		if at.Day() != date.Day() { // midnight is skipped, and the hour beside it was yesterday's
			at = at.Add(time.Hour)
		}
		if slices.Contains(weekdays, int(date.Weekday())) && !s.calendar.Free(date) && at.After(now) {
			return at.UTC()
		}
	}
	return time.Time{}
}

// The hours in which a pulse's mails go out, in the contact's own time zone: from decentFrom to before decentTo, on days on
// which the company works; where it does not say on which, from Monday to Friday.
const (
	decentFrom = 8
	decentTo   = 18
)

// decentTime returns now if a pulse's mail may go out now to somebody in that zone, else when it may.
func (s *Service) decentTime(now time.Time, zone *time.Location) time.Time {
	local := now.In(zone)
	for day := 0; ; day++ {
		open := time.Date(local.Year(), local.Month(), local.Day()+day, decentFrom, 0, 0, 0, zone)
		shut := time.Date(local.Year(), local.Month(), local.Day()+day, decentTo, 0, 0, 0, zone)
		switch {
		case !s.worksOn(open) || !now.Before(shut):
		case now.Before(open):
			return open.UTC()
		default:
			return now
		}
	}
}

// worksOn says whether mails of pulses may go out on the date that t shows in its own zone.
func (s *Service) worksOn(t time.Time) bool {
	works := s.calendar.Weekday(t.Weekday())
	if !s.calendar.TellsWeek() {
		works = t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
	}
	return works && !s.calendar.Free(t)
}

// dateWording is how a date stands in a sentence.
const dateWording = "2 January 2006"
