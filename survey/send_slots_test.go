package survey_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/survey"
)

// bounded is an office whose pulses send so many mails a day and an hour; 0 is no bound.
func bounded(t *testing.T, perDay, perHour int) *office {
	t.Helper()
	o := newOffice(t)
	o.perDay, o.perHour = perDay, perHour
	o.Service = o.process(o.store)
	return o
}

// everyone adds a pulse that asks everyone on the mornings of all days of work.
func (o *office) everyone(name string) *survey.Pulse {
	o.t.Helper()
	return o.pulse(survey.PulseInput{Name: name, SurveyID: o.survey(survey.TemplateCSAT), Audience: survey.AudienceEveryone, Weekdays: []int{1, 2, 3, 4, 5}, Hour: 9, DailyCap: 1000, AnswerDays: 30})
}

// planned counts the mails of the invitations by the day and by the hour (UTC) for which they are planned.
func (o *office) planned(pulses ...*survey.Pulse) (days, hours map[string]int) {
	days, hours = map[string]int{}, map[string]int{}
	for _, p := range pulses {
		for _, inv := range o.invitationsOf(p) {
			at := inv.NextTry()
			if at.IsZero() {
				at = inv.Mail.AcceptedAt
			}
			days[at.Format(time.DateOnly)]++
			hours[at.Format("2006-01-02 15")]++
		}
	}
	return days, hours
}

func TestMailsOfAllPulsesTakeTheirTurns(t *testing.T) {
	t.Parallel()
	o := bounded(t, 7, 3)
	for n := range 30 {
		o.contact(o.customer(fmt.Sprintf("Customer %02d", n)), fmt.Sprintf("ana%d", n), survey.User)
	}
	pulse := o.everyone("Everyone")
	pulse = o.run(pulse) // on Tuesday
	days, hours := o.planned(pulse)
	if len(days) != 4 || days["2026-03-03"] != 7 || days["2026-03-04"] != 7 || days["2026-03-05"] != 7 || days["2026-03-06"] != 7 || pulse.Run.Held != 2 {
		t.Errorf("got by day %v and %d held, want 7 a day until the week is over, and the rest held", days, pulse.Run.Held)
	}
	for hour, n := range hours {
		if n > 3 {
			t.Errorf("got %d mails in the hour %s, want 3 at most", n, hour)
		}
	}
	for _, inv := range o.invitationsOf(pulse) {
		if inv.Mail.State == survey.MailQueued && !strings.Contains(inv.Mail.Reason, "at most 7 mails a day and 3 an hour") {
			t.Errorf("got the reason %q, want it to tell the bounds", inv.Mail.Reason)
		}
	}
}

// TestWhatHasNoRoomIsHeld with the reason, and asked in a later run.
func TestWhatHasNoRoomIsHeld(t *testing.T) {
	t.Parallel()
	o := bounded(t, 1, 0)
	for n := range 8 {
		o.contact(o.customer(fmt.Sprintf("Customer %02d", n)), fmt.Sprintf("ana%d", n), survey.User)
	}
	pulse := o.run(o.everyone("Everyone"))
	view, err := o.PulseOverview(o.ctx, survey.PulseID(pulse.ID), survey.PulseOverviewSize{})
	must(t, view, err)
	if pulse.Run.Asked != 4 || len(view.Held.Items) != 4 {
		t.Fatalf("got %d asked, %d held; want one a day from Tuesday until the week is over, and the rest held", pulse.Run.Asked, len(view.Held.Items))
	}
	h := view.Held.Items[0].Hold
	if !strings.Contains(h.Reason, "at most 1 mail a day") {
		t.Errorf("got %+v, want why", h)
	}
	for range 14 {
		o.watch.pass(day)
		o.drain()
	}
	if got := len(o.invitationsOf(pulse)); got != 8 {
		t.Errorf("got %d asked in the end, want all 8", got)
	}
}

// TestManyPulsesAtOnceKeepTheBounds has several processes ask at the same time.
func TestManyPulsesAtOnceKeepTheBounds(t *testing.T) {
	t.Parallel()
	o := bounded(t, 10, 4)
	const pulses = 4
	var list []*survey.Pulse
	for n := range pulses {
		segment := fmt.Sprintf("segment %d", n)
		for k := range 8 {
			id := o.customer(fmt.Sprintf("Customer %d %d", n, k))
			o.contact(id, fmt.Sprintf("ana%d.%d", n, k), survey.User)
			if _, err := o.ChangeCustomer(o.ctx, id, 0, survey.CustomerFields{Segment: &segment}); err != nil {
				t.Fatal(err)
			}
		}
		p := o.pulse(survey.PulseInput{Name: segment, SurveyID: o.survey(survey.TemplateCSAT), Audience: survey.AudienceEveryone, Segment: segment,
			Weekdays: []int{1}, Hour: 9, DailyCap: 1000, AnswerDays: 30})
		list = append(list, p)
	}
	var wait sync.WaitGroup
	for _, p := range list {
		process := o.process(o.store)
		wait.Go(func() {
			if _, err := process.RunPulseNow(o.ctx, survey.PulseID(p.ID), ""); err != nil {
				t.Error(err)
			}
			if err := process.Effects().Drain(o.ctx, "pulses"); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	effects(t, o.Service, "pulses")
	days, hours := o.planned(list...)
	total := 0
	for date, n := range days {
		total += n
		if n > 10 {
			t.Errorf("got %d mails on %s, want 10 at most", n, date)
		}
	}
	for hour, n := range hours {
		if n > 4 {
			t.Errorf("got %d mails in the hour %s, want 4 at most", n, hour)
		}
	}
	if total < 8*pulses-4 {
		t.Errorf("got %d asked, want nearly all of %d", total, 8*pulses)
	}
}

// TestADayWithoutAMidnight goes through a change of the clocks that skips it: the day behind a full one is found.
func TestADayWithoutAMidnight(t *testing.T) {
	t.Parallel()
	o := bounded(t, 1, 0)
	o.SetTimeZone(location(t, "America/Havana"))
	for n := range 3 {
		id := o.contact(o.customer(fmt.Sprintf("Customer %02d", n)), fmt.Sprintf("ana%d", n), survey.User)
		// Their Sunday, a day of work, is a Saturday in Havana.
		if _, err := o.ChangeContact(o.ctx, id, 0, survey.ContactFields{Country: ref("SA"), TimeZone: ref("Pacific/Auckland")}); err != nil {
			t.Fatal(err)
		}
	}
	o.watch.pass(time.Date(2026, time.March, 6, 15, 0, 0, 0, time.UTC).Sub(o.watch.Now())) // a Friday, before the night of the change
	pulse := o.everyone("Everyone")
	if _, err := o.RunPulseNow(o.ctx, survey.PulseID(pulse.ID), ""); err != nil {
		t.Fatal(err)
	}
	o.drain()
	days, _ := o.planned(pulse)
	if len(days) != 3 || days["2026-03-07"] != 1 || days["2026-03-08"] != 1 || days["2026-03-09"] != 1 {
		t.Errorf("got %v, want one a day of work", days)
	}
}
