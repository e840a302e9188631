package mailhook_test

import (
	"context"
	"errors"
	"testing"

	"earshot/survey/inbound"
	"earshot/survey/mailhook"
)

// id is the Message-ID of the mail in these tests.
const id = "inv_1@feedback.example.com"

// Templates of the services' documented events.
func sesBounce(bounce string) post {
	return ses(`{"notificationType":"Bounce","bounce":{` + bounce + `,"timestamp":"2026-03-02T11:59:38.237Z","feedbackId":"00000138111222aa-0000","remoteMtaIp":"127.0.2.0"},` + sesMail + `}`)
}

const sesMail = `"mail":{"timestamp":"2026-03-02T11:59:00.000Z","source":"back+inv_1@bounce.example.com","messageId":"0000014644fe5ef6-0000","destination":["ana@customer.example"],
	"headersTruncated":false,"headers":[{"name":"From","value":"\"John\" <john@example.com>"},{"name":"Message-ID","value":"<` + id + `>"}],
	"commonHeaders":{"from":["john@example.com"],"messageId":"<` + id + `>","subject":"How are you?"}}`

func sendGridEvent(members string) post {
	return sendGrid(noon, `[{"email":"ana@customer.example","timestamp":1772452800,"smtp-id":"<`+id+`>","sg_event_id":"ZGVsaXZlcmVk","sg_message_id":"14c5d75ce93.dfd.64b469.filter0001","category":["x"],`+members+`}]`)
}

func postmarkBounce(kind, details string) post {
	return postmark(`{"RecordType":"Bounce","MessageStream":"outbound","ID":4323372036854775807,"Type":"` + kind + `","TypeCode":1,"Name":"x","Tag":"Test","MessageID":"883953f4-6105-42a2-a16a-77a8eac79483",
		"Metadata":{"earshot_message_id":"` + id + `"},"ServerID":23,"Description":"The server was unable to deliver your message","Details":"` + details + `","Email":"ana@customer.example",
		"From":"sender@example.com","BouncedAt":"2026-03-02T11:33:54.9070259Z","DumpAvailable":true,"Inactive":true,"CanActivate":true,"Subject":"How are you?","Content":"<Full dump of bounce>"}`)
}

func mailgunFailed(severity, reason, delivery string) post {
	return mailgunPost(noon, "token", `{"event":"failed","id":"G9Bn5sl1TC6nu79C8C0bwg","timestamp":1772452800.0,"log-level":"error","severity":"`+severity+`","reason":"`+reason+`",
		"recipient":"ana@customer.example","delivery-status":{`+delivery+`,"attempt-no":1,"retry-seconds":0},"flags":{"is-test-mode":false},
		"message":{"headers":{"to":"Ana <ana@customer.example>","message-id":"`+id+`","from":"Bob","subject":"How are you?"},"attachments":[],"size":111},
		"user-variables":{"earshot_message_id":"`+id+`"},"tags":[]}`)
}

