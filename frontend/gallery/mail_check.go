package gallery

import (
	"net/url"
	"strings"
	"time"

	"earshot/frontend"
	"earshot/survey"
)

func mailCheck() frontend.MailCheckPage {
	form := frontend.MailTestForm("/settings/mail/test", url.Values{"to": {"ana@norwind.example"}}, []frontend.Option{{Value: "sur_1", Text: "Quiet pulse"}})
	alarm := frontend.RelayAlarm{Name: "bulk", Fault: survey.FaultQuota, Reply: "451 4.7.1 hourly quota exceeded", Since: Now.Add(-20 * time.Minute), NextAt: Now.Add(5 * time.Minute)}
	around := shell(frontend.PathSettings)
	around.MailAlarm = &frontend.MailAlarm{Relays: []frontend.RelayAlarm{alarm}, Named: true, Try: post("Try now", "/relay/try", frontend.Plain, "")}
	return frontend.MailCheckPage{Shell: around, CheckedAt: Now, Relays: []frontend.RelayRow{
		{Name: "main", Part: 1, Limits: survey.MailLimits{PerSecond: 20, PerHour: 3000, PerDay: 253}, Used: survey.MailLimits{PerHour: 48, PerDay: 201}, WarmUpDay: 5},
		{Name: alarm.Name, Alarm: &alarm, Limits: survey.MailLimits{PerHour: 10000}, Used: survey.MailLimits{PerHour: 10000}},
		{Name: "spare", Backup: true},
	}, Test: &form, Brake: brakePanel(mailEnds(812, 3, 6, 1), false), Tested: &frontend.MailTest{To: "ana@norwind.example", Accepted: true, Reply: "250 2.0.0 Ok: queued as 4F2A"},
		Checks: []survey.MailCheck{
			{Name: "Mail server", State: survey.CheckOK, Found: "The mail server mail.norwind.example takes our sender after a log-in by SCRAM-SHA-256."},
			{Name: "Encryption", State: survey.CheckOK, Found: "TLS 1.3; the certificate is valid until 12 May 2026, for 54 days."},
			{Name: "SPF", State: survey.CheckWarning, Found: "The SPF record of bounce.norwind.example does not let the mail server send, which is 203.0.113.5.", Do: "Add it, unless it hands mails on from other addresses: name those with -outgoing.",
				Publish: []survey.DNSRecord{{Type: "TXT", Name: "bounce.norwind.example", Text: "v=spf1 ip4:203.0.113.5 mx ~all"}}},
			{Name: "DKIM", State: survey.CheckFault, Found: "The record of earshot._domainkey.norwind.example is missing, or holds another key: nobody can verify what is signed.", Do: "Publish it.",
				Publish: []survey.DNSRecord{{Type: "TXT", Name: "earshot._domainkey.norwind.example", Text: "v=DKIM1; k=rsa; p=" + strings.Repeat("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A", 12)}}},
			{Name: "DMARC", State: survey.CheckOK, Found: "The DMARC record of norwind.example asks of mails that are not proven yours to put them into the spam folder."},
			{Name: "Reverse DNS", State: survey.CheckUnknown, Found: "Your mail server sends, and its outgoing address is not known here.", Do: "Name the address with -outgoing."},
			{Name: "Spam score", State: survey.CheckOK, Found: "SpamAssassin gives a mail 0.6 points of 5.0; it met HTML_MESSAGE, NO_RECEIVED, NO_RELAYS."},
		}}
}

// mailEnds are ends of mails with the lists behind them.
func mailEnds(accepted, refused, bounced, complained int) frontend.MailEnds {
	const list = "/invitations?state="
	return frontend.MailEnds{
		MailEnds: survey.MailEnds{Accepted: accepted, Refused: refused, Bounced: bounced, Complained: complained},
		Refused:  list + "refused", Bounced: list + "bounced", Complained: list + "complained",
	}
}

// brakePanel is the panel of an installation whose mails are held, if release, or go out.
func brakePanel(ends frontend.MailEnds, release bool) *frontend.BrakePanel {
	panel := &frontend.BrakePanel{Ends: ends, Limits: survey.BrakeLimits{Bounces: survey.DefaultBrakeBounces, Complaints: survey.DefaultBrakeComplaints}, Since: ago(6)}
	if release {
		panel.Release, panel.ReleasedAt, panel.ReleasedBy = pointer(post("Let mails go", "/settings/mail/release", frontend.Danger, "")), ago(6), longName
	}
	return panel
}

// heldMailCheck is how it looks while mails are held.
func heldMailCheck() frontend.MailCheckPage {
	page := mailCheck()
	page.Shell, page.Tested, page.Brake = alarmed(frontend.PathSettings), nil, brakePanel(mailEnds(40, 12, 0, 1), true)
	page.MailAlarm, page.MailboxAlarm = nil, nil
	return page
}

func goodMailCheck() frontend.MailCheckPage {
	page := mailCheck()
	page.Tested, page.Checks, page.Relays, page.Brake, page.MailAlarm = nil, page.Checks[:2], nil, &frontend.BrakePanel{}, nil
	return page
}

func extremeMailCheck() frontend.MailCheckPage {
	page := mailCheck()
	form := page.Test.Reject(survey.InvalidField("to", "must be an e-mail address"))
	page.Test, page.Tested = &form, &frontend.MailTest{To: longWord + "@example.com", Reply: "554 5.7.1 " + hostile + longWord}
	page.Relays[1].Name, page.Relays[1].Alarm.Reply = longWord, hostile+longWord
	for i := range page.Checks {
		page.Checks[i].Found, page.Checks[i].Do = longWord+" "+hostile, longName
	}
	page.Brake = brakePanel(mailEnds(1<<30, 1<<30, 1<<30, 1<<30), true)
	page.Checks[2].Publish = append(page.Checks[2].Publish, survey.DNSRecord{Type: "PTR", Name: longWord + ".example", Text: arabic})
	return page
}
