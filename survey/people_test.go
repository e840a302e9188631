package survey_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"earshot/survey"
)

// twice adds the same person to two customers.
func (o *office) twice(one, other string) (first, second survey.ContactID) {
	o.t.Helper()
	return o.contactAt(one), o.contactAt(other)
}

// TestOnePersonAtTwoCustomersIsAskedOnce asks somebody at one customer and then at another.
func TestOnePersonAtTwoCustomersIsAskedOnce(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		before func(o *office, first *survey.Invitation)
		reason string // part of the refusal; empty: asked
	}{
		{"at once", func(*office, *survey.Invitation) {}, "has an open question as a contact of another customer since 2 March 2026"},
		{"answered yesterday", func(o *office, first *survey.Invitation) {
			link, err := o.NewLink(o.ctx, survey.InvitationID(first.ID))
			_, errSubmit := o.Submit(o.ctx, tokenOf(must(o.t, link, err)), form("satisfied", "5"))
			must(o.t, 0, errSubmit)
			o.drain()
			o.watch.pass(day)
		}, "was asked as a contact of another customer on 2 March 2026; a contact rests for 14 days"},
		{"two weeks ago", func(o *office, first *survey.Invitation) {
			_, err := o.RevokeInvitation(o.ctx, survey.InvitationID(first.ID))
			must(o.t, 0, err)
			o.drain()
			o.watch.pass(14 * day)
		}, ""},
		{"expired", func(o *office, _ *survey.Invitation) { o.watch.pass(survey.DefaultAnswerDays * day) }, ""},
		{"revoked before it was sent", func(o *office, first *survey.Invitation) {
			_, err := o.RevokeInvitation(o.ctx, survey.InvitationID(first.ID))
			must(o.t, 0, err)
			o.drain()
		}, ""},
		{"deleted with its customer", func(o *office, first *survey.Invitation) {
			must(o.t, 0, o.DeleteCustomer(o.ctx, first.CustomerID, 0))
			effects(o.t, o.Service)
			o.watch.pass(day)
			effects(o.t, o.Service)
		}, "was asked as a contact of another customer"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			sv := o.survey(survey.TemplateCSAT)
			ana, again := o.twice("Ana@group.example", "ana+b@GROUP.example")
			tt.before(o, o.ask(ana, sv))
			_, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: again, SurveyID: sv, Confirm: true})
			if tt.reason == "" {
				must(t, 0, err)
				return
			}
			wantKind(t, err, survey.Conflict)
			if !strings.Contains(err.Error(), tt.reason) {
				t.Errorf("got reason %q, want one with %q", err, tt.reason)
			}
		})
	}
}

// TestTagsCanBeApart takes ana+a@ and ana+b@ for two people, where the installation says so.
func TestTagsCanBeApart(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.SetTagsApart(true)
	sv := o.survey(survey.TemplateCSAT)
	a, b := o.twice("team+a@group.example", "team+b@group.example")
	o.ask(a, sv)
	o.ask(b, sv)
	same := o.contactAt("TEAM+A@group.example")
	_, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: same, SurveyID: sv, Confirm: true})
	wantKind(t, err, survey.Conflict)
}

// TestAPulseAsksAPersonOnce runs a pulse through several customers with the same person: one is asked, the others are held.
func TestAPulseAsksAPersonOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for range 5 {
		o.contactAt("ana@group.example")
	}
	pulse := o.run(o.pulse(pulseFor(o.survey(survey.TemplateCSAT), survey.AudienceEveryone)))
	if pulse.Run.Asked != 1 || pulse.Run.Held != 4 {
		t.Errorf("got run %+v, want one asked and four held", pulse.Run)
	}
	overview, err := o.PulseOverview(o.ctx, survey.PulseID(pulse.ID), survey.PulseOverviewSize{})
	held := must(t, overview, err).Held
	for _, h := range held.Items {
		if !strings.Contains(h.Hold.Reason, "as a contact of another customer") || h.Hold.Until.IsZero() {
			t.Errorf("got hold %+v, want one that says why and until when", h.Hold)
		}
	}
	if len(held.Items) != 4 || len(o.post.accepted()) != 1 {
		t.Errorf("got %d holds and %d mails, want 4 and 1", len(held.Items), len(o.post.accepted()))
	}
}

