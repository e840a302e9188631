package survey_test

import (
	"fmt"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// forget writes a document as programs before the outbox did: due, and without a word of what it owes.
func (o *office) forget(collection, id string) {
	o.t.Helper()
	docs, err := o.store.Fetch(o.ctx, spec(o.t, collection), []string{id})
	if len(must(o.t, docs, err)) != 1 {
		o.t.Fatalf("there is no %s in %s", id, collection)
	}
	m := docs[0].Envelope()
	if m.Due.IsZero() {
		m.Due = o.watch.Now()
	}
	m.Owes = nil
	must(o.t, 0, write(o.t, o.store, collection, store.Replace, docs[0]))
}

// TestWhatOlderProgramsWroteIsDone lets documents of before the outbox be worked off.
func TestWhatOlderProgramsWroteIsDone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sv := o.survey(survey.TemplateCSAT)

	queued := o.ask(o.contact(o.customer("Queued"), "ana", survey.User), sv)
	o.forget("invitations", queued.ID)
	o.drain()
	if got := len(o.post.accepted()); got != 1 {
		t.Errorf("got %d mails of a queued invitation, want 1", got)
	}

	declined := o.ask(o.contact(o.customer("Declined"), "ana", survey.User), sv)
	o.drain()
	must(t, 0, o.Decline(o.ctx, tokenOf(o.post.accepted()[1].Text), survey.Successor{}))
	o.forget("invitations", declined.ID)
	o.drain()
	c, err := o.Contact(o.ctx, declined.ContactID)
	if must(t, c, err).LeftAt.IsZero() || o.lastAsk(declined.CustomerID).EndedAt.IsZero() {
		t.Errorf("got contact %+v and ask %+v, want the decline noted", c, o.lastAsk(declined.CustomerID))
	}

	for i := range 2 {
		o.contact(o.customer(fmt.Sprint("Customer ", i)), "ana", survey.User)
	}
	pulse := o.pulse(pulseFor(sv, survey.AudienceEveryone))
	o.forget("pulses", pulse.ID)
	if pulse = o.run(pulse); pulse.Run.Considered != 4 || !pulse.NextRun().After(o.watch.Now()) {
		t.Errorf("got run %+v, next at %v; want one that considered all", pulse.Run, pulse.NextRun())
	}
}

// TestAnAskOfAnOlderProgramIsFinished finds an ask in a ledger that the process that noted it did not finish.
func TestAnAskOfAnOlderProgramIsFinished(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := o.process(&faulty{Store: o.store, kind: goAfter, left: 1})
	contact, sv := o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT)
	if _, err := s.AskNow(o.ctx, survey.AskRequest{ContactID: contact, SurveyID: sv}); err == nil {
		t.Fatal("the ask did not fail")
	}
	c, err := o.Contact(o.ctx, contact)
	o.forget("ask_logs", string(must(t, c, err).CustomerID))
	o.watch.pass(time.Minute)
	o.drain()
	if got := len(o.post.accepted()); got != 1 {
		t.Errorf("got %d mails, want 1", got)
	}
	o.wantNothingOwed()
}
