package mail_test

import (
	"strings"
	"testing"

	"earshot/survey"
	"earshot/survey/mail/mailtest"
)

// TestMailServicesAreToldWhatToCallAMail finds the Message-ID in the fields that each service repeats in its events.
func TestMailServicesAreToldWhatToCallAMail(t *testing.T) {
	t.Parallel()
	for services, want := range map[string]string{
		"":                          "",
		"ses":                       "",
		"sendgrid":                  `X-SMTPAPI: {"unique_args":{"earshot_message_id":"ID"}}`,
		"mailgun":                   `X-Mailgun-Variables: {"earshot_message_id":"ID"}`,
		"postmark":                  `X-PM-Metadata-earshot_message_id: ID`,
		"sendgrid mailgun postmark": `X-SMTPAPI: {"unique_args":{"earshot_message_id":"ID"}}`,
	} {
		sink := mailtest.Start(t)
		c := configFor(t, sink.URL(), nil)
		c.Services = strings.Fields(services)
		m := invitation()
		wantOutcome(t, newSMTP(t, c).Deliver(t.Context(), m), survey.Accepted, false, "250 ")
		raw := string(sink.Wait(1)[0].Raw)
		if want = strings.ReplaceAll(want, "ID", m.ID); !strings.Contains(raw, want+"\r\n") {
			t.Errorf("%q: want %s in\n%s", services, want, raw)
		}
		if want == "" && strings.Contains(raw, "earshot_message_id") {
			t.Errorf("%q: nobody wants that:\n%s", services, raw)
		}
	}
}
