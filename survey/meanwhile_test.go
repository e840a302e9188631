package survey_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// meanwhile is a store behind which something happens once, before the first write of a collection.
type meanwhile struct {
	store.Store
	collection string
	once       sync.Once
	happens    func()
}

func (m *meanwhile) Write(ctx context.Context, spec *store.Spec, items []store.Write) ([]error, error) {
	if spec.Name == m.collection {
		m.once.Do(m.happens)
	}
	return m.Store.Write(ctx, spec, items)
}

// manyCustomers adds customers with a contact each.
func (o *office) manyCustomers(n int) {
	o.t.Helper()
	var customers, contacts []store.Write
	for i := range n {
		id, name, email := fmt.Sprintf("cus_%026d", i), fmt.Sprintf("Customer %05d", i), fmt.Sprintf("pat%d@customer%d.example", i, i)
		customers = append(customers, store.Write{Op: store.Insert, Doc: &survey.Customer{
			Meta: store.Meta{ID: id}, ExternalID: id, Name: name, NameKey: name, Status: survey.Active, CreatedAt: monday,
		}})
		contacts = append(contacts, store.Write{Op: store.Insert, Doc: &survey.Contact{
			Meta: store.Meta{ID: "con" + id[3:]}, ExternalID: "con" + id[3:], CustomerID: survey.CustomerID(id), Name: "Pat", Email: email, EmailKey: email, Role: survey.User, CreatedAt: monday,
		}})
	}
	for name, docs := range map[string][]store.Write{"customers": customers, "contacts": contacts} {
		if _, err := o.store.Write(o.ctx, specNamed(o.t, name), docs); err != nil {
			o.t.Fatal(err)
		}
	}
}

// TestACapIsLoweredAmidARun holds for the pages that are to come.
func TestACapIsLoweredAmidARun(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.manyCustomers(1200)
	in := pulseFor(o.survey(survey.TemplateCSAT), survey.AudienceEveryone)
	in.DailyCap = 10000
	pulse := o.pulse(in)
	during := &meanwhile{Store: o.store, collection: "invitations", happens: func() {
		in.DailyCap = 600
		if _, err := o.ChangePulse(o.ctx, survey.PulseID(pulse.ID), in); err != nil {
			t.Error(err)
		}
	}}
	o.watch.pass(pulse.Due.Sub(o.watch.Now()))
	effects(t, o.process(during), "pulses")
	got, err := o.Pulse(o.ctx, survey.PulseID(pulse.ID))
	if must(t, got, err).Run.Asked != 600 || !got.Run.Capped {
		t.Errorf("got %d asked, want 600", got.Run.Asked)
	}
}

// TestATryThatWasGivenUp comes to its end after another worker took it for one that nobody finishes: what the server put off is tried again.
func TestATryThatWasGivenUp(t *testing.T) {
	t.Parallel()
	for name, bounces := range map[string]bool{"its lease was over": false, "the mail before it bounced": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.reminding(2))
			other := o.process(o.store)
			if bounces { // while the reminder is being sent
				o.drain()
				o.watch.pass(2 * day)
			}
			tries := 0
			o.post.answer(func(*survey.Message) survey.Outcome {
				if tries++; tries > 1 {
					return survey.Outcome{Delivery: survey.Accepted}
				}
				if bounces {
					if _, err := other.Receive(o.ctx, "", strings.NewReader(bounced(o.invitation(inv.ID), "failed", "4.4.7", "450 expired"))); err != nil {
						t.Error(err)
					}
					effects(t, other, "received_mails")
					o.watch.pass(4 * time.Second)
				} else {
					o.watch.pass(11 * time.Second)
				}
				effects(t, other, "invitations")
				if got := o.invitation(inv.ID).LatestMail().State; bounces && got != survey.MailSending {
					t.Errorf("got the reminder %s while it is being sent", got)
				}
				return survey.Outcome{Delivery: survey.Temporary, Reply: "451 later"}
			})
			o.drain()
			for range 3 {
				o.watch.pass(10 * time.Minute)
				o.drain()
			}
			if got := o.invitation(inv.ID).LatestMail(); got.State != survey.MailAccepted || tries != 2 {
				t.Errorf("got %+v after %d tries, want it sent by the second", got, tries)
			}
		})
	}
}

// TestACopyIsTakenAmidAnAsk, when it stands in the ledger and is no invitation yet: the restored store does not make it once more.
func TestACopyIsTakenAmidAnAsk(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.quietCustomer("Quiet", 1)
	pulse := o.pulse(pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet))
	var restored *office
	during := &meanwhile{Store: o.store, collection: "invitations", happens: func() { restored = o.copied() }}
	o.watch.pass(pulse.Due.Sub(o.watch.Now()))
	effects(t, o.process(during), "pulses")
	o.drain()
	if len(o.post.accepted()) != 1 {
		t.Fatalf("got %d mails, want 1", len(o.post.accepted()))
	}
	o.watch.pass(time.Hour)
	if done, err := restored.Restored(o.ctx); err != nil || done.Asks != 1 {
		t.Errorf("got %+v, %v; want one ask dropped", done, err)
	}
	before := len(restored.post.accepted())
	restored.drain()
	if got := len(restored.post.accepted()) - before; got != 0 {
		t.Errorf("the restored store sent %d mails, want none", got)
	}
}

// TestALateTurnIsNotTooLate plans mails behind a long week-end in the contacts' country.
func TestALateTurnIsNotTooLate(t *testing.T) {
	t.Parallel()
	o := bounded(t, 1, 0)
	for n := range 4 {
		id := o.contact(o.customer(fmt.Sprintf("Customer %02d", n)), fmt.Sprintf("ana%d", n), survey.User)
		if _, err := o.ChangeContact(o.ctx, id, 0, survey.ContactFields{Country: ref("DE")}); err != nil {
			t.Fatal(err)
		}
	}
	pulse := o.pulse(survey.PulseInput{Name: "Late", SurveyID: o.survey(survey.TemplateCSAT), Audience: survey.AudienceEveryone, Weekdays: []int{4}, Hour: 19, DailyCap: 10, AnswerDays: 30, RestDays: 300})
	o.watch.pass(time.Date(2026, time.April, 2, 19, 0, 0, 0, time.UTC).Sub(o.watch.Now())) // the evening before Good Friday
	o.drain()
	o.watch.pass(14 * time.Hour) // nine in the morning
	for range 10 {
		o.watch.pass(day)
		o.drain()
	}
	for _, inv := range o.invitationsOf(pulse) {
		if inv.Mail.State != survey.MailAccepted {
			t.Errorf("got %s: %s; want it sent", inv.Standing(), inv.Mail.Reason)
		}
	}
}
