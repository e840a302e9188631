package survey_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// found are the ids that a filter lets through, over all its pages, in their order.
func (o *office) found(f survey.InvitationFilter) []string {
	o.t.Helper()
	var ids []string
	for f.Limit = 3; ; {
		page, err := o.Invitations(o.ctx, f)
		for _, inv := range must(o.t, page, err).Items {
			ids = append(ids, inv.ID)
		}
		if f.After = page.Next; f.After == "" {
			break
		}
	}
	var each []string
	for inv, err := range o.EachInvitation(o.ctx, f) {
		each = append(each, must(o.t, inv, err).ID)
	}
	if !slices.Equal(ids, each) {
		o.t.Errorf("%+v: the pages list %v, and an export %v", f, ids, each)
	}
	return ids
}

// everyStanding fills an office with mails in every state, some of a pulse, over some days; it returns the pulse, and how many there are.
func (o *office) everyStanding() (survey.PulseID, int) {
	o.t.Helper()
	sv := o.survey(survey.TemplateCSAT)
	for _, row := range []struct {
		reply survey.Outcome
		after func(inv *survey.Invitation) error
		times int
	}{
		{survey.Outcome{Delivery: survey.Accepted, Reply: "250"}, nil, 4},
		{survey.Outcome{Delivery: survey.Refused, Reply: "554"}, nil, 3},
		{survey.Outcome{Delivery: survey.Uncertain, Reply: "reset"}, nil, 2},
		{survey.Outcome{Delivery: survey.Accepted, Reply: "kept, for no mail server is set"}, nil, 1},
		{survey.Outcome{Delivery: survey.Temporary, Reply: "451"}, nil, 2},
		{survey.Outcome{Delivery: survey.Accepted}, func(i *survey.Invitation) error {
			o.receive("bounces+"+i.ID+"@ask.example", bounced(i, "failed", "5.1.1", "550"))
			return nil
		}, 2},
		{survey.Outcome{Delivery: survey.Accepted}, func(i *survey.Invitation) error {
			o.receive("bounces+"+i.ID+"@ask.example", written(i.Email, "Re: x", "All is well, thanks."))
			return nil
		}, 3},
	} {
		o.post.answer(func(*survey.Message) survey.Outcome { return row.reply })
		for n := range row.times {
			inv := o.ask(o.contact(o.customer(fmt.Sprintf("Customer %s %d", row.reply.Reply, n)), "ana", survey.User), sv)
			o.drain()
			if row.after != nil {
				if err := row.after(o.invitation(inv.ID)); err != nil {
					o.t.Fatal(err)
				}
			}
		}
		o.watch.pass(time.Second)
	}
	contact := o.contact(o.customer("Suppressed"), "ben", survey.User)
	inv := o.ask(contact, sv)
	if _, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: inv.Email}); err != nil {
		o.t.Fatal(err)
	}
	o.drain()
	revoked := o.ask(o.contact(o.customer("Revoked"), "cara", survey.User), sv)
	if _, err := o.RevokeInvitation(o.ctx, survey.InvitationID(revoked.ID)); err != nil {
		o.t.Fatal(err)
	}
	o.drain()
	link, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: o.contact(o.customer("Link"), "dan", survey.User), SurveyID: sv, NoMail: true})
	must(o.t, link, err)
	for n := range 5 {
		o.quietCustomer(fmt.Sprint("Quiet ", n), float64(n+1))
	}
	pulse, err := o.CreatePulse(o.ctx, pulseFor(sv, survey.AudienceQuiet))
	id := survey.PulseID(must(o.t, pulse, err).ID)
	if _, err := o.RunPulseNow(o.ctx, id, ""); err != nil {
		o.t.Fatal(err)
	}
	effects(o.t, o.Service, "pulses", "ask_logs")
	return id, 17 + 3 + 5
}

// TestCountsReconcile holds the counts of where mails stand against the lists of each, over all, of a pulse, a customer, a survey, a search and a
// period.
func TestCountsReconcile(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	pulse, all := o.everyStanding()
	all0, err := o.Invitations(o.ctx, survey.InvitationFilter{Limit: survey.MaxPage})
	some := must(t, all0, err).Items[7]
	seen := map[survey.Standing]bool{}
	for name, f := range map[string]survey.InvitationFilter{
		"all": {}, "pulse": {PulseID: pulse}, "customer": {CustomerID: some.CustomerID}, "contact": {ContactID: some.ContactID}, "survey": {SurveyID: some.SurveyID},
		"another survey": {SurveyID: "srv_other"}, "address": {Search: some.Email}, "domain": {Search: "@"}, "name": {Search: "customer"}, "nobody": {Search: "zzz"},
		"period": {From: monday.Add(time.Second), To: monday.Add(4 * time.Second)}, "domain in a period": {Search: "@" + some.Email[strings.Index(some.Email, "@")+1:][:2], From: monday.Add(time.Second)},
		"pulse in a period": {PulseID: pulse, To: monday}, "name in a period": {Search: "Customer", To: monday.Add(time.Second)},
	} {
		whole := o.found(f)
		counts, err := o.CountInvitations(o.ctx, f)
		sum := 0
		for _, x := range must(t, counts, err).Standings {
			f.Standing = x.Standing
			ids := o.found(f)
			if len(ids) != x.Count {
				t.Errorf("%s: %s counts %d, and its list has %d", name, x.Standing, x.Count, len(ids))
			}
			for _, id := range ids {
				if got := o.invitation(id).Standing(); got != x.Standing {
					t.Errorf("%s: the list of %s has one that is %s", name, x.Standing, got)
				}
			}
			sum += x.Count
			seen[x.Standing] = seen[x.Standing] || x.Count > 0
		}
		if sum != counts.Total || counts.Total != len(whole) {
			t.Errorf("%s: the counts add up to %d, the total is %d, the list has %d", name, sum, counts.Total, len(whole))
		}
		if want := map[string]int{"all": all, "pulse": 5, "customer": 1, "contact": 1, "survey": all, "name": 17, "address": 1, "domain": 0, "nobody": 0}[name]; name != "period" && strings.Count(name, " ") == 0 && counts.Total != want {
			t.Errorf("%s: got %d, want %d", name, counts.Total, want)
		}
	}
	for _, x := range []survey.Standing{survey.StandsSending, survey.StandsHeld, survey.StandsComplained, survey.StandsWithheld} {
		delete(seen, x)
	}
	if len(seen) != len(survey.Standings())-4 {
		t.Errorf("got mails that stand as %v alone", seen)
	}
}

