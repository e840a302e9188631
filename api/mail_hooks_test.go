package api_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"earshot/survey"
	"earshot/survey/mailhook"
)

// hookSecret is the password of Postmark's hook in the worlds of the tests.
const hookSecret = "the secret of the hook"

// hooks are those of the options.
func hooks(t testing.TB, o mailhook.Options) *mailhook.Hooks {
	t.Helper()
	made, err := mailhook.New(o)
	return must(t, made, err)
}

// TestMailServicesTellOfBounces has Postmark tell of a bounce, twice, of a mail of somebody else, and has a stranger do so.
func TestMailServicesTellOfBounces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	kept := func() int {
		t.Helper()
		page, err := w.service.ReceivedMails(t.Context(), survey.ReceivedFilter{})
		return len(must(t, page, err).Items)
	}
	post := func(body, password string) (int, string) {
		t.Helper()
		res := w.send(t, call{method: http.MethodPost, path: "/api/v1/mail-hooks/postmark", media: "application/json; charset=utf-8", body: body, header: map[string]string{
			"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte("earshot:"+password)),
		}})
		return res.Code, strings.TrimSpace(res.Body.String())
	}
	bounce := func(id int, about string) string {
		return fmt.Sprintf(`{"RecordType":"Bounce","ID":%d,"Type":"HardBounce","Email":"p-76@nordlicht.example","Details":"smtp;550 5.1.1 User unknown","Metadata":{"earshot_message_id":%q}}`, id, about)
	}
	ours := w.invitation + "@feedback.example.com"
	before := kept()
	for _, stranger := range []string{"", "guess", hookSecret + "x"} {
		if code, body := post(bounce(1, ours), stranger); code != http.StatusUnauthorized {
			t.Errorf("a stranger: got %d: %s", code, body)
		}
	}
	for _, other := range []string{"", "inv_0@feedback.example.com", w.invitation + "@other.example"} {
		if code, body := post(bounce(2, other), hookSecret); code != http.StatusOK || body != `{"news":0}` {
			t.Errorf("about %q: got %d: %s", other, code, body)
		}
	}
	if got := kept(); got != before {
		t.Fatalf("%d were kept, want none", got-before)
	}
	for _, news := range []int{1, 0} {
		if code, body := post(bounce(3, ours), hookSecret); code != http.StatusOK || body != fmt.Sprintf(`{"news":%d}`, news) {
			t.Errorf("got %d: %s, want %d news", code, body, news)
		}
	}
	page, err := w.service.ReceivedMails(t.Context(), survey.ReceivedFilter{InvitationID: survey.InvitationID(w.invitation)})
	if got := must(t, page, err).Items; len(got) != 1 || got[0].Service != "postmark" || len(got[0].Failures) != 1 || !got[0].Failures[0].BadAddress {
		t.Errorf("got %+v, want the one bounce", got)
	}
}
