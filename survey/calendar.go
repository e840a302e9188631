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

// nextRun returns the first time after now that is one of the weekdays at that hour in the zone. An hour that a change of
// the clocks skips is taken as the one beside it on the same day, and one that comes twice counts once.
func nextRun(weekdays []int, hour int, zone *time.Location, now time.Time) time.Time {
	local := now.In(zone)
	// The day before today matters where the clocks skip midnight, a day more than a week where today's hour is over.
	for day := -1; day <= 8; day++ {
		at := time.Date(local.Year(), local.Month(), local.Day()+day, hour, 0, 0, 0, zone)
		date := time.Date(local.Year(), local.Month(), local.Day()+day, 12, 0, 0, 0, zone)
		if at.Day() != date.Day() { // midnight is skipped, and the hour beside it was yesterday's
			at = at.Add(time.Hour)
		}
		if slices.Contains(weekdays, int(date.Weekday())) && at.After(now) {
			return at.UTC()
		}
	}
	return time.Time{}
}

// The hours in which a pulse's mails go out, in the contact's own time zone: from decentFrom to before decentTo, Monday
// to Friday.
const (
	decentFrom = 8
	decentTo   = 18
)

// decentTime returns now if a pulse's mail may go out now to somebody in that zone, else when it may.
func decentTime(now time.Time, zone *time.Location) time.Time {
	local := now.In(zone)
	for day := 0; ; day++ {
		open := time.Date(local.Year(), local.Month(), local.Day()+day, decentFrom, 0, 0, 0, zone)
		shut := time.Date(local.Year(), local.Month(), local.Day()+day, decentTo, 0, 0, 0, zone)
		weekend := open.Weekday() == time.Saturday || open.Weekday() == time.Sunday
		switch {
		case weekend || !now.Before(shut):
		case now.Before(open):
			return open.UTC()
		default:
			return now
		}
	}
}

// dateWording is how a date stands in a sentence.
const dateWording = "2 January 2006"
