package api_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"earshot"
	"earshot/survey"
)

// someLogo is a picture of that size.
func someLogo(t testing.TB, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, 0, png.Encode(&b, image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.White, color.Black})))
	return b.Bytes()
}

// sendLook sends the form of the look as a browser does, with a file; none where it is empty.
func sendLook(t *testing.T, b *browser, values map[string]string, file []byte) *httptest.ResponseRecorder {
	t.Helper()
	name := ""
	if len(file) > 0 {
		name = "logo.png"
	}
	return b.sendFile("/settings/look", values, "logo", name, file)
}

// TestLookByForm changes the look as an admin does, and sees it on the pages and in the mails.
func TestLookByForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := adminBrowser(t, w)
	ada.get("/settings").want(http.StatusOK, "How mails look")
	ada.get("/settings/look").want(http.StatusOK, "No colour is chosen")
	if res := sendLook(t, ada, map[string]string{"accent_was": "", "accent": "", "accent_picked": "#ffd400", "sender": "both", "logo_by": "inline"}, someLogo(t, 300, 100)); res.Code != http.StatusSeeOther {
		t.Fatalf("got %d: %.900s", res.Code, res.Body)
	}
	page := ada.get("/settings/look").want(http.StatusOK, "#ffd400 has 1.4 : 1 there, and 4.5 : 1 is needed")
	source := page.Find(".logo img").AttrOr("src", "")
	if page.value("accent") != "#ffd400" || !strings.HasPrefix(source, "/logo/") || page.Find(".logo img").AttrOr("width", "") != "180" {
		t.Errorf("got the colour %q and the logo %s", page.value("accent"), source)
	}
	for _, row := range []struct {
		values map[string]string
		file   []byte
		status int
		field  string
	}{
		{map[string]string{"accent": "red", "sender": "rep", "logo_by": "none"}, nil, http.StatusBadRequest, "accent"},
		{map[string]string{"logo_by": "inline"}, someLogo(t, 601, 10), http.StatusBadRequest, "logo"},
		{map[string]string{"logo_by": "inline"}, []byte("<svg/>"), http.StatusBadRequest, "logo"},
		{map[string]string{"version": "9"}, nil, http.StatusConflict, ""},
	} {
		res := sendLook(t, ada, row.values, row.file)
		if res.Code != row.status || row.field != "" && !strings.Contains(res.Body.String(), `id="look-`+row.field+`-problem"`) {
			t.Errorf("%v: got %d, want %d with a problem beside %q", row.values, res.Code, row.status, row.field)
		}
	}
	if res := sendLook(t, ada, map[string]string{"accent": "#ffd400", "accent_was": "#ffd400", "accent_picked": "#ffd400", "sender": "rep", "logo_by": "link"}, nil); res.Code != http.StatusSeeOther {
		t.Errorf("without a file: got %d", res.Code)
	}
	if kept := ada.get("/settings/look").Find(".logo img").AttrOr("src", ""); kept != source {
		t.Errorf("the logo is %q without a new file, want %q", kept, source)
	}
	answer := newBrowser(t, w).get("/r/" + w.link)
	if want := survey.PaletteOf("#ffd400"); !strings.Contains(answer.body, "--accent:"+want.Text+";") {
		t.Error("the page to answer on has not the colour")
	}
	mia := repBrowser(t, w)
	mia.get("/settings/look").want(http.StatusForbidden)
	if res := sendLook(t, mia, map[string]string{"accent": "#000000"}, nil); res.Code != http.StatusForbidden {
		t.Errorf("a rep changed the look: %d", res.Code)
	}
	ada.site = "cross-site"
	if res := sendLook(t, ada, map[string]string{"accent": "#000000"}, nil); res.Code != http.StatusForbidden {
		t.Errorf("another site changed the look: %d", res.Code)
	}
}

