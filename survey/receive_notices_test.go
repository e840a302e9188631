package survey_test

import (
	"testing"

	"earshot/survey"
	"earshot/survey/inbound"
)

// TestNoticesOfMailServices tells of each kind, by each way in which a service names our mail, twice, among news of mails of others.
func TestNoticesOfMailServices(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		mail       inbound.Mail
		state      survey.MailState
		suppressed survey.SuppressionReason
		over       bool
	}{
		{"no such address", inbound.Mail{Kind: inbound.Bounce, Failures: []inbound.Failure{inbound.NewFailure("", "5.1.1", "550 no such user")}}, survey.MailBounced, survey.HardBounce, true},
		{"full", inbound.Mail{Kind: inbound.Bounce, Failures: []inbound.Failure{inbound.NewFailure("", "4.2.2", "full")}}, survey.MailBounced, "", true},
		{"tried again", inbound.Mail{Kind: inbound.Delayed}, survey.MailAccepted, "", false},
		{"out of office", inbound.Mail{Kind: inbound.AutoReply}, survey.MailAccepted, "", false},
		{"a complaint", inbound.Mail{Kind: inbound.Complaint}, survey.MailAccepted, survey.Complained, true},
		{"opted out", inbound.Mail{Kind: inbound.Unsubscribe}, survey.MailAccepted, survey.Unsubscribed, true},
	} {
		for _, by := range []string{"message id", "return path"} {
			t.Run(tt.name+" by "+by, func(t *testing.T) {
				t.Parallel()
				o, inv := mailed(t)
				mail, other := tt.mail, tt.mail
				mail.MessageID, other.MessageID = "event 1", "event 2"
				if len(mail.Failures) > 0 {
					mail.Failures[0].Recipient = inv.Email
				}
				other.About, other.To = []string{"inv_0@feedback.example.com", inv.ID + "@other.example"}, []string{"bounces+" + inv.ID + "@other.example"}
				if by == "message id" {
					mail.About = []string{"<nonsense", inv.Mail.MessageID}
				} else {
					mail.To = []string{"bounces+" + inv.ID + "@ask.example"}
				}
				for _, want := range []int{1, 0} {
					news, err := o.ReceiveNotices(o.ctx, "sendgrid", []inbound.Mail{other, mail, mail})
					if err != nil || news != want {
						t.Fatalf("got %d, %v; want %d", news, err, want)
					}
					o.drain()
				}
				if got := o.invitation(inv.ID); got.Mail.State != tt.state || got.Open(o.watch.Now()) == tt.over {
					t.Errorf("got the mail %+v, open %v; want it %s, and over %v", got.Mail, got.Open(o.watch.Now()), tt.state, tt.over)
				}
				x, err := o.Suppression(o.ctx, inv.Email)
				if tt.suppressed == "" && survey.KindOf(err) != survey.NotFound || tt.suppressed != "" && (err != nil || x.Reason != tt.suppressed) {
					t.Errorf("got suppression %+v, %v; want %q", x, err, tt.suppressed)
				}
				list, err := o.ReceivedMails(o.ctx, survey.ReceivedFilter{})
				if err != nil || len(list.Items) != 1 || list.Items[0].Service != "sendgrid" {
					t.Errorf("got %+v, %v; want the one about our mail", list.Items, err)
				}
			})
		}
	}
}
