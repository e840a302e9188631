package survey_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"earshot/survey"
)

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
		inv := o.ask(contact, sv)
		if _, err := o.ChangeContact(o.ctx, contact, 0, survey.ContactFields{Email: ref(shared)}); err != nil {
			t.Fatal(err)
		}
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
		all.Go(func() {
			if err := s.Effects().Drain(o.ctx, "invitations"); err != nil {
				t.Error(err)
			}
		})
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
	o.drain()
	page, err := o.Invitations(o.ctx, survey.InvitationFilter{MailState: survey.MailQueued})
	if len(must(t, page, err).Items) != 0 {
		t.Errorf("got %d mails that still wait, want none", len(page.Items))
	}
}

// TestSuppressedAfterTheFirstLook puts the address on the list when the worker has decided to send, and not begun yet.
func TestSuppressedAfterTheFirstLook(t *testing.T) {
	t.Parallel()
	everyRule(t, func(t *testing.T, ruleOf func(email string) string) {
		o := newOffice(t)
		inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
		s := o.process(&meddling{Store: o.store, at: spec(t, "invitations"), do: func() {
			if _, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: ruleOf(inv.Email)}); err != nil {
				t.Error(err)
			}
		}})
		effects(t, s, "invitations")
		if got := o.invitation(inv.ID).Mail.State; got != survey.MailWithheld || len(o.post.accepted()) != 0 {
			t.Errorf("got state %s and %d mails, want withheld and none", got, len(o.post.accepted()))
		}
	})
}

// everyRule calls try for each kind of rule by which an address can be on the list.
func everyRule(t *testing.T, try func(t *testing.T, ruleOf func(email string) string)) {
	t.Helper()
	for name, ruleOf := range map[string]func(string) string{
		"address": func(email string) string { return email },
		"domain":  func(email string) string { _, host, _ := strings.Cut(email, "@"); return "@" + host },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			try(t, ruleOf)
		})
	}
}

// TestSuppressWaitsForAMailUnderWay puts the address on the list while the server takes a mail to it.
func TestSuppressWaitsForAMailUnderWay(t *testing.T) {
	t.Parallel()
	everyRule(t, func(t *testing.T, ruleOf func(email string) string) {
		o := newOffice(t)
		inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
		var taken atomic.Bool
		acknowledged := make(chan bool)
		o.post.answer(func(*survey.Message) survey.Outcome {
			go func() {
				_, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: ruleOf(inv.Email)})
				acknowledged <- err == nil && taken.Load()
			}()
			time.Sleep(200 * time.Millisecond)
			taken.Store(true)
			return survey.Outcome{Delivery: survey.Accepted}
		})
		o.mail()
		if !<-acknowledged {
			t.Error("the address was acknowledged while a mail to it was under way")
		}
	})
}

func TestUnsubscribe(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.customer("Customer")
	contact, sv := o.contact(id, "ana", survey.User), o.survey(survey.TemplateCSAT)
	inv := o.ask(contact, sv)
	o.drain()
	token := tokenOf(o.post.accepted()[0].Text)
	o.watch.pass(400 * day) // the link is long over
	for range 2 {
		if err := o.Unsubscribe(o.ctx, token); err != nil {
			t.Fatal(err)
		}
	}
	o.drain()
	x, err := o.Suppression(o.ctx, strings.ToUpper(inv.Email))
	if must(t, x, err).Reason != survey.Unsubscribed {
		t.Errorf("got reason %s, want unsubscribed", x.Reason)
	}
	_, err = o.AskNow(o.ctx, survey.AskRequest{ContactID: contact, SurveyID: sv, Confirm: true})
	wantKind(t, err, survey.Conflict)
	if opened, err := o.Open(o.ctx, token); !must(t, opened, err).Unsubscribed {
		t.Error("the form does not say that they unsubscribed")
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
	if err := o.Unsuppress(o.ctx, inv.Email, false, survey.SuppressedBy{}); err != nil {
		t.Errorf("got error %v, want it to be taken off", err)
	}
	wantKind(t, o.Unsuppress(o.ctx, inv.Email, false, survey.SuppressedBy{}), survey.NotFound)

	add(inv.Email, survey.ByHand)
	if got := add(inv.Email, survey.Complained).Reason; got != survey.Complained {
		t.Errorf("got reason %s, want the person's own word", got)
	}
	if got := add(inv.Email, survey.ByHand).Reason; got != survey.Complained {
		t.Errorf("got reason %s, want the person's own word to stay", got)
	}
	err := o.Unsuppress(o.ctx, inv.Email, false, survey.SuppressedBy{})
	if wantKind(t, err, survey.Conflict); !survey.NeedsConfirmation(err) {
		t.Errorf("got %v, want it to need a confirmation", err)
	}
	if err := o.Unsuppress(o.ctx, inv.Email, true, survey.SuppressedBy{}); err != nil {
		t.Errorf("got error %v with confirmation", err)
	}
	_, err = o.Suppress(o.ctx, survey.SuppressionInput{Email: "nonsense"})
	wantKind(t, err, survey.Invalid)
	add("a@list.example", survey.ByHand)
	page, err := o.Suppressions(o.ctx, survey.SuppressionFilter{Limit: 10})
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
	o.drain()
	_, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: contact, SurveyID: sv})
	wantKind(t, err, survey.Conflict)
	// Their own word replaces the reason; taken back, it leaves no bounce behind either.
	_, err = o.Suppress(o.ctx, survey.SuppressionInput{Email: inv.Email, Reason: survey.Unsubscribed})
	must(t, 0, err)
	if err := o.Unsuppress(o.ctx, inv.Email, true, survey.SuppressedBy{}); err != nil {
		t.Fatal(err)
	}
	o.ask(contact, sv)
}
