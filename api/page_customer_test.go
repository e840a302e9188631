package api_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"earshot/survey"
)

func TestCustomerPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	rhythm := readJSON[struct {
		Sentence string
		Gaps     []struct{ Days int }
	}](t, w, call{method: "GET", path: "/api/v1/customers/" + w.customer + "/rhythm", key: w.readKey})
	shown := b.get("/customers/"+w.customer).want(http.StatusOK, "Nordlicht C-1001", "Active", "logistics", "Probably leaving", rhythm.Sentence,
		"Ana Ruiz", "Nobody here has answered yet.", "Timeline", "Order")
	image := shown.Find(".chart img")
	if alt := image.AttrOr("alt", ""); !strings.Contains(alt, "7") {
		t.Errorf("got the words %q for the picture, want the usual gap in them", alt)
	}
	res := b.once(http.MethodGet, image.AttrOr("src", ""), nil)
	if res.Code != http.StatusOK || res.Header().Get("Content-Type") != "image/svg+xml" || !strings.Contains(res.Body.String(), "<svg") {
		t.Errorf("got %d %s for the picture, want an SVG", res.Code, res.Header().Get("Content-Type"))
	}
	if got := shown.Find(".timeline > li").Length(); got != 20 {
		t.Errorf("got %d events on the first page of the timeline, want 20", got)
	}
	next := b.get(shown.link(".pager a[rel=next]")).want(http.StatusOK, "Timeline")
	if got := next.Find(".timeline > li").Length(); got != len(rhythm.Gaps)+1-20 {
		t.Errorf("got %d events on the second page, want the other %d", got, len(rhythm.Gaps)+1-20)
	}
	b.get("/customers/" + w.customer + "?cursor=nonsense").want(http.StatusBadRequest)
}

func TestCustomerPageOfAProspect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	shown := b.get("/customers/new").submit("form.form", "name", "Fresh Ltd", "status", "prospect").
		want(http.StatusOK, "No sign of life yet.", "Without a contact nobody can be asked.", "There is nobody here who can be mailed.", "Nothing has been recorded yet.")
	if shown.Find(".chart, form[action$='/ask'], form[action$='/snooze']").Length() != 0 {
		t.Error("got a picture or a button for a silence that is not there")
	}
	b.post(strings.SplitN(shown.at, "?", 2)[0]+"/snooze", url.Values{}).want(http.StatusNotFound, "a silence to snooze")
}

func TestCustomerPageShowsAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	r, err := w.service.Response(context.Background(), survey.ResponseID(w.response))
	shown := b.get("/customers/"+string(must(t, r, err).CustomerID)).want(http.StatusOK, "Faster replies, please.", "4 of 5", "Answered")
	b.get(shown.link(".quotes a")).want(http.StatusOK, "Answer from Ana Ruiz")
	b.get(shown.link(".timeline a")).want(http.StatusOK, "Answer from Ana Ruiz")
}

func TestAskingFromTheCustomersPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	path := "/customers/" + w.customer
	b.get(path).submit("form[action$='/ask']").want(http.StatusOK, "The mail is kept and not sent", "Waiting")
	b.get(path).submit("form[action$='/ask']").want(http.StatusConflict, "Ana Ruiz has an open question since")
	var last *screen
	for _, name := range []string{"Cleo Park", "Ben Moor"} {
		last = b.get(path+"/contacts/new").submit("form.form", "name", name, "email", strings.ToLower(name[:3])+"@nordlicht.example", "role", "user").want(http.StatusOK, "Saved.", name)
	}
	cleo := last.Find("[name=contact_id] option:contains('Cleo Park')").AttrOr("value", "")
	b.get(path).submit("form[action$='/ask']", "contact_id", cleo).want(http.StatusOK, "The mail is kept and not sent")
	ben := last.Find("[name=contact_id] option:contains('Ben Moor')").AttrOr("value", "")
	refused := b.get(path).submit("form[action$='/ask']", "contact_id", ben).want(http.StatusConflict, "2 people there were asked within 30 days", "Ask nonetheless")
	refused.submit("form[action$='/ask']").want(http.StatusOK, "The mail is kept and not sent")
	list, err := w.service.Invitations(context.Background(), survey.InvitationFilter{CustomerID: idOf(w.customer)})
	found := must(t, list, err).Items
	reps, err := w.access.Reps(context.Background())
	if len(found) != 3 || string(found[0].AskedBy) != must(t, reps, err)[0].ID {
		t.Errorf("got %d invitations, want three by the rep who asked", len(found))
	}
	for name, form := range map[string]url.Values{
		"no survey":         {},
		"an unknown survey": {"survey_id": {"srv_unknown"}},
		"somebody else":     {"survey_id": {w.survey}, "contact_id": {"con_unknown"}},
	} {
		if shown := b.post(path+"/ask", form); shown.status < 400 || shown.status >= 500 || !strings.Contains(shown.body, "Nobody was asked.") {
			t.Errorf("%s: got %d, want that nobody was asked", name, shown.status)
		}
	}
}

func TestTouchpointForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	path := "/customers/" + w.customer
	form := "form[action$='/touchpoints']"
	shown := b.get(path)
	if shown.value("at") != "2026-03-02" {
		t.Errorf("the form begins with %q, want today", shown.value("at"))
	}
	called := shown.submit(form, "kind", "call", "note", "They were on holiday.", "value", "12.5", "contact_id", w.contact).
		want(http.StatusOK, "Recorded.", "They were on holiday.", "Ana Ruiz")
	drain(t, w)
	if b.get(path).want(http.StatusOK).words("#silence .badge") != "" {
		t.Error("the customer is still quiet after a call, want the silence over")
	}
	sure := b.get(path).submit(".timeline form[action$='/delete']").want(http.StatusOK, "Nothing is removed yet", "They were on holiday.")
	b.get(path).want(http.StatusOK, "They were on holiday.")
	sure.submit("form[action$='/delete']").want(http.StatusOK, "Deleted.")
	if again := b.get(path); strings.Contains(again.body, "They were on holiday.") {
		t.Error("the call is still there, want it taken back")
	}
	for _, tt := range []struct{ name, field, value, problem string }{
		{"no day", "at", "", "Must be a day"},
		{"no day at all", "at", "2026-02-31", "Must be a day"},
		{"a day to come", "at", "2026-04-01", "Must not lie in the future"},
		{"an unknown kind", "kind", "telepathy", "Must be one of"},
		{"an answer", "kind", "answer", "Must not be an answer"},
		{"a value in words", "value", "much", "Must be a number"},
		{"somebody else's contact", "contact_id", "con_unknown", "Names no contact here"},
		{"a note that is too long", "note", strings.Repeat("x", 2001), "Must have at most 2000 characters"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wrong := called.submit(form, "note", "Typed.", tt.field, tt.value)
			if got := wrong.problem(tt.field); wrong.status != http.StatusBadRequest || !strings.HasPrefix(got, tt.problem) {
				t.Errorf("got %d with %q beside the field, want 400 with %q", wrong.status, got, tt.problem)
			}
			if got := strings.TrimSpace(wrong.value("note")); got != "Typed." && tt.field != "note" {
				t.Errorf("the note is now %q, want what was typed", got)
			}
		})
	}
	b.post("/touchpoints/"+answerTouchpointOf(t, w)+"/delete", url.Values{}).want(http.StatusConflict, "cannot be taken back")
}

// answerTouchpointOf returns the sign of life that an answer has left.
func answerTouchpointOf(t testing.TB, w *world) string {
	t.Helper()
	ctx := context.Background()
	r, err := w.service.Response(ctx, survey.ResponseID(w.response))
	list, err2 := w.service.Touchpoints(ctx, survey.TouchpointFilter{CustomerID: must(t, r, err).CustomerID, Kind: survey.Answered})
	return must(t, list, err2).Items[0].ID
}

func TestContactForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	edit := b.get("/contacts/"+w.contact).want(http.StatusOK, "Edit Ana Ruiz", "Nordlicht C-1001")
	if edit.value("email") != "p-76@nordlicht.example" || edit.value("role") != "decision_maker" {
		t.Errorf("the form shows %q and %q, want what is stored", edit.value("email"), edit.value("role"))
	}
	left := edit.submit("form.form", "left", "on", "language", "de").want(http.StatusOK, "Saved.", "No longer there", "German")
	again := b.get(left.link(".people a")).want(http.StatusOK)
	if _, on := again.Find("[name=left]").Attr("checked"); !on {
		t.Error("the box is not ticked, want it to show that she left")
	}
	was, err := w.service.Contact(context.Background(), survey.ContactID(w.contact))
	leftAt := must(t, was, err).LeftAt
	w.at(noon.AddDate(0, 0, 3))
	again.submit("form.form", "name", "Ana R.").want(http.StatusOK, "Saved.")
	now, err := w.service.Contact(context.Background(), survey.ContactID(w.contact))
	if got := must(t, now, err); !got.LeftAt.Equal(leftAt) || got.Name != "Ana R." {
		t.Errorf("got that %s left at %s, want Ana R. and %s as before", got.Name, got.LeftAt, leftAt)
	}
	if shown := again.submit("form.form", "name", "Overtaken"); shown.want(http.StatusConflict, "Somebody else changed this meanwhile.", "Name is now “Ana R.”.").value("name") != "Overtaken" {
		t.Errorf("the name is now %q, want what was typed", shown.value("name"))
	}
	b.get("/contacts/"+w.contact).submit("form[action$='/delete']").want(http.StatusOK, "Deleted.", "Without a contact nobody can be asked.")
	b.get("/contacts/" + w.contact).want(http.StatusNotFound)
}

func TestContactFormRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	for _, tt := range []struct {
		name, field, value, problem string
		status                      int
	}{
		{"no name", "name", "", "Is required.", http.StatusBadRequest},
		{"no address", "email", "ana@", "Must be an e-mail address", http.StatusBadRequest},
		{"an address that is taken", "email", "P-76@nordlicht.example", "Is the address of another contact", http.StatusConflict},
		{"an unknown role", "role", "king", "Must be one of", http.StatusBadRequest},
		{"no language", "language", "klingonisch!", "Must be", http.StatusBadRequest},
		{"no time zone", "time_zone", "Mars/Olympus", "Must be", http.StatusBadRequest},
	} {
		t.Run(tt.name, func(t *testing.T) {
			shown := b.get("/customers/"+w.customer+"/contacts/new").submit("form.form", "name", "New Person", "external_id", "typed", tt.field, tt.value)
			if got := shown.problem(tt.field); shown.status != tt.status || !strings.HasPrefix(got, tt.problem) {
				t.Errorf("got %d with %q beside the field, want %d with %q", shown.status, got, tt.status, tt.problem)
			}
			if shown.value("external_id") != "typed" {
				t.Errorf("the number is now %q, want what was typed", shown.value("external_id"))
			}
		})
	}
}

func TestContactsThatMustNotBeMailed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.service.Suppress(context.Background(), survey.SuppressionInput{Email: "p-76@nordlicht.example", Reason: survey.Unsubscribed})
	must(t, 0, err)
	b := repBrowser(t, w)
	b.get("/customers/"+w.customer).want(http.StatusOK, "Must not be mailed: they unsubscribed on 2 Mar 2026").
		submit("form[action$='/ask']").want(http.StatusConflict, "Ana Ruiz must not be mailed: they unsubscribed")
	b.get("/contacts/"+w.contact).want(http.StatusOK, "Not mailed: Ana Ruiz must not be mailed: they unsubscribed, since 2 March 2026.")
}
