package gallery

import (
	"earshot/frontend"
	"earshot/survey"
)

func todaySamples() []Sample {
	return []Sample{{"today", "normal", today()}, {"today", "empty", freshToday()}, {"today", "calm", calmToday()},
		{"today", "error", noticedToday()}, {"today", "extreme", extremeToday()}}
}

func today() frontend.TodayPage {
	p := frontend.TodayPage{
		Shell: shell(frontend.PathToday), Capacity: frontend.PathCapacity,
		Scopes: []frontend.Tab{{Link: frontend.Link{Text: "Mine", URL: "/?rep=me"}, Current: true}, {Link: frontend.Link{Text: "Everybody’s", URL: "/"}}},
		Counts: []frontend.Count{{Label: "probably leaving", Value: 19, URL: "/customers?list=probably_leaving", Tone: frontend.Bad}, {Label: "unusually silent", Value: 2, URL: "/customers?list=unusually_silent", Tone: frontend.Warning}, {Label: "low answers this week", Value: 2, URL: "/responses", Tone: frontend.Warning},
			{Label: "open asks", Value: 12, URL: "/invitations"}, {Label: "answers this month", Value: 48, URL: "/responses", Tone: frontend.Good}},
		Mine: true, Calls: survey.Calls{PerWeek: 20, Done: 16, Listed: 4, Beyond: 15}, Latest: rows(), AllResponses: "/responses",
		Lists: []frontend.TodayList{
			{List: survey.Leaving, Total: 19, Customers: []frontend.QuietCustomer{
				quietCustomer("Lindqvist Industri AB", "Usually orders every 8-19 days (middle 12); silent for 41 days; only 3 % of such gaps last that long. Chance that they have left: 84 %.", .84, 41, 186000, ""),
				quietCustomer("Harbour Foods Ltd", "Usually logs in every 1-4 days (middle 2); silent for 19 days; fewer than 1 % of such gaps last that long. Chance that they have left: 78 %.", .78, 19, 92400, "Jo Kim was asked 3 days ago."),
				quietCustomer("Atelier Morel", "Usually orders every 21-38 days (middle 29); silent for 88 days; 2 % of such gaps last that long. Chance that they have left: 71 %.", .71, 88, 41000, ""),
				quietCustomer("Kovács Logisztika Kft.", "Usually calls every 5-11 days (middle 7); silent for 24 days; 4 % of such gaps last that long. Chance that they have left: 56 %.", .56, 24, 18250, ""),
			}},
			{List: survey.Unusual, Total: 2, Customers: []frontend.QuietCustomer{
				listed(survey.Unusual, "Sanderson Tools Ltd", "Usually orders every 12-21 days (middle 16); silent for 29 days; about 5 in 100 of such gaps get that long. Chance that they have left: 31 %. A question may be enough.", .31, 29, 22400),
				listed(survey.Unusual, "Ferrara Ceramiche", "Usually pays every 27-34 days (middle 30); silent for 44 days; about 3 in 100 of such gaps get that long. Chance that they have left: 57 %. They are more likely gone than not: rather call than ask, if there is time.", .57, 44, 9100),
			}},
			{List: survey.Drifting, Total: 2, Customers: []frontend.QuietCustomer{
				drifting("Brückner & Co.", "Usually orders every 9-16 days (middle 12); no order for 41 days; about 2 in 100 of such gaps get that long. Still here: logged in yesterday. Chance that they have stopped buying: 69 %.", .69, 1, 63900),
				drifting("Atlas Print", "Usually pays every 28-33 days (middle 30); no payment for 74 days; fewer than 1 in 100 of such gaps get that long. Still here: called 3 days ago. Chance that they have stopped buying: 61 %.", .61, 3, 8200),
			}},
			{List: survey.Slowing, Total: 1, Customers: []frontend.QuietCustomer{
				listed(survey.Slowing, "Dupont Frères", "Ordered every 8 days until 16 Dec 2025, every 19 days since; 4 orders instead of 10. Of steady customers at most 1 in 540 looks so in a quarter.", .58, 16, 92400),
			}},
			{List: survey.Unreturned, Total: 12, Customers: []frontend.QuietCustomer{
				listed(survey.Unreturned, "Norte Energía", "Ordered once, 84 days ago. Of similar customers who order again, 9 in 10 do so within 61 days; 3 in 10 of those silent this long still come back.", .7, 84, 27500),
				listed(survey.Unreturned, "Vale Hotels", "Ordered twice, the last time 70 days ago. Of similar customers who order a third time within 250 days, 9 in 10 do so within 48 days; at least 6 in 100 of those silent this long still come back.", .94, 70, 0),
			}},
		},
	}
	for i := range p.Lists {
		p.Lists[i].All = "/customers?list=" + p.Lists[i].ID()
	}
	quiet := p.Lists[0].Customers
	for i := range quiet {
		quiet[i].Ask.Look = frontend.Plain
		quiet[i].Record = frontend.Action{Label: "Record a call", URL: "/customers/cus_1#touch", Get: true, Look: frontend.Primary, About: quiet[i].Name}
	}
	quiet[0].Call = &frontend.Person{Name: "Maja Lindqvist", Role: survey.DecisionMaker, Email: "maja@lindqvist.example"}
	quiet[1].Call = &frontend.Person{Name: "Jo Kim", Role: survey.Sponsor}
	p.Lists[2].Customers[1].LastKind = survey.Call
	quiet[2].RenewsOn = ago(-40)
	quiet[3].Call, quiet[3].Unreachable = &frontend.Person{Name: "Béla Kovács", Role: survey.Finance}, true
	return p
}

