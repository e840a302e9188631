package frontend

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"

	"earshot/analytics"
)

// functions are what templates can call.
func (f *Frontend) functions() template.FuncMap {
	return template.FuncMap{
		"ago":           f.ago,
		"capital":       capitalWord,
		"coming":        f.coming,
		"day":           f.day,
		"iso":           func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"moment":        f.moment,
		"money":         f.money,
		"number":        number,
		"count":         func(n int64) string { return number(int(n)) },
		"effect":        EffectWords,
		"waited":        waited,
		"leaving":       leaving,
		"list":          listWords,
		"asked":         asksWords,
		"role":          roleWords,
		"place":         place,
		"passkeyScript": func() string { return f.passkeyScript },
		"plural":        plural,
		"join":          func(all []string) string { return strings.Join(all, ", ") },
		"kind":          touchpointName,
		"asks":          questionName,
		"outcome":       outcomeWords,
		"verdict":       verdictWords,
		"language":      languageName,
		"words":         words,
		"elapsed":       elapsed,
		"fill":          strings.ReplaceAll,
		"figures":       newFigures,
		"percent":       analytics.FormatPercent,
		"fine":          fineShare,
		"ratio":         func(r float64) string { return strconv.FormatFloat(r, 'f', 1, 64) },
		"reason":        reasonWords,
		"sections":      sections,
		"state":         checkWords,
		"tone":          checkTone,
		"share":         Chance,
		"interval":      intervalWords,
		"lead":          leadWords,
	}
}

// placedField is a field with an id that is unique on its page.
type placedField struct {
	Field
	ID string
	// MayBeEmpty has it marked as optional.
	MayBeEmpty bool
}

func place(prefix string, field Field) placedField {
	id := strings.NewReplacer(".", "-", "_", "-").Replace(field.Name)
	return placedField{Field: field, ID: prefix + "-" + id}
}

// Placed are the form's fields with ids that are unique on the page.
func (f Form) Placed() []placedField {
	placed := make([]placedField, len(f.Fields))
	for i, field := range f.Fields {
		placed[i] = place(f.ID, field)
		placed[i].MayBeEmpty = !f.Get && !field.Required && field.Kind != SelectField
	}
	return placed
}

func (f *Frontend) day(t time.Time) string { return t.In(f.config.TimeZone).Format("2 Jan 2006") }

func (f *Frontend) moment(t time.Time) string {
	return t.In(f.config.TimeZone).Format("2 Jan 2006, 15:04")
}

// ago says how long a past moment lies back, in the unit that people would choose.
func (f *Frontend) ago(t time.Time) string {
	passed := f.config.Clock().Sub(t)
	days := f.daysBetween(t, f.config.Clock())
	switch {
	case passed < -time.Minute:
		return f.coming(t)
	case passed < 2*time.Minute:
		return "just now"
	case passed < time.Hour:
		return plural(int(passed.Minutes()), "minute") + " ago"
	case days == 0:
		return plural(int(passed.Hours()), "hour") + " ago"
	case days == 1:
		return "yesterday"
	case days < 60:
		return plural(days, "day") + " ago"
	}
	return f.day(t)
}

// coming says when a moment to come will be.
func (f *Frontend) coming(t time.Time) string {
	switch days := f.daysBetween(f.config.Clock(), t); {
	case days < 0:
		return f.ago(t)
	case days == 0:
		return "today at " + t.In(f.config.TimeZone).Format("15:04")
	case days == 1:
		return "tomorrow at " + t.In(f.config.TimeZone).Format("15:04")
	case days < 14:
		return "in " + plural(days, "day")
	}
	return f.day(t)
}

// daysBetween counts midnights between two moments, in the time zone that is shown.
func (f *Frontend) daysBetween(from, to time.Time) int {
	date := func(t time.Time) time.Time {
		y, m, d := t.In(f.config.TimeZone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(date(to).Sub(date(from)).Hours() / 24)
}

// thinSpace does not break, so that a number stays with its unit.
const thinSpace = "\u202f"

// money writes an amount in whole units of the installation's currency.
func (f *Frontend) money(amount float64) string {
	text := number(int(math.Round(amount)))
	if f.config.Currency == "" {
		return text
	}
	return f.config.Currency + thinSpace + text
}

// number writes a whole number with a comma between thousands and a true minus.
func number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// Number writes a whole number as pages do, and Plural one with its noun.
func Number(n int) string { return number(n) }

// Plural writes a number with its noun, e.g. "1 day", "2 days".
func Plural(n int, noun string) string { return plural(n, noun) }

// Chance writes a probability in whole percent and never claims certainty.
func Chance(p float64) string {
	percent := math.Round(100 * p)
	switch {
	case p <= 0:
		return "0" + thinSpace + "%"
	case percent < 1:
		return "under 1" + thinSpace + "%"
	case percent > 99:
		return "over 99" + thinSpace + "%"
	}
	return strconv.Itoa(int(percent)) + thinSpace + "%"
}

// leaving writes the chance of having left; atLeast says that there is too little history to tell a higher one.
func leaving(p float64, atLeast bool) string {
	if atLeast {
		return "≥" + thinSpace + Chance(p)
	}
	return Chance(p)
}

// plural writes a number with its noun, e.g. "1 day", "2 days", "0 replies".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "y"); ok && !strings.HasSuffix(noun, "ay") {
		return number(n) + " " + stem + "ies"
	}
	return number(n) + " " + noun + "s"
}

// elapsed writes how long something took.
func elapsed(d time.Duration) string {
	switch {
	case d < time.Second:
		return "under a second"
	case d < time.Minute:
		return plural(int(d.Seconds()), "second")
	}
	return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
}

// waited writes how long something has waited, in the largest unit that tells it.
func waited(d time.Duration) string {
	switch {
	case d < time.Hour:
		return elapsed(d)
	case d < 48*time.Hour:
		return plural(int(d.Hours()), "hour")
	}
	return plural(int(d.Hours()/24), "day")
}

// words turns a stored name into words, e.g. decision_maker.
func words(name string) string { return strings.ReplaceAll(name, "_", " ") }

func capitalWord(s string) string {
	if s == "" {
		return ""
	}
	runes := []rune(s)
	return strings.ToUpper(string(runes[0])) + string(runes[1:])
}

// bucketName writes a trend's bucket as people say it, e.g. "Mar 2026" for 2026-03, "Week 14, 2026" for 2026-W14.
func bucketName(name string) string {
	if t, err := time.Parse("2006-01-02", name); err == nil {
		return t.Format("2 Jan 2006")
	}
	if t, err := time.Parse("2006-01", name); err == nil {
		return t.Format("Jan 2006")
	}
	year, part, ok := strings.Cut(name, "-")
	if ok && strings.HasPrefix(part, "W") {
		return "Week " + strings.TrimLeft(part[1:], "0") + ", " + year
	}
	if ok && strings.HasPrefix(part, "Q") {
		return part + " " + year
	}
	return name
}
