package survey_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"earshot/survey"

	"pgregory.net/rapid"
)

// company is an installation on which random things happen.
type company struct {
	*office
	customers []survey.CustomerID
	contacts  []survey.ContactID
	surveys   []survey.SurveyID
	pulses    []*survey.Pulse
	// confirmed are the invitations for which a rep went beyond the crowd rule.
	confirmed map[string]bool
	// hushed is when an address was last put on the list; zero since it was taken off.
	hushed map[string]time.Time
}

func newCompany(t *testing.T) *company {
	c := &company{office: openOffice(t, rand.NewChaCha8([32]byte{})), confirmed: map[string]bool{}, hushed: map[string]time.Time{}}
	for i := range 2 {
		id := c.customer(fmt.Sprint("Customer ", i))
		c.customers = append(c.customers, id)
		for j, role := range []survey.Role{survey.User, survey.DecisionMaker, survey.Sponsor} {
			c.contacts = append(c.contacts, c.contact(id, fmt.Sprint("c", j), role))
		}
	}
	c.surveys = []survey.SurveyID{c.survey(survey.TemplateCSAT), c.survey(survey.TemplateCSAT)}
	for i, audience := range []survey.Audience{survey.AudienceQuiet, survey.AudienceEveryone} {
		in := pulseFor(c.surveys[i], audience)
		in.RestDays, in.AnswerDays, in.DailyCap = 20+20*i, 10, 1+i
		c.pulses = append(c.pulses, c.pulse(in))
	}
	return c
}

// TestGovernanceHolds lets random things happen to a company and holds every mail that went out against the rules.
func TestGovernanceHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		c := newCompany(t)
		defer c.close()
		rt.Repeat(map[string]func(*rapid.T){
			"ask":         c.askSomebody,
			"run":         c.runPulse,
			"pass time":   c.passTime,
			"work":        func(*rapid.T) { c.drain() },
			"work a bit":  c.workABit,
			"answer":      c.answerSomething,
			"unsubscribe": c.unsubscribe,
			"suppress":    c.suppress,
			"hush not":    c.unsuppress,
			"go quiet":    func(rt *rapid.T) { c.makeQuiet(pickOne(rt, c.customers), 1) },
			"revoke":      c.revoke,
			"server":      c.changeServer,
			"":            func(rt *rapid.T) { c.check(rt) },
		})
	})
}

func pickOne[T any](rt *rapid.T, from []T) T { return rapid.SampledFrom(from).Draw(rt, "which") }

func (c *company) askSomebody(rt *rapid.T) {
	r := survey.AskRequest{
		ContactID: pickOne(rt, c.contacts), SurveyID: pickOne(rt, c.surveys), Confirm: rapid.Bool().Draw(rt, "confirm"),
		AnswerDays: rapid.IntRange(1, 30).Draw(rt, "days"),
	}
	asked, err := c.AskNow(c.ctx, r)
	if err == nil {
		c.confirmed[asked.Invitation.ID] = r.Confirm
	} else if survey.KindOf(err) != survey.Conflict {
		rt.Fatalf("got error %v", err)
	}
}

func (c *company) runPulse(rt *rapid.T) {
	pulse := pickOne(rt, c.pulses)
	if _, err := c.RunPulseNow(c.ctx, survey.PulseID(pulse.ID), ""); err != nil && survey.KindOf(err) != survey.Conflict {
		rt.Fatalf("got error %v", err)
	}
}

func (c *company) passTime(rt *rapid.T) {
	c.watch.pass(time.Duration(rapid.IntRange(1, 20*24).Draw(rt, "hours")) * time.Hour)
}

func (c *company) workABit(rt *rapid.T) {
	work := pickOne(rt, []func() error{
		func() error { return c.Effects().Drain(c.ctx, "pulses") },
		func() error { return c.Effects().Drain(c.ctx, "invitations") },
		func() error { return c.Effects().Drain(c.ctx, "responses") },
	})
	if err := work(); err != nil {
		rt.Fatalf("got error %v", err)
	}
}

// token returns the link of a mail that went out; empty if there is none.
func (c *company) token(rt *rapid.T) string {
	if mails := c.post.accepted(); len(mails) > 0 {
		return tokenOf(pickOne(rt, mails).Text)
	}
	return ""
}

func (c *company) answerSomething(rt *rapid.T) {
	if token := c.token(rt); token != "" {
		_, err := c.Submit(c.ctx, token, form("satisfied", "3"))
		if err != nil && survey.KindOf(err) != survey.Gone {
			rt.Fatalf("got error %v", err)
		}
	}
}

func (c *company) unsubscribe(rt *rapid.T) {
	token := c.token(rt)
	if token == "" || rapid.IntRange(0, 3).Draw(rt, "rarely") > 0 {
		return
	}
	if err := c.Unsubscribe(c.ctx, token); err != nil {
		rt.Fatal(err)
	}
	c.hushed[c.invitation("inv_"+token[:26]).Email] = c.watch.Now()
}

