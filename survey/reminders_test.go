package survey_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey"
)

// reminding adds a survey that reminds after that many days each.
func (o *office) reminding(days ...int) survey.SurveyID {
	o.t.Helper()
	in := survey.SurveyInput{Name: "Reminding", Template: survey.TemplateCSAT}
	for _, d := range days {
		in.Reminders = append(in.Reminders, survey.Reminder{AfterDays: d})
	}
	s, err := o.CreateSurvey(o.ctx, in)
	return survey.SurveyID(must(o.t, s, err).ID)
}

// later lets days pass, one by one, and what is due happen.
func (o *office) later(days int) {
	o.t.Helper()
	for range days {
		o.watch.pass(day)
		o.drain()
	}
}

// mailIDs are the Message-IDs of the mails that the server took, as far as their host.
func (o *office) mailIDs() []string {
	var ids []string
	for _, m := range o.post.accepted() {
		name, _, _ := strings.Cut(m.ID, "@")
		ids = append(ids, name)
	}
	return ids
}

// wantMails fails unless just these mails of the invitation went out: 0 is the first one.
func (o *office) wantMails(inv *survey.Invitation, want ...string) {
	o.t.Helper()
	for i, suffix := range want {
		want[i] = inv.ID + suffix
	}
	if got := o.mailIDs(); !slices.Equal(got, want) {
		o.t.Errorf("got the mails %q, want %q", got, want)
	}
}

func TestReminders(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := &captured{}
	o.SetComposer(c)
	inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.reminding(2, 7))
	o.drain()
	if c.last.Reminder != nil {
		t.Errorf("the first mail is a reminder: %+v", c.last.Reminder)
	}
	if got, want := o.invitation(inv.ID).NextReminder(o.watch.Now()), monday.Add(2*day); !got.Equal(want) {
		t.Errorf("got the next reminder at %v, want %v", got, want)
	}
	o.later(1)
	o.wantMails(inv, "")
	o.later(1)
	o.wantMails(inv, "", "-1")
	if r := c.last.Reminder; r == nil || r.Last {
		t.Errorf("got %+v, want a reminder that is not the last", r)
	}
	o.later(6)
	o.wantMails(inv, "", "-1")
	o.later(1)
	o.wantMails(inv, "", "-1", "-2")
	if r := c.last.Reminder; r == nil || !r.Last {
		t.Errorf("got %+v, want the last reminder", r)
	}
	o.later(20)
	o.wantMails(inv, "", "-1", "-2")

	last := o.post.accepted()[2]
	if want := []string{inv.ID + "@ask.example", inv.ID + "-1@ask.example"}; !slices.Equal(last.Thread, want) {
		t.Errorf("got the thread %q, want %q", last.Thread, want)
	}
	if want := "Bounces+" + inv.ID + "-2@ask.example"; last.ReturnPath != want || !o.Returns(want) {
		t.Errorf("got the return path %q, want %q", last.ReturnPath, want)
	}
	got := o.invitation(inv.ID)
	if len(got.Reminders) != 2 || got.MailState != survey.MailAccepted || got.Mail.AcceptedAt != monday || !got.Reminders[1].AcceptedAt.Equal(monday.Add(9*day)) {
		t.Errorf("got the ledger %+v, %+v", got.Mail, got.Reminders)
	}
	if a := o.lastAsk(inv.CustomerID); a.Void || !a.At.Equal(monday) {
		t.Errorf("got ask %+v, want the one ask", a)
	}
}

