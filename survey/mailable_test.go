package survey_test

import (
	"fmt"
	"strings"
	"testing"

	"earshot/survey"
)

// TestMailable holds what is told of a contact against what an ask by hand does.
func TestMailable(t *testing.T) {
	t.Parallel()
	change := func(s *scene, f survey.ContactFields) {
		_, err := s.ChangeContact(s.ctx, s.ana, 0, f)
		must(s.t, 0, err)
	}
	suppress := func(s *scene, email string) {
		_, err := s.Suppress(s.ctx, survey.SuppressionInput{Email: email, Reason: survey.Unsubscribed})
		must(s.t, 0, err)
	}
	status := func(s *scene, is survey.Status) {
		_, err := s.ChangeCustomer(s.ctx, s.customer, 0, survey.CustomerFields{Status: &is})
		must(s.t, 0, err)
	}
	for _, tt := range []struct {
		name   string
		before func(*scene)
		reason string
		byHand bool
	}{
		{"nothing", func(*scene) {}, "", true},
		{"left", func(s *scene) { change(s, survey.ContactFields{LeftAt: ref(s.watch.Now())}) }, "no longer the right person", false},
		{"no address", func(s *scene) { change(s, survey.ContactFields{Email: ref("")}) }, "no e-mail address", false},
		{"suppressed", func(s *scene) {
			change(s, survey.ContactFields{Email: ref("ana@x.example")})
			suppress(s, "ana@x.example")
		}, "must not be mailed: they unsubscribed, since 2 March 2026", false},
		{"the domain suppressed", func(s *scene) {
			change(s, survey.ContactFields{Email: ref("ana@x.example")})
			suppress(s, "*@x.example")
		}, "must not be mailed: everybody at @x.example is on the list, since 2 March 2026", false},
		{"open question", func(s *scene) { s.ask(s.ana, s.survey) }, "open question", false},
		{"rests", func(s *scene) {
			s.answer(s.ask(s.ana, s.survey))
			s.watch.pass(day)
		}, "a contact rests for 14 days", false},
		{"a crowd", func(s *scene) {
			s.ask(s.bo, s.survey)
			s.ask(s.cy, s.survey)
		}, "2 people there were asked", true},
		{"a prospect", func(s *scene) { status(s, survey.Prospect) }, "no pulse asks customers whose status is prospect", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			tt.before(s)
			c, err := s.Contact(s.ctx, s.ana)
			got, err := s.Mailable(s.ctx, must(t, c, err))
			if must(t, got, err).OK != (tt.reason == "") || !strings.Contains(got.Reason, tt.reason) || got.ByHand != tt.byHand {
				t.Errorf("got %+v, want the reason %q, by hand %v", got, tt.reason, tt.byHand)
			}
			_, err = s.AskNow(s.ctx, survey.AskRequest{ContactID: s.ana, SurveyID: s.survey, Confirm: true})
			if asked := err == nil; asked != got.ByHand {
				t.Errorf("by hand %v is told, and asking leads to %v", got.ByHand, err)
			}
		})
	}
}

// TestMailableTellsWhomPulsesLeaveOut for a silence that is snoozed, or kept out of asking.
func TestMailableTellsWhomPulsesLeaveOut(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	contacts := map[survey.CustomerID]survey.ContactID{}
	for i := range 20 {
		id, ana := o.quietCustomer(fmt.Sprintf("Customer %d", i), float64(i))
		contacts[id] = ana
	}
	in := pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet)
	in.DailyCap, in.HoldOut = 1000, 50
	kept := o.keptOut(o.run(o.pulse(in)))
	told := func(id survey.CustomerID) *survey.Mailable {
		c, err := o.Contact(o.ctx, contacts[id])
		got, err := o.Mailable(o.ctx, must(t, c, err))
		return must(t, got, err)
	}
	for id := range contacts {
		got := told(id)
		if out := got.Reason == survey.KeptOut; out != kept[id] || got.OK || got.ByHand != kept[id] {
			t.Errorf("got %+v, want kept out %v", got, kept[id])
		}
		if !kept[id] {
			continue
		}
		until := o.watch.Now().Add(10 * day)
		if err := o.Snooze(o.ctx, id, until); err != nil {
			t.Fatal(err)
		}
		if got := told(id); got.OK || !got.ByHand || !strings.Contains(got.Reason, "left alone until 13 March 2026") || !got.Until.Equal(until) {
			t.Errorf("got %+v, want them left out until the snooze ends", got)
		}
	}
}
