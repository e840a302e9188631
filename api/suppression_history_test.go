package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestWhoChangedTheListIsTold on the page and by API, also of an address that was taken off, and without ids.
func TestWhoChangedTheListIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	b.post("/suppressions", url.Values{"email": {"no@example.com"}, "note": {"asked by phone"}}).want(http.StatusOK)
	if res := w.send(t, call{method: "DELETE", path: "/api/v1/suppressions/no@example.com", key: w.writeKey}); res.Code != http.StatusNoContent {
		t.Fatalf("got %d: %s", res.Code, res.Body)
	}
	told := readJSON[struct {
		Suppressed bool
		History    []struct {
			Change, Reason, Note string
			By                   struct{ Means, Name string }
		}
	}](t, w, call{method: "GET", path: "/api/v1/suppressions/NO@example.com/history", key: w.readKey})
	if h := told.History; told.Suppressed || len(h) != 2 || h[0].Change != "listed" || h[0].By.Means != "rep" || h[0].Note != "asked by phone" ||
		h[1].Change != "lifted" || h[1].By.Means != "api_key" || h[1].By.Name == "" {
		t.Errorf("got %+v, want it listed by a rep and lifted by a key", told)
	}
	b.get("/suppressions?q=no%40example.com").want(http.StatusOK, "No line fits.", "What befell this address")
	b.get("/suppressions/history?email=no%40example.com").want(http.StatusOK, "It may be mailed: it was taken off the list.", "Ada Admin", "asked by phone", "The API key")
	b.get("/suppressions/history?email=other%40example.com").want(http.StatusOK, "It was never on the list.")

	if err := w.service.Unsubscribe(t.Context(), w.link); err != nil {
		t.Fatal(err)
	}
	list := b.get("/suppressions?reason=unsubscribed")
	link, _ := list.Find("tbody td.name a").First().Attr("href")
	page := b.get(link).want(http.StatusOK, "They themselves, by the link in the invitation of")
	if strings.Contains(list.words("main")+page.words("main"), "inv_") {
		t.Error("the id of an invitation is shown to people")
	}
}
