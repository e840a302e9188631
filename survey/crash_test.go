package survey_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store/enginetest"
)

// atEveryWrite calls try in a bubble of its own with each fault at the first write, at the second, and so on, until
// there are no more writes to fail at.
func atEveryWrite(t *testing.T, faults []fault, try func(t *testing.T, o *office, arm func() *survey.Service)) {
	t.Helper()
	for _, kind := range faults {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			for n := 1; failsAt(t, kind, n, try); n++ {
				if n > 60 {
					t.Fatal("there is no end of writes")
				}
			}
		})
	}
}

// failsAt calls try with a fault at the nth write, and says whether there were that many writes.
func failsAt(t *testing.T, kind fault, n int, try func(t *testing.T, o *office, arm func() *survey.Service)) (fired bool) {
	t.Helper()
	passed := t.Run(fmt.Sprint("write ", n), func(t *testing.T) {
		enginetest.Simulated(t, func(t *testing.T) {
			o := newOffice(t)
			broken := &faulty{Store: o.store, kind: kind}
			try(t, o, func() *survey.Service {
				broken.left = n
				return o.process(broken)
			})
			fired = broken.fired
		})
	})
	return passed && fired
}

// workAll works off the queues of a process that may fail.
func workAll(ctx context.Context, s *survey.Service) {
	for range 2 {
		for _, queue := range asking {
			_ = s.Effects().Drain(ctx, queue)
		}
	}
}

// recover lets other processes take over what is left, after every lease has run out.
func (o *office) recover() {
	o.t.Helper()
	for range 4 {
		o.watch.pass(6 * time.Minute)
		o.drain()
	}
}

// wantNothingOwed checks that no document waits for a worker, and that every ask in a ledger has its invitation.
func (o *office) wantNothingOwed() {
	o.t.Helper()
	for name, docs := range o.everything() {
		for _, d := range docs {
			queued := name == "ask_logs" || name == "invitations" || name == "responses"
			if due := d.Envelope().Due; queued && !due.IsZero() {
				o.t.Errorf("a document of %s is still due at %v: %+v", name, due, d)
			}
			log, ok := d.(*survey.AskLog)
			if !ok {
				continue
			}
			for _, a := range log.Asks {
				if _, err := o.Invitation(o.ctx, a.InvitationID); err != nil || a.Owed {
					o.t.Errorf("an ask was lost: %+v (%v)", a, err)
				}
			}
		}
	}
}

// TestAskAndSendSurviveEverything kills the process, or takes its store away, at every write of an ask and of its sending.
func TestAskAndSendSurviveEverything(t *testing.T) {
	t.Parallel()
	atEveryWrite(t, everyFault, func(t *testing.T, o *office, arm func() *survey.Service) {
		id := o.customer("Customer")
		contact, sv := o.contact(id, "ana", survey.User), o.survey(survey.TemplateCSAT)
		s := arm()
		asked, err := s.AskNow(o.ctx, survey.AskRequest{ContactID: contact, SurveyID: sv})
		workAll(o.ctx, s)
		o.recover()
		o.wantNothingOwed()
		page, errPage := o.Invitations(o.ctx, survey.InvitationFilter{CustomerID: id})
		invitations := must(t, page, errPage).Items
		if err == nil && (len(invitations) != 1 || invitations[0].ID != asked.Invitation.ID) {
			t.Fatalf("got %d invitations after an ask that succeeded, want 1", len(invitations))
		}
		if err != nil && len(invitations) > 1 {
			t.Fatalf("got %d invitations of one ask", len(invitations))
		}
		o.wantOneMail(invitations)
	})
}

// wantOneMail checks that each invitation led to one accepted mail, or to at most one and a visible uncertainty.
func (o *office) wantOneMail(invitations []*survey.Invitation) {
	o.t.Helper()
	sent := map[string]int{}
	for _, m := range o.post.accepted() {
		sent[m.ID]++
	}
	for _, inv := range invitations {
		got, state := sent[inv.Mail.MessageID], inv.Mail.State
		certain := state == survey.MailAccepted && got == 1
		uncertain := state == survey.MailUncertain && got <= 1 && inv.Mail.Reason != ""
		if !certain && !uncertain {
			o.t.Errorf("got %d mails and state %s (%s), want one and accepted, or at most one and uncertain", got, state, inv.Mail.Reason)
		}
	}
}

// TestRefusalSurvivesEverything has the server refuse the address, and fails at every write on the way.
func TestRefusalSurvivesEverything(t *testing.T) {
	t.Parallel()
	atEveryWrite(t, deaths, func(t *testing.T, o *office, arm func() *survey.Service) {
		contact := o.contact(o.customer("Customer"), "ana", survey.User)
		inv := o.ask(contact, o.survey(survey.TemplateCSAT))
		o.post.answer(func(*survey.Message) survey.Outcome {
			return survey.Outcome{Delivery: survey.Refused, BadAddress: true, Reply: "550 no such user"}
		})
		workAll(o.ctx, arm())
		o.recover()
		o.wantNothingOwed()
		inv = o.invitation(inv.ID)
		if inv.Mail.State == survey.MailUncertain {
			return // nobody could write down what the server said
		}
		c, err := o.Contact(o.ctx, contact)
		suppressed, errList := o.Suppression(o.ctx, inv.Email)
		if must(t, c, err).BouncedAt.IsZero() || must(t, suppressed, errList).Reason != survey.HardBounce {
			t.Errorf("got a contact that bounced at %v, suppressed because of %s", c.BouncedAt, suppressed.Reason)
		}
		if a := o.lastAsk(inv.CustomerID); inv.Mail.State != survey.MailRefused || !a.Void {
			t.Errorf("got state %s and ask %+v, want refused and an ask that does not count", inv.Mail.State, a)
		}
	})
}

