package survey_test

import (
	"slices"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
	"earshot/survey/store/enginetest"
)

// copied is a copy of the office's store as it stands now, in which a process of its own works.
func (o *office) copied() *office {
	o.t.Helper()
	db := enginetest.Open(o.t, survey.Specs()...)
	if _, err := store.Copy(o.ctx, o.store, db, survey.Specs(), nil); err != nil {
		o.t.Fatal(err)
	}
	other := *o
	other.store, other.post = db, &postman{}
	other.Service = other.process(db)
	return &other
}

// TestARestoredStore was copied while mails waited, one was under way and one was sent. Later nothing is sent that is stale or went out before the copy was
// taken; what was under way is uncertain; what waited is sent (again) within its time alone, unless it is withheld first.
func TestARestoredStore(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		after    time.Duration
		withhold bool
		sent     int
		waiting  survey.Standing
	}{
		{"after a day", day, false, 2, survey.StandsAccepted},
		{"after a day, all withheld", day, true, 0, survey.StandsWithheld},
		{"after the time in which they had to go out", 8 * day, false, 0, survey.StandsStale},
		{"after their links expired", 100 * day, false, 0, survey.StandsStale},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			sv := o.survey(survey.TemplateCSAT)
			sent := o.ask(o.contact(o.customer("Sent"), "ana", survey.User), sv)
			o.drain()
			waiting := []*survey.Invitation{o.ask(o.contact(o.customer("Waits"), "ben", survey.User), sv), o.ask(o.contact(o.customer("Put off"), "cara", survey.User), sv)}
			o.post.answer(says(survey.Temporary, "451"))
			o.drain()
			under := o.ask(o.contact(o.customer("Under way"), "dan", survey.User), sv)
			var restored *office
			o.post.answer(func(*survey.Message) survey.Outcome {
				restored = o.copied()
				return survey.Outcome{Delivery: survey.Accepted}
			})
			o.mail()
			o.watch.pass(tt.after)
			o.post.answer(nil)
			o.drain() // the first life goes on
			if tt.withhold {
				done, err := restored.Restored(o.ctx)
				if want := (survey.Restored{Withheld: len(waiting), Sending: 1}); *must(t, done, err) != want {
					t.Errorf("got %+v, want %+v", *done, want)
				}
			}
			restored.drain()
			restored.watch.pass(time.Hour)
			restored.drain()
			if got := len(restored.post.accepted()); got != tt.sent {
				t.Errorf("the restored one sent %d mails, want %d", got, tt.sent)
			}
			for _, inv := range waiting {
				if got := restored.invitation(inv.ID).Standing(); got != tt.waiting {
					t.Errorf("what waited is %s, want %s", got, tt.waiting)
				}
			}
			if got := restored.invitation(under.ID).Standing(); got != survey.StandsUncertain {
				t.Errorf("what was under way is %s, want uncertain", got)
			}
			if got := restored.invitation(sent.ID).Standing(); got != survey.StandsAccepted {
				t.Errorf("what was sent is %s", got)
			}
			if !slices.ContainsFunc(restored.invitation(sent.ID).MailHistory(0), func(e survey.MailEvent) bool { return e.State == survey.MailAccepted }) {
				t.Error("what was sent has lost its history")
			}
		})
	}
}

// TestARestoredStoreAsksNobody of its own accord: its pulses are paused, and the reminders that were due are dropped, while those to come stay.
func TestARestoredStoreAsksNobody(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sv, err := o.CreateSurvey(o.ctx, survey.SurveyInput{Name: "Reminding", Template: survey.TemplateCSAT, Reminders: []survey.Reminder{{AfterDays: 2}}})
	id := survey.SurveyID(must(t, sv, err).ID)
	early := o.ask(o.contact(o.customer("Early"), "ana", survey.User), id)
	o.drain()
	o.watch.pass(day)
	late := o.ask(o.contact(o.customer("Late"), "ben", survey.User), id)
	o.drain()
	o.quietCustomer("Quiet", 1)
	pulse, err := o.CreatePulse(o.ctx, pulseFor(id, survey.AudienceQuiet))
	must(t, pulse, err)
	restored := o.copied()
	o.watch.pass(day + 23*time.Hour) // the reminder of the first has become due, and so has the pulse
	for n, want := range []survey.Restored{{Reminders: 1, Pulses: 1}, {}} {
		if done, err := restored.Restored(o.ctx); *must(t, done, err) != want {
			t.Errorf("the time number %d: got %+v, want %+v", n+1, *done, want)
		}
	}
	for range 3 {
		restored.drain()
		restored.watch.pass(day)
	}
	if got := restored.invitation(early.ID); len(got.Reminders) != 0 {
		t.Errorf("the first got %d reminders", len(got.Reminders))
	}
	if got := restored.invitation(late.ID); len(got.Reminders) != 1 {
		t.Errorf("the second, whose reminder was to come, got %d", len(got.Reminders))
	}
	if all := restored.found(survey.InvitationFilter{PulseID: survey.PulseID(pulse.ID)}); len(all) != 0 {
		t.Errorf("a paused pulse asked %d", len(all))
	}
}
