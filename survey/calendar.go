package survey

import (
	"slices"
	"sync"
	"time"

	"earshot/survey/workdays"
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

// Hours are those of a day in which mails may go out that nobody has just asked for: from From to before To.
type Hours struct {
	From, To int // 0 to 24
}

// DefaultHours are the hours where nobody says.
var DefaultHours = Hours{From: 8, To: 18}

// place is where somebody works, as far as mailing them goes.
type place struct {
	zone *time.Location
	// country is Contact.Country.
	country string
}

// placeOf is where the contact works.
func (s *Service) placeOf(c *Contact) place { return place{s.zone(c.TimeZone), c.Country} }

// decentTime returns now if a mail of a pulse, or a reminder, may go out now to somebody there, else when it may: in working hours, on a day on
// which they work and we do.
func (s *Service) decentTime(now time.Time, at place) time.Time {
	local := now.In(at.zone)
	for day := 0; ; day++ {
		open := time.Date(local.Year(), local.Month(), local.Day()+day, s.hours.From, 0, 0, 0, at.zone)
		shut := time.Date(local.Year(), local.Month(), local.Day()+day, s.hours.To, 0, 0, 0, at.zone)
		noon := time.Date(local.Year(), local.Month(), local.Day()+day, 12, 0, 0, 0, at.zone)
		for open.Day() != noon.Day() || open.Hour() < s.hours.From { // an hour that a change of the clocks skips is taken as the next one
			open = open.Add(time.Hour / 2)
		}
		switch {
		case !s.worksOn(noon, at.country) || !now.Before(shut) || !open.Before(shut): // the last where the clocks skip those hours
		case now.Before(open):
			return open.UTC()
		default:
			return now
		}
	}
}

// worksOn says whether such mails may go out on the date that t shows in its own zone, to somebody in that country. Where the company says
// nothing of its week, people work from Monday to Friday, or as is usual in their country; where the two weeks have no day in common, the
// company's counts.
func (s *Service) worksOn(t time.Time, country string) bool {
	national := s.national(country)
	if s.calendar.Free(t) || national.Free(t) {
		return false
	}
	week := func(w time.Weekday) bool { return w != time.Saturday && w != time.Sunday }
	switch {
	case s.calendar.TellsWeek() && national != nil:
		both := func(w time.Weekday) bool { return s.calendar.Weekday(w) && national.Weekday(w) }
		if week = s.calendar.Weekday; slices.ContainsFunc(allWeekdays, both) {
			week = both
		}
	case s.calendar.TellsWeek():
		week = s.calendar.Weekday
	case national != nil:
		week = national.Weekday
	}
	return week(t.Weekday())
}

var allWeekdays = []time.Weekday{time.Sunday, time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday}

// national is the calendar of a country; nil where none is known. They are made once, for each knows sixty years.
func (s *Service) national(country string) *workdays.Calendar {
	if country == "" {
		return nil
	}
	if known, ok := s.countries.Load(country); ok {
		return known.(*workdays.Calendar)
	}
	c := workdays.National(country)
	s.countries.Store(country, c)
	return c
}

// dateWording is how a date stands in a sentence.
const dateWording = "2 January 2006"
