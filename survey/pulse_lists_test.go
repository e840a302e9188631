package survey_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/quiet"
	"earshot/survey/store"
)

// listed puts a new customer with one contact on a list, on which they have been since their last sign of life.
func (o *office) listed(list survey.List, name string) *survey.Rhythm {
	o.t.Helper()
	id, _ := o.quietCustomer(name, 1)
	r := storedRhythm(o.t, o.store, string(id))
	r.List, r.EvenList, r.Since = list, list, r.LastAt
	return o.rewrite(r)
}

// rewrite stores the rhythm and reads it again.
func (o *office) rewrite(r *survey.Rhythm) *survey.Rhythm {
	o.t.Helper()
	if err := write(o.t, o.store, "rhythms", store.Replace, r); err != nil {
		o.t.Fatal(err)
	}
	return storedRhythm(o.t, o.store, r.ID)
}

// askedBy are the names of the customers that the pulse has asked, in order.
func (o *office) askedBy(pulse *survey.Pulse) string {
	o.t.Helper()
	var names []string
	for _, inv := range o.invitationsOf(pulse) {
		c, err := o.Customer(o.ctx, inv.CustomerID)
		names = append(names, must(o.t, c, err).Name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// TestAPulseSaysWhomOfTheSilentItAsks runs pulses over a customer on each list.
func TestAPulseSaysWhomOfTheSilentItAsks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		lists []survey.List
		want  string
	}{
		{nil, "leaving unusual"},
		{[]survey.List{survey.Unusual}, "unusual"},
		{[]survey.List{survey.Leaving}, "leaving"},
		{[]survey.List{survey.Drifting}, "drifting"},
		{[]survey.List{survey.Drifting, survey.Unusual, survey.Leaving}, "drifting leaving unusual"},
	} {
		t.Run(tt.want, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.listed(survey.Leaving, "leaving")
			o.listed(survey.Unusual, "unusual")
			o.listed(survey.Drifting, "drifting")
			in := pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet)
			in.Lists = tt.lists
			pulse := o.run(o.pulse(in))
			if got := o.askedBy(pulse); got != tt.want || pulse.Run.FinishedAt.IsZero() || pulse.Run.Problem != "" {
				t.Errorf("got %q asked in %+v, want %q", got, pulse.Run, tt.want)
			}
		})
	}
}

// TestWhoDriftsIsAskedOnce though they show up all the time, and again when they drift anew.
func TestWhoDriftsIsAskedOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	r := o.listed(survey.Drifting, "drifting")
	in := pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet)
	in.Lists, in.RestDays = []survey.List{survey.Drifting}, 1
	pulse := o.run(o.pulse(in))
	o.watch.pass(30 * day)
	r.LastAt = o.watch.Now().Add(-time.Hour)
	r = o.rewrite(r)
	runs := func(want int, why string) {
		t.Helper()
		again, err := o.RunPulseNow(o.ctx, survey.PulseID(pulse.ID), "")
		must(t, again, err)
		o.drain()
		if got := len(o.invitationsOf(pulse)); got != want {
			t.Errorf("%s: got %d invitations, want %d", why, got, want)
		}
	}
	runs(1, "they logged in")
	bought := quiet.DayOf(o.watch.Now().Add(-20 * day))
	r.Kinds = []survey.KindRhythm{{Kind: survey.Order, State: quiet.State{Events: quiet.LeastEvents, First: bought - 50, Last: bought}}}
	o.rewrite(r)
	runs(2, "they have bought since and drift anew")
}

// TestListsOfAPulseAreChecked refuses what is no list, and any where everybody is asked.
func TestListsOfAPulseAreChecked(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, tt := range []struct {
		audience survey.Audience
		lists    []survey.List
	}{
		{survey.AudienceQuiet, []survey.List{"quiet"}},
		{survey.AudienceQuiet, []survey.List{survey.Unusual, survey.Unusual}},
		{survey.AudienceEveryone, []survey.List{survey.Unusual}},
	} {
		in := pulseFor(o.survey(survey.TemplateQuiet), tt.audience)
		in.Lists = tt.lists
		_, err := o.CreatePulse(o.ctx, in)
		if wantKind(t, err, survey.Invalid); err != nil && !strings.Contains(err.Error(), "lists") {
			t.Errorf("%s, %v: got %v, want a refusal that names lists", tt.audience, tt.lists, err)
		}
	}
}

// TestWhoIsOffAListByOtherModels is neither shown on it nor asked by a process that does not know these yet, and looks for the list where it
// stood before.
func TestWhoIsOffAListByOtherModels(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	r := o.listed(survey.Leaving, "leaving")
	r.Gone = 1
	o.rewrite(r)
	r = o.listed(survey.Leaving, "left it")
	r.Under, r.List = 1, ""
	o.rewrite(r)
	pulse := o.run(o.pulse(pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet)))
	if got := o.askedBy(pulse); got != "leaving" || pulse.Run.Considered != 1 {
		t.Errorf("got %q asked of %d, want the one who is on the list", got, pulse.Run.Considered)
	}
	if got := listed(t, o.Service, survey.Leaving); len(got) != 1 || got[0] != "leaving" {
		t.Errorf("got %v on the list, want the one who is", got)
	}
	today, err := o.Today(o.ctx, survey.TodayRequest{Scope: survey.ScopeAll, Quiet: 10, Latest: 1})
	if must(t, today, err); len(today.List(survey.Leaving).Customers) != 1 {
		t.Errorf("today shows %d to call, want the one who is on the list", len(today.List(survey.Leaving).Customers))
	}
	lines, err := o.QuietLines(o.ctx, survey.QuietFilter{})
	if must(t, lines, err); len(lines.Items) != 1 {
		t.Errorf("got %d lines, want that of the one who is on the list", len(lines.Items))
	}
}
