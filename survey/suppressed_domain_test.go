package survey_test

import (
	"strings"
	"testing"

	"earshot/survey"
)

// domainSpellings are spellings of the rule that keeps everybody behind müller.example from being mailed.
var domainSpellings = []string{"@müller.example", "*@müller.example", " * @ MÜLLER.example. ", "@xn--mller-kva.example", "*@XN--MLLER-KVA.example", "\u200B@mu\u0308ller.example"}

// TestNobodyBehindASuppressedDomainIsMailed asks before and after the domain was put on the list.
func TestNobodyBehindASuppressedDomainIsMailed(t *testing.T) {
	t.Parallel()
	for _, rule := range domainSpellings {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			sv := o.survey(survey.TemplateCSAT)
			contact := o.contactAt("x+news@Müller.example")
			waiting := o.ask(contact, sv)
			x, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: rule})
			if got := must(t, x, err).Email; got != "@müller.example" {
				t.Errorf("got %q, want it written as @müller.example", got)
			}
			o.drain()
			if got := o.invitation(waiting.ID).Mail; got.State != survey.MailWithheld || !strings.Contains(got.Reason, "@müller.example") {
				t.Errorf("got ledger %+v, want withheld for the domain", got)
			}
			_, err = o.AskNow(o.ctx, survey.AskRequest{ContactID: o.contactAt("y@xn--mller-kva.example"), SurveyID: sv, Confirm: true})
			if wantKind(t, err, survey.Conflict); err != nil && !strings.Contains(err.Error(), "@müller.example") {
				t.Errorf("got %v, want it to name the domain", err)
			}
			found, err := o.Suppression(o.ctx, "y@xn--mller-kva.example")
			if must(t, found, err).ID != x.ID {
				t.Errorf("got %+v, want the rule", found)
			}
			for _, other := range []string{"x@shop.müller.example", "x@example.org"} {
				_, err := o.Suppression(o.ctx, other)
				wantKind(t, err, survey.NotFound)
			}
			o.ask(o.contactAt("x@shop.müller.example"), sv)
		})
	}
}

// TestLiftingAnAddressLeavesTheRuleForItsDomain also where the address is on the list by itself.
func TestLiftingAnAddressLeavesTheRuleForItsDomain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, email := range []string{"ana@x.example", "*@x.example"} {
		if _, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: email}); err != nil {
			t.Fatal(err)
		}
	}
	for _, email := range []string{"ana@x.example", "bo@x.example"} {
		err := o.Unsuppress(o.ctx, email, true, survey.SuppressedBy{})
		if wantKind(t, err, survey.Conflict); err == nil || survey.NeedsConfirmation(err) || !strings.Contains(err.Error(), "@x.example keeps everybody there") {
			t.Errorf("%s: got %v, want it to name the rule", email, err)
		}
	}
	if err := o.Unsuppress(o.ctx, "@X.example", false, survey.SuppressedBy{}); err != nil {
		t.Fatal(err)
	}
	_, err := o.Suppression(o.ctx, "bo@x.example")
	wantKind(t, err, survey.NotFound)
	if _, err = o.Suppression(o.ctx, "ana@x.example"); err != nil {
		t.Errorf("got %v, want the address to stay on the list", err)
	}
	wantKind(t, o.Unsuppress(o.ctx, "@x.example", false, survey.SuppressedBy{}), survey.NotFound)
}

// TestDomainsThatNobodyCanMailAreRefused as rules, and rules where one address is asked for.
func TestDomainsThatNobodyCanMailAreRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, rule := range []string{"@localhost", "@", "*", "@*.example.com", "*@192.0.2.1", "@@x.example", "a*@", "@x.example @y.example"} {
		_, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: rule})
		if kind, _ := problem(err, "email"); kind != survey.Invalid {
			t.Errorf("%q: got %v, want it refused", rule, err)
		}
	}
	id := o.customer("Customer")
	for _, email := range []string{"*@x.example", "@x.example"} {
		_, err := o.CreateContact(o.ctx, survey.ContactInput{CustomerID: id, ContactFields: survey.ContactFields{Name: ref("Ana"), Email: &email}})
		if kind, _ := problem(err, "email"); kind != survey.Invalid {
			t.Errorf("%q: got %v of a contact, want it refused", email, err)
		}
	}
}
