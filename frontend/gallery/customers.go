package gallery

import (
	"fmt"
	"net/url"
	"time"

	"earshot/frontend"
	"earshot/survey"
)

var (
	segments = []string{"Industry", "Retail", "Hospitality"}
	reps     = []frontend.Option{{Value: "rep_1", Text: "Ana Weber"}, {Value: "rep_2", Text: "Tom Baptiste"}}
)

func customerSamples() []Sample {
	bad := survey.InvalidField("name", "must not be empty")
	bad.Fields = append(bad.Fields, survey.FieldError{Field: "value_per_year", Message: "must be at least 0"}, survey.FieldError{Field: "email", Message: "must be an e-mail address"})
	filled := url.Values{"name": {"Lindqvist Industri AB"}, "segment": {"Industry"}, "rep_id": {"rep_1"}, "value_per_year": {"186000"}, "status": {"active"},
		"renews_on": {"2026-04-30"}, "paused_from": {"2026-03-01"}, "paused_until": {"2026-09-01"}, "paused_by": {"Jo Kim"}}
	back := frontend.Link{Text: "Lindqvist Industri AB", URL: "/customers/cus_1"}
	remove := pointer(post("Remove", "/customers/cus_1/delete", frontend.Danger, "Lindqvist Industri AB"))
	person := url.Values{"name": {"Jo Kim"}, "email": {"jo@"}, "role": {"sponsor"}, "language": {"de"}, "left": {"on"}}
	return []Sample{
		{"customers", "normal", customers()}, {"customers", "empty", frontend.CustomersPage{Shell: shell(frontend.PathCustomers), Filter: filter(nil), New: "/customers/new", Import: "/imports"}},
		{"customers", "nothing-found", frontend.CustomersPage{Shell: shell(frontend.PathCustomers), Filter: filter(url.Values{"q": {"Zyx"}}), Filtered: true}},
		{"customers", "extreme", extremeCustomers()},
		{"customer", "normal", customer()}, {"customer", "empty", emptyCustomer()}, {"customer", "paused", pausedCustomer()}, {"customer", "drifting", driftingCustomer()}, {"customer", "slowing", slowingCustomer()}, {"customer", "newcomer", unreturnedCustomer()}, {"customer", "error", failedCustomer()}, {"customer", "extreme", extremeCustomer()},
		{"customer_form", "empty", frontend.CustomerFormPage{Shell: shell(frontend.PathCustomers), Back: frontend.Link{Text: "Customers", URL: "/customers"}, Form: frontend.CustomerForm("/customers", nil, segments, reps)}},
		{"customer_form", "normal", frontend.CustomerFormPage{Shell: shell(frontend.PathCustomers), Name: "Lindqvist Industri AB", Back: back, Form: frontend.CustomerForm("/customers/cus_1", filled, segments, reps), Delete: remove}},
		{"customer_form", "error", frontend.CustomerFormPage{Shell: shell(frontend.PathCustomers), Back: back, Form: frontend.CustomerForm("/customers", url.Values{"name": {""}, "value_per_year": {"-1"}, "segment": {longWord}}, segments, reps).Reject(bad)}},
		{"touchpoint", "normal", touchpoint("Heard that their buyer left.", 5400)}, {"touchpoint", "extreme", touchpoint(longWord+"\n"+hostile, 1e12)},
		{"contact_form", "normal", frontend.ContactFormPage{Shell: shell(frontend.PathCustomers), Customer: back, Form: frontend.ContactForm("/customers/cus_1/contacts", nil)}},
		{"contact_form", "error", frontend.ContactFormPage{Shell: shell(frontend.PathCustomers), Customer: back, Name: "Jo Kim", Unmailed: "Jo Kim was asked on 2 March 2026; a contact rests for 14 days", ByHand: true,
			Form: frontend.ContactForm("/contacts/con_1", person).Reject(bad), Delete: pointer(post("Remove", "/contacts/con_1/delete", frontend.Danger, "Jo Kim"))}},
	}
}

// touchpoint is a touchpoint that is about to be taken back.
func touchpoint(note string, value float64) frontend.TouchpointPage {
	page := frontend.TouchpointPage{
		Shell: shell(frontend.PathCustomers), Back: frontend.Link{Text: "Lindqvist Industri AB", URL: "/customers/cus_1"},
		Item: frontend.TimelineItem{At: ago(20), Kind: survey.Call, Text: note, Value: value}, Remove: post("Yes, remove for good", "/touchpoints/tp_1/delete", frontend.Danger, ""),
	}
	page.Notice = frontend.Notice{Tone: frontend.Warning, Text: "Nothing is removed yet. Press the button below if you are sure."}
	return page
}

func filter(values url.Values) frontend.Form {
	return frontend.CustomersFilter("/customers", values, segments, reps)
}

