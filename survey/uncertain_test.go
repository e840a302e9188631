package survey_test

import (
	"errors"
	"testing"
	"time"

	"earshot/survey"
)

// TestASlowWorkerIsOvertaken lets a lease run out while the server still thinks: the mail is uncertain meanwhile, is not
// sent again by itself, and what the slow worker learns counts unless somebody decided or sent anew.
func TestASlowWorkerIsOvertaken(t *testing.T) {
	t.Parallel()
	decide := func(resend bool) func(o *office, id survey.InvitationID) error {
		return func(o *office, id survey.InvitationID) error {
			_, err := o.ResolveUncertain(o.ctx, id, resend, "")
			return err
		}
	}
	revoke := func(o *office, id survey.InvitationID) error {
		_, err := o.RevokeInvitation(o.ctx, id)
		return err
	}
	sendAnew := func(o *office, id survey.InvitationID) error {
		o.post.answer(says(survey.Refused, "554 the second try"))
		errDecide := decide(true)(o, id)
		err := o.process(o.store).Effects().Drain(o.ctx, "invitations")
		return errors.Join(errDecide, err)
	}
	for _, tt := range []struct {
		name      string
		meanwhile func(o *office, id survey.InvitationID) error
		reply     survey.Delivery
		want      survey.MailState
	}{
		{"accepted after all", nil, survey.Accepted, survey.MailAccepted},
		{"put off after all", nil, survey.Temporary, survey.MailQueued},
		{"taken as sent, then put off", decide(false), survey.Temporary, survey.MailAccepted},
		{"to be sent again, then accepted", decide(true), survey.Accepted, survey.MailAccepted},
		{"to be sent again, then cut off", decide(true), survey.Uncertain, survey.MailAccepted},
		{"sent again, then put off", sendAnew, survey.Temporary, survey.MailRefused},
		{"sent again and refused, then accepted", sendAnew, survey.Accepted, survey.MailAccepted},
		{"revoked, then accepted", revoke, survey.Accepted, survey.MailAccepted},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
			other := o.process(o.store)
			first := true
			o.post.answer(func(*survey.Message) survey.Outcome {
				if !first {
					return survey.Outcome{Delivery: survey.Accepted, Reply: "sent again"}
				}
				first = false
				o.watch.pass(6 * time.Minute)
				if err := other.Effects().Drain(o.ctx, "invitations"); err != nil {
					t.Error(err)
				}
				if got := o.invitation(inv.ID).Mail.State; got != survey.MailUncertain {
					t.Errorf("got state %s while the server thinks, want uncertain", got)
				}
				if tt.meanwhile != nil {
					if err := tt.meanwhile(o, survey.InvitationID(inv.ID)); err != nil {
						t.Error(err)
					}
				}
				return survey.Outcome{Delivery: tt.reply, Reply: "done"}
			})
			o.mail()
			if got := o.invitation(inv.ID).Mail; got.State != tt.want {
				t.Errorf("got ledger %+v, want %s", got, tt.want)
			}
			o.post.answer(nil)
			o.watch.pass(2 * time.Minute) // what was put off is tried again
			o.mail()
			if got := o.invitation(inv.ID); !got.Due.IsZero() || !got.RevokedAt.IsZero() && o.lastAsk(got.CustomerID).EndedAt.IsZero() {
				t.Errorf("got an invitation whose end was not told: %+v", got)
			}
		})
	}
}

func TestResolveUncertain(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		resend bool
		mails  int
	}{{"sent again", true, 1}, {"taken as sent", false, 0}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
			id := survey.InvitationID(inv.ID)
			_, err := o.ResolveUncertain(o.ctx, id, tt.resend, "rep_x")
			wantKind(t, err, survey.Conflict)
			o.post.answer(says(survey.Uncertain, "cut"))
			o.drain()
			o.watch.pass(5 * day)
			o.post.answer(nil)
			o.drain()
			if got := len(o.post.accepted()); got != 0 {
				t.Fatalf("got %d mails before anybody decided, want none", got)
			}
			resolved, err := o.ResolveUncertain(o.ctx, id, tt.resend, "rep_x")
			if must(t, resolved, err).Mail.ResolvedBy != "rep_x" {
				t.Errorf("got ledger %+v, want to see who decided", resolved.Mail)
			}
			o.drain()
			if got := o.invitation(inv.ID).Mail; got.State != survey.MailAccepted || len(o.post.accepted()) != tt.mails {
				t.Errorf("got %d mails and ledger %+v, want %d and accepted", len(o.post.accepted()), got, tt.mails)
			}
		})
	}
}

func TestKeptMails(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.SetMailer(nil)
	inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
	o.drain()
	if got := o.invitation(inv.ID).Mail.State; got != survey.MailAccepted {
		t.Errorf("got state %s, want accepted", got)
	}
	kept, err := o.KeptMail(o.ctx, inv.ID)
	if must(t, kept, err).To != inv.Email {
		t.Errorf("got a mail to %q, want to %q", kept.To, inv.Email)
	}
	if opened, err := o.Open(o.ctx, tokenOf(kept.Text)); must(t, opened, err).State != survey.FormOpen {
		t.Errorf("got state %s by the link in the kept mail, want open", opened.State)
	}
	page, err := o.KeptMails(o.ctx, "", 10)
	if len(must(t, page, err).Items) != 1 {
		t.Errorf("got %d kept mails, want 1", len(page.Items))
	}
	_, err = o.KeptMail(o.ctx, "inv_no")
	wantKind(t, err, survey.NotFound)
}

// TestKeptMailSurvivesEverything fails at every write on the way to keeping a mail: the mail is there once, and certainly so.
func TestKeptMailSurvivesEverything(t *testing.T) {
	t.Parallel()
	atEveryWrite(t, deaths, func(t *testing.T, o *office, arm func() *survey.Service) {
		o.SetMailer(nil)
		inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
		s := arm()
		s.SetMailer(nil)
		workAll(o.ctx, s)
		o.recover()
		o.wantNothingOwed()
		kept, err := o.KeptMail(o.ctx, inv.ID)
		if opened, err := o.Open(o.ctx, tokenOf(must(t, kept, err).Text)); must(t, opened, err).State != survey.FormOpen {
			t.Errorf("got state %s by the link in the kept mail, want open", opened.State)
		}
		if got := o.invitation(inv.ID).Mail.State; got != survey.MailAccepted {
			t.Errorf("got state %s, want accepted", got)
		}
	})
}
