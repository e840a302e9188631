package survey_test

import (
	"testing"
	"time"

	"earshot/survey"
)

// TestARestEndsWithItsRun has a weekly pulse with a rest of a week, and links that live as long, begin a run later or earlier in its hour than a week before,
// over a change of the clocks too: each run asks. An ask by hand keeps to the second.
func TestARestEndsWithItsRun(t *testing.T) {
	t.Parallel()
	for name, late := range map[string][]time.Duration{
		"on time": {0, 0, 0, 0, 0}, "some seconds later and earlier": {40 * time.Second, 0, 20 * time.Second, 0, 5 * time.Second}, "an hour behind": {time.Hour, 0, 3 * time.Hour, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			contact := o.contact(o.customer("Weekly"), "ana", survey.User)
			in := pulseFor(o.survey(survey.TemplateCSAT), survey.AudienceEveryone)
			in.Weekdays, in.RestDays, in.AnswerDays = []int{1}, 7, 7
			p := o.pulse(in)
			for n, after := range late { // from 9 March to 6 April: the clocks of Berlin change on the 29th
				due, err := o.Pulse(o.ctx, survey.PulseID(p.ID))
				o.watch.pass(must(t, due, err).NextRun().Add(after).Sub(o.watch.Now()))
				o.drain()
				if got := len(o.invitationsOf(p)); got != n+1 {
					held, err := o.PulseHolds(o.ctx, survey.PulseID(p.ID), "", 0)
					t.Fatalf("%d were asked in %d runs, the last on %v: %+v, %v", got, n+1, o.watch.Now(), must(t, held, err).Items, err)
				}
			}
			o.watch.pass(7*day - time.Second)
			_, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: contact, SurveyID: in.SurveyID})
			wantKind(t, err, survey.Conflict)
		})
	}
}

// TestARestIsNoShorter has a pulse run every day: who rests for two days, or seven, is not asked a day before that is over.
func TestARestIsNoShorter(t *testing.T) {
	t.Parallel()
	for _, rest := range []int{1, 2, 7} {
		o := newOffice(t)
		o.contact(o.customer("Daily"), "ana", survey.User)
		in := pulseFor(o.survey(survey.TemplateCSAT), survey.AudienceEveryone)
		in.Weekdays, in.RestDays, in.AnswerDays = []int{0, 1, 2, 3, 4, 5, 6}, rest, 1
		p := o.pulse(in)
		for range 15 {
			due, err := o.Pulse(o.ctx, survey.PulseID(p.ID))
			o.watch.pass(must(t, due, err).NextRun().Sub(o.watch.Now()))
			o.drain()
		}
		list := o.invitationsOf(p)
		if len(list) < 2 {
			t.Fatalf("%d asks with a rest of %d days", len(list), rest)
		}
		for i := 1; i < len(list); i++ {
			if gap := list[i].CreatedAt.Sub(list[i-1].CreatedAt).Abs(); gap < time.Duration(rest)*day-2*time.Hour { // the clocks may have changed
				t.Errorf("asked again after %v with a rest of %d days", gap, rest)
			}
		}
	}
}
