package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"earshot/survey"
)

// idOf is a customer's id as the domain has it.
func idOf(id string) survey.CustomerID { return survey.CustomerID(id) }

func TestToday(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	quiet := readJSON[reply](t, w, call{method: "GET", path: "/api/v1/quiet", key: w.readKey})
	shown := b.get("/").want(http.StatusOK, "To call this week", "Latest answers", "Nordlicht C-1001")
	if got := shown.Find(".quiet-list > li").Length(); got != len(quiet.Items) || got != 1 {
		t.Errorf("got %d quiet customers, want 1, as the API has %d", got, len(quiet.Items))
	}
	if sentence := quiet.Items[0].Silence.Sentence; !strings.Contains(shown.words(".quiet-list"), sentence) {
		t.Errorf("got %q, want the API's sentence %q", shown.words(".quiet-list"), sentence)
	}
	shown.wantWords(".counts dt:contains('probably leaving') + dd", "1")
	shown.wantWords(".counts dt:contains('low answers') + dd", "0")
	if shown.words(".start") != "" {
		t.Error("got first steps on an installation with answers, want none")
	}
	if got := shown.link(".quotes a"); !strings.HasPrefix(got, "/responses/") {
		t.Errorf("the latest answer leads to %s, want the answer", got)
	}
	b.get(shown.link(".quiet-list h3 a")).want(http.StatusOK, "Nordlicht C-1001")
}

func TestTodayAsksAndSnoozes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	asked := b.get("/?rep=all").submit(".quiet-list form[action$='/ask']").want(http.StatusOK, "The mail is kept and not sent", "Ana Ruiz was asked on 2 Mar 2026 and has not answered yet.")
	if !strings.HasPrefix(asked.at, "/?") || !strings.Contains(asked.at, "rep=all") {
		t.Errorf("got to %s, want back to Today as it was", asked.at)
	}
	again := asked.submit(".quiet-list form[action$='/ask']")
	again.want(http.StatusConflict, "Nobody was asked.", "Ana Ruiz has an open question since")
	list, err := w.service.Invitations(context.Background(), survey.InvitationFilter{CustomerID: idOf(w.customer)})
	if got := must(t, list, err); len(got.Items) != 1 {
		t.Errorf("got %d invitations, want the one", len(got.Items))
	}
	snoozed := b.get("/").submit(".quiet-list form[action$='/snooze']").want(http.StatusOK, "Snoozed.", "Nobody to call.")
	snoozed.wantWords(".counts dt:contains('probably leaving') + dd", "0")
	b.get("/customers/"+w.customer).want(http.StatusOK, "Snoozed until 16 Mar 2026").
		submit("form[action$='/wake']").want(http.StatusOK, "Not snoozed any more.")
	b.get("/").want(http.StatusOK, "Nordlicht C-1001")
}

func TestTodayScopes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	b.get("/").want(http.StatusOK).wantWords("[aria-current=true]", "Everybody’s") // she has no customer yet
	b.get("/?rep=me").want(http.StatusOK, "Nobody to call.").wantWords(".tabs [aria-current=true]", "Mine")
	reps, err := w.access.Reps(context.Background())
	owner := survey.RepID(must(t, reps, err)[0].ID)
	_, err = w.service.ChangeCustomer(context.Background(), idOf(w.customer), 0, survey.CustomerFields{RepID: &owner})
	must(t, 0, err)
	drain(t, w)
	b.get("/").want(http.StatusOK, "Nordlicht C-1001", "Mia Berg").wantWords(".tabs [aria-current=true]", "Mine")
}

func TestTodayOfANewInstallation(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	b := repBrowser(t, w)
	shown := b.get("/").want(http.StatusOK, "First steps", "Bring your customers", "No answers yet.")
	if got := shown.Find(".steps a").Length(); got != 0 {
		t.Errorf("a rep got %d links to what only admins can do, want none", got)
	}
	name := "First Ltd"
	_, err := w.service.CreateCustomer(context.Background(), survey.CustomerFields{Name: &name})
	must(t, 0, err)
	b.get("/").wantWords(".steps .done h3", "Bring your customers Done")
	for path, text := range map[string]string{
		"/customers": name, "/customers?q=zzz": "No customer fits.", "/feedback": "There is no survey yet.", "/responses": "No answers here.",
	} {
		b.get(path).want(http.StatusOK, text)
	}
	b.get("/feedback/trend.svg").want(http.StatusNotFound)
}
