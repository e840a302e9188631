package survey_test

import (
	"strings"
	"testing"

	"earshot/survey"
)

// spellings are pairs that reach the same person.
var spellings = []struct{ name, one, other string }{
	{"a zero-width space", "x@alder.example\u200B", "x@alder.example"},
	{"a soft hyphen", "x@al\u00ADder.example", "x@alder.example"},
	{"a byte order mark", "\uFEFFx@alder.example", "x@alder.example"},
	{"own letters and as in the DNS", "x@müller.example", "x@xn--mller-kva.example"},
	{"decomposed letters", "x@mu\u0308ller.example", "x@müller.example"},
	{"upper case of own letters", "JÖRG@MÜLLER.EXAMPLE", "jörg@müller.example"},
	{"full width", "ｘ＠ａｌｄｅｒ．ｅｘａｍｐｌｅ", "x@alder.example"},
	{"a full stop behind it", "x@alder.example.", "x@alder.example"},
	{"a name before it", "X Ruiz <x@alder.example>", "x@alder.example"},
	{"a link", "mailto:x@alder.example?subject=Hi", "X@Alder.example"},
	{"a tag", "x+news@alder.example", "x@alder.example"},
	{"two tags", "x+news@alder.example", "X+shop@alder.example"},
}

// bothWays calls try with each pair in both orders.
func bothWays(t *testing.T, try func(t *testing.T, one, other string)) {
	t.Helper()
	for _, tt := range spellings {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			try(t, tt.one, tt.other)
		})
		t.Run(tt.name+", the other way round", func(t *testing.T) {
			t.Parallel()
			try(t, tt.other, tt.one)
		})
	}
}

// contactAt adds a customer with a contact at that address.
func (o *office) contactAt(email string) survey.ContactID {
	o.t.Helper()
	contact := o.contact(o.customer("Customer"), "x", survey.User)
	_, err := o.ChangeContact(o.ctx, contact, 0, survey.ContactFields{Email: &email})
	must(o.t, 0, err)
	return contact
}

// TestNoSpellingEscapesASuppression asks before and after the address was put on the list in another spelling.
func TestNoSpellingEscapesASuppression(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, one, other string) {
		o := newOffice(t)
		sv := o.survey(survey.TemplateCSAT)
		waiting := o.ask(o.contactAt(one), sv)
		if _, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: other}); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Suppression(o.ctx, one); err != nil {
			t.Errorf("the list does not know %q: %v", one, err)
		}
		o.drain()
		if got := o.invitation(waiting.ID).Mail; got.State != survey.MailWithheld || !strings.Contains(got.Reason, "must not be mailed") {
			t.Errorf("got ledger %+v, want withheld", got)
		}
		_, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: o.contactAt(one), SurveyID: sv, Confirm: true})
		wantKind(t, err, survey.Conflict)
		if mails := o.post.accepted(); len(mails) != 0 {
			t.Errorf("got a mail to %q, who must not be mailed", mails[0].To)
		}
		if err := o.Unsuppress(o.ctx, one, false, survey.SuppressedBy{}); err != nil {
			t.Errorf("%q cannot be taken off the list: %v", one, err)
		}
		_, err = o.Suppression(o.ctx, other)
		wantKind(t, err, survey.NotFound)
	})
}

// TestNoSpellingEscapesAnOptOut unsubscribes by the link of a mail and asks the same person at another customer.
func TestNoSpellingEscapesAnOptOut(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, one, other string) {
		o := newOffice(t)
		sv := o.survey(survey.TemplateCSAT)
		o.ask(o.contactAt(one), sv)
		o.drain()
		mails := o.post.accepted()
		if len(mails) != 1 {
			t.Fatalf("got %d mails, want 1", len(mails))
		}
		if err := o.Unsubscribe(o.ctx, tokenOf(mails[0].Text)); err != nil {
			t.Fatal(err)
		}
		_, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: o.contactAt(other), SurveyID: sv, Confirm: true})
		wantKind(t, err, survey.Conflict)
	})
}

