package survey_test

import (
	"fmt"
	"testing"

	"earshot/survey"
	"earshot/survey/store"
)

// TestTheCapHoldsOverPages has a pulse ask more customers than it takes at a time, with a cap that ends it in its second page, and then one that is
// raised in the midst of a day: what a run remembers of the cap's room is neither too much nor out of date.
func TestTheCapHoldsOverPages(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	const all, limit, raised = 530, 510, 520
	var customers, contacts []store.Write
	for i := range all {
		id, name := fmt.Sprintf("cus_%026d", i), fmt.Sprintf("Customer %04d", i)
		customers = append(customers, store.Write{Op: store.Insert, Doc: &survey.Customer{Meta: store.Meta{ID: id}, ExternalID: id, Name: name, NameKey: name, Status: survey.Active, CreatedAt: monday}})
		email := fmt.Sprintf("pat%d@customer%d.example", i, i)
		contacts = append(contacts, store.Write{Op: store.Insert, Doc: &survey.Contact{Meta: store.Meta{ID: "con" + id[3:]}, ExternalID: "con" + id[3:], CustomerID: survey.CustomerID(id), Name: "Pat", Email: email, EmailKey: email, Role: survey.User, CreatedAt: monday}})
	}
	for name, docs := range map[string][]store.Write{"customers": customers, "contacts": contacts} {
		if _, err := o.store.Write(o.ctx, specNamed(t, name), docs); err != nil {
			t.Fatal(err)
		}
	}
	in := pulseFor(o.survey(survey.TemplateCSAT), survey.AudienceEveryone)
	in.DailyCap = limit
	pulse := o.pulse(in)
	if pulse = o.run(pulse); pulse.Run.Asked != limit || !pulse.Run.Capped {
		t.Errorf("got a run that asked %d, capped %v; want the cap of %d", pulse.Run.Asked, pulse.Run.Capped, limit)
	}
	in.DailyCap = raised
	changed, err := o.ChangePulse(o.ctx, survey.PulseID(pulse.ID), in)
	must(t, changed, err)
	if _, err := o.RunPulseNow(o.ctx, survey.PulseID(pulse.ID), ""); err != nil {
		t.Fatal(err)
	}
	o.drain()
	if got, err := o.Pulse(o.ctx, survey.PulseID(pulse.ID)); must(t, got, err).Run.Asked != raised-limit {
		t.Errorf("once the cap was raised to %d the run asked %d, want %d more", raised, got.Run.Asked, raised-limit)
	}
}
