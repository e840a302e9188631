package survey

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"earshot/survey/locale"
	"earshot/survey/table"
)

// zoneInHeading returns the zone that a heading tells in brackets, such as Created (UTC); nil if it tells none.
func zoneInHeading(heading string) *time.Location {
	_, rest, ok := strings.Cut(heading, "(")
	if !ok {
		return nil
	}
	mark := strings.TrimSuffix(strings.TrimSpace(rest), ")")
	if name, known := locale.Zone(mark); known && len(mark) <= len("CEST") { // CET in a heading stays CET in summer no more than people do
		if zone, err := time.LoadLocation(name); err == nil {
			return zone
		}
	}
	zone, _ := table.ZoneMark(mark)
	return zone
}

// decideNames finds out whether names are written Last, First: nearly all have a comma, and what stands behind it differs from
// row to row, as first names do and positions do not ("Ruiz, Buyer").
func (j *importJob) decideNames(samples [][]string) {
	names, commas, behind := 0, 0, map[string]bool{}
	for _, name := range j.column(samples, fieldName) {
		if name != "" {
			names++
		}
		if last, first, ok := strings.Cut(name, ", "); ok && last != "" && first != "" {
			commas++
			behind[strings.ToLower(first)] = true
		}
	}
	j.reversed = j.kind == ImportContacts && names > 0 && commas*10 >= names*8 && 2*len(behind) > commas
}

// decideDecimal decides how numbers are written.
func (j *importJob) decideDecimal(samples [][]string) {
	numbers := slices.Concat(j.column(samples, fieldValue), j.column(samples, fieldValuePerYear))
	mark, sure := table.GuessDecimal(numbers, j.csv.Delimiter)
	if j.options.Decimal != "" {
		mark, sure = j.options.Decimal[0], true
	}
	if !sure {
		names := map[byte]string{'.': "points", ',': "commas"}
		j.doubts = append(j.doubts, fmt.Sprintf("numbers such as 1%c234 can be read in two ways; %s are taken as decimal marks",
			'.'+','-mark, names[mark]))
	}
	j.numbers.Decimal, j.options.Decimal = mark, string(mark)
}

// decideDates decides how dates are written.
func (j *importJob) decideDates(s *Service, samples [][]string) {
	j.dates = table.Dates{Order: DayFirst, Zone: s.timeZone}
	for _, field := range []string{fieldAt, fieldPausedFrom, fieldPausedUntil, fieldRenewsOn, fieldDate, fieldUnsubscribed, fieldComplained, fieldBounced} {
		for _, v := range j.column(samples, field) {
			j.dates.Read(tidyCell([]byte(v)))
		}
	}
	switch {
	case j.options.DateOrder != "":
		j.dates.Order = j.options.DateOrder
	case j.dates.MonthFirst > j.dates.DayFirst:
		j.dates.Order = MonthFirst
	case j.dates.DayFirst == 0 && j.dates.EitherWay > 0:
		if j.csv.Delimiter == ',' && j.numbers.Decimal == '.' { // as in America
			j.dates.Order = MonthFirst
		}
		j.doubts = append(j.doubts, fmt.Sprintf("dates such as 03/04/2026 can be read in two ways; they are taken as %s",
			strings.ReplaceAll(string(j.dates.Order), "_", " ")))
	}
	if j.dates.DayFirst+j.dates.MonthFirst+j.dates.EitherWay > 0 || j.options.DateOrder != "" {
		j.options.DateOrder = j.dates.Order
	}
	j.dates.DayFirst, j.dates.MonthFirst, j.dates.EitherWay = 0, 0, 0
}

// decideKind decides what rows without a kind are: what the headings or the name of the file speak of, or else orders.
func (j *importJob) decideKind(fileName string) {
	if j.kind != ImportTouchpoints || j.options.DefaultKind != "" {
		return
	}
	j.options.DefaultKind = Order
	keys := headingKey(fileName) + " "
	for _, h := range j.csv.Headings {
		keys += headingKey(h) + " "
	}
	for _, k := range kindHints {
		if slices.ContainsFunc(k.words, func(word string) bool { return strings.Contains(keys, word) }) {
			j.options.DefaultKind = k.kind
			break
		}
	}
	if j.columns[fieldKind] < 0 {
		j.assumptions = append(j.assumptions, fmt.Sprintf("no column tells what happened; every row is taken as %s", articleFor(j.options.DefaultKind)))
	}
}

// articleFor is a kind with its article.
func articleFor(kind TouchpointKind) string {
	if strings.ContainsRune("aeiou", rune(kind[0])) {
		return "an " + string(kind)
	}
	return "a " + string(kind)
}

// kindHints are words in headings, and in names of files, that tell of what a file without a kind is.
var kindHints = []struct {
	kind  TouchpointKind
	words []string
}{
	{Payment, []string{"captured", "amountrefunded", "chargeid", "paymentintent", "paymentid", "payment", "zahlung", "invoicepaid", "paiement", "pagos"}},
	{Ticket, []string{"ticket", "requester", "assignee", "conversationid", "helpdesk", "zendesk", "freshdesk"}},
	{Login, []string{"login", "lastseen", "sessionid", "signin", "anmeldung"}},
	{Call, []string{"callduration", "callid", "anruf", "calldirection"}},
	{Meeting, []string{"meetingid", "meetingtitle", "termin"}},
}

// decideReason says what is taken of rows that do not tell why an address must not be mailed.
func (j *importJob) decideReason() {
	switch {
	case j.kind != ImportSuppressions:
	case j.tellsOptOuts():
		j.assumptions = append(j.assumptions, "rows that tell of no opt-out may be mailed; they are passed over, and counted as unchanged")
	case j.columns[fieldReason] < 0:
		j.assumptions = append(j.assumptions, "no column tells why; every row is taken as entered by hand")
	}
}
