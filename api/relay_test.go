package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// refuse has the mail server refuse everybody.
func (w *world) refuse(t testing.TB) {
	t.Helper()
	specs := survey.Specs()
	spec := specs[slices.IndexFunc(specs, func(s *store.Spec) bool { return s.Name == "relays" })]
	must(t, 0, store.NewCollection[survey.Relay](w.store, spec).Insert(t.Context(), &survey.Relay{
		Meta: store.Meta{ID: "relay"}, Fault: survey.FaultRelaying, Reply: "554 5.7.1 Relay access denied", Since: noon, TriedAt: noon,
		NextAt: noon.Add(time.Minute), Tries: 1,
	}))
}

// relayStanding is what the API tells.
type relayStanding struct {
	Paused  bool
	Fault   string
	Reply   string
	Waiting int
}

// TestFaultOfTheRelayIsSeen follows a fault of the mail server over the pages and the API until it has passed.
func TestFaultOfTheRelayIsSeen(t *testing.T) {
	t.Parallel()
	w := newMailingWorld(t, &letterbox{})
	const alarm = "No mails go out since"
	standing := func() relayStanding {
		return readJSON[relayStanding](t, w, call{method: "GET", path: "/api/v1/relay", key: w.readKey})
	}
	mia := repBrowser(t, w)
	if got := standing(); got != (relayStanding{}) {
		t.Errorf("got %+v of a server that takes mails", got)
	}
	if strings.Contains(mia.get("/").want(http.StatusOK).Text(), alarm) {
		t.Error("a page raises the alarm for nothing")
	}
	mia.post("/relay/try", nil).want(http.StatusOK, "Mails go out again already.")
	w.refuse(t)
	w.at(noon.Add(30 * time.Second)) // a page may be that late
	if got := standing(); got != (relayStanding{true, "relaying", "554 5.7.1 Relay access denied", 0}) {
		t.Errorf("got %+v", got)
	}
	for _, path := range []string{"/", "/customers", "/invitations"} {
		mia.get(path).want(http.StatusOK, alarm, "refuses to pass", "Relay access denied", "Try now")
	}
	if got := w.metric(t, `earshot_mail_paused{fault="relaying"}`); got != "1" {
		t.Errorf("the metrics tell %s, want that mails wait", got)
	}
	if strings.Contains(w.send(t, call{method: "GET", path: "/login"}).Body.String(), alarm) {
		t.Error("the alarm is told to those who are not logged in")
	}
	mia.get("/").submit("form[action='/relay/try']").want(http.StatusOK, "The mail server is being tried.")
	if err := w.service.Effects().Drain(t.Context(), "relays"); err != nil {
		t.Fatal(err)
	}
	if got := standing(); got.Paused {
		t.Errorf("got %+v after it was tried", got)
	}
	w.at(noon.Add(time.Minute))
	if strings.Contains(mia.get("/").want(http.StatusOK).Text(), alarm) {
		t.Error("the alarm stays")
	}
}
