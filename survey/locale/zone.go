// Package locale reads the languages and time zones that other programs write: tags, codes and names of languages, and zones as the IANA
// database, Windows, Rails and people call them. It is pure.
package locale

import (
	_ "embed"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed zones.txt
var zoneNames string

// longest is how long a name can be that is looked at, in bytes.
const longest = 120

// Zone returns the name in the IANA database of the zone that s means: Europe/Berlin in any case, W. Europe Standard Time,
// (UTC+01:00) Amsterdam, Berlin, Bern, Berlin, Eastern Time (US & Canada), CET, UTC+2; false where it means none.
func Zone(s string) (string, bool) {
	if s = strings.TrimSpace(s); s == "" || len(s) > longest {
		return "", false
	}
	tables := zones()
	if name, ok := tables[zoneKey(s)]; ok {
		return name, true
	}
	for _, name := range namePattern.FindAllString(s, -1) { // Europe/Berlin (GMT+1)
		if name, ok := tables[zoneKey(name)]; ok {
			return name, true
		}
	}
	offset, places := splitOffset(s)
	for place := range strings.SplitSeq(strings.NewReplacer(" - ", ",", ";", ",").Replace(places), ",") {
		if name, ok := tables[zoneKey(place)]; ok {
			return name, true
		}
	}
	if strings.IndexFunc(places, unicode.IsLetter) >= 0 || offset == "" {
		return "", false
	}
	return zoneAt(offset)
}

// namePattern finds names as the IANA database writes them.
var namePattern = regexp.MustCompile(`[A-Za-z_]+(?:/[A-Za-z_]+){1,2}`)

// zoneKey folds a name: without case, accents and everything that is neither letter, digit nor sign before a digit.
func zoneKey(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '+' || r == '-' && strings.Contains(s, "GMT-") {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// zones are the names of zones, folded: those of the IANA database, the places in them, and other programs' names.
var zones = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	canonical := func(name string) string {
		if now, ok := formerZones[name]; ok {
			return now
		}
		return name
	}
	for name := range strings.FieldsSeq(zoneNames) {
		all[zoneKey(name)] = canonical(name)
	}
	for name := range strings.FieldsSeq(zoneNames) {
		place := name[strings.LastIndexByte(name, '/')+1:]
		if key := zoneKey(place); all[key] == "" && !strings.HasPrefix(name, "Etc/") {
			all[key] = canonical(name)
		}
	}
	for _, names := range []map[string]string{windowsZones, otherZones} {
		for name, zone := range names {
			all[zoneKey(name)] = zone
		}
	}
	return all
})

// offsetPattern is a distance from UTC in front of places, in brackets or not.
var offsetPattern = regexp.MustCompile(`(?i)^\(?\s*(?:UTC|GMT)?\s*([+\-−±])\s*(\d{1,2})(?:[:.]?(\d{2}))?\s*\)?\s*`)

// splitOffset divides (UTC+01:00) Berlin, Bern into +01:00 and the places.
func splitOffset(s string) (offset, places string) {
	m := offsetPattern.FindStringSubmatch(s)
	if m == nil {
		for _, zero := range []string{"(UTC)", "(GMT)", "UTC", "GMT"} {
			if rest, ok := strings.CutPrefix(s, zero); ok {
				return "+0:00", rest
			}
		}
		return "", s
	}
	minutes := m[3]
	if minutes == "" {
		minutes = "00"
	}
	sign := "-"
	if m[1] == "+" || m[1] == "±" {
		sign = "+"
	}
	return sign + strings.TrimLeft(m[2], "0") + ":" + minutes, s[len(m[0]):]
}

// unevenZones are zones that are no whole hours from UTC and keep no summer time, by their distance.
var unevenZones = map[string]string{
	"+3:30": "Asia/Tehran", "+4:30": "Asia/Kabul", "+5:30": "Asia/Kolkata", "+5:45": "Asia/Kathmandu", "+6:30": "Asia/Yangon",
	"+8:45": "Australia/Eucla", "+9:30": "Australia/Darwin", "-9:30": "Pacific/Marquesas",
}

// zoneAt returns the zone that is always that far from UTC. The IANA database counts the other way round.
func zoneAt(offset string) (string, bool) {
	if name, ok := unevenZones[offset]; ok {
		return name, true
	}
	whole, minutes, _ := strings.Cut(offset[1:], ":")
	hours, _ := strconv.Atoi(whole)
	if hours == 0 && minutes == "00" {
		return "UTC", true
	}
	sign := map[byte]string{'+': "-", '-': "+"}[offset[0]]
	name := "Etc/GMT" + sign + strconv.Itoa(hours)
	if _, err := time.LoadLocation(name); err != nil || minutes != "00" {
		return "", false
	}
	return name, true
}

// otherZones are names that Rails, programs for appointments, and people have for zones: of cities that are not in the IANA database, and
// of regions.
var otherZones = map[string]string{
	"Eastern Time (US & Canada)": "America/New_York", "Eastern Time": "America/New_York", "Central Time (US & Canada)": "America/Chicago", "Central Time": "America/Chicago",
	"Mountain Time (US & Canada)": "America/Denver", "Mountain Time": "America/Denver", "Pacific Time (US & Canada)": "America/Los_Angeles", "Pacific Time": "America/Los_Angeles",
	"Atlantic Time (Canada)": "America/Halifax", "Arizona": "America/Phoenix", "Alaska": "America/Anchorage", "Hawaii": "Pacific/Honolulu", "Indiana (East)": "America/Indiana/Indianapolis",
	"Saskatchewan": "America/Regina", "Newfoundland": "America/St_Johns", "Central America": "America/Guatemala", "International Date Line West": "Etc/GMT+12",
	"American Samoa": "Pacific/Pago_Pago", "Midway Island": "Pacific/Midway", "Mid-Atlantic": "Atlantic/South_Georgia", "Cape Verde Is.": "Atlantic/Cape_Verde", "Greenland": "America/Nuuk",
	"West Central Africa": "Africa/Algiers", "Samoa": "Pacific/Apia", "Tokelau Is.": "Pacific/Fakaofo", "Chatham Is.": "Pacific/Chatham", "Marshall Is.": "Pacific/Majuro",
	"Solomon Is.": "Pacific/Guadalcanal", "New Caledonia": "Pacific/Noumea", "Nuku'alofa": "Pacific/Tongatapu", "Georgetown": "America/Guyana", "Guadalajara": "America/Mexico_City",
	"Quito": "America/Guayaquil", "Brasilia": "America/Sao_Paulo", "Rio de Janeiro": "America/Sao_Paulo", "Buenos Aires": "America/Argentina/Buenos_Aires", "Montreal": "America/Toronto",
	"Ottawa": "America/Toronto", "Calgary": "America/Edmonton", "Washington": "America/New_York", "Boston": "America/New_York", "Atlanta": "America/New_York", "Miami": "America/New_York",
	"Philadelphia": "America/New_York", "Houston": "America/Chicago", "Dallas": "America/Chicago", "San Francisco": "America/Los_Angeles", "Seattle": "America/Los_Angeles",
	"Edinburgh": "Europe/London", "Birmingham": "Europe/London", "Manchester": "Europe/London", "Bern": "Europe/Zurich", "Geneva": "Europe/Zurich", "Genf": "Europe/Zurich", "Genève": "Europe/Zurich",
	"Munich": "Europe/Berlin", "München": "Europe/Berlin", "Hamburg": "Europe/Berlin", "Frankfurt": "Europe/Berlin", "Köln": "Europe/Berlin", "Cologne": "Europe/Berlin", "Stuttgart": "Europe/Berlin",
	"Wien": "Europe/Vienna", "Graz": "Europe/Vienna", "Brüssel": "Europe/Brussels", "Bruxelles": "Europe/Brussels", "Kopenhagen": "Europe/Copenhagen", "Prag": "Europe/Prague", "Praha": "Europe/Prague",
	"Warschau": "Europe/Warsaw", "Warszawa": "Europe/Warsaw", "Krakow": "Europe/Warsaw", "Rom": "Europe/Rome", "Roma": "Europe/Rome", "Milan": "Europe/Rome", "Mailand": "Europe/Rome", "Milano": "Europe/Rome",
	"Lissabon": "Europe/Lisbon", "Lisboa": "Europe/Lisbon", "Barcelona": "Europe/Madrid", "Lyon": "Europe/Paris", "Marseille": "Europe/Paris", "Moskau": "Europe/Moscow", "St. Petersburg": "Europe/Moscow",
	"Athen": "Europe/Athens", "Bukarest": "Europe/Bucharest", "Belgrad": "Europe/Belgrade", "Luxemburg": "Europe/Luxembourg", "Den Haag": "Europe/Amsterdam", "Rotterdam": "Europe/Amsterdam",
	"Kairo": "Africa/Cairo", "Pretoria": "Africa/Johannesburg", "Cape Town": "Africa/Johannesburg", "Abu Dhabi": "Asia/Dubai", "Islamabad": "Asia/Karachi", "Astana": "Asia/Almaty",
	"Mumbai": "Asia/Kolkata", "New Delhi": "Asia/Kolkata", "Delhi": "Asia/Kolkata", "Chennai": "Asia/Kolkata", "Bangalore": "Asia/Kolkata", "Bengaluru": "Asia/Kolkata", "Hyderabad": "Asia/Kolkata",
	"Sri Jayawardenepura": "Asia/Colombo", "Beijing": "Asia/Shanghai", "Peking": "Asia/Shanghai", "Hanoi": "Asia/Bangkok", "Osaka": "Asia/Tokyo", "Sapporo": "Asia/Tokyo", "Tokio": "Asia/Tokyo",
	"Canberra": "Australia/Sydney", "Wellington": "Pacific/Auckland", "Singapur": "Asia/Singapore", "Hongkong": "Asia/Hong_Kong",
	"Coordinated Universal Time": "UTC", "Greenwich Mean Time": "Europe/London", "Z": "UTC",
	"CEST": "Europe/Berlin", "MEZ": "Europe/Berlin", "MESZ": "Europe/Berlin", "Central European Time": "Europe/Berlin", "Central European Standard Time (CET)": "Europe/Berlin",
	"Central European Summer Time": "Europe/Berlin", "Mitteleuropäische Zeit": "Europe/Berlin", "EEST": "Europe/Athens", "WEST": "Europe/Lisbon", "BST": "Europe/London", "MSK": "Europe/Moscow",
	"EST": "America/New_York", "EDT": "America/New_York", "ET": "America/New_York", "CST": "America/Chicago", "CDT": "America/Chicago", "CT": "America/Chicago", "MST": "America/Denver",
	"MDT": "America/Denver", "MT": "America/Denver", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "PT": "America/Los_Angeles", "AKST": "America/Anchorage", "AKDT": "America/Anchorage",
	"HST": "Pacific/Honolulu", "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney", "ACST": "Australia/Adelaide", "AWST": "Australia/Perth", "JST": "Asia/Tokyo", "KST": "Asia/Seoul", "IST": "Asia/Kolkata",
	"NZST": "Pacific/Auckland", "NZDT": "Pacific/Auckland", "SGT": "Asia/Singapore", "HKT": "Asia/Hong_Kong",
}
