package survey_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"earshot/survey"
	"earshot/survey/store"
)

// events writes all that befell an address, line by line of the list.
func (o *office) events(email string) []string {
	o.t.Helper()
	lines, err := o.SuppressionHistory(o.ctx, email)
	var told []string
	for _, x := range must(o.t, lines, err) {
		for _, e := range x.History {
			what := string(e.Reason)
			if e.Lifted {
				what = "lifted"
			}
			told = append(told, strings.TrimSpace(fmt.Sprintf("%s %s by %s %s%s %s", x.Email, what, e.By.Means, e.By.ID, e.By.Name, e.Note)))
		}
	}
	return told
}

// TestTheListRemembersWhoChangedIt follows an address that is put on the list and taken off by everything that can do so.
func TestTheListRemembersWhoChangedIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sv := o.survey(survey.TemplateCSAT)
	contact := o.contact(o.customer("Customer"), "ana", survey.User)
	first := o.ask(contact, sv)
	o.mail()
	email, token := first.Email, tokenOf(o.post.accepted()[0].Text)
	rep, key := survey.SuppressedBy{Means: survey.ByRep, ID: "rep_1"}, survey.SuppressedBy{Means: survey.ByKey, ID: "key_1", Name: "Shop"}
	lift := func(by survey.SuppressedBy) {
		t.Helper()
		o.watch.pass(20 * day)
		if err := o.Unsuppress(o.ctx, strings.ToUpper(email), true, by); err != nil {
			t.Fatal(err)
		}
		_, err := o.Suppression(o.ctx, email)
		wantKind(t, err, survey.NotFound)
		wantKind(t, o.Unsuppress(o.ctx, email, true, by), survey.NotFound)
		if page, err := o.Suppressions(o.ctx, survey.SuppressionFilter{}); len(must(t, page, err).Items) != 0 {
			t.Errorf("got %d lines of the list, want none", len(page.Items))
		}
	}
	_, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: email, Note: "on the phone", By: rep})
	must(t, 0, err)
	_, err = o.Suppress(o.ctx, survey.SuppressionInput{Email: email, Note: "again", By: key}) // changes nothing
	must(t, 0, err)
	must(t, 0, o.Unsubscribe(o.ctx, token))
	o.drain()
	lift(key)

	o.post.answer(func(*survey.Message) survey.Outcome {
		return survey.Outcome{Delivery: survey.Refused, BadAddress: true, Reply: "550 no such user"}
	})
	second := o.ask(contact, sv)
	o.drain()
	if x, err := o.Suppression(o.ctx, email); must(t, x, err).Reason != survey.HardBounce {
		t.Errorf("got reason %s, want the bounce to be listed though an older line was lifted", x.Reason)
	}
	lift(rep)

	done := take(t, o.Service, survey.ImportSuppressions, "email,reason\n"+email+",spam\n")
	if done.Created != 1 {
		t.Errorf("got %+v, want the address to be put on the list anew", done)
	}
	want := []string{
		email + " by_hand by rep rep_1 on the phone", email + " unsubscribed by link " + first.ID, email + " lifted by api_key key_1Shop",
		email + " hard_bounce by bounce " + second.ID + " 550 no such user", email + " lifted by rep rep_1",
		email + " complaint by import " + done.ID + "f.csv",
	}
	if got := o.events(email); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	_, err = o.AskNow(o.ctx, survey.AskRequest{ContactID: contact, SurveyID: sv, Confirm: true})
	wantKind(t, err, survey.Conflict)
	_, err = o.SuppressionHistory(o.ctx, "nobody@x.example")
	wantKind(t, err, survey.NotFound)
}

// TestTheHistoryHoldsTheDomains of an address as well, and keeps the latest changes of each line.
func TestTheHistoryHoldsTheDomains(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for range 60 {
		for _, email := range []string{"@x.example", "ana@x.example"} {
			_, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: email})
			must(t, 0, err)
		}
		must(t, 0, o.Unsuppress(o.ctx, "@x.example", false, survey.SuppressedBy{}))
	}
	lines, err := o.SuppressionHistory(o.ctx, "ana@x.example")
	if len(must(t, lines, err)) != 2 || len(lines[0].History) != 1 || len(lines[1].History) != 50 || lines[1].LiftedAt.IsZero() {
		t.Errorf("got %d lines, want that of the address and that of its domain, which was lifted", len(lines))
	}
}

// TestOldLinesBeginTheirHistory with what they tell, without the ids of invitations.
func TestOldLinesBeginTheirHistory(t *testing.T) {
	t.Parallel()
	for note, want := range map[string]survey.SuppressionEvent{
		"on the phone":                     {At: monday, Reason: survey.Unsubscribed, Note: "on the phone"},
		"by the link of invitation inv_01": {At: monday, Reason: survey.Unsubscribed, By: survey.SuppressedBy{Means: survey.ByLink, ID: "inv_01"}},
	} {
		x := &survey.Suppression{Meta: store.Meta{ID: "sup_1", Version: 1}, Email: "ana@x.example", Reason: survey.Unsubscribed, Note: note, CreatedAt: monday}
		if !x.Upgrade() || x.Domain != "x.example" || x.Note != want.Note || len(x.History) != 1 || x.History[0] != want || x.Upgrade() {
			t.Errorf("%s: got %+v, want the history to begin with %+v", note, x, want)
		}
	}
}
