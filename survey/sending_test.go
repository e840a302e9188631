package survey_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"earshot/survey"
)

func TestTheMail(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	rep, err := o.CreateRep(o.ctx, survey.NewRep{Name: "Rita Rep", Email: "rita@acme.example", Access: survey.AccessRep, Password: "correct horse battery"})
	id := o.customer("Customer")
	_, errOwner := o.ChangeCustomer(o.ctx, id, 0, survey.CustomerFields{RepID: ref(survey.RepID(must(t, rep, err).ID))})
	contact := o.contact(id, "ana", survey.User)
	_, errLanguage := o.ChangeContact(o.ctx, contact, 0, survey.ContactFields{Language: ref("de-AT")})
	if err := errors.Join(errOwner, errLanguage); err != nil {
		t.Fatal(err)
	}
	inv := o.ask(contact, o.survey(survey.TemplateNPS))
	o.settle()
	mails := o.post.accepted()
	if len(mails) != 1 {
		t.Fatalf("got %d mails, want 1", len(mails))
	}
	m := mails[0]
	if m.ID != inv.ID+"@ask.example" || m.FromName != "Rita Rep" || m.ReplyTo != "rita@acme.example" || m.ToName != "ana" || m.Language != "de" {
		t.Errorf("got mail %+v, want one from Rita Rep in German", m)
	}
	if want := "Würden Sie uns weiterempfehlen?"; m.Subject != want {
		t.Errorf("got subject %q, want %q", m.Subject, want)
	}
	inv = o.invitation(inv.ID)
	if inv.Mail.State != survey.MailAccepted || inv.Mail.AcceptedAt.IsZero() || !inv.Due.IsZero() || inv.Mail.Attempts != 1 {
		t.Errorf("got ledger %+v, due %v; want accepted at the first try", inv.Mail, inv.Due)
	}
}

// captured is a Composer that keeps what it was given.
type captured struct{ last *survey.AskMail }

func (c *captured) Compose(m *survey.AskMail) (survey.MailContent, error) {
	c.last = m
	return survey.MailContent{Subject: "x"}, nil
}

func TestScoreLinks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		template  string
		low, high int
	}{{survey.TemplateNPS, 0, 10}, {survey.TemplateCSAT, 1, 5}, {survey.TemplateProgress, 1, 5}} {
		t.Run(tt.template, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			c := &captured{}
			o.Composer = c
			o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(tt.template))
			o.settle()
			if got := len(c.last.Scores); got != tt.high-tt.low+1 {
				t.Fatalf("got %d score links, want %d", got, tt.high-tt.low+1)
			}
			for i, s := range c.last.Scores {
				if want := fmt.Sprintf("%s?s=%d", c.last.AnswerURL, tt.low+i); s.URL != want || s.Score != tt.low+i {
					t.Errorf("got score link %+v, want %s", s, want)
				}
			}
		})
	}
}

// TestOutcomes has the mail server answer in every way.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		outcome survey.Outcome
		state   survey.MailState
		void    bool // whether the ask does not count
		bounced bool
	}{
		{"accepted", survey.Outcome{Delivery: survey.Accepted}, survey.MailAccepted, false, false},
		{"put off", survey.Outcome{Delivery: survey.Temporary, Reply: "451 later"}, survey.MailQueued, false, false},
		{"refused", survey.Outcome{Delivery: survey.Refused, Reply: "554 no"}, survey.MailRefused, true, false},
		{"no such address", survey.Outcome{Delivery: survey.Refused, Reply: "550 no", BadAddress: true}, survey.MailRefused, true, true},
		{"cut off", survey.Outcome{Delivery: survey.Uncertain, Reply: "connection reset"}, survey.MailUncertain, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			contact := o.contact(o.customer("Customer"), "ana", survey.User)
			inv := o.ask(contact, o.survey(survey.TemplateCSAT))
			o.post.answer(func(*survey.Message) survey.Outcome { return tt.outcome })
			o.settle()
			inv = o.invitation(inv.ID)
			if inv.Mail.State != tt.state || inv.MailState != tt.state || inv.Mail.Reason != tt.outcome.Reply {
				t.Errorf("got ledger %+v, want %s because of %q", inv.Mail, tt.state, tt.outcome.Reply)
			}
			if a := o.lastAsk(inv.CustomerID); a.Void != tt.void {
				t.Errorf("got ask %+v, want void %v", a, tt.void)
			}
			_, err := o.Suppression(o.ctx, inv.Email)
			c, errContact := o.Contact(o.ctx, contact)
			if got := err == nil && !must(t, c, errContact).BouncedAt.IsZero(); got != tt.bounced {
				t.Errorf("got bounced %v, want %v", got, tt.bounced)
			}
		})
	}
}

