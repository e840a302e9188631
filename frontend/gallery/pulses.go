package gallery

import (
	"net/url"
	"time"

	"earshot/frontend"
	"earshot/survey"
)

var someSurveys = []frontend.Option{{Value: "srv_1", Text: "Quiet pulse"}, {Value: "srv_2", Text: "Business progress"}}

func pulseSamples() []Sample {
	bad := survey.InvalidField("daily_cap", "must be at most 1000000")
	bad.Fields = append(bad.Fields, survey.FieldError{Field: "weekdays", Message: "must be at least 1"}, survey.FieldError{Field: "time_zone", Message: "must be a time zone such as Europe/Berlin"})
	values := url.Values{"name": {"Weekday quiet pulse"}, "weekdays": {}, "daily_cap": {"1000000000"}, "time_zone": {"Berlin"}}
	back := frontend.Link{Text: "Pulses", URL: "/pulses"}
	fresh := onePulse()
	fresh.Run, fresh.Asked, fresh.Held, fresh.Paused = survey.PulseRun{}, nil, nil, true
	return []Sample{
		{"pulses", "normal", frontend.PulsesPage{Shell: shell(frontend.PathPulses), New: "/pulses/new", Rows: []frontend.PulseRow{onePulse().PulseRow, fresh.PulseRow}}},
		{"pulses", "empty", frontend.PulsesPage{Shell: shell(frontend.PathPulses), New: "/pulses/new"}},
		{"pulse", "normal", onePulse()}, {"pulse", "empty", fresh}, {"pulse", "nobody-asked", nobodyAsked()}, {"pulse", "no-segment", noSegment()}, {"pulse", "extreme", extremePulse()},
		{"forecast", "normal", forecast()}, {"forecast", "empty", frontend.ForecastPage{Shell: shell(frontend.PathPulses)}}, {"forecast", "extreme", extremeForecast()},
		{"pulse_form", "normal", frontend.PulseFormPage{Shell: shell(frontend.PathPulses), Back: back, Form: frontend.PulseForm("/pulses/new", url.Values{"time_zone": {"Europe/Berlin"}}, someSurveys, segments)}},
		{"pulse_form", "error", frontend.PulseFormPage{Shell: shell(frontend.PathPulses), Name: longName, Back: back, Form: frontend.PulseForm("/pulses/pul_1/edit", values, someSurveys, segments).Reject(bad),
			Delete: pointer(post("Remove", "/pulses/pul_1/delete", frontend.Danger, "Weekday quiet pulse"))}},
	}
}

func onePulse() frontend.PulsePage {
	return frontend.PulsePage{Shell: shell(frontend.PathPulses), PulseRow: frontend.PulseRow{Name: "Weekday quiet pulse", URL: "/pulses/pul_1", Survey: "Quiet pulse", Lists: survey.QuietLists(), Segment: "Industry",
		Schedule: frontend.Schedule([]int{1, 2, 3, 4, 5}, 9, "Europe/Berlin"), NextAt: Now.AddDate(0, 0, 1), Run: survey.PulseRun{StartedAt: Now.Add(-65 * time.Minute), FinishedAt: Now, Considered: 31, Asked: 4, Held: 27, HeldOut: 1}},
		SurveyURL: "/surveys/srv_1", DailyCap: 20, RestDays: 90, AnswerDays: 14, HoldOut: 10, Edit: "/pulses/pul_1/edit", Toggle: pointer(post("Pause", "/pulses/pul_1/pause", frontend.Plain, "")), RunNow: pointer(post("Run now", "/pulses/pul_1/run", frontend.Primary, "")),
		Standings: []frontend.Link{{Text: "204 asked in all", URL: "/invitations?pulse=pul_1"}, {Text: "3 waiting", URL: "/invitations?pulse=pul_1&state=planned"}, {Text: "198 sent", URL: "/invitations?pulse=pul_1&state=accepted"}, {Text: "3 came back", URL: "/invitations?pulse=pul_1&state=bounced"}},
		Asked:     invitations()[:3], AskedPager: frontend.Pager{Next: "/pulses/pul_1?asked=x"},
		Held: []frontend.HeldRow{{Customer: frontend.Link{Text: "Harbour Foods Ltd", URL: "/customers/cus_2"}, At: ago(0), Reason: "Jo Kim was asked 12 days ago; a contact rests for 90 days.", Until: Now.AddDate(0, 0, 78)},
			{Customer: frontend.Link{Text: "Atelier Morel", URL: "/customers/cus_3"}, At: ago(0), Reason: "Nobody there can be mailed: the only contact has no e-mail address."},
			{Customer: frontend.Link{Text: "Kovács Logisztika Kft.", URL: "/customers/cus_4"}, At: ago(0), Reason: survey.KeptOut, KeptOut: true}}}
}