func quietCustomer(name, sentence string, gone float64, days int, value float64, asked string) frontend.QuietCustomer {
	return frontend.QuietCustomer{List: survey.Leaving, Name: name, URL: "/customers/cus_1", Segment: "Industry", Rep: "Ana Weber", Sentence: sentence, Gone: gone,
		LastAt: ago(days), LastKind: survey.Order, ValuePerYear: value, Asked: asked,
		Ask: post("Ask now", "/customers/cus_1/ask", frontend.Primary, name), Snooze: post("Snooze 14 days", "/customers/cus_1/snooze", frontend.Plain, name)}
}

// drifting is a customer who has stopped buying, and logged in so many days ago.
func drifting(name, sentence string, stopped float64, days int, value float64) frontend.QuietCustomer {
	c := listed(survey.Drifting, name, sentence, stopped, days, value)
	c.LastKind = survey.Login
	return c
}

// listed is a customer of a list.
func listed(l survey.List, name, sentence string, figure float64, days int, value float64) frontend.QuietCustomer {
	c := quietCustomer(name, sentence, figure, days, value, "")
	c.List = l
	return c
}

func rows() []frontend.ResponseRow {
	row := func(customer, contact string, kind survey.QuestionKind, value int, days int, text string) frontend.ResponseRow {
		return frontend.ResponseRow{URL: "/responses/res_1", Customer: frontend.Link{Text: customer, URL: "/customers/cus_1"}, Contact: contact, Survey: "Quiet pulse",
			Segment: "Industry", Rep: "Ana Weber", At: ago(days), Score: frontend.Score{Kind: kind, Value: value, Given: true}, Text: text}
	}
	return []frontend.ResponseRow{
		row("Brückner & Co.", "Petra Brückner", survey.CSAT, 2, 0, "The delivery was late twice, and nobody called. We are talking to Ostmann now."),
		row("Vale Hotels", "Sam Okafor", survey.NPS, 9, 1, "Your people pick up the phone."),
		row("Norte Energía", "Lucía Prats", survey.Progress, 4, 2, ""),
		row("Atlas Print", "Wim de Boer", survey.NPS, 7, 4, "Fine. The new portal is slow in the morning."),
	}
}