// TestEvents reads what the services document, and says what it means.
func TestEvents(t *testing.T) {
	t.Parallel()
	const permanent, dead = 1, 2
	for _, tt := range []struct {
		name string
		post
		kind inbound.Kind
		// failure is 0 where it may be tried again, permanent, or permanent+dead where the address does not exist.
		failure int
	}{
		{"ses: no such user", sesBounce(`"bounceType":"Permanent","bounceSubType":"General","reportingMTA":"dns; email.example.com","bouncedRecipients":[{"emailAddress":"ana@customer.example","status":"5.1.1","action":"failed","diagnosticCode":"smtp; 550 5.1.1 <ana@customer.example>... User"}]`), inbound.Bounce, permanent + dead},
		{"ses: nobody said anything", sesBounce(`"bounceType":"Permanent","bounceSubType":"General","bouncedRecipients":[{"emailAddress":"ana@customer.example"}]`), inbound.Bounce, permanent + dead},
		{"ses: known to be dead", sesBounce(`"bounceType":"Permanent","bounceSubType":"Suppressed","bouncedRecipients":[{"emailAddress":"ana@customer.example","status":"5.1.1","action":"failed","diagnosticCode":"Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address."}]`), inbound.Bounce, permanent + dead},
		{"ses: refused as spam", sesBounce(`"bounceType":"Permanent","bounceSubType":"General","bouncedRecipients":[{"emailAddress":"ana@customer.example","status":"5.7.1","action":"failed","diagnosticCode":"smtp; 554 5.7.1 Message rejected as spam"}]`), inbound.Bounce, permanent},
		{"ses: full", sesBounce(`"bounceType":"Transient","bounceSubType":"MailboxFull","bouncedRecipients":[{"emailAddress":"ana@customer.example","status":"5.2.2","action":"failed","diagnosticCode":"smtp; 552 5.2.2 mailbox full"}]`), inbound.Bounce, 0},
		{"ses: out of office", sesBounce(`"bounceType":"Transient","bounceSubType":"General","bouncedRecipients":[{"emailAddress":"ana@customer.example"}]`), inbound.AutoReply, 0},
		{"ses: undetermined", sesBounce(`"bounceType":"Undetermined","bounceSubType":"Undetermined","bouncedRecipients":[{"emailAddress":"ana@customer.example"}]`), inbound.Bounce, 0},
		{"ses: complaint", ses(`{"notificationType":"Complaint","complaint":{"userAgent":"x","complainedRecipients":[{"emailAddress":"ana@customer.example"}],"complaintFeedbackType":"abuse","feedbackId":"0138-00"},` + sesMail + `}`), inbound.Complaint, 0},
		{"ses: not spam", ses(`{"notificationType":"Complaint","complaint":{"complaintFeedbackType":"not-spam","feedbackId":"0138-00"},` + sesMail + `}`), "", 0},
		{"ses: event of a bounce", ses(`{"eventType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"NoEmail","bouncedRecipients":[{"emailAddress":"ana@customer.example","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}],"feedbackId":"1"},` + sesMail + `}`), inbound.Bounce, permanent + dead},
		{"ses: delayed", ses(`{"eventType":"DeliveryDelay","deliveryDelay":{"timestamp":"2026-03-02T12:00:00Z","delayType":"TransientCommunicationFailure","delayedRecipients":[{"emailAddress":"ana@customer.example","status":"4.4.1","diagnosticCode":"smtp; 421 4.4.1 timed out"}]},` + sesMail + `}`), inbound.Delayed, 0},
		{"ses: virus", ses(`{"eventType":"Reject","reject":{"reason":"Bad content"},` + sesMail + `}`), inbound.Bounce, permanent},
		{"ses: unsubscribed", ses(`{"eventType":"Subscription","subscription":{"contactList":"l","source":"UnsubscribeHeader","newTopicPreferences":{"unsubscribeAll":true}},` + sesMail + `}`), inbound.Unsubscribe, 0},
		{"ses: delivered", ses(`{"notificationType":"Delivery","delivery":{},` + sesMail + `}`), "", 0},
		{"ses: the topic is set up", ses(`Successfully validated SNS topic for Amazon SES event publishing.`), "", 0},

		{"sendgrid: bounce", sendGridEvent(`"event":"bounce","type":"bounce","status":"5.1.1","bounce_classification":"Invalid Address","reason":"550 5.1.1 unknown user"`), inbound.Bounce, permanent + dead},
		{"sendgrid: bounce of old", sendGridEvent(`"event":"bounce","type":"bounce","status":"5.0.0","reason":"500 unknown recipient"`), inbound.Bounce, permanent + dead},
		{"sendgrid: spam", sendGridEvent(`"event":"bounce","type":"bounce","status":"5.7.1","bounce_classification":"Reputation","reason":"550 5.7.1 blocked by user list"`), inbound.Bounce, permanent},
		{"sendgrid: blocked", sendGridEvent(`"event":"bounce","type":"blocked","status":"5.1.1","reason":"550 no such user"`), inbound.Bounce, 0},
		{"sendgrid: deferred", sendGridEvent(`"event":"deferred","response":"400 try again later","attempt":"5"`), inbound.Delayed, 0},
		{"sendgrid: dropped, bounced before", sendGridEvent(`"event":"dropped","reason":"Bounced Address","status":"5.0.0"`), inbound.Bounce, permanent + dead},
		{"sendgrid: dropped, opted out", sendGridEvent(`"event":"dropped","reason":"Unsubscribed Address"`), inbound.Unsubscribe, 0},
		{"sendgrid: dropped, complained", sendGridEvent(`"event":"dropped","reason":"Spam Reporting Address"`), inbound.Complaint, 0},
		{"sendgrid: dropped, content", sendGridEvent(`"event":"dropped","reason":"Spam Content"`), inbound.Bounce, permanent},
		{"sendgrid: complaint", sendGridEvent(`"event":"spamreport"`), inbound.Complaint, 0},
		{"sendgrid: unsubscribe", sendGridEvent(`"event":"unsubscribe"`), inbound.Unsubscribe, 0},
		{"sendgrid: unsubscribe of a group", sendGridEvent(`"event":"group_unsubscribe","asm_group_id":10`), inbound.Unsubscribe, 0},
		{"sendgrid: subscribed again", sendGridEvent(`"event":"group_resubscribe","asm_group_id":10`), "", 0},
		{"sendgrid: open", sendGridEvent(`"event":"open","useragent":"x"`), "", 0},

		{"postmark: hard", postmarkBounce("HardBounce", "smtp;550 5.1.1 The email account that you tried to reach does not exist."), inbound.Bounce, permanent + dead},
		{"postmark: hard, of the test", postmarkBounce("HardBounce", "Test bounce details"), inbound.Bounce, permanent + dead},
		{"postmark: hard, of the sender", postmarkBounce("HardBounce", "smtp;550 5.7.1 sender not allowed"), inbound.Bounce, permanent},
		{"postmark: soft", postmarkBounce("SoftBounce", "smtp;552 5.2.2 over quota"), inbound.Bounce, 0},
		{"postmark: blocked", postmarkBounce("Blocked", "smtp;550 blocked by list"), inbound.Bounce, permanent},
		{"postmark: transient", postmarkBounce("Transient", "smtp;451 later"), inbound.Delayed, 0},
		{"postmark: out of office", postmarkBounce("AutoResponder", ""), inbound.AutoReply, 0},
		{"postmark: unsubscribe", postmarkBounce("Unsubscribe", ""), inbound.Unsubscribe, 0},
		{"postmark: of a kind to come", postmarkBounce("Novelty", ""), "", 0},
		{"postmark: complaint", postmark(`{"RecordType":"SpamComplaint","ID":42,"Type":"SpamComplaint","Email":"ana@customer.example","Subject":"x","Metadata":{"earshot_message_id":"` + id + `"}}`), inbound.Complaint, 0},
		{"postmark: opted out", postmark(`{"RecordType":"SubscriptionChange","MessageID":"883953f4","Recipient":"ana@customer.example","Origin":"Recipient","SuppressSending":true,"SuppressionReason":"ManualSuppression","Metadata":{"earshot_message_id":"` + id + `"}}`), inbound.Unsubscribe, 0},
		{"postmark: switched off by us", postmark(`{"RecordType":"SubscriptionChange","Origin":"Customer","SuppressSending":true,"SuppressionReason":"ManualSuppression","Metadata":{}}`), "", 0},
		{"postmark: on again", postmark(`{"RecordType":"SubscriptionChange","Origin":"Recipient","SuppressSending":false,"SuppressionReason":null,"Metadata":{}}`), "", 0},
		{"postmark: delivered", postmark(`{"RecordType":"Delivery","Metadata":{"a":"b"}}`), "", 0},

		{"mailgun: no such user", mailgunFailed("permanent", "bounce", `"code":550,"message":"5.1.1 The email account that you tried to reach does not exist.","description":""`), inbound.Bounce, permanent + dead},
		{"mailgun: known to be dead", mailgunFailed("permanent", "suppress-bounce", `"code":605,"message":"","description":"Not delivering to previously bounced address"`), inbound.Bounce, permanent + dead},
		{"mailgun: opted out before", mailgunFailed("permanent", "suppress-unsubscribe", `"code":606,"message":"","description":"Not delivering to unsubscribed address"`), inbound.Unsubscribe, 0},
		{"mailgun: complained before", mailgunFailed("permanent", "suppress-complaint", `"code":607,"message":"","description":"Not delivering to a user who marked your messages as spam"`), inbound.Complaint, 0},
		{"mailgun: spam", mailgunFailed("permanent", "espblock", `"code":554,"enhanced-code":"5.7.1","message":"5.7.1 Service unavailable; blocked using list","description":null`), inbound.Bounce, permanent},
		{"mailgun: too old", mailgunFailed("permanent", "old", `"code":602,"message":"Too old","description":""`), inbound.Bounce, 0},
		{"mailgun: tried again", mailgunFailed("temporary", "generic", `"code":452,"message":"4.2.2 The email account that you tried to reach is over quota.","description":null`), inbound.Delayed, 0},
		{"mailgun: complaint", mailgunPost(noon, "token", `{"event":"complained","id":"1","recipient":"ana@customer.example","message":{"headers":{"message-id":"`+id+`"}},"user-variables":[]}`), inbound.Complaint, 0},
		{"mailgun: unsubscribed", mailgunPost(noon, "token", `{"event":"unsubscribed","id":"1","recipient":"ana@customer.example","message":{"headers":{"message-id":"`+id+`"}},"user-variables":{}}`), inbound.Unsubscribe, 0},
		{"mailgun: rejected", mailgunPost(noon, "token", `{"event":"rejected","id":"1","reject":{"reason":"Sandbox"},"message":{"headers":{"message-id":"`+id+`"}}}`), inbound.Bounce, permanent},
		{"mailgun: opened", mailgunPost(noon, "token", `{"event":"opened","id":"1"}`), "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			news, err := newDesk(t).Read(t.Context(), tt.service, tt.request())
			if err != nil {
				t.Fatal(err)
			}
			if tt.kind == "" {
				if len(news) != 0 {
					t.Errorf("got %+v, want nothing", news)
				}
				return
			}
			if len(news) != 1 || news[0].Kind != tt.kind || news[0].MessageID == "" || len(news[0].About) == 0 || news[0].About[0] != id {
				t.Fatalf("got %+v, want one %s about %s", news, tt.kind, id)
			}
			if tt.service == mailhook.SES && news[0].To[0] != "back+inv_1@bounce.example.com" {
				t.Errorf("got %v, want the envelope's sender", news[0].To)
			}
			if tt.kind != inbound.Bounce && tt.kind != inbound.Delayed {
				return
			}
			if len(news[0].Failures) != 1 {
				t.Fatalf("got %+v, want one failure", news[0].Failures)
			}
			f, got := news[0].Failures[0], 0
			if f.Permanent {
				got += permanent
			}
			if f.BadAddress {
				got += dead
			}
			if got != tt.failure || f.Diagnostic == "" {
				t.Errorf("got %+v, want %d", f, tt.failure)
			}
		})
	}
}