// everyReason counts some held for each reason.
func everyReason() map[survey.HoldKind]int {
	counts := map[survey.HoldKind]int{}
	for _, kind := range survey.HoldKinds() {
		counts[kind] = 100000000
	}
	return counts
}

// nobodyAsked is a pulse whose last run asked nobody.
func nobodyAsked() frontend.PulsePage {
	p := onePulse()
	p.Run = survey.PulseRun{StartedAt: Now.Add(-65 * time.Minute), FinishedAt: Now, Considered: 27, Held: 27, HeldOut: 1,
		Reasons: map[survey.HoldKind]int{survey.HeldRest: 21, survey.HeldUnreachable: 5, survey.HeldOutOfAsking: 1}}
	return p
}

// noSegment is one whose segment nobody is in.
func noSegment() frontend.PulsePage {
	p := onePulse()
	p.NoSuchSegment, p.Asked, p.Held, p.Standings = true, nil, nil, nil
	p.Run = survey.PulseRun{StartedAt: Now.Add(-65 * time.Minute), FinishedAt: Now}
	return p
}

func extremePulse() frontend.PulsePage {
	p := onePulse()
	p.Name, p.Survey, p.Segment = longName, arabic, longWord
	p.Run = survey.PulseRun{StartedAt: ago(0), Considered: 1000000000, Asked: 0, Held: 1000000000, HeldOut: 1000000000, Reasons: everyReason(), Problem: "The database could not be reached; the run goes on by itself."}
	p.Held[0].Customer.Text, p.Held[1].Reason = longName, longWord
	return p
}

// forecast is a dry run of two pulses.
func forecast() frontend.ForecastPage {
	quiet, all := frontend.Link{Text: "Weekday quiet pulse", URL: "/pulses/pul_1"}, frontend.Link{Text: "Everyone twice a year", URL: "/pulses/pul_2"}
	customer := func(name string) frontend.Link { return frontend.Link{Text: name, URL: "/customers/cus_1"} }
	p := frontend.ForecastPage{Shell: shell(frontend.PathPulses), From: Now, Until: Now.AddDate(0, 0, 30), Asked: 4, Tabs: []frontend.Tab{
		{Link: frontend.Link{Text: "All pulses", URL: "/pulses/forecast"}, Current: true}, {Link: frontend.Link{Text: quiet.Text, URL: "/pulses/forecast?pulse=pul_1"}}, {Link: frontend.Link{Text: all.Text, URL: "/pulses/forecast?pulse=pul_2"}},
	}, Pulses: []frontend.ForecastPulse{{Pulse: quiet, Asked: 3, Held: 2}, {Pulse: all, Asked: 1, Held: 0, Beyond: 1240}}}
	for i, names := range [][]string{{"Lindqvist Industri AB", "Harbour Foods Ltd"}, {"Atelier Morel", "Vale Hotels"}} {
		d := frontend.ForecastDay{Day: Now.AddDate(0, 0, i+1), Asked: len(names)}
		for k, name := range names {
			d.Rows = append(d.Rows, frontend.ForecastRow{At: Now.AddDate(0, 0, i+1).Add(time.Duration(k) * time.Hour), Customer: customer(name), Contact: "Jo Kim", Email: "jo.kim@lindqvist.example", Pulse: []frontend.Link{quiet, all}[i*k]})
		}
		p.Days = append(p.Days, d)
	}
	p.Held = []frontend.ForecastHeld{
		{Customer: customer("Brandt & Söhne"), Pulse: quiet, Reason: "Jo Kim was asked on 2 March 2026; a contact rests for 90 days", Until: Now.AddDate(0, 0, 70)},
		{Customer: customer("Kestrel Freight"), Pulse: quiet, Reason: "no contact is known there"},
	}
	return p
}

func extremeForecast() frontend.ForecastPage {
	p := forecast()
	p.Days[0].Asked, p.MoreHeld, p.Asked = 100000, 4321, 1000000
	p.Days[0].Rows[0].Customer.Text, p.Days[0].Rows[0].Contact, p.Days[0].Rows[0].Email = longName, arabic, longWord+"@example.com"
	p.Held[0].Customer.Text, p.Held[0].Reason = hostile, longWord
	p.Pulses[1].Cut, p.Pulses[0].Problem = true, "the survey is closed"
	return p
}
