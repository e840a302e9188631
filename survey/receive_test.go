package survey_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/survey"
)

// bounced is a delivery status notification about the mail of an invitation, with the status and what the server said.
func bounced(inv *survey.Invitation, action, status, said string) string {
	return crlf(
		"From: MAILER-DAEMON@mx.example", "To: bounces@ask.example", "Subject: Undelivered Mail Returned to Sender", "MIME-Version: 1.0",
		"Message-ID: <"+status+"."+inv.ID+"@mx.example>", "Auto-Submitted: auto-replied",
		`Content-Type: multipart/report; report-type=delivery-status; boundary="b"`, "",
		"--b", "Content-Type: text/plain", "", "I am sorry to have to inform you that your message could not be delivered.", "",
		"--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example", "", "Final-Recipient: rfc822; "+inv.Email, "Action: "+action,
		"Status: "+status, "Diagnostic-Code: smtp; "+said, "",
		"--b", "Content-Type: text/rfc822-headers", "", "Message-ID: <"+inv.Mail.MessageID+">", "Subject: How are you?", "", "--b--", "",
	)
}

func crlf(list ...string) string { return strings.Join(list, "\r\n") }

// written is what a person, or a machine, wrote back.
func written(from, subject, text string, header ...string) string {
	return crlf(append(append([]string{"From: " + from, "To: bounces@ask.example", "Subject: " + subject, "Message-ID: <" + subject + "@x.example>"}, header...), "", text, "")...)
}

// mailed is an office whose one mail was taken by the server.
func mailed(t *testing.T) (*office, *survey.Invitation) {
	t.Helper()
	o := newOffice(t)
	inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
	o.drain()
	return o, o.invitation(inv.ID)
}

// receive has a mail come back, twice, and what follows done.
func (o *office) receive(to, mail string) *survey.ReceivedMail {
	o.t.Helper()
	m, err := o.Receive(o.ctx, to, strings.NewReader(mail))
	if err != nil {
		o.t.Fatal(err)
	}
	o.drain()
	again, err := o.Receive(o.ctx, to, strings.NewReader(mail))
	if err != nil || again.ID != m.ID {
		o.t.Errorf("the second time: got %+v, %v; want the same", again, err)
	}
	o.drain()
	return m
}

func TestTheReturnPath(t *testing.T) {
	t.Parallel()
	o, inv := mailed(t)
	want := "Bounces+" + inv.ID + "@ask.example"
	if m := o.post.accepted()[0]; m.ReturnPath != want || m.UnsubscribeAddress != want {
		t.Errorf("got %q and %q, want %q", m.ReturnPath, m.UnsubscribeAddress, want)
	}
	for to, ours := range map[string]bool{
		want: true, strings.ToUpper(want): true, "bounces+x@ask.example": false, "bounces@ask.example": true, "bounces+@ask.example": false, "bounces@other.example": false,
		"ounces+" + inv.ID + "@ask.example": false, "": false, "bounces": false,
	} {
		if o.Returns(to) != ours {
			t.Errorf("%q: got %v, want %v", to, !ours, ours)
		}
	}
}

