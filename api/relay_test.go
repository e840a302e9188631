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

// TestRelaysAreTold has one of two mail servers refuse everybody: that is told by its name, and that others carry the mails.
func TestRelaysAreTold(t *testing.T) {
	t.Parallel()
	w := newRelayedWorld(t, []survey.RelaySetup{
		{Name: "relay", Mailer: &letterbox{}, Weight: 3},
		{Name: "other", Mailer: &letterbox{}, Limits: survey.MailLimits{PerSecond: 5, PerHour: 100}, WarmUp: &survey.WarmUp{From: survey.DateOf(noon), First: 50, Growth: 2}},
	})
	w.refuse(t)
	mia, ana := repBrowser(t, w), adminBrowser(t, w)
	mia.get("/").want(http.StatusOK, "1 mail server takes no mails; others carry them.", "relay", "refuses to pass", "Relay access denied", "Try now")
	ana.get("/settings/mail").want(http.StatusOK, "Mail servers", "Takes no mails", "let the server carry mails", "other", "100 % of the mails", "At most 5 a second", "0 of 100 an hour", "0 of 50 a day", "Day 1 of its warm-up")
	type told struct {
		Paused  bool
		Waiting int
		Relays  []struct {
			Name, Fault string
			Paused      bool
			Share       float64
			Limits      struct {
				PerDay int `json:"per_day"`
			}
			WarmUpDay int `json:"warm_up_day"`
		}
	}
	got := readJSON[told](t, w, call{method: "GET", path: "/api/v1/relay", key: w.readKey})
	if got.Paused || len(got.Relays) != 2 || got.Relays[0].Fault != "relaying" || got.Relays[1].Paused || got.Relays[1].Share != 1 || got.Relays[1].Limits.PerDay != 50 || got.Relays[1].WarmUpDay != 1 {
		t.Errorf("got %+v", got)
	}
	for figure, want := range map[string]string{
		`earshot_relay_paused{fault="relaying",relay="relay"}`: "1", `earshot_relay_paused{fault="",relay="other"}`: "0",
		`earshot_relay_limit{relay="other",window="hour"}`: "100", `earshot_relay_used{relay="other",window="day"}`: "0",
	} {
		if value := w.metric(t, figure); value != want {
			t.Errorf("%s is %q, want %s", figure, value, want)
		}
	}
	mia.get("/").submit("form[action='/relay/try']").want(http.StatusOK, "being tried")
}
