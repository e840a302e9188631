package table

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// clockTime is a time of day; zone is nil where it does not tell one.
type clockTime struct {
	hour, minute, second, nano int
	zone                       *time.Location
}

// clockPattern is how times of day are written: 9:30, 09.30 Uhr, 9h30, 9:30:15.250 PM, 9 p.m., 0930; and behind it the zone.
var clockPattern = regexp.MustCompile(`(?i)^(\d{1,2})(?:\s?[:.h]\s?(\d{2})|(\d{2})(\d{2})?)?(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?\s*(?:([ap])\.?\s?m\.?\b\.?)?\s*(?:uhr|h)?\s*(.*)$`)

// parseClock reads a time of day.
func parseClock(s string) (clockTime, bool) {
	m := clockPattern.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return clockTime{}, false
	}
	c := clockTime{hour: number(m[1]), minute: max(0, number(m[2]), number(m[3])), second: max(0, number(m[4]), number(m[5]))}
	if m[6] != "" {
		c.nano, _ = strconv.Atoi((m[6] + "00000000")[:9])
	}
	if half := strings.ToLower(m[7]); half != "" {
		if c.hour < 1 || c.hour > 12 {
			return c, false
		}
		if c.hour %= 12; half == "p" {
			c.hour += 12
		}
	} else if m[2] == "" && m[3] == "" {
		return c, false // a bare number is no time of day
	}
	midnight := c.hour == 24 && c.minute == 0 && c.second == 0 && m[7] == "" // the end of a day, by ISO 8601
	if c.hour > 23 && !midnight || c.minute > 59 || c.second > 59 {
		return c, false
	}
	if m[8] == "" {
		return c, true
	}
	zone, ok := zoneMark(m[8])
	c.zone = zone
	return c, ok
}

// offsetPattern is how a distance from UTC is written, with the name of its zone around it.
var offsetPattern = regexp.MustCompile(`(?i)^(?:utc|gmt)?\s?([+\-−])(\d{1,2}):?(\d{2})?(?::?00)?(?:\s*\[[^\]]*\]|\s*\([^)]*\))?$`)

// abbreviations are the zones that are told by a few letters, in hours from UTC. Those that mean several zones, such as IST, are not here.
var abbreviations = map[string]float64{
	"z": 0, "utc": 0, "gmt": 0, "ut": 0, "zulu": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3,
	"msk": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
	"aest": 10, "aedt": 11, "acst": 9.5, "awst": 8, "jst": 9, "kst": 9, "nzst": 12, "nzdt": 13,
}

// ZoneMark returns the zone that stands behind a time or in brackets in a heading, such as Z, +0200, UTC+2, GMT+0100 (CET), EST; false
// where it is none.
func ZoneMark(s string) (*time.Location, bool) { return zoneMark(s) }

func zoneMark(s string) (*time.Location, bool) {
	s = strings.TrimSpace(s)
	if m := offsetPattern.FindStringSubmatch(s); m != nil {
		seconds := number(m[2])*3600 + max(0, number(m[3]))*60
		const farthest = 15 * 3600
		if seconds > farthest {
			return nil, false
		}
		if m[1] != "+" {
			seconds = -seconds
		}
		return time.FixedZone("", seconds), true
	}
	word, rest, _ := strings.Cut(s, " ")
	if rest != "" && !strings.HasPrefix(rest, "(") {
		return nil, false
	}
	hours, ok := abbreviations[strings.ToLower(word)]
	if ok {
		return time.FixedZone("", int(hours*3600)), true
	}
	if strings.Contains(word, "/") && rest == "" { // 2026-10-01 09:59 Europe/Berlin
		zone, err := time.LoadLocation(strings.Trim(word, "[]"))
		return zone, err == nil
	}
	return nil, false
}

// What counts of days and seconds are taken for: those of the years from about 1955 to 2119.
const (
	firstSerial, lastSerial = 20_000, 80_000
	firstEpoch, lastEpoch   = 100_000_000, 4_700_000_000
	dayLength               = 24 * time.Hour
)

// excelZero is the day from which Excel counts.
var excelZero = time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)

// counted reads a time that is a count: the days of Excel (46331.75), the seconds since 1970 or thousandths and so on of them, or the
// digits of a date and a time without marks between them (20261102093000).
func (d *Dates) counted(s string) (time.Time, bool) {
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && s[i] != '.' && s[i] != ',' {
			return time.Time{}, false
		}
	}
	whole, fraction, broken := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || strings.ContainsAny(fraction, ".,") || broken && fraction == "" {
		return time.Time{}, false
	}
	part, _ := strconv.ParseFloat("0."+fraction+"0", 64)
	switch length := len(whole); {
	case length == 5 && n >= firstSerial && n <= lastSerial:
		return d.serial(n, part), true
	case (length == 9 || length == 10) && n >= firstEpoch && n < lastEpoch:
		return time.Unix(n, int64(part*1e9)).UTC().Truncate(time.Microsecond), true
	case length == 13 && n/1e3 < lastEpoch:
		return time.UnixMilli(n).UTC(), true
	case length == 16 && n/1e6 < lastEpoch:
		return time.UnixMicro(n).UTC(), true
	case (length == 12 || length == 14) && !broken:
		at, problem := d.date(number4(whole), number2(whole[4:]), number2(whole[6:]), whole[8:])
		return at, problem == ""
	}
	return time.Time{}, false
}

// serial returns the time of a day of Excel's, to the second.
func (d *Dates) serial(days int64, part float64) time.Time {
	at := excelZero.AddDate(0, 0, int(days)).Add(time.Duration(part * float64(dayLength)).Round(time.Second))
	return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, d.Zone).UTC()
}
