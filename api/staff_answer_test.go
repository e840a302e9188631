package api_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

// TestAnswersFromOurOwnBrowsersAreSetAside answers a link where a rep is logged in, has that count, takes it back, and lets the contact
// answer.
func TestAnswersFromOurOwnBrowsersAreSetAside(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked := ask(t, w, survey.AskRequest{ContactID: newCompany(t, w, "C-77", "P-77"), SurveyID: survey.SurveyID(w.survey), NoMail: true})
	link, page := "/r/"+tokenOf(asked.Link), "/responses/"+string(survey.ResponseOf(survey.InvitationID(asked.Invitation.ID)))
	answer := func(b *browser, score string) {
		t.Helper()
		b.post(link, url.Values{frontend.FieldName("satisfaction"): {score}}).want(http.StatusOK, "Thank")
	}
	mia := repBrowser(t, w)
	answer(mia, "5")
	_, err := w.access.CreateRep(t.Context(), access.NewRep{Name: "Max Lead", Email: "max@example.com", Access: access.LevelManager, Password: testPassword})
	must(t, 0, err)
	max := newBrowser(t, w).logIn(w, "max@example.com")
	mia.get(page).want(http.StatusOK, "Set aside and not counted: it came from a browser in which one of our own people has logged in.", "by Mia Berg, who is one of us")
	mia.get("/responses").want(http.StatusOK, "Given by Mia Berg")
	if n := mia.get(page).Find("form[action='" + page + "/count']").Length(); n != 0 {
		t.Error("a rep is offered to have their own answer count")
	}
	max.get("/feedback").want(http.StatusOK, "7 answers", "Set aside: 1 response")
	w.at(noon.Add(time.Minute))
	max.get(page).submit("form[action='"+page+"/count']").want(http.StatusOK, "It counts, as Max Lead decided", "by Mia Berg, who is one of us")
	max.get("/feedback").want(http.StatusOK, "8 answers")
	w.at(noon.Add(2 * time.Minute))
	max.get(page).submit("form[action='"+page+"/set-aside']").want(http.StatusOK, "Set aside and not counted")
	max.get("/feedback").want(http.StatusOK, "7 answers")
	max.post(page+"/set-aside", nil).want(http.StatusConflict)
	w.at(noon.Add(3 * time.Minute))
	answer(newBrowser(t, w), "1")
	mia.get(page).want(http.StatusOK, "1 of 5")
	if body := mia.get(page).words("main"); len(body) == 0 || mia.get(page).Find(".notice.warning").Length() != 0 {
		t.Errorf("the contact's own answer is still set aside: %s", body)
	}
	answer(mia, "5")
	mia.get(page).want(http.StatusOK, "1 of 5")
}

// TestAnswersFromKnownBrowsersAreSetAside answers where a rep has logged out again, by the page and as its own program would, and where
// the browser is not known any more.
func TestAnswersFromKnownBrowsersAreSetAside(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	browsers := map[string]*browser{}
	for _, name := range []string{"forgotten", "logged out"} {
		entry, err := w.access.Login(t.Context(), access.Credentials{Email: "mia@example.com", Password: testPassword}, access.Browser{Remote: "192.0.2.1"})
		browsers[name] = newBrowser(t, w)
		browsers[name].cookies["__Host-earshot_device"] = must(t, entry, err).Device
		must(t, 0, w.access.EndSessions(t.Context(), survey.RepID(w.rep), "", entry.Device))
	}
	browsers["stranger"] = newBrowser(t, w)
	for name, want := range map[string]string{"logged out": w.rep, "forgotten": "", "stranger": ""} {
		for _, means := range []string{"page", "API"} {
			key := strings.ReplaceAll(name, " ", "-") + means
			asked := ask(t, w, survey.AskRequest{ContactID: newCompany(t, w, "C-"+key, "P-"+key), SurveyID: survey.SurveyID(w.survey), NoMail: true})
			if b := browsers[name]; means == "page" {
				b.post("/r/"+tokenOf(asked.Link), url.Values{frontend.FieldName("satisfaction"): {"5"}}).want(http.StatusOK)
			} else {
				answerByProgram(t, b, tokenOf(asked.Link))
			}
			found, err := w.service.Response(t.Context(), survey.ResponseOf(survey.InvitationID(asked.Invitation.ID)))
			if got := must(t, found, err); string(got.GivenBy) != want || (got.Suspect != "") != (want != "") {
				t.Errorf("%s by %s: given by %q, set aside for %q; want %q", name, means, got.GivenBy, got.Suspect, want)
			}
		}
	}
}

// answerByProgram answers as a page of somebody else's does that runs in the browser.
func answerByProgram(t *testing.T, b *browser, token string) {
	t.Helper()
	req := httptest.NewRequest(http.MethodPost, "/api/v1/answer/"+token, strings.NewReader(`{"answers":[{"question_id":"satisfaction","kind":"csat","score":5}]}`))
	req.Header.Set("Content-Type", "application/json")
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res := httptest.NewRecorder()
	b.handler.ServeHTTP(res, req)
	if res.Code != http.StatusOK {
		t.Errorf("got %d: %s", res.Code, res.Body)
	}
}

// TestAnswersTellWhoGaveThem reads the mark by API.
func TestAnswersTellWhoGaveThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked := ask(t, w, survey.AskRequest{ContactID: newCompany(t, w, "C-77", "P-77"), SurveyID: survey.SurveyID(w.survey), NoMail: true})
	repBrowser(t, w).post("/r/"+tokenOf(asked.Link), url.Values{frontend.FieldName("satisfaction"): {"5"}}).want(http.StatusOK)
	type mark struct {
		By    string `json:"given_by"`
		RepID string `json:"given_by_rep_id"`
	}
	for id, want := range map[string]mark{
		string(survey.ResponseOf(survey.InvitationID(asked.Invitation.ID))): {"staff", w.rep}, w.response: {"contact", ""},
	} {
		if got := readJSON[mark](t, w, call{method: "GET", key: w.readKey, path: "/api/v1/responses/" + id}); got != want {
			t.Errorf("%s: got %+v, want %+v", id, got, want)
		}
	}
}
