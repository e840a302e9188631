package analytics

import "earshot/survey"

// FalseShare is the share of the settled alarms about customers who came back though nobody asked or called, with its interval.
func FalseShare(c survey.AlarmCounts) Estimate { return Proportion(c.ByThemselves(), c.Settled()) }

// CaughtShare is the share of those who are away who were told of in time, with its interval.
func CaughtShare(c survey.AlarmCounts) Estimate { return Proportion(c.Caught(), c.Caught()+c.Missed) }

// AskingOf compares, within 30 and within 90 days, those of a report who were asked with those who were kept out of asking.
func AskingOf(r *survey.AlarmReport) []Asking {
	return []Asking{
		CompareAsking(30, r.Asked.Back30, r.Asked.Of30, r.HeldOut.Back30, r.HeldOut.Of30),
		CompareAsking(90, r.Asked.Back90, r.Asked.Of90, r.HeldOut.Back90, r.HeldOut.Of90),
	}
}