// TestMailsThatComeBack has each kind of mail come back, and says what follows of it.
func TestMailsThatComeBack(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		mail func(*survey.Invitation) string
		// kind is what it is taken for, state where the mail stands then, and why the address is suppressed.
		kind       string
		state      survey.MailState
		suppressed survey.SuppressionReason
		// over says that nobody waits for an answer any more, void that the ask does not count, life that the customer gave a sign of life.
		over, void, life bool
		followed         survey.Consequence
	}{
		{"no such address", func(i *survey.Invitation) string { return bounced(i, "failed", "5.1.1", "550 5.1.1 User unknown") }, "bounce", survey.MailBounced, survey.HardBounce, true, true, false, survey.FollowedAddress},
		{"full for days", func(i *survey.Invitation) string { return bounced(i, "failed", "4.2.2", "452 4.2.2 Mailbox full") }, "bounce", survey.MailBounced, "", true, true, false, survey.FollowedEnded},
		{"a server still tries", func(i *survey.Invitation) string { return bounced(i, "delayed", "4.4.1", "timed out") }, "delayed", survey.MailAccepted, "", false, false, false, survey.FollowedNothing},
		{"out of office", func(i *survey.Invitation) string {
			return written(i.Email, "Out of office", "I am back on Monday.", "Auto-Submitted: auto-replied")
		}, "auto_reply", survey.MailAccepted, "", false, false, false, survey.FollowedNothing},
		{"a person", func(i *survey.Invitation) string {
			return written(i.Email, "Re: How are you?", "All is well, thank you!")
		}, "reply", survey.MailAccepted, "", false, false, true, survey.FollowedLife},
		{"no more mails", func(i *survey.Invitation) string { return written(i.Email, "unsubscribe", "") }, "unsubscribe", survey.MailAccepted, survey.Unsubscribed, true, false, false, survey.FollowedSuppressed},
		{"a complaint", func(i *survey.Invitation) string {
			return crlf("From: fbl@mailbox.example", "To: bounces@ask.example", "Subject: complaint", "MIME-Version: 1.0",
				`Content-Type: multipart/report; report-type=feedback-report; boundary="b"`, "", "--b", "Content-Type: text/plain", "", "This is an abuse report.", "",
				"--b", "Content-Type: message/feedback-report", "", "Feedback-Type: abuse", "Version: 1", "User-Agent: x", "Original-Rcpt-To: "+i.Email, "",
				"--b", "Content-Type: message/rfc822", "", "Message-ID: <"+i.Mail.MessageID+">", "", "Dear Ana", "--b--", "")
		}, "complaint", survey.MailAccepted, survey.Complained, true, false, false, survey.FollowedSuppressed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, to := range []string{"bounces+", ""} { // by the address alone, and by what the mail names
				o, inv := mailed(t)
				if to != "" {
					to += inv.ID + "@ask.example"
				} else if tt.kind != "bounce" && tt.kind != "delayed" && tt.kind != "complaint" {
					continue // people's mails name nothing but the address
				}
				m := o.receive(to, tt.mail(inv))
				if string(m.Kind) != tt.kind || m.InvitationID != survey.InvitationID(inv.ID) {
					t.Fatalf("got a %s about %q, want a %s about %q", m.Kind, m.InvitationID, tt.kind, inv.ID)
				}
				got := o.invitation(inv.ID)
				if got.Mail.State != tt.state || got.Open(o.watch.Now()) == tt.over {
					t.Errorf("got the mail %+v, open %v; want it %s, and over %v", got.Mail, got.Open(o.watch.Now()), tt.state, tt.over)
				}
				if a := o.lastAsk(inv.CustomerID); a.Void != tt.void {
					t.Errorf("got ask %+v, want void %v", a, tt.void)
				}
				x, err := o.Suppression(o.ctx, inv.Email)
				if tt.suppressed == "" && survey.KindOf(err) != survey.NotFound || tt.suppressed != "" && (err != nil || x.Reason != tt.suppressed) {
					t.Errorf("got suppression %+v, %v; want %q", x, err, tt.suppressed)
				}
				r, err := o.Rhythm(o.ctx, inv.CustomerID)
				if must(t, r, err).Known != tt.life {
					t.Errorf("got a sign of life %v, want %v", r.Known, tt.life)
				}
				list, err := o.ReceivedMails(o.ctx, survey.ReceivedFilter{InvitationID: survey.InvitationID(inv.ID)})
				if len(must(t, list, err).Items) != 1 || list.Items[0].Followed != tt.followed {
					t.Errorf("got %+v of the invitation, want one by which %q followed", list.Items, tt.followed)
				}
			}
		})
	}
}