func TestBackOffUntilItIsTooLate(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
	o.post.answer(says(survey.Temporary, "451 later"))
	var waits []time.Duration
	for range 100 {
		o.drain(o.WorkMail)
		if inv = o.invitation(inv.ID); inv.Mail.State != survey.MailQueued {
			break
		}
		wait := inv.Due.Sub(o.watch.Now())
		waits = append(waits, wait)
		o.watch.pass(wait)
	}
	if got, want := fmt.Sprint(waits[:6]), "[1m0s 5m0s 15m0s 1h0m0s 2h0m0s 4h0m0s]"; got != want {
		t.Errorf("got waits %v, want %v", got, want)
	}
	if inv.Mail.State != survey.MailWithheld || !strings.Contains(inv.Mail.Reason, "451 later") || o.watch.Now().After(inv.Mail.LatestAt) {
		t.Errorf("got ledger %+v at %v, want withheld before it is too late", inv.Mail, o.watch.Now())
	}
	o.settle()
	if a := o.lastAsk(inv.CustomerID); !a.Void {
		t.Errorf("got ask %+v, want one that does not count", a)
	}
}

// TestWithheld makes a reason not to send between the ask and the sending.
func TestWithheld(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		reason string
		happen func(o *office, inv *survey.Invitation) error
	}{
		{"too late", "too late", func(o *office, inv *survey.Invitation) error {
			o.watch.pass(inv.Mail.LatestAt.Sub(o.watch.Now()))
			return nil
		}},
		{"expired", "expired", func(o *office, inv *survey.Invitation) error {
			o.watch.pass(inv.ExpiresAt.Sub(o.watch.Now()))
			return nil
		}},
		{"closed", "closed", func(o *office, inv *survey.Invitation) error {
			_, err := o.CloseSurvey(o.ctx, inv.SurveyID)
			return err
		}},
		{"suppressed", "must not be mailed", func(o *office, inv *survey.Invitation) error {
			_, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: " " + strings.ToUpper(inv.Email) + " "})
			return err
		}},
		{"left", "no longer", func(o *office, inv *survey.Invitation) error {
			_, err := o.ChangeContact(o.ctx, inv.ContactID, 0, survey.ContactFields{LeftAt: ref(monday)})
			return err
		}},
		{"deleted", "revoked", func(o *office, inv *survey.Invitation) error { return o.DeleteContact(o.ctx, inv.ContactID, 0) }},
		{"no address any more", "no e-mail address", func(o *office, inv *survey.Invitation) error {
			_, err := o.ChangeContact(o.ctx, inv.ContactID, 0, survey.ContactFields{Email: ref("")})
			return err
		}},
		{"new address suppressed", "must not be mailed", func(o *office, inv *survey.Invitation) error {
			_, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: "new@" + inv.Email[4:]})
			_, errContact := o.ChangeContact(o.ctx, inv.ContactID, 0, survey.ContactFields{Email: ref("new@" + inv.Email[4:])})
			return errors.Join(err, errContact)
		}},
		{"answered by a link that was handed out", "answered", func(o *office, inv *survey.Invitation) error {
			link, err := o.NewLink(o.ctx, survey.InvitationID(inv.ID))
			_, errSubmit := o.Submit(o.ctx, tokenOf(link), form("satisfied", "5"))
			o.drain(o.WorkResponse)
			return errors.Join(err, errSubmit)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
			if err := tt.happen(o, inv); err != nil {
				t.Fatal(err)
			}
			o.settle()
			inv = o.invitation(inv.ID)
			if inv.Mail.State != survey.MailWithheld || !strings.Contains(inv.Mail.Reason, tt.reason) {
				t.Errorf("got ledger %+v, want withheld because of %q", inv.Mail, tt.reason)
			}
			if got := o.post.accepted(); len(got) != 0 {
				t.Errorf("got %d mails, want none", len(got))
			}
		})
	}
}

