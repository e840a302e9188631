package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"earshot/survey"
)

// brake has so many mails end badly that the brake takes hold, while another one waits.
func (w *world) brake(t testing.TB) {
	t.Helper()
	box := &letterbox{reply: "550 5.1.1 no such user"}
	service, err := survey.NewService(survey.Options{
		Store: w.store, Relays: survey.OneRelay(box), BaseURL: "https://feedback.example.com", Clock: w.service.Now, MailsAtOnce: 1,
		Brake: survey.BrakeLimits{Bounces: survey.DefaultBrakeBounces},
	})
	must(t, 0, err)
	for i := range survey.FewestBounces + 1 {
		contact := newCompany(t, w, fmt.Sprint("B-", i), fmt.Sprint("BP-", i))
		_, err := service.AskNow(t.Context(), survey.AskRequest{ContactID: contact, SurveyID: survey.SurveyID(w.survey)})
		must(t, 0, err)
	}
	must(t, 0, service.Effects().Drain(t.Context(), "invitations"))
}

// brakeStanding is what the API tells.
type brakeStanding struct {
	Held          bool
	Reason        string
	Waiting       int
	Refused       int
	BouncePercent float64 `json:"bounce_percent"`
	ReleasedBy    string  `json:"released_by"`
}

// TestHeldMailsAreSeen follows the brake over the pages, the API and the metrics until an admin lets mails go.
func TestHeldMailsAreSeen(t *testing.T) {
	t.Parallel()
	w := newMailingWorld(t, &letterbox{})
	const alarm = "Too many mails were refused or came back"
	standing := func() brakeStanding {
		return readJSON[brakeStanding](t, w, call{method: "GET", path: "/api/v1/mail-brake", key: w.readKey})
	}
	mia, ada := repBrowser(t, w), adminBrowser(t, w)
	if got := standing(); got != (brakeStanding{}) {
		t.Errorf("got %+v before anything went out", got)
	}
	if strings.Contains(mia.get("/").want(http.StatusOK).Text(), alarm) {
		t.Error("a page raises the alarm for nothing")
	}
	ada.get("/settings/mail").want(http.StatusOK, "No mail has gone out yet")
	w.brake(t)
	w.at(noon.Add(30 * time.Second)) // a page may be that late
	if got := standing(); got != (brakeStanding{true, "bounces", 1, 10, 100, ""}) {
		t.Errorf("got %+v", got)
	}
	for _, path := range []string{"/", "/customers", "/invitations"} {
		mia.get(path).want(http.StatusOK, alarm, "10 were refused", "An admin can let them go")
	}
	mia.get("/invitations?standing=braked").want(http.StatusOK, "Held back")
	mia.post("/settings/mail/release", nil).want(http.StatusForbidden)
	if got := w.metric(t, `earshot_mail_braked{reason="bounces"}`) + w.metric(t, `earshot_mail_ends{end="refused"}`); got != "110" {
		t.Errorf("the metrics tell %s, want that mails are held for ten", got)
	}
	if strings.Contains(w.send(t, call{method: "GET", path: "/login"}).Body.String(), alarm) {
		t.Error("the alarm is told to those who are not logged in")
	}
	ada.get("/settings/mail").want(http.StatusOK, "100 % did not arrive").submit("form[action='/settings/mail/release']").want(http.StatusOK, "Mails go out again", "by Ada")
	if got := standing(); got.Held || got.Refused != 0 || got.ReleasedBy == "" {
		t.Errorf("got %+v after mails were let go", got)
	}
	ada.post("/settings/mail/release", nil).want(http.StatusOK, "Mails go out again already")
	if strings.Contains(mia.get("/").want(http.StatusOK).Text(), alarm) {
		t.Error("the alarm stays")
	}
}