// TestWhoIsNotReminded does something after the first mail, each of which ends the reminders.
func TestWhoIsNotReminded(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(o *office, inv *survey.Invitation) error{
		"answered": func(o *office, _ *survey.Invitation) error {
			_, err := o.SubmitByAPI(o.ctx, tokenOf(o.post.accepted()[0].Text), []survey.Answer{{QuestionID: "satisfied", Score: ref(4)}}, survey.Submission{})
			return err
		},
		"answered, and nobody has noted it yet": func(o *office, inv *survey.Invitation) error {
			o.watch.pass(2*day - time.Minute)
			effects(o.t, o.Service, "invitations")
			o.watch.pass(2 * time.Minute)
			o.post.refuseAll(survey.FaultBusy) // the reminder waits for the server, and meanwhile …
			o.ask(o.contact(o.customer("Other"), "ben", survey.User), inv.SurveyID)
			effects(o.t, o.Service, "invitations")
			_, err := o.SubmitByAPI(o.ctx, tokenOf(o.post.accepted()[0].Text), []survey.Answer{{QuestionID: "satisfied", Score: ref(4)}}, survey.Submission{})
			o.post.refuseAll("")
			o.post.answer(func(m *survey.Message) survey.Outcome {
				if !strings.HasPrefix(m.To, "ana") {
					return survey.Outcome{Delivery: survey.Refused}
				}
				return survey.Outcome{Delivery: survey.Accepted}
			})
			o.watch.pass(time.Hour)
			effects(o.t, o.Service, "relays")
			effects(o.t, o.Service, "invitations")
			effects(o.t, o.Service, "relays")
			effects(o.t, o.Service, "invitations")
			return err
		},
		"declined": func(o *office, _ *survey.Invitation) error {
			return o.Decline(o.ctx, tokenOf(o.post.accepted()[0].Text), survey.Successor{})
		},
		"unsubscribed": func(o *office, _ *survey.Invitation) error {
			return o.Unsubscribe(o.ctx, tokenOf(o.post.accepted()[0].Text))
		},
		"revoked": func(o *office, inv *survey.Invitation) error {
			_, err := o.RevokeInvitation(o.ctx, survey.InvitationID(inv.ID))
			return err
		},
		"suppressed": func(o *office, inv *survey.Invitation) error {
			_, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: inv.Email})
			return err
		},
		"closed": func(o *office, inv *survey.Invitation) error {
			_, err := o.CloseSurvey(o.ctx, inv.SurveyID)
			return err
		},
		"bounced": func(o *office, inv *survey.Invitation) error {
			o.receive("", bounced(inv, "failed", "4.2.2", "452 4.2.2 Mailbox full"))
			return nil
		},
		"replied": func(o *office, inv *survey.Invitation) error {
			o.receive("bounces+"+inv.ID+"@ask.example", written(inv.Email, "Re: How are you?", "All is well, thank you!"))
			return nil
		},
		"no reminders any more": func(o *office, inv *survey.Invitation) error {
			s, err := o.Survey(o.ctx, inv.SurveyID)
			if err == nil {
				_, err = o.ChangeSurvey(o.ctx, inv.SurveyID, survey.SurveyInput{Name: s.Name, Content: s.Current})
			}
			return err
		},
		"the customer is gone": func(o *office, inv *survey.Invitation) error {
			err := o.DeleteCustomer(o.ctx, inv.CustomerID, 0)
			effects(o.t, o.Service, "customers")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.reminding(2, 3))
			o.drain()
			if err := act(o, o.invitation(inv.ID)); err != nil {
				t.Fatal(err)
			}
			o.later(20)
			o.wantMails(inv, "")
		})
	}
}

// TestRemindersAreLate waits with a reminder: for the hour, for a rep's snooze, and not beyond the day before the link ends.
func TestRemindersAreLate(t *testing.T) {
	t.Parallel()
	t.Run("at the week-end", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.reminding(5))
		o.drain()
		o.later(6) // Sunday
		o.wantMails(inv, "")
		o.later(1)
		o.wantMails(inv, "", "-1")
	})
	t.Run("too late to be of use", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		asked, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: o.contact(o.customer("Customer"), "ana", survey.User), SurveyID: o.reminding(7), AnswerDays: 7})
		inv := must(t, asked, err).Invitation
		o.drain()
		if next := o.invitation(inv.ID).NextReminder(o.watch.Now()); !next.IsZero() {
			t.Errorf("got a reminder at %v, want none", next)
		}
		o.later(8)
		o.wantMails(inv, "")
	})
	t.Run("snoozed", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		id, contact := o.quietCustomer("Customer", 1)
		inv := o.ask(contact, o.reminding(2))
		o.drain()
		if err := o.Snooze(o.ctx, id, monday.Add(7*day)); err != nil {
			t.Fatal(err)
		}
		o.later(6)
		o.wantMails(inv, "")
		o.later(1)
		o.wantMails(inv, "", "-1")
	})
}

