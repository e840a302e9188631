package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestLoginLeadsBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := newBrowser(t, w)
	shown := b.get("/responses/"+w.response).want(http.StatusOK, "Log in to go on.").
		submit("form[action='/login']", "email", "mia@example.com", "password", testPassword)
	if shown.want(http.StatusOK, "Answer from Ana Ruiz").at != "/responses/"+w.response {
		t.Errorf("got to %s after logging in, want back to the answer", shown.at)
	}
}

func TestRepPagesNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	for _, id := range []string{"cus_unknown", "%00", "%ff", strings.Repeat("x", 200), w.survey} {
		for _, path := range []string{
			"/customers/" + id, "/customers/" + id + "/edit", "/customers/" + id + "/contacts/new", "/contacts/" + id, "/responses/" + id,
		} {
			b.get(path).want(http.StatusNotFound)
		}
		for _, path := range []string{
			"/customers/" + id, "/customers/" + id + "/delete", "/customers/" + id + "/ask", "/customers/" + id + "/snooze",
			"/customers/" + id + "/wake", "/customers/" + id + "/touchpoints", "/customers/" + id + "/contacts", "/contacts/" + id,
			"/contacts/" + id + "/delete", "/touchpoints/" + id + "/delete",
		} {
			b.post(path, url.Values{"name": {"X"}, "survey_id": {w.survey}, "kind": {"call"}, "at": {"2026-03-01"}}).want(http.StatusNotFound)
		}
	}
}
