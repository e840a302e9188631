package survey_test

import (
	"fmt"
	"testing"

	"earshot/survey"
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
