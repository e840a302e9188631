package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// repPages are the pages of reps about customers and answers, of things that are there.
func repPages(w *world) []string {
	return []string{
		"/", "/?rep=me", "/?rep=all", "/customers", "/customers?quiet=on&q=nord&status=active&segment=logistics", "/customers/new",
		"/customers/" + w.customer, "/customers/" + w.customer + "/edit", "/customers/" + w.customer + "/contacts/new",
		"/customers/" + w.customer + "/silence.svg", "/contacts/" + w.contact, "/feedback", "/feedback/trend.svg",
		"/feedback/trend.png?width=400", "/feedback/distribution.svg?theme=dark", "/feedback/distribution.png?width=400",
		"/responses", "/responses?survey=" + w.survey + "&question=satisfaction&answer=5", "/responses/" + w.response,
	}
}

func TestRepPagesChangeNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	w.store.breaks(nil, errBroken, false)
	for _, path := range repPages(w) {
		if shown := b.get(path); shown.status != http.StatusOK || shown.redirects > 0 {
			t.Errorf("GET %s where nothing can be written: got status %d after %d redirects, want 200: %.300s",
				path, shown.status, shown.redirects, shown.body)
		}
	}
}

func TestRepPagesNeedLogin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range repPages(w) {
		b := newBrowser(t, w)
		res := b.once(http.MethodGet, path, nil)
		to, err := url.Parse(res.Header().Get("Location"))
		must(t, 0, err)
		want := path
		if strings.HasPrefix(path, "/?") || path == "/" {
			want = "" // Today is where everybody arrives anyway
		}
		if res.Code != http.StatusSeeOther || to.Path != "/login" || to.Query().Get("next") != want {
			t.Errorf("GET %s: got %d to %s, want 303 to the login page that leads back", path, res.Code, to)
		}
	}
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

func TestRepFormsRefuseOtherSitesAndStrangers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, stranger, elsewhere := "/customers/"+w.customer, newBrowser(t, w), repBrowser(t, w)
	elsewhere.site = "cross-site"
	before := w.service.Customer
	found, err := before(t.Context(), idOf(w.customer))
	was := *must(t, found, err)
	for _, path := range []string{
		"/customers", one, one + "/delete", one + "/ask", one + "/snooze", one + "/wake", one + "/touchpoints", one + "/contacts",
		"/contacts/" + w.contact, "/contacts/" + w.contact + "/delete", "/touchpoints/" + w.touchpoint + "/delete",
	} {
		form := url.Values{"name": {"Hijacked"}, "version": {"1"}, "confirm": {"on"}, "survey_id": {w.survey}, "kind": {"call"}, "at": {"2026-03-01"}}
		if res := stranger.once(http.MethodPost, path, form); res.Code != http.StatusSeeOther || !strings.HasPrefix(res.Header().Get("Location"), "/login") {
			t.Errorf("POST %s by a stranger: got %d, want the way to the login page", path, res.Code)
		}
		if res := elsewhere.once(http.MethodPost, path, form); res.Code != http.StatusForbidden {
			t.Errorf("POST %s from another site: got %d, want 403", path, res.Code)
		}
	}
	found, err = before(t.Context(), idOf(w.customer))
	if now := must(t, found, err); now.Version != was.Version {
		t.Errorf("got version %d of the customer, want %d as before", now.Version, was.Version)
	}
}
