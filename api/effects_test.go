package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"earshot/frontend"
)

// deadLetter is what the API tells of one.
type deadLetter struct {
	Collection, Effect, Document, Error string
	CustomerID                          string `json:"customer_id"`
	Tries                               int
}

// letters returns the dead letters of mails that the API lists.
func (w *world) letters(t *testing.T) []deadLetter {
	t.Helper()
	return readJSON[struct{ Items []deadLetter }](t, w, call{
		method: "GET", path: "/api/v1/dead-letters?collection=invitations&effect=mail", key: w.readKey,
	}).Items
}

// restarted starts dead letters again and returns how many there were.
func (w *world) restarted(t *testing.T, body string) int {
	t.Helper()
	return readJSON[struct{ Restarted int }](t, w, call{
		method: "POST", path: "/api/v1/dead-letters/restart", key: w.writeKey, media: "application/json", body: body,
	}).Restarted
}

// metric returns the line of a metric.
func (w *world) metric(t *testing.T, name string) string {
	t.Helper()
	res := w.send(t, call{method: "GET", path: "/metrics", key: w.readKey})
	for line := range strings.Lines(res.Body.String()) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	t.Fatalf("there is no metric %s in %s", name, res.Body)
	return ""
}

// TestDeadLettersAreSeenAndStartedAgain follows dead letters over the page, the API and the metrics until they are done.
func TestDeadLettersAreSeenAndStartedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.bury(t, "mail", w.uncertain, w.answered)
	b := adminBrowser(t, w)
	const dead = `earshot_effects_dead_letters{collection="invitations",effect="mail"}`
	if got := w.metric(t, dead); got != "3" {
		t.Errorf("the metrics tell %s dead letters, want 3", got)
	}
	shown := b.get("/effects").want(http.StatusOK, "Send the mail", "no server can be reached", w.invitation)
	listed := w.letters(t)
	if len(listed) != 3 || listed[0].Tries != 16 || listed[0].Error != "no server can be reached" || listed[0].CustomerID == "" {
		t.Fatalf("the API lists %+v, want three", listed)
	}
	if about := shown.Find("td.name a[href='/invitations/" + listed[0].Document + "']"); about.Length() == 0 {
		t.Error("no link leads to the invitation that owes it")
	}
	one := url.Values{"collection": {"invitations"}, "effect": {"mail"}, "document": {w.uncertain}}
	b.post("/effects/restart", one).want(http.StatusOK, "Started again.")
	b.post("/effects/restart", one).want(http.StatusOK, "Somebody has started it again already.")
	if got := w.restarted(t, fmt.Sprintf(`{"collection":"invitations","effect":"mail","document":%q}`, w.answered)); got != 1 {
		t.Errorf("by the API %d were started, want 1", got)
	}
	if left := w.letters(t); len(left) != 1 || left[0].Document != w.invitation {
		t.Errorf("left are %+v, want one", left)
	}
	w.bury(t, "mail", w.uncertain)
	if got := w.restarted(t, `{"collection":"invitations","effect":"mail"}`); got != 2 {
		t.Errorf("all that were started are %d, want 2", got)
	}
	w.bury(t, "mail", w.invitation)
	b.get("/effects").submit("form[action='/effects/restart-all']").want(http.StatusOK, "Started again.", "No dead letters of this effect any more.")
	drain(t, w)
	b.get("/effects").want(http.StatusOK, "No dead letters.")
	w.at(noon.Add(time.Minute))
	if got := w.metric(t, dead); got != "0" {
		t.Errorf("the metrics tell %s dead letters after all, want 0", got)
	}
	if got := w.metric(t, `earshot_effects_done_total{collection="invitations",effect="mail"}`); got != "3" {
		t.Errorf("the metrics tell %s mails that were done, want 3", got)
	}
}

func TestEffectsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	for _, path := range []string{"/effects?collection=parcels", "/effects?collection=invitations&effect=teleport", "/effects?effect=mail&collection=customers"} {
		b.get(path).want(http.StatusNotFound)
	}
	b.get("/effects?collection=invitations&effect=mail&cursor=nonsense").want(http.StatusBadRequest)
	for _, form := range []url.Values{{}, {"collection": {"invitations"}}, {"collection": {"parcels"}, "effect": {"mail"}}} {
		b.post("/effects/restart", form).want(http.StatusNotFound)
		b.post("/effects/restart-all", form).want(http.StatusNotFound)
	}
	mia := repBrowser(t, w)
	if mia.get("/").Find("nav a[href='/effects']").Length() != 0 {
		t.Error("a rep is shown the way to the effects")
	}
	mia.get("/effects").want(http.StatusForbidden)
	mia.post("/effects/restart-all", url.Values{"collection": {"invitations"}, "effect": {"mail"}}).want(http.StatusForbidden)
	if len(w.letters(t)) != 1 {
		t.Error("a rep has started a dead letter again")
	}
	rows := []struct{ body, want string }{
		{`{"collection":"parcels","effect":"mail"}`, "must be one of responses, pulses"},
		{`{"collection":"invitations","effect":"teleport"}`, "must be one of mail, remind, note_bounce"},
		{`{"collection":"invitations"}`, "must say which effect"},
		{`{"collection":"invitations","effect":"mail","document":""}`, ""},
	}
	for _, row := range rows {
		res := w.send(t, call{method: "POST", path: "/api/v1/dead-letters/restart", key: w.writeKey, media: "application/json", body: row.body})
		if want := map[bool]int{true: http.StatusBadRequest, false: http.StatusNotFound}[row.want != ""]; res.Code != want || !strings.Contains(res.Body.String(), row.want) {
			t.Errorf("%s: got %d %s, want %d and %q", row.body, res.Code, res.Body, want, row.want)
		}
	}
}

// TestEveryEffectIsWorded holds the page's words against the table of effects.
func TestEveryEffectIsWorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range w.service.Effects().Counts() {
		if plain := strings.ReplaceAll(c.Effect, "_", " "); strings.EqualFold(frontend.EffectWords(c.Effect), plain) {
			t.Errorf("the page has no words for the effect %s", c.Effect)
		}
	}
}

// TestScrapesAreCheap scrapes many times in a moment, which reads the effects once.
func TestScrapesAreCheap(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.metric(t, `earshot_effects_due{collection="responses",effect="sign_of_life"}`)
	before := w.store.united.Load()
	for range 20 {
		w.metric(t, `earshot_effects_due{collection="responses",effect="sign_of_life"}`)
	}
	if after := w.store.united.Load(); after != before {
		t.Errorf("20 scrapes made %d trips", after-before)
	}
	w.at(noon.Add(time.Minute))
	w.store.breaks(errBroken, nil, false)
	if res := w.send(t, call{method: "GET", path: "/metrics", key: w.readKey}); res.Code != http.StatusOK || strings.Contains(res.Body.String(), "earshot_effects_due{") {
		t.Errorf("while the store is away: got %d, with how far the effects are behind, which nobody knows", res.Code)
	}
}