// TestLogosAreServed to everybody, for good, and to be shown anywhere.
func TestLogosAreServed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	body := fmt.Sprintf(`{"logo_by": "link", "logo": %q}`, base64.StdEncoding.EncodeToString(someLogo(t, 30, 10)))
	type look struct{ Logo struct{ URL string } }
	put := call{method: "PUT", key: w.writeKey, path: "/api/v1/look", body: body}
	at := strings.TrimPrefix(readJSON[look](t, w, put).Logo.URL, "https://feedback.example.com")
	get := func(header map[string]string) *httptest.ResponseRecorder {
		return w.send(t, call{method: "GET", path: at, header: header})
	}
	res := get(nil)
	if res.Code != http.StatusOK || res.Header().Get("Content-Type") != "image/png" || !strings.Contains(res.Header().Get("Cache-Control"), "immutable") ||
		res.Header().Get("Cross-Origin-Resource-Policy") != "cross-origin" || res.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("got %d with %v", res.Code, res.Header())
	}
	if again := get(map[string]string{"If-None-Match": res.Header().Get("ETag")}); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("got %d for what is known", again.Code)
	}
	w.send(t, call{method: "PUT", key: w.writeKey, path: "/api/v1/look", body: `{}`})
	w.at(noon.Add(time.Hour))
	if res := get(nil); res.Code != http.StatusOK {
		t.Errorf("the logo of mails that went out is gone: %d", res.Code)
	}
	for _, bad := range []string{"/logo/none.png", "/logo/" + strings.Repeat("0", 24) + ".png", "/logo/..%2f..%2fetc%2fpasswd.png0000000000"} {
		if res := w.send(t, call{method: "GET", path: bad}); res.Code != http.StatusNotFound {
			t.Errorf("%s: got %d", bad, res.Code)
		}
	}
}

// TestTheExampleOfTheLookIsTrue of the accent that it has.
func TestTheExampleOfTheLookIsTrue(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(earshot.OpenAPI)
	told := must(t, doc, err).Components.Examples["Look"].Value.Value.(map[string]any)
	p := survey.PaletteOf(told["accent"].(string))
	for mode, want := range map[string]map[string]any{
		"light": {"text": p.Text, "fill": p.Fill, "on": p.On}, "dark": {"text": p.DarkText, "fill": p.DarkFill, "on": p.DarkOn},
	} {
		if diff := cmp.Diff(want, told[mode]); diff != "" {
			t.Errorf("%s:\n%s", mode, diff)
		}
	}
}

// TestMailsOfASurveyAreShown in each language and mode, as what they are, in frames in which nothing can run; and are sent to who looks.
func TestMailsOfASurveyAreShown(t *testing.T) {
	t.Parallel()
	post := &letterbox{}
	w := newMailingWorld(t, post)
	ada := adminBrowser(t, w)
	made := readJSON[struct{ ID string }](t, w, call{method: "POST", key: w.writeKey, path: "/api/v1/surveys", body: `{"name": "Worded", "template": "nps",
		"reminders": [{"after_days": 3}, {"after_days": 3, "text": {"en": "Once more, {contact}", "de": "Noch einmal, {contact}"}}],
		"mail": {"sender": "both", "sign_off": {"en": "Kind <regards>", "de": "Herzliche Grüße"}}}`})
	at := "/surveys/" + made.ID
	if got := ada.get(at).Find(`a[href="` + at + `/mail"]`).Length(); got != 1 {
		t.Errorf("the page of the survey leads %d times to its mails", got)
	}
	page := ada.get(at+"/mail").want(http.StatusOK, "Ada Admin, Brunnen AG", "Ana Example", "Kind <regards>", "First reminder", "Second reminder")
	page.want(http.StatusOK, "0 = Not at all likely")
	ada.get(at+"/mail?language=de&mail=2").want(http.StatusOK, "Noch einmal, Ana Example", "Herzliche Grüße")
	page.Find("iframe").Each(func(_ int, frame *goquery.Selection) {
		shown := ada.get(frame.AttrOr("src", ""))
		policy := shown.header.Get("Content-Security-Policy")
		if shown.status != http.StatusOK || !strings.Contains(policy, "sandbox ") || strings.Contains(policy, "allow-scripts") || shown.header.Get("X-Frame-Options") != "SAMEORIGIN" {
			t.Errorf("%s: got %d with %s", frame.AttrOr("src", ""), shown.status, policy)
		}
		dark := strings.Contains(frame.AttrOr("src", ""), "mode=dark")
		if strings.Contains(shown.body, "@media all{") != dark || strings.Contains(shown.body, "prefers-color-scheme") || !strings.Contains(shown.body, "Kind &lt;regards&gt;") {
			t.Errorf("%s is not the mail in its mode", frame.AttrOr("src", ""))
		}
	})
	ada.get(at+"/mail?language=xx&mail=7").want(http.StatusOK, "Kind <regards>")
	const form = `form[action$="/mail/test"]`
	ada.get(at+"/mail?language=de&mail=1").submit(form).want(http.StatusOK, "took the test mail to ada@example.com")
	ada.get(at+"/mail").submit(form, "to", "nobody").want(http.StatusBadRequest, "Must be an e-mail address")
	if len(post.sent) != 1 || !strings.HasPrefix(post.sent[0].Subject, "[Test] ") || post.sent[0].Language != "de" || post.sent[0].FromName != "Ada Admin, Brunnen AG" || strings.Contains(post.sent[0].Text, "Noch einmal") {
		t.Errorf("got %+v", post.sent)
	}
	mia := repBrowser(t, w)
	for _, path := range []string{"/mail", "/mail/html"} {
		mia.get(at + path).want(http.StatusForbidden)
	}
	mia.post(at+"/mail/test", url.Values{"to": {"mia@example.com"}}).want(http.StatusForbidden)
	ada.get("/surveys/srv_none/mail").want(http.StatusNotFound)
}

