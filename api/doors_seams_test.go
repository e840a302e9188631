package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey/access"
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
