package gallery

import (
	"time"

	"earshot/analytics"
	"earshot/frontend"
	"earshot/survey"
)

func reportSamples() []Sample {
	rep := report()
	rep.Reps, rep.Notices, rep.Scopes = nil, nil, scopes()
	early := frontend.ReportPage{
		Shell: shell(frontend.PathToday), Lists: reportLists(), Scopes: scopes(), Since: ago(9), Total: survey.AlarmCounts{Told: 4, Waiting: 4, Late: 31, Corrected: 1},
		False: analytics.Proportion(0, 0), Caught: analytics.Proportion(0, 0), Chart: reportChart(),
		Months: []frontend.ReportMonth{{From: month(0), AlarmCounts: survey.AlarmCounts{Told: 4, Waiting: 4, Late: 31, Corrected: 1}}},
	}
	old := early
	old.Total = survey.AlarmCounts{Late: 18}
	old.Months = []frontend.ReportMonth{{From: month(0), AlarmCounts: old.Total}}
	extreme := report()
	huge := survey.AlarmCounts{Told: 1000000000, Late: 1, Corrected: 1000000000, BackInUsual: 1000000000, BackLater: 1000000000, BackContacted: 1000000000, StillSilent: 1000000000,
		Waiting: 1000000000, Missed: 1000000000, LeadDays: -2147483648, LeadOf: 1}
	extreme.Total, extreme.AskedAnyway = huge, 1
	extreme.Months = append(extreme.Months, frontend.ReportMonth{From: month(13), AlarmCounts: huge})
	extreme.Reps = append(extreme.Reps, frontend.ReportRep{Name: longName, AlarmCounts: huge}, frontend.ReportRep{Name: longWord, AlarmCounts: huge})
	return []Sample{{"report", "normal", report()}, {"report", "rep", rep}, {"report", "early", early}, {"report", "old", old},
		{"report", "empty", frontend.ReportPage{Shell: shell(frontend.PathToday), Lists: reportLists(), Scopes: scopes()}}, {"report", "extreme", extreme}}
}

// month is the beginning of the month that many months ago.
func month(ago int) time.Time {
	return time.Date(Now.Year(), Now.Month()-time.Month(ago), 1, 0, 0, 0, 0, time.UTC)
}

func reportLists() []frontend.Tab {
	return []frontend.Tab{
		{Link: frontend.Link{Text: "Quiet", URL: "/quiet/report?list=probably_leaving"}, Current: true},
		{Link: frontend.Link{Text: "Drifting", URL: "/quiet/report?list=drifting"}},
	}
}

func scopes() []frontend.Tab {
	return []frontend.Tab{
		{Link: frontend.Link{Text: "Mine", URL: "/quiet/report?list=probably_leaving&rep=me"}},
		{Link: frontend.Link{Text: "Everybody’s", URL: "/quiet/report?list=probably_leaving"}, Current: true},
	}
}

func reportChart() frontend.Chart {
	return frontend.Chart{URL: "sample-wide.svg", DarkURL: "sample-wide-dark.svg", Alt: "What came of the alarms, by month. Feb 2026 21: 9 stayed away, 2 came back after contact, 10 came back by themselves.",
		Width: 1000, Height: 360}
}

// chanceNotice is what Today says of chances that have not come true.
func chanceNotice() frontend.ChanceNotice {
	return frontend.ChanceNotice{Sentence: "Said 84 in 100 were gone; 61 of 100 stayed away, of those told of since March 2025.", Since: ago(3)}
}

func report() frontend.ReportPage {
	total := survey.AlarmCounts{Told: 226, Waiting: 47, BackInUsual: 4, BackLater: 61, BackContacted: 38, StillSilent: 71, SaidGoodbye: 5, LeadDays: 64, LeadOf: 76, Missed: 9, Late: 31, Corrected: 3}
	p := frontend.ReportPage{
		Shell: shell(frontend.PathToday), Lists: reportLists(), Scopes: scopes(), Since: month(12), Total: total,
		False: analytics.Proportion(total.ByThemselves(), total.Settled()), Caught: analytics.Proportion(total.Caught(), total.Caught()+total.Missed), Chart: reportChart(),
		Asking: []analytics.Asking{analytics.CompareAsking(30, 93, 214, 9, 31), analytics.CompareAsking(90, 101, 190, 12, 27)}, AskedAnyway: 2,
		Notices: []frontend.ChanceNotice{chanceNotice()},
		Chances: []frontend.ReportChance{
			{Step: frontend.StepWords(0), Said: 0.49, Stayed: 21, Of: 47}, {Step: frontend.StepWords(0.5), Said: 0.68, Stayed: 22, Of: 36},
			{Step: frontend.StepWords(0.8), Said: 0.84, Stayed: 61, Of: 100, WrongSince: ago(3)},
		},
		Reps: []frontend.ReportRep{{Name: "Rita Alvarez", AlarmCounts: survey.AlarmCounts{Told: 120, Waiting: 24, BackLater: 37, BackContacted: 21, StillSilent: 38, Missed: 3}},
			{AlarmCounts: survey.AlarmCounts{Told: 106, Waiting: 23, BackInUsual: 4, BackLater: 24, BackContacted: 17, StillSilent: 33, SaidGoodbye: 5, Missed: 6}}},
	}
	for i := range 13 {
		c := survey.AlarmCounts{Told: 14 + i%5, BackLater: 5, BackContacted: 3, StillSilent: 5 + i%5, SaidGoodbye: 1, LeadDays: 58 + i, LeadOf: 6 + i%5, Missed: i % 3}
		if i < 3 {
			c = survey.AlarmCounts{Told: 15 + i, Waiting: 15 + i, Missed: 1}
		}
		p.Months = append(p.Months, frontend.ReportMonth{From: month(i), AlarmCounts: c})
	}
	return p
}
