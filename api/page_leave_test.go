package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestTheAddressThatIsLeftInTheBrowser opens what stands in the address bar after declining, and a link with a slash behind it:
// both lead to the contact's page, not to that of the staff.
func TestTheAddressThatIsLeftInTheBrowser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path, _ := invited(t, w)
	b := newBrowser(t, w)
	for _, end := range []string{"/", "/decline"} {
		b.get(path+end).want(http.StatusOK, "How satisfied are you with us?")
	}
	shown := b.get(path)
	w.at(w.clock.Load().Add(2 * time.Second))
	shown.submit("form[action$='/decline']", "homepage", "").want(http.StatusOK, "Thank you for telling us")
	for _, end := range []string{"", "/", "/decline"} {
		again := b.get(path + end)
		if text := again.words("main"); again.status != http.StatusGone || strings.Contains(text, "GET") {
			t.Errorf("%s: got %d %q, want that it was declined", end, again.status, text)
		}
	}
}

// TestADeadLinkKeepsItsLanguage declines by a link that is taken back while the page is open, in a browser of another language
// than the page's.
func TestADeadLinkKeepsItsLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path, id := invited(t, w)
	german := newBrowser(t, http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		r.Header.Set("Accept-Language", "de")
		w.ServeHTTP(answer, r)
	}))
	shown := german.get(path)
	w.at(w.clock.Load().Add(2 * time.Second))
	revoked, err := w.service.RevokeInvitation(t.Context(), id)
	must(t, revoked, err)
	want := german.get(path).words("main")
	if got := shown.submit("form[action$='/decline']", "homepage", "").words("main"); got != want {
		t.Errorf("declining shows %q, want %q as opening does", got, want)
	}
}
