package gallery

import (
	"net/url"
	"time"

	"earshot/frontend"
	"earshot/survey"
)

func mailSamples() []Sample {
	tabs := []frontend.Tab{{Link: frontend.Link{Text: "All 1,241", URL: "/invitations"}, Current: true}, {Link: frontend.Link{Text: "Waiting 12", URL: "/invitations?state=planned"}}, {Link: frontend.Link{Text: "Put off 1", URL: "/invitations?state=deferred"}},
		{Link: frontend.Link{Text: "Sent 1,204", URL: "/invitations?state=accepted"}}, {Link: frontend.Link{Text: "Refused 23", URL: "/invitations?state=refused"}}, {Link: frontend.Link{Text: "Uncertain 1", URL: "/invitations?state=uncertain"}}}
	filter := frontend.LedgerFilter("/invitations", url.Values{}, []frontend.Option{{Value: "pul_1", Text: "Weekday quiet pulse"}}, someSurveys)
	wrong := frontend.LedgerFilter("/invitations", url.Values{"from": {"yesterday"}, "q": {longWord}}, nil, someSurveys).Reject(survey.InvalidField("from", "must be a day, e.g. 2026-01-31"))
	decide := &frontend.DecideUncertain{URL: "/invitations/resolve", All: 12}
	withhold := pointer(post("Withhold 12 mails", "/invitations/withhold", frontend.Danger, ""))
	list := func(p frontend.InvitationsPage) frontend.InvitationsPage {
		if p.Shell.Section == "" {
			p.Shell = shell(frontend.PathInvitations)
		}
		if p.Filter.Fields == nil {
			p.Filter = filter
		}
		p.Tabs, p.Table = tabs, "/invitations.csv"
		return p
	}
	mail := frontend.KeptMailPage{Shell: shell(frontend.PathKeptMails), Subject: "Jo, is everything all right with Norwind?", At: ago(0), Frame: "sample-mail.html", Text: "Hello Jo Kim,\n\nhow satisfied are you?\n\nhttps://feedback.norwind.example/r/sample\n",
		Headers: []frontend.Fact{{Name: "From", Value: "Ana Weber <feedback@norwind.example>"}, {Name: "To", Value: "Jo Kim <jo.kim@lindqvist.example>"}},
		Links:   []frontend.Link{{Text: "Open the page to answer on", URL: "/r/sample"}}, Customer: frontend.Link{Text: "Lindqvist Industri AB", URL: "/customers/cus_1"}}
	extreme := mail
	extreme.Subject, extreme.Text, extreme.Customer.Text = longName+longWord, longWord+arabic, hostile
	masked := mail
	masked.Text, masked.Links, masked.LinksMasked = "Hello Jo Kim,\n\nhow satisfied are you?\n\nhttps://feedback.norwind.example/r/***\n", nil, true
	row := frontend.KeptMailRow{URL: "/kept-mails/inv_1", To: "jo.kim@lindqvist.example", Subject: "Jo, is everything all right with Norwind?", Customer: frontend.Link{Text: "Lindqvist Industri AB", URL: "/customers/cus_1"}, At: ago(0)}
	long := frontend.KeptMailRow{URL: "/kept-mails/inv_2", To: longWord + "@example.com", Subject: arabic, Customer: frontend.Link{Text: longName}, At: ago(70)}
	return []Sample{
		{"kept_mails", "normal", frontend.KeptMailsPage{Shell: shell(frontend.PathKeptMails), Rows: []frontend.KeptMailRow{row, row}, Pager: frontend.Pager{Next: "/kept-mails?after=x"}}},
		{"kept_mails", "empty", frontend.KeptMailsPage{Shell: shell(frontend.PathKeptMails)}}, {"kept_mails", "extreme", frontend.KeptMailsPage{Shell: shell(frontend.PathKeptMails), Rows: []frontend.KeptMailRow{row, long}}},
		{"kept_mail", "normal", mail}, {"kept_mail", "masked", masked}, {"kept_mail", "extreme", extreme},
		{"invitations", "normal", list(frontend.InvitationsPage{Uncertain: invitations()[6:7], Decide: decide, Rows: append(invitations()[:6], invitations()[8]), Pager: frontend.Pager{Next: "/invitations?after=x"}, Withhold: withhold, Waiting: 12})},
		{"invitations", "empty", list(frontend.InvitationsPage{})},
		{"invitations", "nothing", list(frontend.InvitationsPage{Filtered: true, Scope: frontend.Link{Text: "Lindqvist Industri AB", URL: "/customers/cus_1"}})},
		{"invitations", "error", list(frontend.InvitationsPage{Filtered: true, Filter: wrong})},
		{"invitations", "alarm", list(frontend.InvitationsPage{Shell: alarmed(frontend.PathInvitations), Rows: invitations()[:6]})},
		{"invitations", "extreme", list(frontend.InvitationsPage{Rows: extremeInvitations(), Scope: frontend.Link{Text: longName, URL: "/customers/cus_1"}})},
		{"invitation", "normal", oneInvitation()}, {"invitation", "uncertain", uncertainInvitation()}, {"invitation", "link", handedOut()}, {"invitation", "extreme", extremeInvitation()},
		{"received_mails", "normal", frontend.ReceivedPage{Shell: shell(frontend.PathInvitations), Tabs: receivedTabs(), Rows: receivedRows(), Pager: frontend.Pager{Next: "/received-mails?cursor=x"}}},
		{"received_mails", "empty", frontend.ReceivedPage{Shell: shell(frontend.PathInvitations), Tabs: receivedTabs()}},
		{"received_mails", "extreme", frontend.ReceivedPage{Shell: shell(frontend.PathInvitations), Tabs: receivedTabs(), Rows: extremeReceived()}},
	}
}