// TestABounceThatIsFasterThanWe comes while the ledger says that the mail is being sent: it waits until that is known.
func TestABounceThatIsFasterThanWe(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
	o.post.answer(func(*survey.Message) survey.Outcome {
		sent := o.invitation(inv.ID)
		if _, err := o.Receive(o.ctx, "", strings.NewReader(bounced(sent, "failed", "5.1.1", "550 no such user"))); err != nil {
			t.Error(err)
		}
		return survey.Outcome{Delivery: survey.Accepted}
	})
	o.drain()
	o.watch.pass(2 * time.Minute)
	o.drain()
	if got := o.invitation(inv.ID); got.Mail.State != survey.MailBounced || !strings.Contains(got.Mail.Reason, "no such user") {
		t.Errorf("got %+v, want that it came back", got.Mail)
	}
}

// TestABounceBeforeTheBatchIsOver comes when the ledger says that the mail was taken, while the worker has others in hand still.
func TestABounceBeforeTheBatchIsOver(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.customer("Customer")
	sv := o.survey(survey.TemplateCSAT)
	first := o.ask(o.contact(id, "ana", survey.User), sv)
	o.ask(o.contact(o.customer("Other"), "ben", survey.User), sv)
	var once sync.Once
	o.post.answer(func(m *survey.Message) survey.Outcome {
		if !strings.Contains(m.To, "ana") { // the other one is slow: until it is over, the first bounces
			once.Do(func() {
				for o.invitation(first.ID).Mail.State != survey.MailAccepted {
					time.Sleep(time.Millisecond)
				}
				if _, err := o.Receive(o.ctx, "", strings.NewReader(bounced(o.invitation(first.ID), "failed", "5.1.1", "550 no such user"))); err != nil {
					t.Error(err)
				}
				effects(t, o.Service, "received_mails")
			})
		}
		return survey.Outcome{Delivery: survey.Accepted, Reply: "250 OK"}
	})
	o.drain()
	if got := o.invitation(first.ID).Mail; got.State != survey.MailBounced || !strings.Contains(got.Reason, "no such user") {
		t.Errorf("got %+v, want that it came back", got)
	}
	if a := o.lastAsk(id); !a.Void {
		t.Errorf("got ask %+v, want one that does not count", a)
	}
}

// TestABounceOfSomebodyElse comes where a mail was forwarded, or went to a list: our contact's address may be well.
func TestABounceOfSomebodyElse(t *testing.T) {
	t.Parallel()
	o, inv := mailed(t)
	other := strings.ReplaceAll(bounced(inv, "failed", "5.1.1", "550 no such user"), "rfc822; "+inv.Email, "rfc822; dead@elsewhere.example")
	o.receive("", other)
	if got := o.invitation(inv.ID).Mail; got.State != survey.MailBounced || got.BadAddress {
		t.Errorf("got %+v, want one that came back, and an address of which nothing is known", got)
	}
	if _, err := o.Suppression(o.ctx, inv.Email); survey.KindOf(err) != survey.NotFound {
		t.Errorf("suppressed: %v", err)
	}
	o.receive("", bounced(inv, "failed", "5.1.1", "550 no such user")) // and then theirs
	if _, err := o.Suppression(o.ctx, inv.Email); err != nil {
		t.Errorf("not suppressed after their own bounce: %v", err)
	}
}

// TestOneMailToTwo is about both: servers send one reply to several return paths.
func TestOneMailToTwo(t *testing.T) {
	t.Parallel()
	o, inv := mailed(t)
	other := o.ask(o.contact(o.customer("Other"), "ben", survey.User), o.survey(survey.TemplateCSAT))
	o.drain()
	answer := written("ana@customer.example", "Re: How are you?", "We are both well.")
	for _, id := range []string{inv.ID, other.ID} {
		if m := o.receive("bounces+"+id+"@ask.example", answer); m.InvitationID != survey.InvitationID(id) {
			t.Errorf("got one about %q, want %q", m.InvitationID, id)
		}
	}
	for _, id := range []survey.CustomerID{inv.CustomerID, other.CustomerID} {
		if r, err := o.Rhythm(o.ctx, id); !must(t, r, err).Known {
			t.Error("no sign of life")
		}
	}
}

