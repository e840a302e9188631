package survey_test

import (
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// full asks the contact and has the mail come back since the mailbox is full, and lets so many days pass.
func (o *office) full(contact survey.ContactID, sv survey.SurveyID, days int) *survey.Invitation {
	o.t.Helper()
	asked, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: contact, SurveyID: sv, Confirm: true})
	inv := must(o.t, asked, err).Invitation
	o.drain()
	o.receive("", bounced(o.invitation(inv.ID), "failed", "4.2.2", "452 4.2.2 Mailbox full"))
	o.watch.pass(time.Duration(days) * day)
	return o.invitation(inv.ID)
}

func (o *office) person(id survey.ContactID) *survey.Contact {
	o.t.Helper()
	c, err := o.Contact(o.ctx, id)
	return must(o.t, c, err)
}

// TestThreeMailsThatComeBack make a contact unreachable, for as long as the address rests.
func TestThreeMailsThatComeBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	contact, sv := o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT)
	for n := 1; n <= 3; n++ {
		if o.person(contact).Unreachable(o.watch.Now()) {
			t.Fatalf("unreachable after %d mails", n-1)
		}
		o.full(contact, sv, 1)
	}
	c := o.person(contact)
	if left := c.UnreachableUntil.Sub(o.watch.Now()); !c.Unreachable(o.watch.Now()) || left != 27*day {
		t.Errorf("got until %v, want four weeks from the last bounce", c.UnreachableUntil)
	}
	if !c.BouncedAt.IsZero() {
		t.Error("a full mailbox is taken for a dead one")
	}
	told, err := o.Mailable(o.ctx, c)
	if must(t, told, err).OK || !told.ByHand || !told.Until.Equal(c.UnreachableUntil) || !strings.Contains(told.Reason, "the last 3 mails to ana came back") {
		t.Errorf("got %+v, want that three mails came back", told)
	}
	o.full(contact, sv, 0)
	if left := o.person(contact).UnreachableUntil.Sub(o.watch.Now()); left != 56*day {
		t.Errorf("rests for %v after the fourth, want eight weeks", left)
	}
	o.watch.pass(57 * day)
	if told, err := o.Mailable(o.ctx, o.person(contact)); !must(t, told, err).OK || o.person(contact).Unreachable(o.watch.Now()) {
		t.Errorf("after the rest: got %+v, want that they are tried again", told)
	}
}

// TestWhatEndsTheRow is whatever shows that there is somebody behind the address, and another address.
func TestWhatEndsTheRow(t *testing.T) {
	t.Parallel()
	for name, life := range map[string]func(*office, *survey.Invitation){
		"out of office": func(o *office, inv *survey.Invitation) {
			o.receive("bounces+"+inv.ID+"@ask.example", written(inv.Email, "Out of office", "I am back on Monday.", "Auto-Submitted: auto-replied"))
		},
		"a reply": func(o *office, inv *survey.Invitation) {
			o.receive("bounces+"+inv.ID+"@ask.example", written(inv.Email, "Re: How are you?", "I have made room."))
		},
		"an answer": func(o *office, inv *survey.Invitation) {
			asked, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: inv.ContactID, SurveyID: inv.SurveyID, NoMail: true})
			token := tokenOf(must(o.t, asked, err).Link)
			_, err = o.SubmitByAPI(o.ctx, token, []survey.Answer{{QuestionID: "satisfied", Score: ref(4)}}, survey.Submission{})
			must(o.t, 0, err)
			o.drain()
		},
		"another address": func(o *office, inv *survey.Invitation) {
			_, err := o.ChangeContact(o.ctx, inv.ContactID, 0, survey.ContactFields{Email: ref("ana@elsewhere.example")})
			must(o.t, 0, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			contact, sv := o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT)
			var inv *survey.Invitation
			for range 3 {
				inv = o.full(contact, sv, 1)
			}
			life(o, inv)
			if c := o.person(contact); c.Unreachable(o.watch.Now()) {
				t.Fatalf("got %+v, want one who is reachable", c)
			}
			if name == "out of office" { // which is of the mailbox alone
				if told, err := o.Mailable(o.ctx, o.person(contact)); !must(t, told, err).OK {
					t.Errorf("got %+v, want that they may be asked at once", told)
				}
				if r, err := o.Rhythm(o.ctx, inv.CustomerID); must(t, r, err).Known {
					t.Error("the answer of a machine is a sign of life of the person")
				}
			}
			o.watch.pass(30 * day)
			for n := range 2 {
				if o.full(contact, sv, 1); o.person(contact).Unreachable(o.watch.Now()) {
					t.Errorf("unreachable after %d mails more", n+1)
				}
			}
			if o.full(contact, sv, 1); !o.person(contact).Unreachable(o.watch.Now()) {
				t.Error("reachable after three more")
			}
		})
	}
}

// TestMailsFarApart that come back are no row.
func TestMailsFarApart(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	contact, sv := o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT)
	for range 3 {
		o.full(contact, sv, 200)
	}
	if c := o.person(contact); !c.UnreachableUntil.IsZero() {
		t.Errorf("got until %v, want nothing: they are more than a year apart", c.UnreachableUntil)
	}
}

// TestListsTellWhoIsNotReached has two quiet customers, at one of which the mails to all come back.
func TestListsTellWhoIsNotReached(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	lost, first := o.quietCustomer("Lost", 2)
	second := o.contact(lost, "ben", survey.User)
	reached, _ := o.quietCustomer("Reached", 1)
	for _, id := range []survey.CustomerID{lost, reached} { // so surely gone that they are called
		docs, err := o.store.Fetch(o.ctx, spec(t, "rhythms"), []string{string(id)})
		r := must(t, docs, err)[0].(*survey.Rhythm)
		r.Gone = .9
		must(t, 0, write(t, o.store, "rhythms", store.Replace, r))
	}
	sv := o.survey(survey.TemplateCSAT)
	unreachable := func() map[string]bool {
		t.Helper()
		told := map[string]bool{}
		page, err := o.QuietCustomers(o.ctx, survey.QuietFilter{})
		for _, q := range must(t, page, err).Items {
			told["list "+q.Customer.Name] = q.Unreachable
		}
		lines, err := o.QuietLines(o.ctx, survey.QuietFilter{})
		for _, q := range must(t, lines, err).Items {
			told["line "+q.Customer.Name] = q.Unreachable
		}
		today, err := o.Today(o.ctx, survey.TodayRequest{Scope: survey.ScopeAll, Quiet: 10, Latest: 1, From: o.watch.Now()})
		for _, q := range must(t, today, err).List(survey.Leaving).Customers {
			told["today "+q.Customer.Name] = q.Unreachable
		}
		return told
	}
	check := func(what string, want bool) {
		t.Helper()
		told := unreachable()
		for _, place := range []string{"list ", "line ", "today "} {
			if got, there := told[place+"Lost"]; !there || got != want || told[place+"Reached"] {
				t.Errorf("%s: %s: got %v, want %v of Lost only", what, place, told, want)
			}
		}
	}
	for range 3 {
		o.full(first, sv, 1)
	}
	check("one of two", false)
	for range 3 {
		o.full(second, sv, 1)
	}
	check("both", true)
	o.contact(lost, "eve", survey.User)
	check("somebody new", false)
}
