package survey_test

import (
	"reflect"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

func TestContactsAreRekeyed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, email, old, want string
	}{
		{"as it was", "ana@x.example", "ana@x.example", "ana@x.example"},
		{"own letters", "Ana@Müller.example", "ana@müller.example", "ana@xn--mller-kva.example"},
		{"invisible", "ana@x.example\u200B", "ana@x.example\u200B", "ana@x.example"},
		{"cannot be mailed", `"Ana"@x.example`, `"ana"@x.example`, `"ana"@x.example`},
		{"none", "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &survey.Contact{Meta: store.Meta{ID: "con_1"}, Email: tt.email, EmailKey: tt.old}
			if got, want := c.Rekey(), tt.old != tt.want; got != want || c.EmailKey != tt.want {
				t.Errorf("got changed %v and key %q, want %v and %q", got, c.EmailKey, want, tt.want)
			}
			c.KeepApart()
			if apart := c.EmailKey; apart == tt.want || c.Rekey() || c.EmailKey != apart {
				t.Errorf("got key %q of a contact kept apart as %q, want it to stay", c.EmailKey, apart)
			}
		})
	}
}

// TestSuppressionsAreRekeyed stores suppressions as older programs did, and moves them.
func TestSuppressionsAreRekeyed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	at := func(email string, reason survey.SuppressionReason) *survey.Suppression {
		x, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: email, Reason: reason})
		return must(t, x, err)
	}
	for _, tt := range []struct {
		name   string
		stored survey.Suppression
		want   *survey.Suppression // nil: stays
	}{
		{"as it was", *at("ana@x.example", survey.ByHand), nil},
		{"own letters", survey.Suppression{Email: "x@müller.example", Reason: survey.Unsubscribed}, at("x@xn--mller-kva.example", survey.Unsubscribed)},
		{"a tag", survey.Suppression{Email: "bo+news@x.example", Reason: survey.Complained}, at("bo@x.example", survey.Complained)},
		{"everybody at a domain", survey.Suppression{Email: "*@müller.example", Reason: survey.ByHand}, at("@müller.example", survey.ByHand)},
		{"a bounce of a contact of that name", survey.Suppression{Email: "*@dy.example", Reason: survey.HardBounce}, nil},
		{"a bounce of a tag", survey.Suppression{Email: "cy+news@x.example", Reason: survey.HardBounce}, at("cy+news@x.example", survey.HardBounce)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			moved := tt.stored.Rekeyed()
			switch {
			case moved == nil && tt.want == nil:
			case moved == nil || tt.want == nil || moved.ID != tt.want.ID:
				t.Errorf("got %+v, want %+v", moved, tt.want)
			case moved.Rekeyed() != nil:
				t.Errorf("got %+v, which would move again", moved)
			}
		})
	}
}

func TestSuppressionsAreMerged(t *testing.T) {
	t.Parallel()
	old, late := monday, monday.Add(time.Hour)
	for _, tt := range []struct {
		name              string
		into, other, want survey.Suppression
		changed           bool
	}{
		{"the older date stays", survey.Suppression{Reason: survey.ByHand, CreatedAt: late}, survey.Suppression{Reason: survey.HardBounce, CreatedAt: old},
			survey.Suppression{Reason: survey.ByHand, CreatedAt: old}, true},
		{"the person's own word", survey.Suppression{Reason: survey.ByHand, CreatedAt: old}, survey.Suppression{Reason: survey.Complained, Note: "spam", CreatedAt: late},
			survey.Suppression{Reason: survey.Complained, Note: "spam", CreatedAt: old}, true},
		{"nothing new", survey.Suppression{Reason: survey.Unsubscribed, CreatedAt: old}, survey.Suppression{Reason: survey.Complained, CreatedAt: late},
			survey.Suppression{Reason: survey.Unsubscribed, CreatedAt: old}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.into.Merge(&tt.other); got != tt.changed || !reflect.DeepEqual(tt.into, tt.want) {
				t.Errorf("got changed %v and %+v, want %v and %+v", got, tt.into, tt.changed, tt.want)
			}
		})
	}
}

// TestAskLogsAreRekeyed lets a ledger tell that an ask of old went to somebody who is now known by another key.
func TestAskLogsAreRekeyed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	inv := o.ask(o.contactAt("x+news@müller.example"), o.survey(survey.TemplateCSAT))
	log, err := o.AskLog(o.ctx, inv.CustomerID)
	want := must(t, log, err).Asks[0].Address
	log.Asks[0].Address = "sup_old"
	emails := map[survey.InvitationID]string{survey.InvitationID(inv.ID): "x@xn--mller-kva.example"}
	if !log.Rekey(emails) || log.Asks[0].Address != want || log.Rekey(emails) {
		t.Errorf("got %q, want %q once", log.Asks[0].Address, want)
	}
	if log.Rekey(nil) {
		t.Error("an ask without an invitation was changed")
	}
}
