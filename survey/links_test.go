package survey_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"

	"github.com/google/go-cmp/cmp"
)

func TestLinksThatAreNotOurs(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	token, other := o.link(survey.TemplateCSAT), o.link(survey.TemplateCSAT)
	last := "0"
	if strings.HasSuffix(token, last) {
		last = "1"
	}
	for _, tt := range []struct{ name, token string }{
		{"empty", ""},
		{"cut off", token[:len(token)-1]},
		{"one more", token + "0"},
		{"last character changed", token[:len(token)-1] + last},
		{"no secret", token[:26] + strings.Repeat("0", 32)},
		{"somebody else's secret", token[:26] + other[26:]},
		{"somebody else's id", other[:26] + token[26:]},
		{"an id that never was", strings.Repeat("0", 26) + token[26:]},
		{"capitals", strings.ToUpper(token)},
		{"not letters", strings.Repeat("/", len(token))},
		{"huge", strings.Repeat("a", 1<<20)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := o.Open(o.ctx, tt.token)
			wantKind(t, err, survey.NotFound)
			_, err = o.Submit(o.ctx, tt.token, form("satisfied", "5"))
			wantKind(t, err, survey.NotFound)
			wantKind(t, o.Decline(o.ctx, tt.token, survey.Successor{}), survey.NotFound)
			wantKind(t, o.Unsubscribe(o.ctx, tt.token), survey.NotFound)
		})
	}
}

func TestSecretsAreStoredHashed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	token := o.link(survey.TemplateCSAT)
	inv := o.invitation("inv_" + token[:26])
	if len(inv.Links) != 1 || strings.Contains(fmt.Sprintf("%+v", inv), token[26:]) {
		t.Errorf("got invitation %+v, want one link and no secret", inv)
	}
	if bits := len(token[26:]) * 5; bits < 128 {
		t.Errorf("got a secret of %d bits, want at least 128", bits)
	}
}

// TestLinksThatAreOver ends a link in every way, before and after an answer.
func TestLinksThatAreOver(t *testing.T) {
	t.Parallel()
	closeIt := func(o *office, inv *survey.Invitation) error {
		_, err := o.CloseSurvey(o.ctx, inv.SurveyID)
		return err
	}
	expire := func(o *office, inv *survey.Invitation) error {
		o.watch.pass(inv.ExpiresAt.Sub(o.watch.Now()))
		return nil
	}
	for _, tt := range []struct {
		name     string
		answered bool
		end      func(o *office, inv *survey.Invitation) error
		state    survey.FormState
		takes    bool // whether a submission is taken nonetheless
	}{
		{"closed", false, closeIt, survey.FormClosed, false},
		{"closed after an answer", true, closeIt, survey.FormClosed, false},
		{"expired", false, expire, survey.FormExpired, false},
		{"expired after an answer", true, expire, survey.FormAnswered, true},
		{"revoked", false, func(o *office, inv *survey.Invitation) error {
			_, err := o.RevokeInvitation(o.ctx, survey.InvitationID(inv.ID))
			return err
		}, survey.FormRevoked, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			token := o.link(survey.TemplateCSAT)
			inv := o.invitation("inv_" + token[:26])
			if tt.answered {
				if _, err := o.Submit(o.ctx, token, form("satisfied", "5")); err != nil {
					t.Fatal(err)
				}
				o.drain()
			}
			if err := tt.end(o, inv); err != nil {
				t.Fatal(err)
			}
			opened, err := o.Open(o.ctx, token)
			if must(t, opened, err).State != tt.state {
				t.Errorf("got state %s, want %s", opened.State, tt.state)
			}
			_, err = o.Submit(o.ctx, token, form("satisfied", "1"))
			if tt.takes {
				if err != nil {
					t.Errorf("got error %v for a change of the answers", err)
				}
				return
			}
			wantKind(t, err, survey.Gone)
			if got := survey.LinkState(err); got != tt.state {
				t.Errorf("got link state %q, want %q", got, tt.state)
			}
		})
	}
}

// TestExpiredBeforeItWasNoted answers in time, and changes the answers after the link expired but before any worker.
func TestExpiredBeforeItWasNoted(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	token := o.link(survey.TemplateCSAT)
	if _, err := o.Submit(o.ctx, token, form("satisfied", "5")); err != nil {
		t.Fatal(err)
	}
	o.watch.pass(365 * 24 * time.Hour)
	receipt, err := o.Submit(o.ctx, token, form("satisfied", "1"))
	if !must(t, receipt, err).Changed {
		t.Error("the answers were not changed")
	}
}

func TestAClosedSurveyIsClosedInOtherProcessesSoon(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	token := o.link(survey.TemplateCSAT)
	other := o.process(o.store)
	opened, err := other.Open(o.ctx, token)
	if must(t, opened, err).State != survey.FormOpen {
		t.Fatalf("got state %s, want open", opened.State)
	}
	if _, err := o.CloseSurvey(o.ctx, opened.SurveyID); err != nil {
		t.Fatal(err)
	}
	o.watch.pass(5 * time.Second)
	_, err = other.Submit(o.ctx, token, form("satisfied", "5"))
	wantKind(t, err, survey.Gone)
	if _, err := o.ReopenSurvey(o.ctx, opened.SurveyID); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Submit(o.ctx, token, form("satisfied", "5")); err != nil {
		t.Errorf("got error %v after the survey was reopened", err)
	}
}

// TestOpenChangesNothing looks at a link in every state and compares everything that is stored.
func TestOpenChangesNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	token := o.link(survey.TemplateCSAT)
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"open", func() error { return nil }},
		{"answered", func() error { _, err := o.Submit(o.ctx, token, form("satisfied", "5")); return err }},
		{"unsubscribed", func() error { return o.Unsubscribe(o.ctx, token) }},
		{"declined", func() error { return o.Decline(o.ctx, token, survey.Successor{}) }},
		{"expired", func() error { o.watch.pass(1000 * 24 * time.Hour); return nil }},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		o.drain()
		before := o.everything()
		for range 3 {
			opened, err := o.Open(o.ctx, token)
			must(t, opened, err)
		}
		if diff := cmp.Diff(before, o.everything()); diff != "" {
			t.Errorf("opening a link that is %s changed what is stored: %s", step.name, diff)
		}
	}
}

// everything returns what is stored, by collection.
func (o *office) everything() map[string][]store.Doc {
	o.t.Helper()
	all := map[string][]store.Doc{}
	for _, c := range survey.Specs() {
		docs, _, err := o.store.Find(o.ctx, c, store.Query{Index: store.ByID, Limit: store.MaxLimit})
		if err != nil {
			o.t.Fatal(err)
		}
		all[c.Name] = docs
	}
	return all
}
