package gallery

import (
	"net/url"

	"earshot/frontend"
	"earshot/survey"
)

func capacitySamples() []Sample {
	normal := capacity()
	normal.Rows[2].Own = true
	for i := range normal.Rows {
		if r := &normal.Rows[i]; !r.InForce {
			r.Choose = pointer(post("Choose", "/quiet/capacity", frontend.Quiet, r.PerWeek+" a week"))
		}
	}
	normal.Chosen, normal.Leave = true, pointer(post("Leave it to Earshot again", "/quiet/capacity", frontend.Quiet, ""))
	form := frontend.CapacityForm("/quiet/capacity", survey.Order, 0.61, 32, url.Values{})
	normal.Form = &form
	chosen := capacity()
	chosen.Chosen, chosen.Sooner, chosen.Rows[4].Coming = true, false, true
	chosen.Coming = "10 a week would have reached 50 % of those who left, 20 days after the last usual gap; 4 in 10 were fine"
	refused := frontend.CapacityForm("/quiet/capacity", survey.Order, 0.61, 32, url.Values{"per_week": {"50"}}).
		Reject(survey.InvalidField("per_week", "must be from 0.61 to 32, what lists would have had, or 0 to leave it to Earshot"))
	chosen.Form = &refused
	little := capacity()
	little.Calls = ""
	little.LittleHistory, little.Leavers, little.Customers, little.Kinds = true, 7, 61, []survey.TouchpointKind{survey.Order}
	nobody := capacity()
	nobody.InForce = ""
	for i := range nobody.Rows {
		nobody.Rows[i].InForce = false
	}
	extreme := capacity()
	extreme.Kinds = survey.TouchpointKinds()
	extreme.Customers, extreme.Leavers = 1000000000, 1000000000
	extreme.Rows = append(extreme.Rows, frontend.CapacityRow{PerWeek: "1000000000", Reached: 1, Fine: 1, Late: "2147483648 days before the last usual gap ended"})
	return []Sample{{"capacity", "normal", normal}, {"capacity", "chosen", chosen}, {"capacity", "rep", capacity()}, {"capacity", "little", little}, {"capacity", "nobody", nobody},
		{"capacity", "empty", frontend.CapacityPage{Shell: shell(frontend.PathToday)}}, {"capacity", "extreme", extreme}}
}

func capacity() frontend.CapacityPage {
	return frontend.CapacityPage{
		Shell: shell(frontend.PathToday), Kind: survey.Order, Kinds: []survey.TouchpointKind{survey.Order, survey.Login},
		Calls:   "Your reps call 30 customers a week together. A list of as many: 30 a week would have reached 73 % of those who left, 3 days before the last usual gap ended; 6 in 10 were fine.",
		InForce: "8.6 a week would have reached 47 % of those who left, 23 days after the last usual gap; 3 in 10 were fine",
		Chart: frontend.Chart{URL: "sample-wide.svg", DarkURL: "sample-wide-dark.svg", Alt: "Share of those who left that would have been told of, by alarms a week: now 47 % with 8.6.",
			Width: 1000, Height: 360},
		Customers: 1840, Leavers: 212, Sooner: true, Dearer: true,
		Rows: []frontend.CapacityRow{
			{PerWeek: "1", Reached: 0.08, Fine: 0.11, Late: "64 days after the last usual gap"},
			{PerWeek: "2", Reached: 0.15, Fine: 0.13, Late: "52 days after the last usual gap"},
			{PerWeek: "5", Reached: 0.33, Fine: 0.24, Late: "34 days after the last usual gap"},
			{PerWeek: "8.6", Reached: 0.47, Fine: 0.33, Late: "23 days after the last usual gap", InForce: true},
			{PerWeek: "10", Reached: 0.50, Fine: 0.36, Late: "20 days after the last usual gap"},
			{PerWeek: "20", Reached: 0.64, Fine: 0.52, Late: "10 days after the last usual gap"},
			{PerWeek: "31", Reached: 0.74, Fine: 0.62, Late: "4 days before the last usual gap ended"},
		},
	}
}