func TestANewAddressIsUsed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
	if _, err := o.ChangeContact(o.ctx, inv.ContactID, 0, survey.ContactFields{Email: ref("ana@new.example")}); err != nil {
		t.Fatal(err)
	}
	o.settle()
	if got := o.post.accepted(); len(got) != 1 || got[0].To != "ana@new.example" {
		t.Errorf("got mails %+v, want one to the new address", got)
	}
}

// TestManyWorkersSendOnce has several processes work on the same queue.
func TestManyWorkersSendOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sv := o.survey(survey.TemplateCSAT)
	const asks = 30
	for range asks {
		o.ask(o.contact(o.customer("Customer"), "ana", survey.User), sv)
	}
	var all sync.WaitGroup
	for range 8 {
		s := o.process(o.store)
		all.Go(func() {
			for {
				if worked, err := s.WorkMail(o.ctx); err != nil || !worked {
					if err != nil {
						t.Error(err)
					}
					return
				}
			}
		})
	}
	all.Wait()
	sent := map[string]int{}
	for _, m := range o.post.accepted() {
		sent[m.ID]++
	}
	if len(sent) != asks || len(o.post.accepted()) != asks {
		t.Errorf("got %d mails of %d invitations, want one of each of %d", len(o.post.accepted()), len(sent), asks)
	}
}

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
		_, err := o.process(o.store).WorkMail(o.ctx)
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
		{"to be sent again, then cut off", decide(true), survey.Uncertain, survey.MailQueued},
		{"sent again, then put off", sendAnew, survey.Temporary, survey.MailRefused},
		{"sent again and refused, then accepted", sendAnew, survey.Accepted, survey.MailAccepted},
		{"revoked, then accepted", revoke, survey.Accepted, survey.MailAccepted},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
			other := o.process(o.store)
			o.post.answer(func(*survey.Message) survey.Outcome {
				o.watch.pass(6 * time.Minute)
				if _, err := other.WorkMail(o.ctx); err != nil {
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
			if _, err := o.WorkMail(o.ctx); err != nil {
				t.Fatal(err)
			}
			if got := o.invitation(inv.ID).Mail; got.State != tt.want {
				t.Errorf("got ledger %+v, want %s", got, tt.want)
			}
			o.post.answer(nil)
			o.drain(o.WorkMail)
			if got := o.invitation(inv.ID); got.Unsettled || !got.RevokedAt.IsZero() && o.lastAsk(got.CustomerID).EndedAt.IsZero() {
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
			o.settle()
			o.watch.pass(5 * day)
			o.post.answer(nil)
			o.settle()
			if got := len(o.post.accepted()); got != 0 {
				t.Fatalf("got %d mails before anybody decided, want none", got)
			}
			resolved, err := o.ResolveUncertain(o.ctx, id, tt.resend, "rep_x")
			if must(t, resolved, err).Mail.ResolvedBy != "rep_x" {
				t.Errorf("got ledger %+v, want to see who decided", resolved.Mail)
			}
			o.settle()
			if got := o.invitation(inv.ID).Mail; got.State != survey.MailAccepted || len(o.post.accepted()) != tt.mails {
				t.Errorf("got %d mails and ledger %+v, want %d and accepted", len(o.post.accepted()), got, tt.mails)
			}
		})
	}
}

func TestOutbox(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.Mailer = nil
	inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
	o.settle()
	if got := o.invitation(inv.ID).Mail.State; got != survey.MailAccepted {
		t.Errorf("got state %s, want accepted", got)
	}
	kept, err := o.OutboxMail(o.ctx, survey.InvitationID(inv.ID))
	if must(t, kept, err).To != inv.Email {
		t.Errorf("got a mail to %q, want to %q", kept.To, inv.Email)
	}
	if sheet, err := o.Open(o.ctx, tokenOf(kept.Text)); must(t, sheet, err).State != survey.SheetOpen {
		t.Errorf("got state %s by the link in the outbox, want open", sheet.State)
	}
	page, err := o.Outbox(o.ctx, "", 10)
	if len(must(t, page, err).Items) != 1 {
		t.Errorf("got %d mails in the outbox, want 1", len(page.Items))
	}
	_, err = o.OutboxMail(o.ctx, "inv_no")
	wantKind(t, err, survey.NotFound)
}

