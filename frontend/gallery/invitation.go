package gallery

import (
	"time"

	"earshot/frontend"
	"earshot/survey"
)

func oneInvitation() frontend.InvitationPage {
	row := invitations()[1]
	row.NextReminderAt = time.Time{}
	row.Revoke = pointer(post("Revoke", "/invitations/inv_2/revoke", frontend.Quiet, "Jo Kim"))
	return frontend.InvitationPage{
		Shell: shell(frontend.PathInvitations), InvitationRow: row, Sentence: "The mail server took it, and no answer has come yet.",
		ContactURL: "/contacts/con_1", SurveyLink: frontend.Link{Text: "Quiet pulse", URL: "/surveys/srv_1"}, Version: 3, Segment: "Industry", Language: "sv",
		Mails: []frontend.MailStory{
			{Title: "First reminder", ID: "mail-1", Standing: survey.StandsPlanned, MessageID: "inv_1c5bk2q3n4p5r6s7t8v9w0x1y2-1@feedback.norwind.example", LatestAt: Now.AddDate(0, 0, 6),
				Events: []frontend.MailStep{{At: ago(0), Standing: survey.StandsPlanned, Reason: "waits for Monday 09:00 in Europe/Stockholm", NextAt: Now.Add(18 * time.Hour)}}},
			{Title: "First mail", ID: "mail-0", Standing: survey.StandsAccepted, MessageID: "inv_1c5bk2q3n4p5r6s7t8v9w0x1y2@feedback.norwind.example", Attempts: 3, Relay: "main",
				Events: []frontend.MailStep{
					{At: ago(5), Standing: survey.StandsPlanned, Reason: "waits for Monday 09:00 in Europe/Stockholm", NextAt: ago(5).Add(14 * time.Hour)},
					{At: ago(4), Standing: survey.StandsHeld, Reason: "waits until a mail server takes mails again"},
					{At: ago(4), Standing: survey.StandsBraked, Reason: "waits until an admin lets mails go: too many were refused, came back or were reported as spam"},
					{At: ago(4).Add(20 * time.Minute), Standing: survey.StandsPaced, Reason: "waits for its turn: the mail server main is given at most 20 mails a second, 1000 an hour", NextAt: ago(4).Add(21 * time.Minute)},
					{At: ago(4).Add(21 * time.Minute), Standing: survey.StandsDeferred, Took: 2 * time.Second, Relay: "main", Reason: "451 4.7.1 Greylisted, try again later", NextAt: ago(4).Add(26 * time.Minute), Gap: 3},
					{At: ago(4).Add(30 * time.Minute), Standing: survey.StandsAccepted, Took: 1200 * time.Millisecond, Relay: "main", Reason: "250 2.0.0 Ok: queued as 4F2A61"},
				}},
		},
		Received: receivedRows()[4:5],
	}
}

func uncertainInvitation() frontend.InvitationPage {
	p := oneInvitation()
	p.InvitationRow = invitations()[6]
	p.Sentence = "The connection broke while it was handed over, so nobody knows whether it arrived. Decide what to do."
	p.Mails = []frontend.MailStory{{Title: "First mail", ID: "mail-0", Standing: survey.StandsUncertain, MessageID: "inv_1@feedback.norwind.example", Attempts: 1,
		Events: []frontend.MailStep{{At: ago(5), Standing: survey.StandsPlanned}, {At: ago(5).Add(time.Minute), Standing: survey.StandsUncertain, Took: time.Minute, Reason: p.Reason}}}}
	p.Received = nil
	return p
}

// handedOut is an invitation whose link a program handed out.
func handedOut() frontend.InvitationPage {
	p := oneInvitation()
	p.InvitationRow = invitations()[5]
	p.Email, p.By, p.Sentence = "", frontend.Link{Text: "API"}, "The link was handed out, and nothing is mailed."
	p.Mails, p.Received, p.ContactURL = nil, nil, ""
	return p
}

func extremeInvitation() frontend.InvitationPage {
	p := uncertainInvitation()
	p.InvitationRow = extremeInvitations()[0]
	p.Customer.Text, p.Contact, p.SurveyLink.Text, p.Segment, p.Successor, p.Sentence = longName, arabic, hostile, longWord, longWord, longName
	p.Mails[0].MessageID = longWord + "@" + longWord
	p.Mails[0].Events = append(p.Mails[0].Events, frontend.MailStep{Standing: survey.StandsWithheld, Reason: longWord, By: longName}, frontend.MailStep{At: ago(0), Standing: survey.StandsRefused, Reason: hostile, Took: 72 * time.Hour})
	p.Received = extremeReceived()
	return p
}

func receivedTabs() []frontend.Tab {
	tabs := []frontend.Tab{{Link: frontend.Link{Text: "All", URL: "/received-mails"}, Current: true}}
	for _, k := range survey.ReceivedKinds() {
		tabs = append(tabs, frontend.Tab{Link: frontend.Link{Text: frontend.ReceivedName(k), URL: "/received-mails?kind=" + string(k)}})
	}
	return tabs
}

func receivedRows() []frontend.ReceivedRow {
	customer, about := frontend.Link{Text: "Lindqvist Industri AB", URL: "/customers/cus_1"}, frontend.Link{Text: "Jo Kim", URL: "/invitations/inv_1"}
	return []frontend.ReceivedRow{
		{At: ago(0), Kind: survey.ReceivedBounce, From: "MAILER-DAEMON@mx.lindqvist.example", Subject: "Undelivered Mail Returned to Sender", Customer: customer, Invitation: about, Followed: survey.FollowedAddress,
			Failures: []survey.MailFailure{{Recipient: "jo.kim@lindqvist.example", Status: "5.1.1", Diagnostic: "550 5.1.1 User unknown", Permanent: true, BadAddress: true}}},
		{At: ago(1), Kind: survey.ReceivedComplaint, From: "fbl@mailbox.example", Subject: "Abuse report", Customer: customer, Invitation: about, Followed: survey.FollowedSuppressed},
		{At: ago(1), Kind: survey.ReceivedReply, From: "Jo Kim <jo.kim@lindqvist.example>", Subject: "Re: Is everything all right?", Customer: customer, Invitation: about, Followed: survey.FollowedLife, Text: "Hi Ana, all is well here, we only moved to the new plant. Call me in May?"},
		{At: ago(2), Kind: survey.ReceivedUnknown, From: "news@somewhere.example", Subject: "Spring offers"},
		{At: ago(2), Kind: survey.ReceivedAutoReply, From: "jo.kim@lindqvist.example", Subject: "Out of office", Customer: customer, Invitation: about, Followed: survey.FollowedNothing, Text: "I am back on Monday."},
		{At: ago(3), Kind: survey.ReceivedDelayed, From: "MAILER-DAEMON@mx.example", Subject: "Delayed Mail (still being retried)", Customer: customer, Invitation: about, Pending: true},
	}
}

func extremeReceived() []frontend.ReceivedRow {
	rows := receivedRows()[:3]
	rows[0].From, rows[0].Subject, rows[0].Failures[0].Diagnostic, rows[0].Customer.Text = longWord+"@example.com", arabic, longWord, longName
	rows[2].Text, rows[2].Subject, rows[2].Invitation.Text = longWord+arabic, hostile, longWord
	return rows
}