// TestABounceKnowsSpellingsAndNotTags has the server refuse an address. Other tags of it may well exist.
func TestABounceKnowsSpellingsAndNotTags(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, one, other string) {
		o := newOffice(t)
		sv := o.survey(survey.TemplateCSAT)
		o.ask(o.contactAt(one), sv)
		o.post.answer(func(*survey.Message) survey.Outcome {
			return survey.Outcome{Delivery: survey.Refused, BadAddress: true, Reply: "550 5.1.1 no such user"}
		})
		o.drain()
		_, err := o.Suppression(o.ctx, other)
		if tagged := strings.Contains(one, "+"); tagged {
			wantKind(t, err, survey.NotFound)
		} else if err != nil {
			t.Errorf("the list does not know %q: %v", other, err)
		}
	})
}

// TestOneSpellingIsOneContact adds a contact twice to a customer. Tags make two rows, and still one person.
func TestOneSpellingIsOneContact(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, one, other string) {
		o := newOffice(t)
		id := o.customer("Customer")
		add := func(email string) (*survey.Contact, error) {
			return o.CreateContact(o.ctx, survey.ContactInput{CustomerID: id, ContactFields: survey.ContactFields{Name: &email, Email: &email}})
		}
		first, err := add(one)
		must(t, first, err)
		second, err := add(other)
		if strings.Contains(one+other, "+") {
			sv := o.survey(survey.TemplateCSAT)
			o.ask(survey.ContactID(first.ID), sv)
			_, err = o.AskNow(o.ctx, survey.AskRequest{ContactID: survey.ContactID(must(t, second, err).ID), SurveyID: sv, Confirm: true})
		}
		wantKind(t, err, survey.Conflict)
		page, err := o.Contacts(o.ctx, survey.ContactFilter{Email: one})
		if got := must(t, page, err).Items; len(got) != 1 || got[0].ID != first.ID {
			t.Errorf("got %d contacts by %q, want the first", len(got), one)
		}
	})
}

// TestTheEnvelopeHoldsWhatGoesOnTheWire mails to an address that was pasted.
func TestTheEnvelopeHoldsWhatGoesOnTheWire(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	contact := o.contactAt(" Ana Ruiz <Ana.Ruiz+shop@MÜLLER.example>\u200B")
	c, err := o.Contact(o.ctx, contact)
	if got, want := must(t, c, err).Email, "Ana.Ruiz+shop@müller.example"; got != want {
		t.Errorf("got address %q, want it to be shown as %q", got, want)
	}
	o.ask(contact, o.survey(survey.TemplateCSAT))
	o.drain()
	if got := o.post.accepted(); len(got) != 1 || got[0].To != "Ana.Ruiz+shop@xn--mller-kva.example" {
		t.Errorf("got mails %+v, want one to the address as in the DNS", got)
	}
}

// TestWhatCannotBeMailedIsRefused tries addresses that no mail of ours reaches, wherever one is told.
func TestWhatCannotBeMailedIsRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.customer("Customer")
	for _, tt := range []struct{ name, email, want string }{
		{"quoted", `"ana ruiz"@x.example`, "quotes"},
		{"two", "ana@x.example, bo@y.example", "several"},
		{"a host", "ana@localhost", "domain"},
		{"too long", strings.Repeat("a", 65) + "@x.example", "64 bytes"},
		{"no address", "ana", "must be an e-mail address"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, errContact := o.CreateContact(o.ctx, survey.ContactInput{CustomerID: id, ContactFields: survey.ContactFields{Name: ref("Ana"), Email: &tt.email}})
			_, errList := o.Suppress(o.ctx, survey.SuppressionInput{Email: tt.email})
			for what, err := range map[string]error{"contact": errContact, "suppression": errList} {
				if kind, message := problem(err, "email"); kind != survey.Invalid || !strings.Contains(message, tt.want) {
					t.Errorf("%s: got %s %q (%v), want the field refused with %q", what, kind, message, err, tt.want)
				}
			}
		})
	}
}
