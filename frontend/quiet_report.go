package frontend

import (
	"fmt"
	"time"

	"earshot/analytics"
	"earshot/survey"
)

// ReportPage shows what came of the alarms, whether asking helps, and whether the chances were right.
type ReportPage struct {
	Shell
	// Lists and Scopes switch the list, and between the rep's own customers and all.
	Lists, Scopes []Tab
	// Since is since when alarms have been written down; zero while there was none.
	Since time.Time
	Total survey.AlarmCounts
	// False is the share of the alarms that came back though nobody asked or called, and Caught that of those who are away who were told of
	// in time; shares from 0 to 1.
	False, Caught analytics.Estimate
	Chart         Chart
	// Months are the newest first, without those before Since.
	Months []ReportMonth
	// Reps are the same by rep; empty where who looks is no manager, or there is one rep alone.
	Reps []ReportRep
	// Asking compares who was asked with who was kept out; empty where nobody was ever drawn. AskedAnyway is how many of the latter were
	// asked by other ways.
	Asking      []analytics.Asking
	AskedAnyway int
	// Notices say that chances are called wrong.
	Notices []ChanceNotice
	// Chances compare what was said with what came, of all customers on all lists.
	Chances []ReportChance
}

// ReportMonth is what came of the alarms of the month that begins at From.
type ReportMonth struct {
	From time.Time
	survey.AlarmCounts
}

// Month is the month in words.
func (m ReportMonth) Month() string { return m.From.Format("Jan 2006") }

// ReportRep is what came of the alarms about one rep's customers.
type ReportRep struct {
	Name string
	survey.AlarmCounts
}

// ReportChance compares what was said with what came, of alarms whose chance had reached one step.
type ReportChance struct {
	// Step is the chance in words.
	Step string
	// Said is how many of Of were gone by what was said, a share from 0 to 1, and Stayed how many stayed away.
	Said       float64
	Stayed, Of int
	// WrongSince is since when the chances are called wrong; zero while they are not.
	WrongSince time.Time
}

// ChanceNotice says that what is said of silences has not come true.
type ChanceNotice struct {
	// Sentence says what was said and what came.
	Sentence string
	// Since is since when that is so.
	Since time.Time
}

// StepWords say which chances a step is of.
func StepWords(step float64) string {
	steps := survey.QuietSteps()
	if step <= 0 {
		return "below " + percentWords(steps[0])
	}
	for i, s := range steps[:len(steps)-1] {
		if step == s {
			return percentWords(s) + " to " + percentWords(steps[i+1])
		}
	}
	return percentWords(step) + " and more"
}

func percentWords(share float64) string { return analytics.FormatPercent(100 * share) }

// leadWords is LeadDays in words; a dash where nobody stayed away.
func leadWords(c survey.AlarmCounts) string {
	if c.LeadOf == 0 {
		return "–"
	}
	return plural(c.LeadDays, "day")
}

// intervalWords writes a share with its interval: "41 % (30 to 53 %)"; that it is too early where there are too few.
func intervalWords(e analytics.Estimate) string {
	if e.Suppressed {
		return fmt.Sprintf("too few to tell (%s)", number(e.N))
	}
	p := e.Scaled(100)
	return fmt.Sprintf("%s (%s)", analytics.FormatPercent(p.Value), analytics.MetricTopTwo.FormatInterval(p))
}

// PageTitle names the page.
func (ReportPage) PageTitle() string { return "What came of the alarms" }

func (ReportPage) template() string { return "report" }
