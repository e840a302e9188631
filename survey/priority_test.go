package survey_test

import (
	"strings"
	"testing"

	"earshot/survey"
)

// TestPulsesGiveWay to those that come first: who is quiet is left to the pulse that asks the quiet, and everybody else is asked at once.
func TestPulsesGiveWay(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		priority survey.Priority
		change   func(in *survey.PulseInput)
		// gives says whether the pulse through everyone leaves the quiet one to the other.
		gives bool
	}{
		{"high", survey.PriorityHigh, nil, true},
		{"the same", survey.PriorityLow, nil, false},
		{"another segment", survey.PriorityHigh, func(in *survey.PulseInput) { in.Segment = "elsewhere" }, false},
		{"another list", survey.PriorityHigh, func(in *survey.PulseInput) { in.Lists = []survey.List{survey.Drifting} }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			quiet, _ := o.quietCustomer("A quiet one", 1)
			o.contact(o.customer("Another one"), "bo", survey.User)
			sv := o.survey(survey.TemplateCSAT)
			first := survey.PulseInput{Name: "Quiet", SurveyID: sv, Audience: survey.AudienceQuiet, Weekdays: []int{4}, Hour: 9, Priority: tt.priority}
			if tt.change != nil {
				tt.change(&first)
			}
			before := o.pulse(first)
			all := o.run(o.pulse(survey.PulseInput{Name: "All", SurveyID: sv, Audience: survey.AudienceEveryone, Weekdays: []int{2}, Hour: 9, Priority: survey.PriorityLow}))
			want := 2
			if tt.gives {
				want = 1
			}
			if all.Run.Asked != want {
				t.Errorf("got %d asked, want %d", all.Run.Asked, want)
			}
			log, err := o.AskLog(o.ctx, quiet)
			must(t, log, err)
			if !tt.gives {
				return
			}
			if len(log.Held) != 1 || !strings.Contains(log.Held[0].Reason, "“Quiet” comes first, and asks there on 5 March 2026") || !log.Held[0].Until.Equal(before.Due) {
				t.Errorf("got held %+v, want for the pulse that comes first", log.Held)
			}
			if before = o.run(before); before.Run.Asked != 1 {
				t.Errorf("got %d asked by the pulse that comes first, want 1", before.Run.Asked)
			}
		})
	}
}

// TestNobodyGivesWayForNothing, to a pulse that is paused, or whose survey is closed, or that has asked in this silence.
func TestNobodyGivesWayForNothing(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(o *office, first *survey.Pulse) error{
		"paused": func(o *office, first *survey.Pulse) error {
			_, err := o.PausePulse(o.ctx, survey.PulseID(first.ID))
			return err
		},
		"closed": func(o *office, first *survey.Pulse) error {
			_, err := o.CloseSurvey(o.ctx, first.SurveyID)
			return err
		},
		"asked in this silence": func(o *office, first *survey.Pulse) error {
			_, err := o.RunPulseNow(o.ctx, survey.PulseID(first.ID), "")
			o.drain()
			for _, inv := range o.invitationsOf(first) {
				if _, err := o.RevokeInvitation(o.ctx, survey.InvitationID(inv.ID)); err != nil {
					return err
				}
			}
			o.watch.pass(20 * day)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.quietCustomer("A quiet one", 1)
			first := o.pulse(survey.PulseInput{Name: "Quiet", SurveyID: o.survey(survey.TemplateNPS), Audience: survey.AudienceQuiet, Weekdays: []int{4}, Hour: 9, Priority: survey.PriorityHigh, RestDays: 10})
			all := o.pulse(survey.PulseInput{Name: "All", SurveyID: o.survey(survey.TemplateCSAT), Audience: survey.AudienceEveryone, Weekdays: []int{2}, Hour: 9, RestDays: 10})
			if err := act(o, first); err != nil {
				t.Fatal(err)
			}
			o.later(2)
			if got := o.invitationsOf(all); len(got) != 1 {
				t.Errorf("got %d asked, want the quiet one", len(got))
			}
		})
	}
}