// address returns somebody's address.
func (c *company) address(rt *rapid.T) string {
	contact, err := c.Contact(c.ctx, pickOne(rt, c.contacts))
	if err != nil {
		rt.Fatal(err)
	}
	return contact.Email
}

func (c *company) suppress(rt *rapid.T) {
	address := c.address(rt)
	if _, err := c.Suppress(c.ctx, survey.SuppressionInput{Email: address}); err != nil {
		rt.Fatal(err)
	}
	c.hushed[address] = c.watch.Now()
}

func (c *company) unsuppress(rt *rapid.T) {
	address := c.address(rt)
	err := c.Unsuppress(c.ctx, address, true, survey.SuppressedBy{})
	if err != nil && survey.KindOf(err) != survey.NotFound {
		rt.Fatal(err)
	}
	delete(c.hushed, address)
}

func (c *company) revoke(rt *rapid.T) {
	page, err := c.Invitations(c.ctx, survey.InvitationFilter{})
	if err != nil {
		rt.Fatal(err)
	}
	if len(page.Items) > 0 {
		_, err := c.RevokeInvitation(c.ctx, survey.InvitationID(pickOne(rt, page.Items).ID))
		if err != nil && survey.KindOf(err) != survey.Conflict {
			rt.Fatal(err)
		}
	}
}

// changeServer lets the mail server answer otherwise, and always checks that the address may be mailed.
func (c *company) changeServer(rt *rapid.T) {
	outcome := survey.Outcome{Delivery: pickOne(rt, []survey.Delivery{survey.Accepted, survey.Accepted, survey.Temporary, survey.Uncertain, survey.Refused})}
	c.post.answer(func(m *survey.Message) survey.Outcome {
		if at, hushed := c.hushed[m.To]; hushed {
			rt.Fatalf("a mail goes to %s, which must not be mailed since %v", m.To, at)
		}
		return outcome
	})
}

// check holds everything that was asked against the rules.
func (c *company) check(rt *rapid.T) {
	c.watch.pass(time.Millisecond) // so that asks can be told apart by their time
	page, err := c.Invitations(c.ctx, survey.InvitationFilter{Limit: survey.MaxPage})
	if err != nil {
		rt.Fatal(err)
	}
	all := page.Items
	slices.Reverse(all) // oldest first
	seen := map[string]int{}
	for _, m := range c.post.accepted() {
		if seen[m.ID]++; seen[m.ID] > 1 {
			rt.Fatalf("invitation %s was mailed twice", m.ID)
		}
	}
	for i, inv := range all {
		c.checkRest(rt, inv, all[:i])
		c.checkCrowd(rt, inv, all[:i])
	}
}

// counts says whether the invitation reached somebody, or may have.
func counts(inv *survey.Invitation) bool {
	return inv.Mail.State == survey.MailAccepted || inv.Mail.State == survey.MailUncertain
}

// checkRest holds the time since the contact was asked before against what was asked for.
func (c *company) checkRest(rt *rapid.T, inv *survey.Invitation, before []*survey.Invitation) {
	rest, slack := survey.HandRestDays, time.Duration(0)
	for _, p := range c.pulses {
		if inv.PulseID == survey.PulseID(p.ID) {
			rest, slack = p.RestDays, survey.RestSlack
		}
	}
	for _, other := range before {
		if other.ContactID != inv.ContactID || !counts(other) {
			continue
		}
		if gap := inv.CreatedAt.Sub(other.CreatedAt); gap < time.Duration(rest)*day-min(slack, survey.RestSlackOf(rest)) {
			rt.Fatalf("contact %s was asked again after %v, want at least %d days", inv.ContactID, gap, rest)
		}
		if answered := other.AnsweredAt; other.ExpiresAt.Add(-slack).After(inv.CreatedAt) && other.RevokedAt.IsZero() &&
			other.UnsubscribedAt.IsZero() && (answered.IsZero() || answered.After(inv.CreatedAt)) {
			rt.Fatalf("contact %s has two open questions, %s and %s", inv.ContactID, other.ID, inv.ID)
		}
	}
}

// checkCrowd counts the people of the customer who were asked in the month before.
func (c *company) checkCrowd(rt *rapid.T, inv *survey.Invitation, before []*survey.Invitation) {
	if c.confirmed[inv.ID] {
		return
	}
	people := map[survey.ContactID]bool{}
	for _, other := range before {
		recent := inv.CreatedAt.Sub(other.CreatedAt) < survey.CrowdDays*day
		if other.CustomerID == inv.CustomerID && other.ContactID != inv.ContactID && recent && counts(other) {
			people[other.ContactID] = true
		}
	}
	if len(people) >= survey.CrowdSize {
		rt.Fatalf("%s is one more of a customer of whom %d were asked within %d days", inv.ContactID, len(people), survey.CrowdDays)
	}
}