// TestAReminderFails in each way: the ask stands as it was, but for an address that does not exist.
func TestAReminderFails(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		outcome survey.Outcome
		// state is where the mails stand together; open says that an answer is waited for, and suppressed that the address is.
		state            survey.MailState
		open, suppressed bool
	}{
		{"refused", survey.Outcome{Delivery: survey.Refused, Reply: "554 no"}, survey.MailAccepted, true, false},
		{"no such address", survey.Outcome{Delivery: survey.Refused, Reply: "550 no", BadAddress: true}, survey.MailRefused, true, true},
		{"cut off", survey.Outcome{Delivery: survey.Uncertain, Reply: "reset"}, survey.MailUncertain, true, false},
		{"put off until it is too late", survey.Outcome{Delivery: survey.Temporary, Reply: "451 later"}, survey.MailAccepted, true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.reminding(2, 3))
			o.drain()
			o.post.answer(func(*survey.Message) survey.Outcome { return tt.outcome })
			o.later(12)
			o.wantMails(inv, "")
			got := o.invitation(inv.ID)
			if len(got.Reminders) != 1 || got.Mail.State != survey.MailAccepted || got.MailState != tt.state || got.Open(o.watch.Now()) != tt.open {
				t.Errorf("got %+v, %+v, %s, open %v; want %s, open %v", got.Mail, got.Reminders, got.MailState, got.Open(o.watch.Now()), tt.state, tt.open)
			}
			if a := o.lastAsk(inv.CustomerID); a.Void {
				t.Errorf("got ask %+v, want one that counts", a)
			}
			if _, err := o.Suppression(o.ctx, inv.Email); (err == nil) != tt.suppressed {
				t.Errorf("got suppression %v, want %v", err, tt.suppressed)
			}
			if tt.state != survey.MailUncertain {
				return
			}
			o.post.answer(nil)
			if _, err := o.ResolveUncertain(o.ctx, survey.InvitationID(inv.ID), false, ""); err != nil {
				t.Fatal(err)
			}
			o.later(4)
			o.wantMails(inv, "", "-2")
		})
	}
}

// TestWhichMailCameBack tells the mails of an invitation apart when one of them comes back.
func TestWhichMailCameBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.reminding(2))
	o.drain()
	o.later(2)
	o.wantMails(inv, "", "-1")
	m := o.receive("bounces+"+inv.ID+"@ask.example", bounced(o.invitation(inv.ID), "failed", "4.2.2", "452 4.2.2 Mailbox full"))
	got := o.invitation(inv.ID)
	if m.Reminder != 0 || got.Mail.State != survey.MailBounced || got.Reminders[0].State != survey.MailAccepted || !got.Open(o.watch.Now()) {
		t.Errorf("got %+v, %+v, want the first one back, and an ask that the reminder keeps open", got.Mail, got.Reminders)
	}
	m = o.receive("bounces+"+inv.ID+"-1@ask.example", bounced(got, "failed", "5.1.1", "550 no such user"))
	got = o.invitation(inv.ID)
	if m.Reminder != 1 || got.Reminders[0].State != survey.MailBounced || got.Open(o.watch.Now()) || got.MailState != survey.MailBounced {
		t.Errorf("got %+v, %+v, want both back, and the ask over", got.Mail, got.Reminders)
	}
	if a := o.lastAsk(inv.CustomerID); !a.Void {
		t.Errorf("got ask %+v, want one that does not count", a)
	}
	if x, err := o.Suppression(o.ctx, inv.Email); err != nil || x.Reason != survey.HardBounce {
		t.Errorf("got suppression %+v, %v", x, err)
	}
}

