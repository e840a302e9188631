package survey_test

import (
	"fmt"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/quiet"
)

// keptOut are the customers whom the pulse keeps out of asking.
func (o *office) keptOut(pulse *survey.Pulse) map[survey.CustomerID]bool {
	o.t.Helper()
	view, err := o.PulseOverview(o.ctx, survey.PulseID(pulse.ID), survey.PulseOverviewSize{})
	must(o.t, view, err)
	kept := map[survey.CustomerID]bool{}
	for _, h := range view.Held.Items {
		if !h.Hold.HeldOut.IsZero() {
			kept[survey.CustomerID(h.Customer.ID)] = true
			if h.Hold.Reason != survey.KeptOut {
				o.t.Errorf("got reason %q, want %q", h.Hold.Reason, survey.KeptOut)
			}
		}
	}
	return kept
}

// TestHoldOut keeps a share of the silences out of asking, the same ones at each run and of each pulse, drawn of those who would be asked.
func TestHoldOut(t *testing.T) {
	t.Parallel()
	const customers, percent = 300, 20
	o := newOffice(t)
	people := map[survey.CustomerID]survey.ContactID{}
	for i := range customers {
		id, contact := o.quietCustomer(fmt.Sprintf("Customer %d", i), float64(i))
		people[id] = contact
	}
	for i := range 20 {
		o.makeQuiet(o.customer(fmt.Sprintf("Nobody at %d", i)), 1)
	}
	in := pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet)
	in.DailyCap, in.RestDays, in.HoldOut = 1000, 1, percent
	pulse := o.run(o.pulse(in))
	first := o.keptOut(pulse)
	if n := len(first); n < 30 || n > 90 || pulse.Run.HeldOut != n || pulse.Run.Asked != customers-n {
		t.Fatalf("%d of %d are kept out, and the run counts %+v; want some %d, and all others asked", n, customers, pulse.Run, customers*percent/100)
	}
	for id := range first {
		if people[id] == "" {
			t.Errorf("%s is kept out though there is nobody to ask", id)
		}
	}
	if again := o.keptOut(o.run(pulse)); fmt.Sprint(again) != fmt.Sprint(first) {
		t.Errorf("the next run keeps out %d, want the same %d", len(again), len(first))
	}
	for _, share := range []int{0, 50} {
		in.Name, in.HoldOut = fmt.Sprintf("Another at %d", share), share
		other := o.run(o.pulse(in))
		if got := o.keptOut(other); fmt.Sprint(got) != fmt.Sprint(first) || other.Run.Asked != 0 {
			t.Errorf("a pulse that keeps out %d %% keeps out %d and asks %d; want the same %d, and nobody asked twice", share, len(got), other.Run.Asked, len(first))
		}
	}
	for id := range first {
		o.ask(people[id], o.survey(survey.TemplateNPS)) // a rep may ask all the same
		break
	}
}

// TestAHoldOutIsRefused where it means nothing, or too much.
func TestAHoldOutIsRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, tt := range []struct {
		audience survey.Audience
		percent  int
		want     string
	}{
		{survey.AudienceQuiet, 51, "must be at most 50"},
		{survey.AudienceQuiet, -1, "must be at least 0"},
		{survey.AudienceEveryone, 10, "must be 0 where everyone is asked; only silences are held out"},
	} {
		in := pulseFor(o.survey(survey.TemplateQuiet), tt.audience)
		in.HoldOut = tt.percent
		_, err := o.CreatePulse(o.ctx, in)
		if kind, got := problem(err, "hold_out"); kind != survey.Invalid || got != tt.want {
			t.Errorf("%s, %d: got %s %q, want %q", tt.audience, tt.percent, kind, got, tt.want)
		}
	}
}

// TestASecondSilenceIsDrawnAnew has customers fall silent twice. In the second silence it is noted anew who is kept out of asking, also of
// who was in the first; and a snooze does not have either forgotten.
func TestASecondSilenceIsDrawnAnew(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for i := range 40 {
		o.quietCustomer(fmt.Sprintf("Customer %d", i), float64(i))
	}
	in := pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet)
	in.DailyCap, in.RestDays, in.HoldOut = 1000, 1, 50
	pulse := o.run(o.pulse(in))
	first := o.keptOut(pulse)
	snooze := func(id survey.CustomerID) {
		t.Helper()
		if err := o.Snooze(o.ctx, id, o.watch.Now().AddDate(0, 0, 200)); err != nil {
			t.Fatal(err)
		}
	}
	for id := range first {
		snooze(id)
	}
	pulse = o.run(pulse)
	if again := o.keptOut(pulse); fmt.Sprint(again) != fmt.Sprint(first) {
		t.Errorf("snoozed, %d are kept out, want the same %d", len(again), len(first))
	}

	o.watch.pass(100 * day)
	for id := range first {
		if err := o.Snooze(o.ctx, id, time.Time{}); err != nil {
			t.Fatal(err)
		}
		o.makeQuiet(id, 1)
	}
	second := o.watch.Now().Add(-90 * day)
	o.run(pulse)
	twice := 0
	for id := range first {
		log, err := o.AskLog(o.ctx, id)
		kept := must(t, log, err).HeldOut(second)
		if kept {
			twice++
		}
		if asked := len(log.Asks) > 0; asked == kept {
			t.Errorf("%s: asked is %v, kept out %v; want one of them: %+v", id, asked, kept, log.Held)
		}
	}
	if twice < 2 || twice == len(first) {
		t.Errorf("%d of %d who were kept out are so again, want some", twice, len(first))
	}
}

// TestACustomersPageSaysWhoIsKeptOut of asking by the silence that they are in: of who drifts that of buying.
func TestACustomersPageSaysWhoIsKeptOut(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	bought := quiet.DayOf(o.watch.Now().Add(-120 * day))
	for i := range 20 {
		r := o.listed(survey.Drifting, fmt.Sprintf("Customer %d", i))
		r.Kinds = []survey.KindRhythm{{Kind: survey.Order, State: quiet.State{Events: quiet.LeastEvents, First: bought - 50, Last: bought}}}
		o.rewrite(r)
	}
	in := pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet)
	in.Lists, in.HoldOut = []survey.List{survey.Drifting}, 50
	kept := o.keptOut(o.run(o.pulse(in)))
	page, err := o.QuietCustomers(o.ctx, survey.QuietFilter{List: survey.Drifting, Limit: 20})
	for _, q := range must(t, page, err).Items {
		id := survey.CustomerID(q.Customer.ID)
		said := func() bool {
			v, err := o.CustomerOverview(o.ctx, id, survey.OverviewSize{Answers: 1, Invitations: 1, Timeline: 1})
			return must(t, v, err).KeptOut
		}
		if said() != kept[id] {
			t.Errorf("%s: the page says %v, the pulse %v", q.Customer.Name, said(), kept[id])
		}
		r := storedRhythm(t, o.store, q.Customer.ID)
		r.LastAt = o.watch.Now().Add(-time.Hour)
		if o.rewrite(r); said() != kept[id] {
			t.Errorf("%s, seen otherwise since: the page says %v, the pulse %v", q.Customer.Name, said(), kept[id])
		}
		r = storedRhythm(t, o.store, q.Customer.ID)
		r.Kinds[0].State.Last += 60
		if o.rewrite(r); said() {
			t.Errorf("%s has bought since, and is said to be kept out", q.Customer.Name)
		}
	}
	if len(kept) == 0 || len(kept) == 20 {
		t.Errorf("%d of 20 are kept out, want some", len(kept))
	}
}