// TestOutboxSurvivesEverything fails at every write on the way into the outbox: the mail is there once, and certainly so.
func TestOutboxSurvivesEverything(t *testing.T) {
	t.Parallel()
	atEveryWrite(t, deaths, func(t *testing.T, o *office, arm func() *survey.Service) {
		o.Mailer = nil
		inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
		s := arm()
		s.Mailer = nil
		workAll(o.ctx, s)
		o.recover()
		o.wantNothingOwed()
		kept, err := o.OutboxMail(o.ctx, survey.InvitationID(inv.ID))
		if sheet, err := o.Open(o.ctx, tokenOf(must(t, kept, err).Text)); must(t, sheet, err).State != survey.SheetOpen {
			t.Errorf("got state %s by the link in the outbox, want open", sheet.State)
		}
		if got := o.invitation(inv.ID).Mail.State; got != survey.MailAccepted {
			t.Errorf("got state %s, want accepted", got)
		}
	})
}

// TestUnsubscribeRacesWithSending unsubscribes while other mails to the same address are on their way: none begins after
// the opt-out was acknowledged.
func TestUnsubscribeRacesWithSending(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sv := o.survey(survey.TemplateCSAT)
	const shared = "everybody@shared.example"
	token := ""
	for i := range 40 {
		contact := o.contact(o.customer("Customer"), "ana", survey.User)
		if _, err := o.ChangeContact(o.ctx, contact, 0, survey.ContactFields{Email: ref(shared)}); err != nil {
			t.Fatal(err)
		}
		inv := o.ask(contact, sv)
		if i == 0 {
			link, err := o.NewLink(o.ctx, survey.InvitationID(inv.ID))
			token = tokenOf(must(t, link, err))
		}
	}
	var acknowledged atomic.Bool
	o.post.answer(func(*survey.Message) survey.Outcome {
		late := acknowledged.Load()
		time.Sleep(2 * time.Millisecond)
		if late || acknowledged.Load() {
			t.Error("a mail was under way after the opt-out was acknowledged")
		}
		return survey.Outcome{Delivery: survey.Accepted}
	})
	var all sync.WaitGroup
	for range 4 {
		s := o.process(o.store)
		all.Go(func() { workUntilIdle(o.ctx, t, s.WorkMail) })
	}
	all.Go(func() {
		for len(o.post.accepted()) < 5 {
			time.Sleep(time.Millisecond)
		}
		if err := o.Unsubscribe(o.ctx, token); err != nil {
			t.Error(err)
		}
		acknowledged.Store(true)
	})
	all.Wait()
	o.settle()
	page, err := o.Invitations(o.ctx, survey.InvitationFilter{MailState: survey.MailQueued})
	if len(must(t, page, err).Items) != 0 {
		t.Errorf("got %d mails that still wait, want none", len(page.Items))
	}
}

// TestSuppressedAfterTheFirstLook puts the address on the list when the worker has decided to send, and not begun yet.
func TestSuppressedAfterTheFirstLook(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
	s := o.process(&meddling{Store: o.store, at: spec(t, "invitations"), do: func() {
		if _, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: inv.Email}); err != nil {
			t.Error(err)
		}
	}})
	if _, err := s.WorkMail(o.ctx); err != nil {
		t.Fatal(err)
	}
	if got := o.invitation(inv.ID).Mail.State; got != survey.MailWithheld || len(o.post.accepted()) != 0 {
		t.Errorf("got state %s and %d mails, want withheld and none", got, len(o.post.accepted()))
	}
}

// TestSuppressWaitsForAMailUnderWay puts the address on the list while the server takes a mail to it.
func TestSuppressWaitsForAMailUnderWay(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
	var taken atomic.Bool
	acknowledged := make(chan bool)
	o.post.answer(func(*survey.Message) survey.Outcome {
		go func() {
			_, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: inv.Email})
			acknowledged <- err == nil && taken.Load()
		}()
		time.Sleep(200 * time.Millisecond)
		taken.Store(true)
		return survey.Outcome{Delivery: survey.Accepted}
	})
	if _, err := o.WorkMail(o.ctx); err != nil {
		t.Fatal(err)
	}
	if !<-acknowledged {
		t.Error("the address was acknowledged while a mail to it was under way")
	}
}