// TestAnswerFormsNameTheContact where the intro has places for names.
func TestAnswerFormsNameTheContact(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.placed(t)
	got := readJSON[struct {
		Content struct{ Intro map[string]string }
	}](t, w, call{method: "GET", path: "/api/v1/answer/" + token})
	const want = "Nel Kern of Brunnen AG" // and nothing that turns what stands behind the name
	if shown := newBrowser(t, w).get("/r/" + token).Find(".intro").Text(); got.Content.Intro["en"] != want || shown != want {
		t.Errorf("got the intro %q and on the page %q, want %q", got.Content.Intro["en"], shown, want)
	}
}

// TestThePageNamesWhoAsked by hand, as the mail does, and not who looks after the customer.
func TestThePageNamesWhoAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reps, err := w.access.Reps(context.Background())
	rep := must(t, reps, err)[0]
	asked := ask(t, w, survey.AskRequest{ContactID: newCompany(t, w, "C-71", "P-71"), SurveyID: survey.SurveyID(w.survey), NoMail: true, By: survey.RepID(rep.ID)})
	if got := newBrowser(t, w).get("/r/" + tokenOf(asked.Link)).Find(".from").Text(); got != rep.Name+", Brunnen AG" {
		t.Errorf("the page is from %q, want %s", got, rep.Name)
	}
}

// placed asks the world's contact by a survey whose intro has places, and returns the token of the link.
func (w *world) placed(t testing.TB) string {
	t.Helper()
	made := readJSON[struct{ ID string }](t, w, call{method: "POST", key: w.writeKey, path: "/api/v1/surveys", body: `{"name": "Placed", "content": {"title": {"en": "A question"},
		"intro": {"en": "{contact} of {company}"}, "questions": [{"kind": "csat", "text": {"en": "Well?"}}]}}`})
	contact := readJSON[struct{ ID string }](t, w, call{method: "POST", key: w.writeKey, path: "/api/v1/contacts",
		body: fmt.Sprintf(`{"customer_id": %q, "name": "\u202eNel Kern", "email": "nel@placed.example"}`, w.customer)})
	asked := readJSON[struct{ Link string }](t, w, call{method: "POST", key: w.writeKey, path: "/api/v1/invitations",
		body: fmt.Sprintf(`{"contact_id": %q, "survey_id": %q, "delivery": "link", "confirm": true}`, contact.ID, made.ID)})
	return asked.Link[strings.LastIndexByte(asked.Link, '/')+1:]
}