// TestRemindersAcrossACrash ends the process at a reminder whose end nobody wrote down: it is uncertain, and sent by nobody.
func TestRemindersAcrossACrash(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.reminding(2))
	o.drain()
	o.watch.pass(2 * day)
	other := o.process(o.store)
	o.post.answer(func(m *survey.Message) survey.Outcome {
		if strings.Contains(m.ID, "-1@") {
			o.watch.pass(6 * time.Minute) // the lease runs out
			if err := other.Effects().Drain(o.ctx, "invitations"); err != nil {
				t.Error(err)
			}
			if got := o.invitation(inv.ID); got.MailState != survey.MailUncertain || got.Mail.State != survey.MailAccepted {
				t.Errorf("got %+v, %+v; want an uncertain reminder", got.Mail, got.Reminders)
			}
		}
		return survey.Outcome{Delivery: survey.Accepted}
	})
	o.drain()
	o.later(10)
	o.wantMails(inv, "", "-1")
	if got := o.invitation(inv.ID); got.MailState != survey.MailAccepted {
		t.Errorf("got %+v, want the reminder accepted", got.Reminders)
	}
}

// TestRemindersAreKept where no mail server is set, and are not sent where only the first mail was kept.
func TestRemindersAreKept(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.SetMailer(nil)
	sv := o.reminding(2, 3)
	inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), sv)
	o.drain()
	o.later(2)
	for n := range 2 {
		m, err := o.KeptMail(o.ctx, survey.MailName(survey.InvitationID(inv.ID), n))
		if err != nil || m.Invitation() != survey.InvitationID(inv.ID) {
			t.Errorf("mail %d: got %+v, %v", n, m, err)
		}
	}
	o.SetMailer(o.post)
	o.later(10)
	o.wantMails(inv)
	if err := o.DeleteCustomer(o.ctx, inv.CustomerID, 0); err != nil {
		t.Fatal(err)
	}
	effects(t, o.Service, "customers")
	if list, err := o.KeptMails(o.ctx, "", 10); err != nil || len(list.Items) != 0 {
		t.Errorf("got %d kept mails, %v; want that they went with their customer", len(list.Items), err)
	}
}

func TestRemindersOfASurvey(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.reminding(4)
	s, err := o.Survey(o.ctx, id)
	must(t, s, err)
	change := func(list ...survey.Reminder) (*survey.Survey, error) {
		return o.ChangeSurvey(o.ctx, id, survey.SurveyInput{Name: s.Name, Content: s.Current, Reminders: list})
	}
	if got, err := change(survey.Reminder{AfterDays: 3, Text: survey.Text{"de": "Nur noch dies"}}); err != nil || got.Current.Number != 1 || got.Reminders[0].AfterDays != 3 {
		t.Errorf("got %+v, %v; want other reminders, and the same version", got, err)
	}
	for field, list := range map[string][]survey.Reminder{
		"reminders[0].after_days": {{AfterDays: 0}}, "reminders[1].after_days": {{AfterDays: 1}, {AfterDays: 61}},
		"reminders[0].text[xx-]": {{AfterDays: 1, Text: survey.Text{"xx-": "x"}}}, "reminders": {{AfterDays: 1}, {AfterDays: 1}, {AfterDays: 1}},
		"reminders[0].text[en]": {{AfterDays: 1, Text: survey.Text{"en": strings.Repeat("x", 2001)}}},
	} {
		_, err := change(list...)
		if kind, said := problem(err, field); kind != survey.Invalid || said == "" {
			t.Errorf("%s: got %v, want it refused", field, err)
		}
	}
}
