package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey/access"
	"earshot/survey/audit"
)

// TestTheLogTellsWhatWasProvenFirst: whoever is led to prove who they are has not done yet what they asked for.
func TestTheLogTellsWhatWasProvenFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mia, ada := repBrowser(t, w), adminBrowser(t, w)
	w.enrolApp(mia)
	w.pass(access.ConfirmedFor)
	mia.get("/account/factors").submit("form[action$='/app/remove']").want(http.StatusOK, "Is it you?")
	ada.get("/settings/reps/"+w.rep).submit("form[action$='/factors/remove']").want(http.StatusOK, "Is it you?").
		submit("form:has([name=password])", "password", testPassword).want(http.StatusOK).
		submit("form[action$='/factors/remove']").want(http.StatusOK, "The second factor is taken away")
	acted := w.acted(t)
	for line, times := range map[string]int{
		"app.removed by rep Mia Berg: refused unauthenticated": 1, "app.removed by rep Mia Berg: done": 0,
		"factors.removed by rep Ada Admin: refused unauthenticated": 1, "factors.removed by rep Ada Admin: done": 1,
	} {
		if got := len(slices.DeleteFunc(slices.Clone(acted), func(l string) bool { return l != line })); got != times {
			t.Errorf("the log says %d times, want %d: %s\n%q", got, times, line, acted)
		}
	}
}

// TestRecoveryCodesAreTold: whose recovery code lets somebody in gets a mail, for it may not have been they.
func TestRecoveryCodesAreTold(t *testing.T) {
	t.Parallel()
	post := &letterbox{}
	w := newMailingWorld(t, post)
	secret, codes := w.enrolApp(repBrowser(t, w))
	w.pass(time.Minute)
	b := newBrowser(t, w)
	b.password("/login", "mia@example.com").submit("form", "code", w.codeOf(t, secret)).want(http.StatusOK, "Today")
	must(t, 0, w.access.Settle(t.Context()))
	if got := post.count("mia@example.com", "A recovery code was used"); got != 0 {
		t.Errorf("a code of the app was told of as a recovery code, %d times", got)
	}
	newBrowser(t, w).password("/login", "mia@example.com").submit("form", "code", codes[0]).want(http.StatusOK, "You came in by a recovery code")
	must(t, 0, w.access.Settle(t.Context()))
	if text := post.lastTo(t, "mia@example.com", "A recovery code was used"); !strings.Contains(text, "left: 9.") || strings.Contains(text, codes[0]) {
		t.Errorf("told %s", text)
	}
}

// TestTheLogTellsByWhatPeopleCame: also what single sign-on made of an account stands in the log, for no admin did it here.
func TestTheLogTellsByWhatPeopleCame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rules := access.SignOnRules{Create: true, Roles: []access.GroupRole{{Group: "bosses", Role: access.LevelAdmin}, {Group: "sales", Role: access.LevelRep}}}
	come := func(who access.Person) {
		t.Helper()
		w.withDoors(t, access.Options{SignOn: rules}, vouching{who})
		b := newBrowser(t, w)
		b.once(http.MethodGet, "/login/sso", nil)
		b.get("/login/sso/callback?code=c&state=s").want(http.StatusOK, "Today")
	}
	eve := access.Person{Issuer: "i", Subject: "s7", Name: "Eve", Email: "eve@example.com", EmailVerified: true, Groups: []string{"sales"}}
	for _, group := range []string{"sales", "sales", "bosses"} {
		eve.Groups = []string{group}
		come(eve)
	}
	newBrowser(t, w).password("/login", "mia@example.com").want(http.StatusOK, "Today")
	var told []string
	for e, err := range w.audit.Each(t.Context(), audit.Filter{Act: "rep.login"}) {
		e = must(t, e, err)
		told = append(told, fmt.Sprintf("%s%v%v", e.WhoName, e.Sent, e.Changed))
	}
	want := []string{
		"Eve[{by single sign-on}][{account  eve@example.com} {access  rep}]", "Eve[{by single sign-on}][]",
		"Eve[{by single sign-on}][{access rep admin}]", "Mia Berg[{by password}][]",
	}
	if !slices.Equal(told, want) {
		t.Errorf("the log tells\n%q, want\n%q", told, want)
	}
}

// TestWrongCodesAreNoted: whoever is held off at the second step knows a password, which the log tells of.
func TestWrongCodesAreNoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enrolApp(repBrowser(t, w))
	step := newBrowser(t, w).password("/login", "mia@example.com")
	for range 3 {
		step.submit("form", "code", "000000").want(http.StatusBadRequest)
	}
	step.submit("form", "code", "000000").want(http.StatusTooManyRequests, "wait")
	for e, err := range w.audit.Each(t.Context(), audit.Filter{Act: "rep.login", Document: ""}) {
		if e = must(t, e, err); e.Outcome == audit.Refused {
			if got := fmt.Sprintf("%s%v", e.WhoKind, e.Sent); got != "stranger[{email mia@example.com}]" {
				t.Errorf("the log tells %s", got)
			}
			return
		}
	}
	t.Error("the log tells nothing of it")
}
