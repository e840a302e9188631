package survey_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/survey"
)

func TestTheMail(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.customer("Customer")
	_, errOwner := o.ChangeCustomer(o.ctx, id, 0, survey.CustomerFields{RepID: ref(survey.RepID("rep_rita"))})
	contact := o.contact(id, "ana", survey.User)
	_, errLanguage := o.ChangeContact(o.ctx, contact, 0, survey.ContactFields{Language: ref("de-AT")})
	if err := errors.Join(errOwner, errLanguage); err != nil {
		t.Fatal(err)
	}
	inv := o.ask(contact, o.survey(survey.TemplateNPS))
	o.drain()
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
			o.SetComposer(c)
			o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(tt.template))
			o.drain()
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
			o.drain()
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
		o.mail()
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
	o.drain()
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
			effects(t, o.Service, "responses")
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
			o.drain()
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
	o.drain()
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
			if err := s.Effects().Drain(o.ctx, "invitations"); err != nil {
				t.Error(err)
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

func TestAMailWithoutAComposer(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.SetComposer(nil)
	o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
	o.drain()
	mails := o.post.accepted()
	if len(mails) != 1 {
		t.Fatalf("got %d mails, want 1", len(mails))
	}
	m := mails[0]
	for _, want := range []string{"One tap is enough", "How satisfied are you with us overall?", "https://ask.example/r/", m.UnsubscribeURL} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("got text %q, want it to hold %q", m.Text, want)
		}
	}
	if m.Subject != "How satisfied are you?" || m.HTML != "" {
		t.Errorf("got subject %q and HTML %q, want the title and none", m.Subject, m.HTML)
	}
}