// TestSearchingInvitations finds by an address in any spelling, a domain, an id wherever it stands, and a customer's name.
func TestSearchingInvitations(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sv := o.survey(survey.TemplateCSAT)
	ask := func(customer, email string) string {
		c, err := o.CreateContact(o.ctx, survey.ContactInput{CustomerID: o.customer(customer), ContactFields: survey.ContactFields{Name: ref("Ana"), Email: &email, Role: ref(survey.User)}})
		inv := o.ask(survey.ContactID(must(t, c, err).ID), sv)
		o.watch.pass(time.Minute)
		return inv.ID
	}
	ana, ben, eve := ask("Nordlicht GmbH", "Ana.Ruiz@Nordlicht.example"), ask("Nordstern", "ben@nordstern.example"), ask("Müller", "eve@müller.example")
	for sought, want := range map[string][]string{
		"ana.ruiz@nordlicht.example": {ana}, " ANA.RUIZ@NORDLICHT.EXAMPLE ": {ana}, "ana@nordlicht.example": nil, "@nordlicht.example": {ana}, "*@nordlicht.example": {ana},
		"@nord": {ben, ana}, "@": nil, "nord": {ana, ben}, "nordl": {ana}, "mull": {eve}, "@müller.example": {eve}, "eve@xn--mller-kva.example": {eve}, "ruiz": nil,
		ana: {ana}, "<" + ben + "@ask.example>": {ben}, "Bounces+" + strings.ToUpper(ben) + "@ask.example": {ben}, "inv_aaaaaaaaaaaaaaaaaaaaaaaaaa": nil,
	} {
		got := o.found(survey.InvitationFilter{Search: sought})
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", sought, got, want)
		}
	}
	page, err := o.Invitations(o.ctx, survey.InvitationFilter{Search: "nord", Limit: 1})
	if next := must(t, page, err).Next; next == "" {
		t.Error("got no second page")
	} else if _, err := o.Invitations(o.ctx, survey.InvitationFilter{After: next}); survey.KindOf(err) != survey.Invalid {
		t.Errorf("the cursor of a search fits another list: %v", err)
	}
}

// TestInvitationsOfOlderVersions are given what they are searched and counted by.
func TestInvitationsOfOlderVersions(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	old := []*survey.Invitation{
		{Meta: store.Meta{ID: "inv_a"}, Email: "Ana@Müller.example", Mail: survey.Mail{State: survey.MailQueued, Attempts: 3}},
		{Meta: store.Meta{ID: "inv_b"}, Email: "ben@b.example", Mail: survey.Mail{State: survey.MailAccepted, Reason: "kept, for no mail server is set"}},
		{Meta: store.Meta{ID: "inv_c"}, Email: "cara@c.example", HeldSince: monday, Mail: survey.Mail{State: survey.MailQueued}},
		{Meta: store.Meta{ID: "inv_d"}, Mail: survey.Mail{State: survey.MailNone}},
		{Meta: store.Meta{ID: "inv_e"}, Email: "x", Mail: survey.Mail{State: survey.MailWithheld, Reason: "x"}},
	}
	want := []survey.Standing{survey.StandsDeferred, survey.StandsKept, survey.StandsHeld, survey.StandsLink, survey.StandsWithheld}
	for n, inv := range old {
		inv.MailState, inv.CreatedAt = inv.Mail.State, monday
		if changed := inv.Upgrade(); !changed || inv.Upgrade() {
			t.Errorf("%s: changed %v, or twice", inv.ID, changed)
		}
		if err := write(t, o.store, "invitations", store.Insert, inv); err != nil {
			t.Fatal(err)
		}
		if got := o.found(survey.InvitationFilter{Standing: want[n]}); !slices.Contains(got, inv.ID) || inv.Standing() != want[n] {
			t.Errorf("%s stands as %s, and %s lists %v", inv.ID, inv.Standing(), want[n], got)
		}
	}
	if got := o.found(survey.InvitationFilter{Search: "ana@müller.example"}); !slices.Equal(got, []string{"inv_a"}) {
		t.Errorf("got %v", got)
	}
}