// workUntilIdle works a queue off.
func workUntilIdle(ctx context.Context, t testing.TB, work func(context.Context) (bool, error)) {
	for {
		worked, err := work(ctx)
		if err != nil {
			t.Error(err)
		}
		if err != nil || !worked {
			return
		}
	}
}

func TestUnsubscribe(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.customer("Customer")
	contact, sv := o.contact(id, "ana", survey.User), o.survey(survey.TemplateCSAT)
	inv := o.ask(contact, sv)
	o.settle()
	token := tokenOf(o.post.accepted()[0].Text)
	o.watch.pass(400 * day) // the link is long over
	for range 2 {
		if err := o.Unsubscribe(o.ctx, token); err != nil {
			t.Fatal(err)
		}
	}
	o.settle()
	x, err := o.Suppression(o.ctx, strings.ToUpper(inv.Email))
	if must(t, x, err).Reason != survey.Unsubscribed {
		t.Errorf("got reason %s, want unsubscribed", x.Reason)
	}
	_, err = o.AskNow(o.ctx, survey.AskRequest{ContactID: contact, SurveyID: sv, Confirm: true})
	wantKind(t, err, survey.Conflict)
	if sheet, err := o.Open(o.ctx, token); !must(t, sheet, err).Unsubscribed {
		t.Error("the sheet does not say that they unsubscribed")
	}
}

func TestSuppressions(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	contact := o.contact(o.customer("Customer"), "ana", survey.User)
	inv := o.ask(contact, o.survey(survey.TemplateCSAT))
	add := func(email string, reason survey.SuppressionReason) *survey.Suppression {
		t.Helper()
		x, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: email, Reason: reason})
		return must(t, x, err)
	}
	if got := add(inv.Email, "").Reason; got != survey.ByHand {
		t.Errorf("got reason %s, want by hand", got)
	}
	if got := add(inv.Email, survey.HardBounce).Reason; got != survey.ByHand {
		t.Errorf("got reason %s after another one, want the first", got)
	}
	if err := o.Unsuppress(o.ctx, inv.Email, false); err != nil {
		t.Errorf("got error %v, want it to be taken off", err)
	}
	wantKind(t, o.Unsuppress(o.ctx, inv.Email, false), survey.NotFound)

	add(inv.Email, survey.ByHand)
	if got := add(inv.Email, survey.Complained).Reason; got != survey.Complained {
		t.Errorf("got reason %s, want the person's own word", got)
	}
	if got := add(inv.Email, survey.ByHand).Reason; got != survey.Complained {
		t.Errorf("got reason %s, want the person's own word to stay", got)
	}
	err := o.Unsuppress(o.ctx, inv.Email, false)
	if wantKind(t, err, survey.Conflict); !survey.NeedsConfirmation(err) {
		t.Errorf("got %v, want it to need a confirmation", err)
	}
	if err := o.Unsuppress(o.ctx, inv.Email, true); err != nil {
		t.Errorf("got error %v with confirmation", err)
	}
	_, err = o.Suppress(o.ctx, survey.SuppressionInput{Email: "nonsense"})
	wantKind(t, err, survey.Invalid)
	add("a@list.example", survey.ByHand)
	page, err := o.Suppressions(o.ctx, "", 10)
	if len(must(t, page, err).Items) != 1 {
		t.Errorf("got %d addresses on the list, want 1", len(page.Items))
	}
}

func TestABounceIsForgotten(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	contact, sv := o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT)
	inv := o.ask(contact, sv)
	o.post.answer(func(*survey.Message) survey.Outcome {
		return survey.Outcome{Delivery: survey.Refused, BadAddress: true, Reply: strings.Repeat("550 ", 1000)}
	})
	o.settle()
	_, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: contact, SurveyID: sv})
	wantKind(t, err, survey.Conflict)
	if err := o.Unsuppress(o.ctx, inv.Email, false); err != nil {
		t.Fatal(err)
	}
	o.ask(contact, sv)
}