// TestEventsTogether reads many in one post: what cannot be understood holds up nothing, and each has a name of its own.
func TestEventsTogether(t *testing.T) {
	t.Parallel()
	p := sendGrid(noon, `[{"event":"bounce","email":"a@b.example","sg_event_id":"1"},{"event":7},"x",null,{"event":"spamreport","email":"a@b.example"},{"event":"spamreport","email":"c@b.example"}]`)
	news, err := newDesk(t).Read(t.Context(), p.service, p.request())
	if err != nil || len(news) != 3 || news[1].MessageID == news[2].MessageID || news[1].MessageID == "" {
		t.Errorf("got %+v, %v; want three with names of their own", news, err)
	}
	for _, p := range []post{sendGrid(noon, `{"event":"bounce"}`), postmark("hello"), mailgunPost(noon, "t", `[]`)} {
		if _, err := newDesk(t).Read(t.Context(), p.service, p.request()); !errors.Is(err, mailhook.ErrUnreadable) {
			t.Errorf("%s: got %v, want that it is unreadable", p.body, err)
		}
	}
}

// FuzzEvents has each service tell anything: nothing panics, and what is told is of a known kind and has a name. Strangers are not believed.
func FuzzEvents(f *testing.F) {
	for _, body := range []string{
		`{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"a@b.example","status":"5.1.1"}]},` + sesMail + `}`,
		`[{"event":"bounce","email":"a@b.example","reason":"550 no","status":"5.1.1","smtp-id":"<x@y>"},{"event":"dropped","reason":"Invalid"}]`,
		`{"RecordType":"Bounce","ID":1,"Type":"HardBounce","Details":"smtp;550 no","Metadata":{"earshot_message_id":"x@y"}}`,
		`{"event":"failed","severity":"permanent","delivery-status":{"code":550},"user-variables":[]}`,
		`{"eventType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":"\u0000"}]}}`,
	} {
		f.Add(body)
	}
	strange, err := mailhook.New(mailhook.Options{SESTopic: topic, MailgunKey: mailgun, Fetch: func(context.Context, string) ([]byte, error) { return nil, errors.New("away") }})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, service := range []string{mailhook.SES, mailhook.SendGrid, mailhook.Postmark, mailhook.Mailgun} {
			news, err := mailhook.News(service, []byte(body))
			if err != nil && len(news) > 0 {
				t.Fatalf("%s: got news and %v", service, err)
			}
			for _, mail := range news {
				if mail.Kind == "" || mail.MessageID == "" {
					t.Fatalf("%s: got %+v", service, mail)
				}
			}
			if news, err := strange.Read(t.Context(), service, post{body: body}.request()); err == nil || news != nil {
				t.Fatalf("%s: a stranger was believed: %+v, %v", service, news, err)
			}
		}
	})
}