// TestAnAnswerAboutSomebodyWhoIsGone is a sign of life of the customer, if that is there.
func TestAnAnswerAboutSomebodyWhoIsGone(t *testing.T) {
	t.Parallel()
	for _, whole := range []bool{false, true} {
		o, inv := mailed(t)
		m, err := o.Receive(o.ctx, "bounces+"+inv.ID+"@ask.example", strings.NewReader(written(inv.Email, "Re: How are you?", "Well!")))
		must(t, m, err)
		if err := o.DeleteContact(o.ctx, inv.ContactID, 0); err != nil {
			t.Fatal(err)
		}
		if whole {
			if err := o.DeleteCustomer(o.ctx, inv.CustomerID, 0); err != nil {
				t.Fatal(err)
			}
		}
		o.drain()
		kept, err := o.ReceivedMails(o.ctx, survey.ReceivedFilter{})
		if must(t, kept, err); len(kept.Items) > 0 && len(kept.Items[0].Owes) != 0 {
			t.Errorf("got %+v, want nothing that failed", kept.Items[0].Owes)
		}
		if r, err := o.Rhythm(o.ctx, inv.CustomerID); !whole && !must(t, r, err).Known {
			t.Error("no sign of life")
		}
	}
}

// TestSecretsOfQuotedLinks are not kept, wherever the text is cut.
func TestSecretsOfQuotedLinks(t *testing.T) {
	t.Parallel()
	o, inv := mailed(t)
	link, err := o.NewLink(o.ctx, survey.InvitationID(inv.ID))
	must(t, link, err)
	secret := link[strings.LastIndex(link, "/")+1:]
	for before := 1980 - len(secret); before < 2000; before += 7 {
		m := o.receive("bounces+"+inv.ID+"@ask.example", written(inv.Email, "Re: How are you?", strings.Repeat("word ", before/5)+secret+" is the link"))
		if strings.Contains(m.Text, secret[:12]) {
			t.Fatalf("kept: …%s", m.Text[len(m.Text)-60:])
		}
	}
}

// TestMailsAboutNothing are kept, and nothing follows; what is no mail is refused.
func TestMailsAboutNothing(t *testing.T) {
	t.Parallel()
	o, inv := mailed(t)
	for to, mail := range map[string]string{
		"bounces@ask.example":                                written("x@y.example", "Hello", "Who are you?"),
		"bounces+inv_aaaaaaaaaaaaaaaaaaaaaaaaaa@ask.example": strings.ReplaceAll(bounced(inv, "failed", "5.1.1", "no"), inv.Mail.MessageID, "other@else.example"),
		"bounces+" + inv.ID + "@evil.example":                "Subject: x\r\n\r\nunsubscribe\r\n",
	} {
		if m := o.receive(to, mail); m.InvitationID != "" || len(m.Owes) != 0 || m.Text != "" || len(m.Failures) != 0 || m.ExpiresAt.Sub(m.ReceivedAt) > 8*24*time.Hour {
			t.Errorf("%s: got %+v, want one about nothing, of which little is kept", to, m)
		}
	}
	if got := o.invitation(inv.ID); got.Mail.State != survey.MailAccepted || !got.Open(o.watch.Now()) {
		t.Errorf("got %+v, want it untouched", got.Mail)
	}
	for what, mail := range map[string]string{"empty": "", "too large": "Subject: x\r\n\r\n" + strings.Repeat("x", survey.MaxReceivedMail)} {
		want := map[string]survey.Kind{"empty": survey.Invalid, "too large": survey.TooLarge}[what]
		if _, err := o.Receive(o.ctx, "", strings.NewReader(mail)); survey.KindOf(err) != want {
			t.Errorf("%s: got %v, want %s", what, err, want)
		}
	}
	if err := o.DeleteCustomer(o.ctx, inv.CustomerID, 0); err != nil {
		t.Fatal(err)
	}
	if m := o.receive("bounces+"+inv.ID+"@ask.example", bounced(inv, "failed", "5.1.1", "550 no")); m == nil {
		t.Error("a bounce about somebody who is erased is no fault")
	}
}