// TestPulseSurvivesEverything fails at every write of a pulse's run over three customers.
func TestPulseSurvivesEverything(t *testing.T) {
	t.Parallel()
	atEveryWrite(t, everyFault, func(t *testing.T, o *office, arm func() *survey.Service) {
		for i := range 3 {
			o.quietCustomer(fmt.Sprintf("Customer %d", i), float64(i))
		}
		in := pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet)
		in.DailyCap = 2
		pulse, err := o.CreatePulse(o.ctx, in)
		o.watch.pass(must(t, pulse, err).Due.Sub(o.watch.Now()))
		workAll(o.ctx, arm())
		o.recover()
		o.wantNothingOwed()
		page, err := o.Invitations(o.ctx, survey.InvitationFilter{PulseID: survey.PulseID(pulse.ID)})
		if len(must(t, page, err).Items) != in.DailyCap {
			t.Errorf("got %d invitations, want %d", len(page.Items), in.DailyCap)
		}
		o.wantOneMail(page.Items)
		pulse, err = o.Pulse(o.ctx, survey.PulseID(pulse.ID))
		if run := must(t, pulse, err).Run; run.Asked != in.DailyCap || !run.Capped || run.FinishedAt.IsZero() || !pulse.Due.After(o.watch.Now()) {
			t.Errorf("got run %+v, next at %v; want a finished one that asked %d", run, pulse.Due, in.DailyCap)
		}
	})
}

// TestAnswerSurvivesEverything fails at every write of an answer and its effects. What was acknowledged stays.
func TestAnswerSurvivesEverything(t *testing.T) {
	t.Parallel()
	atEveryWrite(t, everyFault, func(t *testing.T, o *office, arm func() *survey.Service) {
		token := o.link(survey.TemplateCSAT)
		inv := o.invitation("inv_" + token[:26])
		s := arm()
		receipt, errSubmit := s.Submit(o.ctx, token, form("satisfied", "5"))
		workAll(o.ctx, s)
		o.recover()
		o.wantNothingOwed()
		page, err := o.Responses(o.ctx, survey.ResponseFilter{CustomerID: inv.CustomerID})
		got := len(must(t, page, err).Items)
		if errSubmit == nil && got != 1 || got > 1 {
			t.Fatalf("got %d responses, acknowledged as %+v (%v)", got, receipt, errSubmit)
		}
		o.wantAnswers(inv.CustomerID, got)
		inv = o.invitation(inv.ID)
		if answered := !inv.AnsweredAt.IsZero(); answered != (got == 1) {
			t.Errorf("got an invitation that is answered: %v, with %d responses", answered, got)
		}
		if ended := !o.lastAsk(inv.CustomerID).EndedAt.IsZero(); ended != (got == 1) {
			t.Errorf("got an ask that has ended: %v, with %d responses", ended, got)
		}
	})
}

// TestDeclineSurvivesEverything fails at every write of "I am not the right person".
func TestDeclineSurvivesEverything(t *testing.T) {
	t.Parallel()
	atEveryWrite(t, deaths, func(t *testing.T, o *office, arm func() *survey.Service) {
		token := o.link(survey.TemplateCSAT)
		inv := o.invitation("inv_" + token[:26])
		_, host, _ := strings.Cut(inv.Email, "@")
		s := arm()
		errDecline := s.Decline(o.ctx, token, survey.Successor{Name: "Bo", Email: "bo@" + host})
		workAll(o.ctx, s)
		o.recover()
		o.wantNothingOwed()
		inv = o.invitation(inv.ID)
		if inv.DeclinedAt.IsZero() {
			if errDecline == nil {
				t.Error("an acknowledged decline was lost")
			}
			return
		}
		c, err := o.Contact(o.ctx, inv.ContactID)
		page, errList := o.Contacts(o.ctx, survey.ContactFilter{CustomerID: inv.CustomerID})
		if must(t, c, err).LeftAt.IsZero() || len(must(t, page, errList).Items) != 2 {
			t.Errorf("got a contact that left at %v among %d, want two of whom one left", c.LeftAt, len(page.Items))
		}
		notes, err := o.Touchpoints(o.ctx, survey.TouchpointFilter{CustomerID: inv.CustomerID, Kind: survey.Note})
		if len(must(t, notes, err).Items) != 1 {
			t.Errorf("got %d notes, want 1", len(notes.Items))
		}
	})
}

// TestUnsubscribeSurvivesEverything fails at every write of an opt-out: what was acknowledged holds.
func TestUnsubscribeSurvivesEverything(t *testing.T) {
	t.Parallel()
	atEveryWrite(t, deaths, func(t *testing.T, o *office, arm func() *survey.Service) {
		token := o.link(survey.TemplateCSAT)
		inv := o.invitation("inv_" + token[:26])
		s := arm()
		acknowledged := s.Unsubscribe(o.ctx, token) == nil
		workAll(o.ctx, s)
		o.recover()
		o.wantNothingOwed()
		_, err := o.Suppression(o.ctx, inv.Email)
		if acknowledged && err != nil {
			t.Errorf("an acknowledged opt-out was lost: %v", err)
		}
	})
}