// TestAskersRaceForAPerson has several processes ask the same person at many customers at once, by hand and by pulse, in
// every spelling: one of them wins.
func TestAskersRaceForAPerson(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sv := o.survey(survey.TemplateCSAT)
	var contacts []survey.ContactID
	for i := range 12 {
		contacts = append(contacts, o.contactAt([]string{"ana@müller.example", "ANA@xn--mller-kva.example", "ana+x@müller.example\u200B"}[i%3]))
	}
	pulse := o.pulse(pulseFor(sv, survey.AudienceEveryone))
	_, err := o.RunPulseNow(o.ctx, survey.PulseID(pulse.ID), "")
	must(t, 0, err)
	var all sync.WaitGroup
	for i, c := range contacts {
		s := o.process(o.store)
		all.Go(func() {
			if i%4 == 0 {
				effects(t, s, "pulses", "ask_logs")
			}
			_, err := s.AskNow(o.ctx, survey.AskRequest{ContactID: c, SurveyID: sv, NoMail: i%5 == 0})
			if err != nil && survey.KindOf(err) != survey.Conflict {
				t.Errorf("got error %v", err)
			}
		})
	}
	all.Wait()
	o.watch.pass(survey.HandRestDays / 2 * day)
	o.drain()
	page, err := o.Invitations(o.ctx, survey.InvitationFilter{})
	if got := len(must(t, page, err).Items); got != 1 {
		t.Errorf("got %d invitations of one person, want 1", got)
	}
	o.wantNothingOwed()
}

// TestTwoCustomersSurviveEverything asks the same person at two customers, by hand at one and by pulse at the other, and
// fails at every write on the way: at most one of the two leads to a mail, and nothing stays behind.
func TestTwoCustomersSurviveEverything(t *testing.T) {
	t.Parallel()
	atEveryWrite(t, everyFault, func(t *testing.T, o *office, arm func() *survey.Service) {
		sv := o.survey(survey.TemplateCSAT)
		first, second := o.twice("ana@group.example", "ana@GROUP.example")
		s := arm()
		asked, errFirst := s.AskNow(o.ctx, survey.AskRequest{ContactID: first, SurveyID: sv})
		_, errSecond := s.AskNow(o.ctx, survey.AskRequest{ContactID: second, SurveyID: sv})
		workAll(o.ctx, s)
		o.recover()
		o.wantNothingOwed()
		page, err := o.Invitations(o.ctx, survey.InvitationFilter{})
		invitations := must(t, page, err).Items
		if len(invitations) > 1 || errFirst == nil && (len(invitations) != 1 || invitations[0].ID != asked.Invitation.ID) {
			t.Errorf("got %d invitations of one person (%v, %v), want 1", len(invitations), errFirst, errSecond)
		}
		o.wantOneMail(invitations)
		for i, c := range []survey.ContactID{first, second} {
			if _, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: c, SurveyID: sv}); len(invitations) == 1 && survey.KindOf(err) != survey.Conflict {
				t.Errorf("asked again at customer %d: got %v, want Conflict", i, err)
			}
		}
	})
}

// TestManyPeopleArePaged lets a person be asked more often than their document has places.
func TestManyPeopleArePaged(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sv := o.survey(survey.TemplateCSAT)
	for i := range 60 {
		c := o.contactAt(fmt.Sprintf("ana+%d@group.example", i))
		if _, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: c, SurveyID: sv, NoMail: true, AnswerDays: 1}); err != nil {
			t.Fatal(err)
		}
		o.watch.pass(survey.HandRestDays * day)
	}
	for _, d := range o.everything()["people"] {
		if got := len(d.(*survey.Person).Asks); got != 50 {
			t.Errorf("got %d asks of the person, want the latest 50", got)
		}
	}
}
