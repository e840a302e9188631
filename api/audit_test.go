package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"earshot/api"
	"earshot/survey/audit"
	"earshot/survey/store"
)

// acted are the entries of the world's log, one a line: what, by whom, about what, and how far.
func (w *world) acted(t testing.TB) []string {
	t.Helper()
	var lines []string
	for e, err := range w.audit.Each(t.Context(), audit.Filter{}) {
		e = must(t, e, err)
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s by %s %s: %s %s", e.Act, e.WhoKind, e.WhoName, e.Outcome, e.Detail)))
	}
	return lines
}

// TestActsAreNamed walks the list of routes: whatever administers says what the log shall call it, and whatever a program
// may change either does so too or says that it is the day's work.
func TestActsAreNamed(t *testing.T) {
	t.Parallel()
	programs, people := newWorld(t).Handler.(*api.Server).Rows()
	doors := []string{"/login", "/logout", "/setup/:token", "/account"}
	for _, row := range slices.Concat(programs, people) {
		reads := row.Method == http.MethodGet
		named := row.Act != "" || row.Daily
		administers := row.Guard == "admin" || row.Guard == "manage" || row.Guard == "keyWrite" || slices.Contains(doors, row.Path)
		switch {
		case reads && named && row.Path != "/login/sso/callback": // to which the provider leads
			t.Errorf("%s %s only reads and says that it is an act", row.Method, row.Path)
		case row.Act != "" && row.Daily:
			t.Errorf("%s %s is an act and the day's work", row.Method, row.Path)
		case !reads && administers && !named:
			t.Errorf("%s %s says neither .acts(…) nor .notes(…) nor .daily()", row.Method, row.Path)
		case row.Method == http.MethodDelete && row.Act == "" && !strings.HasSuffix(row.Path, "/snooze"):
			t.Errorf("%s %s deletes and is no act", row.Method, row.Path)
		}
	}
}

func TestActsOfAnAdmin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	b.post("/settings/reps", url.Values{"name": {"Tom"}, "email": {"tom@example.com"}, "access": {"rep"}, "password": {testPassword}}).want(http.StatusOK)
	b.post("/settings/reps", url.Values{"name": {"Tom"}, "email": {"tom@example.com"}, "access": {"rep"}, "password": {testPassword}}).want(http.StatusConflict)
	tom, err := w.access.RepByEmail(t.Context(), "tom@example.com")
	must(t, tom, err)
	b.post("/settings/reps/"+string(tom.ID), url.Values{"name": {"Tom"}, "email": {"tom@example.com"}, "access": {"admin"}}).want(http.StatusOK)
	want := []string{
		"rep.created by rep Ada Admin: begun", "rep.created by rep Ada Admin: done",
		"rep.created by rep Ada Admin: begun", "rep.created by rep Ada Admin: refused conflict",
		"rep.changed by rep Ada Admin: begun", "rep.changed by rep Ada Admin: done",
	}
	if got := w.acted(t); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	page, err := w.audit.Page(t.Context(), audit.Filter{}, "", 10)
	must(t, page, err)
	made, changed := page.Items[1], page.Items[5]
	if made.Document != string(tom.ID) || changed.Of != 5 || !slices.Equal(changed.Changed, []audit.Change{{Field: "access", Was: "rep", Is: "admin"}}) {
		t.Errorf("the entries tell %+v and %+v", made, changed)
	}
	for _, e := range page.Items {
		if strings.Contains(fmt.Sprintf("%+v", e), testPassword) {
			t.Errorf("entry %d holds a password: %+v", e.Number, e)
		}
	}
	if begun := page.Items[0]; begun.From == "" || begun.RequestID == "" || len(begun.Sent) != 4 {
		t.Errorf("the first entry tells too little: %+v", begun)
	}
	head, err := w.audit.Verify(t.Context(), audit.Head{})
	if must(t, head, err); head.Number != 6 {
		t.Errorf("the head is %d, want 6", head.Number)
	}
}

func TestActsOfAProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.send(t, call{method: "DELETE", path: "/api/v1/customers/" + w.customer, key: w.writeKey})
	w.send(t, call{method: "POST", path: "/api/v1/surveys", key: w.writeKey, body: `{"name":"x"}`})
	w.send(t, call{method: "POST", path: "/api/v1/surveys", key: w.readKey, body: `{"name":"x"}`})
	page, err := w.audit.Page(t.Context(), audit.Filter{}, "", 10)
	if must(t, page, err); len(page.Items) != 4 {
		t.Fatalf("got %d entries, want those of two acts: %v", len(page.Items), w.acted(t))
	}
	if e := page.Items[0]; e.Act != "customer.deleted" || e.Document != w.customer || e.WhoKind != audit.APIKey {
		t.Errorf("the first entry is %+v", e)
	}
	if e := page.Items[3]; e.Outcome != audit.Refused || e.Detail != "invalid" {
		t.Errorf("the last entry is %+v", e)
	}
}

// TestNoActWithoutItsEntry has the log not take the beginning.
func TestNoActWithoutItsEntry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	w.store.breaksAudit(store.ErrFull)
	b.post("/customers/"+w.customer+"/delete", nil).want(http.StatusInsufficientStorage)
	w.send(t, call{method: "DELETE", path: "/api/v1/customers/" + w.customer, key: w.writeKey})
	if res := attempt(w, "mia@example.com", testPassword, "192.0.2.1:1", ""); res.Code != http.StatusInsufficientStorage || len(res.Result().Cookies()) > 0 {
		t.Errorf("a log-in that cannot be written down: got %d with %v, want 507 and no cookie", res.Code, res.Result().Cookies())
	}
	w.store.breaksAudit(nil)
	if res := w.send(t, call{method: "GET", path: "/api/v1/customers/" + w.customer, key: w.readKey}); res.Code != http.StatusOK {
		t.Errorf("the customer: got %d, want it to be there still", res.Code)
	}
	if got := w.acted(t); len(got) != 0 {
		t.Errorf("the log tells of %v, want nothing", got)
	}
}

// TestOutcomesThatCannotBeWritten breaks the log between an act and its outcome, as a process that is killed there.
func TestOutcomesThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store.auditLeft = 1
	if res := w.send(t, call{method: "DELETE", path: "/api/v1/customers/" + w.customer, key: w.writeKey}); res.Code != http.StatusNoContent {
		t.Fatalf("got %d, want 204", res.Code)
	}
	if got := w.acted(t); len(got) != 1 || !strings.HasSuffix(got[0], "begun") {
		t.Errorf("the log tells %v, want the beginning alone", got)
	}
	if !strings.Contains(w.log.String(), "the outcome of an act could not be written") {
		t.Errorf("the log of the program says nothing: %s", w.log)
	}
	adminBrowser(t, w).get("/settings/audit").want(http.StatusOK, "not known")
}

func TestDoorsAreNoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	attempt(w, "mia@example.com", testPassword, "192.0.2.1:1", "")
	attempt(w, "mia@example.com", "not my password", "192.0.2.1:1", "")
	b := newBrowser(t, w).logIn(w, "mia@example.com")
	b.post("/account", url.Values{"current_password": {testPassword}, "new_password": {"another good long phrase"}}).want(http.StatusOK)
	b.post("/logout", nil)
	want := []string{
		"rep.login by rep Mia Berg: done",
		"password.changed by rep Mia Berg: begun", "password.changed by rep Mia Berg: done",
		"rep.logout by rep Mia Berg: begun", "rep.logout by rep Mia Berg: done",
	}
	if got := w.acted(t); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestStrangersDoNotFillTheLog tries wrong passwords for long.
func TestStrangersDoNotFillTheLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	held := 0
	for i := range 200 {
		if res := attempt(w, fmt.Sprintf("r%d@example.com", i), "not my password", "203.0.113.5:1", ""); res.Code == http.StatusTooManyRequests {
			held++
		}
	}
	got := w.acted(t)
	if held < 100 || len(got) == 0 || len(got) > 31 {
		t.Fatalf("of %d tries that were held off %d are noted, want some and at most 31", held, len(got))
	}
	if want := "rep.login by stranger : refused rate_limited"; got[0] != want {
		t.Errorf("got %q, want %q", got[0], want)
	}
}