// freshToday is what a new installation shows.
func freshToday() frontend.TodayPage {
	return frontend.TodayPage{Shell: shell(frontend.PathToday), Lists: []frontend.TodayList{{List: survey.Leaving}}, Start: []frontend.Step{
		{Title: "Bring your customers", Text: "A CSV file from your own systems, or the API.", Link: frontend.Link{Text: "Import a file", URL: "/imports"}, Done: true},
		{Title: "Bring what they did", Text: "Orders, calls, logins: two years of dates are enough to know a rhythm.", Link: frontend.Link{Text: "Import touchpoints", URL: "/imports"}},
		{Title: "Choose a survey", Text: "The quiet pulse asks one short question, and what could be better.", Link: frontend.Link{Text: "See the templates", URL: "/surveys"}},
		{Title: "Let it ask by itself", Text: "A pulse asks customers that have gone quiet, at most as often as you say.", Link: frontend.Link{Text: "Make a pulse", URL: "/pulses/new"}},
	}}
}

func calmToday() frontend.TodayPage {
	p := today()
	p.Calls, p.Counts[0].Value, p.Lists = survey.Calls{PerWeek: 20}, 0, []frontend.TodayList{{List: survey.Leaving}}
	return p
}

func noticedToday() frontend.TodayPage {
	p := today()
	p.Notice = frontend.Notice{Tone: frontend.Bad, Text: "Jo Kim was asked 12 days ago; a contact rests for 90 days.", Link: frontend.Link{Text: "See the customer", URL: "/customers/cus_1"}}
	p.Feeds = []frontend.FeedNotice{{Sentence: "No orders from the API key “Web shop” since 4 Mar 2026; usually 40 a day.", Held: 202}}
	p.Chances = []frontend.ChanceNotice{chanceNotice()}
	p.Lists[0].Customers[0].Ask.Disabled = "Nobody there can be mailed"
	p.Mine, p.Calls = false, survey.Calls{Done: 3, Listed: 4, Beyond: 15, Unsure: true}
	return p
}

func extremeToday() frontend.TodayPage {
	p := today()
	quiet := p.Lists[0].Customers
	p.User.Name = longName
	p.Counts[0].Value, p.Counts[1].Value = 1000000000, 0
	for i, name := range []string{longName, arabic, chinese, hostile} {
		c := &quiet[i]
		c.Name, c.Rep, c.Segment, c.ValuePerYear = name, name, longWord, []float64{1e12, 0, 1e9, .4}[i]
		c.Gone = []float64{1, 0, .999, .001}[i]
		p.Latest[i].Customer.Text, p.Latest[i].Contact, p.Latest[i].Text = name, name, longWord+" "+name
	}
	p.Feeds = []frontend.FeedNotice{{Sentence: "No orders from the API key “" + longWord + "” since 4 Mar 2026; usually 40 a day.", Held: 1}, {Sentence: hostile + arabic}}
	quiet[2].Call = &frontend.Person{Name: longWord, Role: survey.OtherRole, Email: longWord + "@example.com"}
	quiet[3].Call = &frontend.Person{Name: hostile, Role: survey.User, Email: "a+b@example.com"}
	p.Calls, p.Lists[1].Total, p.Lists[2].Total = survey.Calls{PerWeek: 1, Done: 1, Beyond: 1000000000}, 1000000000, 1000000000
	unusual, drifting := p.Lists[1].Customers, p.Lists[2].Customers
	unusual[0].Name, unusual[1].Name = longWord, hostile
	drifting[0].Name, drifting[1].Name, drifting[0].Gone, drifting[0].AtLeast = longWord, hostile, .9, true
	p.Latest[0].Score = frontend.Score{Kind: survey.NPS, Value: 0, Given: true}
	p.Latest[3].Suspect = "it was answered faster than a person can"
	return p
}