func invitations() []frontend.InvitationRow {
	stands := []survey.Standing{survey.StandsKept, survey.StandsAccepted, survey.StandsDeferred, survey.StandsRefused, survey.StandsSuppressed, survey.StandsLink, survey.StandsUncertain, survey.StandsSending, survey.StandsBounced}
	outcomes := []frontend.Outcome{frontend.OutcomeAnswered, frontend.OutcomeOpen, frontend.OutcomeOpen, frontend.OutcomeExpired, frontend.OutcomeUnsubscribed, frontend.OutcomeRevoked, frontend.OutcomeOpen, frontend.OutcomeDeclined, frontend.OutcomeExpired}
	rows := make([]frontend.InvitationRow, len(stands))
	for i := range rows {
		rows[i] = frontend.InvitationRow{URL: "/invitations/inv_1", Customer: frontend.Link{Text: []string{"Lindqvist Industri AB", "Harbour Foods Ltd", "Atelier Morel", "Vale Hotels"}[i%4], URL: "/customers/cus_1"}, Contact: "Jo Kim", Email: "jo.kim@lindqvist.example",
			Survey: "Quiet pulse", By: frontend.Link{Text: "Weekday quiet pulse", URL: "/pulses/pul_1"}, At: ago(i), ExpiresAt: Now.AddDate(0, 0, 14-i), Standing: stands[i], Outcome: outcomes[i], Attempts: 1}
		if outcomes[i] != frontend.OutcomeOpen {
			rows[i].OutcomeAt = ago(0)
		}
	}
	rows[0].Response, rows[0].SentAt, rows[0].Mail = "/responses/res_1", ago(0), "/kept-mails/inv_1"
	rows[1].Revoke = pointer(post("Take back", "/invitations/inv_2/revoke", frontend.Plain, "Harbour Foods Ltd"))
	rows[2].Reason, rows[2].Attempts, rows[2].NextTryAt = "451 4.7.1 Greylisted, try again later", 3, Now.Add(time.Hour)
	rows[3].Reason = "550 5.1.1 No such user here"
	rows[1].NextReminderAt = Now.AddDate(0, 0, 3)
	rows[3].Reminder = 1
	rows[8].Reason = "it came back: 550 5.1.1 User unknown"
	rows[6].Reason = "The connection broke after the mail’s last byte; the server had not answered yet."
	rows[6].Choose = "inv_7"
	rows[6].Resend, rows[6].Leave = pointer(post("Send again", "/invitations/inv_7/resend", frontend.Primary, "Atelier Morel")), pointer(post("Leave it", "/invitations/inv_7/leave", frontend.Plain, "Atelier Morel"))
	return rows
}

func extremeInvitations() []frontend.InvitationRow {
	rows := invitations()
	for i, name := range []string{longName, arabic, chinese, hostile} {
		rows[i].Customer.Text, rows[i].Contact, rows[i].Email, rows[i].Survey, rows[i].By.Text, rows[i].Attempts, rows[i].Reason = name, name, longWord+"@example.com", name, name, 1000000000, longWord
	}
	return rows
}
