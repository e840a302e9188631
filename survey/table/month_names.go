package table

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// monthNames are the months in English, German, French, Spanish, Italian, Dutch and Portuguese, in full; a month is known by three letters or
// more of its name, if no other begins so.
var monthNames = [...]string{
	"january januar jänner janvier enero gennaio januari janeiro jän stycznia styczeń ledna leden",
	"february februar feber février fevrier febrero febbraio februari fevereiro fév lutego luty února únor",
	"march märz maerz mars marzo maart março mrz marca marzec března březen",
	"april avril abril aprile avr abr kwietnia kwiecień dubna duben",
	"may mai mayo maggio mei maio maja května květen",
	"june juni juin junio giugno junho czerwca czerwiec června červen",
	"july juli juillet julio luglio julho lipca lipiec července červenec",
	"august août aout agosto augustus sierpnia sierpień srpna srpen",
	"september septembre septiembre settembre setembro sept września wrzesień září",
	"october oktober octobre octubre ottobre outubro października październik října říjen",
	"november novembre noviembre novembro listopada listopad",
	"december dezember décembre decembre diciembre dicembre dezembro déc grudnia grudzień prosince prosinec",
}

// dayNames are the days of the week likewise, and fillers the words that stand between the parts of a date.
const (
	dayNames = " monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag" +
		" lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles miercoles jueves viernes sábado sabado domingo" +
		" lunedì martedì mercoledì giovedì venerdì domenica maandag dinsdag woensdag donderdag vrijdag zaterdag zondag" +
		" mo di mi do fr sa so thur thurs "
	fillers = " r г de del of the um at à a las le la el den der am d on t te às alle "
)

// namedMonth returns the month that a word names, or 0.
func namedMonth(word string) time.Month {
	if utf8.RuneCountInString(word) < 3 {
		return 0
	}
	found := time.Month(0)
	for i, names := range monthNames {
		for name := range strings.FieldsSeq(names) {
			if name == word {
				return time.Month(i + 1)
			}
			if strings.HasPrefix(name, word) {
				found = time.Month(i + 1)
			}
		}
	}
	return found
}

// passedOver says whether a word of a date tells nothing.
func passedOver(word string) bool {
	return strings.Contains(fillers, " "+word+" ") || strings.Contains(dayNames, " "+word+" ") ||
		utf8.RuneCountInString(word) >= 2 && strings.Contains(dayNames, " "+word)
}

// clockWithin finds the time of day in a date in words: what follows it is its zone, or the year as ANSI C writes it.
var clockWithin = regexp.MustCompile(`(?i)\b\d{1,2}(?::\d{2}){1,2}(?:[.,]\d{1,9})?(?:\s*[ap]\.?\s?m\b\.?)?|\b\d{1,2}\s*[ap]\.?\s?m\b\.?|\b\d{1,2}h\d{2}\b|\b\d{1,2}\.\d{2}\s+Uhr`)

// named reads a date in which the month is named: 2. November 2026, Nov 2, 2026 3:04 PM, Mon, 2 Nov 2026 09:30:00 +0100.
func (d *Dates) named(s string) (time.Time, string) {
	s = strings.ToLower(s)
	if !strings.ContainsFunc(s, unicode.IsLetter) {
		return time.Time{}, dateClause
	}
	clock, before, behind := "", s, ""
	if at := clockWithin.FindStringIndex(s); at != nil {
		clock, before, behind = s[at[0]:at[1]], s[:at[0]], strings.TrimSpace(s[at[1]:])
	}
	behind = strings.TrimSpace(strings.TrimPrefix(strings.TrimSuffix(behind, "uhr"), "uhr"))
	if _, zoned := zoneMark(behind); zoned {
		clock += " " + behind
	} else if word, rest, _ := strings.Cut(behind, " "); rest != "" && isZone(word) { // Mon Nov 2 09:30:00 CET 2026
		clock, before = clock+" "+word, before+" "+rest
	} else {
		before += " " + behind
	}
	return d.worded(before, clock)
}

func isZone(word string) bool {
	_, ok := zoneMark(word)
	return ok
}

// worded reads the words and numbers of a date.
func (d *Dates) worded(text, clock string) (time.Time, string) {
	month, numbers := time.Month(0), []string{}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		digits := word[:trailingDigits(word)]
		suffix := word[len(digits):]
		switch {
		case digits != "" && (suffix == "" || slices.Contains(strings.Fields("st nd rd th er º ª o a e"), suffix)):
			numbers = append(numbers, digits)
		case digits != "":
			return time.Time{}, dateClause
		case month == 0 && namedMonth(word) != 0:
			month = namedMonth(word)
		case !passedOver(word):
			return time.Time{}, dateClause
		}
	}
	if month == 0 || len(numbers) != 2 {
		return time.Time{}, dateClause
	}
	day, year := numbers[0], numbers[1]
	if len(day) == 4 {
		day, year = year, day
	}
	if len(day) > 2 {
		return time.Time{}, dateClause
	}
	return d.date(century(year), int(month), number(day), clock)
}