func customers() frontend.CustomersPage {
	p := frontend.CustomersPage{Shell: shell(frontend.PathCustomers), Filter: filter(nil), New: "/customers/new", Import: "/imports",
		Pager: frontend.Pager{First: "/customers", Next: "/customers?after=x", Shown: "8 customers"}}
	for i, name := range []string{"Atelier Morel", "Atlas Print", "Brückner & Co.", "Harbour Foods Ltd", "Kovács Logisztika Kft.", "Lindqvist Industri AB", "Norte Energía", "Vale Hotels"} {
		row := frontend.CustomerRow{Name: name, URL: "/customers/cus_1", Status: survey.Statuses()[[]int{1, 1, 1, 1, 0, 1, 3, 2}[i]], Segment: segments[i%3], Rep: reps[i%2].Text,
			ValuePerYear: []float64{41000, 8200, 63900, 92400, 0, 186000, 27500, 12000}[i], LastAt: ago([]int{88, 0, 1, 19, 24, 41, 3, 200}[i]), List: []survey.List{survey.Leaving, "", survey.Drifting}[i%3], Gone: .71}
		row.Held, row.Unreachable = i == 1, i == 2
		if i%2 == 0 {
			row.Score = frontend.Score{Kind: survey.NPS, Value: 9 - i, Given: true}
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

func extremeCustomers() frontend.CustomersPage {
	p := customers()
	for i, name := range []string{longName, longWord, arabic, chinese, hostile} {
		p.Rows[i].Name, p.Rows[i].Segment, p.Rows[i].Rep, p.Rows[i].ValuePerYear = name, longWord, name, 1e12
	}
	p.Rows[5] = frontend.CustomerRow{Name: "x", URL: "/customers/cus_1", Status: survey.Prospect}
	return p
}

func customer() frontend.CustomerPage {
	ask := frontend.AskForm("/customers/cus_1/ask", nil, []frontend.Option{{Value: "srv_1", Text: "Quiet pulse"}}, []frontend.Option{{Value: "con_1", Text: "Jo Kim, sponsor"}})
	touch := frontend.TouchpointForm("/customers/cus_1/touchpoints", url.Values{"at": {"2026-03-18"}}, []frontend.Option{{Value: "con_1", Text: "Jo Kim"}})
	p := frontend.CustomerPage{Shell: shell(frontend.PathCustomers), Name: "Lindqvist Industri AB", Status: survey.Active, Segment: "Industry", Rep: "Ana Weber", ExternalID: "K-20417",
		ValuePerYear: 186000, Since: ago(900), RenewsOn: ago(-40), RenewsSoon: true, Edit: "/customers/cus_1/edit", NewContact: "/customers/cus_1/contacts/new", Ask: &ask, Touchpoint: &touch,
		Silence: frontend.Silence{List: survey.Leaving, Since: ago(12), Gone: .84, LastAt: ago(41), LastKind: survey.Order,
			Sentence: "Usually orders every 8-19 days (middle 12); silent for 41 days; only 3 % of such gaps last that long. Chance that they have left: 84 %.",
			Facts:    []frontend.Fact{{Name: "Usual gap", Value: "8 to 19 days, middle 12"}, {Name: "Present silence", Value: "41 days"}, {Name: "Gaps this long", Value: "3 of 100"}, {Name: "Learnt from", Value: "61 gaps"}},
			Chart:    frontend.Chart{URL: "sample-wide.svg", Alt: "Gaps between orders over two years, most from 8 to 19 days; the present silence of 41 days is the longest.", Width: 760, Height: 240},
			Snooze:   pointer(post("Snooze 14 days", "/customers/cus_1/snooze", frontend.Plain, ""))},
		Contacts: []frontend.ContactRow{
			{Name: "Jo Kim", Edit: "/contacts/con_1", Email: "jo.kim@lindqvist.example", Role: survey.Sponsor, Language: "en", AskedAt: ago(120)},
			{Name: "Pat Lindqvist", Edit: "/contacts/con_2", Email: "pat@lindqvist.example", Role: survey.DecisionMaker, Language: "sv", Unreachable: "Address refused on 2 Feb 2026"},
			{Name: "Kim Åberg", Edit: "/contacts/con_3", Email: "kim@lindqvist.example", Role: survey.OtherRole, Unreachable: "Named by somebody else on 2 Feb 2026, not confirmed yet", Confirm: pointer(post("Confirm", "/contacts/con_3/confirm", frontend.Plain, "Kim Åberg"))}},
		Answers: ownRows(), AllAnswers: "/responses?customer=cus_1", Invitations: invitations()[:2], AllInvitations: "/invitations?customer=cus_1",
		Holds: []frontend.PulseHold{{Pulse: frontend.Link{Text: "Weekday quiet pulse", URL: "/pulses/pul_1"}, HeldRow: frontend.HeldRow{At: ago(1), Reason: "Jo Kim was asked on 2 March 2026; a contact rests for 90 days", Until: Now.AddDate(0, 0, 78)}}}, Timelines: frontend.Pager{Next: "/customers/cus_1?after=x"},
		Timeline: []frontend.TimelineItem{
			{At: ago(3), Kind: frontend.AskItem, Text: "Quiet pulse, mailed", Contact: "Jo Kim", URL: "/invitations"},
			{At: ago(20), Kind: survey.Note, Text: "Heard that their buyer left.", Remove: pointer(post("Remove", "/touchpoints/tp_1/delete", frontend.Quiet, "note of 26 Feb"))},
			{At: ago(41), Kind: survey.Order, Value: 5400, Text: "Order 88121"}, {At: ago(53), Kind: survey.Order, Value: 4200},
			{At: ago(120), Kind: survey.Answered, Contact: "Jo Kim", Score: frontend.Score{Kind: survey.NPS, Value: 9, Given: true}, URL: "/responses/res_1"}, {At: ago(122), Kind: survey.EmailIn, Contact: "Jo Kim"}},
	}
	return p
}

// ownRows are answers on the page of their own customer, whose name is not repeated.
func ownRows() []frontend.ResponseRow {
	own := rows()[:2]
	for i := range own {
		own[i].Customer = frontend.Link{}
	}
	return own
}

func emptyCustomer() frontend.CustomerPage {
	return frontend.CustomerPage{Shell: shell(frontend.PathCustomers), Name: "Vale Hotels", Status: survey.Prospect, Silence: frontend.Silence{Sentence: "No sign of life yet."},
		AskHeld: "There is nobody here who can be mailed. Add a contact with an e-mail address first.", NewContact: "/customers/cus_1/contacts/new"}
}

func pausedCustomer() frontend.CustomerPage {
	p := customer()
	p.RenewsSoon, p.Silence.KeptOut = false, true
	p.Silence.List, p.Silence.Since, p.Silence.Snooze, p.Silence.Gone = "", time.Time{}, nil, .31
	p.Silence.Sentence = "Usually orders every 8-19 days (middle 12); silent for 41 days, 30 of them at rest; about 60 in 100 of such gaps get that long. Chance that they have left: 31 %."
	p.Silence.Pause = "Since 1 Mar 2026 until 1 Sep 2026, said by Jo Kim. The silence does not grow in that time."
	return p
}

func driftingCustomer() frontend.CustomerPage {
	p := customer()
	p.Silence.List, p.Silence.Gone, p.Silence.LastAt, p.Silence.LastKind = survey.Drifting, .69, ago(1), survey.Login
	p.Silence.Sentence = "Usually orders every 8-19 days (middle 12); no order for 41 days; about 3 in 100 of such gaps get that long. Still here: logged in yesterday. Chance that they have stopped buying: 69 %."
	p.Timeline = append([]frontend.TimelineItem{{At: ago(1), Kind: survey.Login, Contact: "Jo Kim"}}, p.Timeline...)
	return p
}

func slowingCustomer() frontend.CustomerPage {
	p := customer()
	p.Silence.List, p.Silence.Gone, p.Silence.LastAt = survey.Slowing, .58, ago(16)
	p.Silence.Sentence = "Ordered every 8 days until 16 Dec 2025, every 19 days since; 4 orders instead of 10. Of steady customers at most 1 in 540 looks so in a quarter."
	p.Silence.Facts = append(p.Silence.Facts, frontend.Fact{Name: "Before 16 Dec 2025", Value: "every 8.2 days"}, frontend.Fact{Name: "Since then", Value: "every 19.0 days, 58 % less often"})
	return p
}

func unreturnedCustomer() frontend.CustomerPage {
	p := customer()
	p.Silence.List, p.Silence.Gone, p.Silence.LastAt = survey.Unreturned, .7, ago(84)
	p.Silence.Sentence = "Ordered once, 84 days ago. Of similar customers who order again, 9 in 10 do so within 61 days; 3 in 10 of those silent this long still come back."
	p.Silence.Facts = append(p.Silence.Facts, frontend.Fact{Name: "Compared with", Value: "1204 newcomers of the last three years"})
	return p
}

func failedCustomer() frontend.CustomerPage {
	p := customer()
	*p.Ask = p.Ask.Reject(survey.Errorf(survey.Conflict, "Jo Kim was asked 12 days ago; a contact rests for 90 days"))
	*p.Touchpoint = p.Touchpoint.Reject(survey.InvalidField("at", "must not lie in the future"))
	p.Silence.List, p.Silence.Since, p.Silence.Snooze = "", time.Time{}, nil
	p.Silence.Held = "No orders from the API key “Web shop” since 4 Mar 2026; usually 40 a day. The silence would be an alarm since 10 Mar 2026, but they may have shown up in what is missing, so it is held."
	return p
}

func extremeCustomer() frontend.CustomerPage {
	p := customer()
	p.Name, p.Segment, p.Rep, p.ExternalID, p.ValuePerYear = longName, longWord, arabic, longWord, 1e12
	p.Silence.SnoozedUntil = Now.AddDate(0, 0, 9)
	p.Silence.Pause = "From 1 Jul 2026, nobody knows until when, said by " + longName + ". The silence does not grow in that time."
	p.Contacts[0].Name, p.Contacts[0].Email, p.Contacts[1].Name = longWord, fmt.Sprintf("%.60s@%.60s.example", longWord, longWord), hostile
	p.Timeline[1].Text, p.Timeline[2].Value, p.Timeline[0].Contact = arabic+" "+longWord, 1e12, chinese
	return p
}
