package api_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"earshot/survey"
	"earshot/survey/access"
)

// secretOfALink finds what makes whoever has it the contact.
var secretOfALink = regexp.MustCompile(`\b[0-9a-z]{58}\b`)

// TestReadingKeysSeeNoLinks asks every operation that a key with the scope read may use.
func TestReadingKeysSeeNoLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	whole := w.send(t, call{method: "GET", path: "/api/v1/kept-mails/" + w.keptMail, key: w.writeKey}).Body.String()
	found := secretOfALink.FindString(whole)
	if res := w.send(t, call{method: "GET", path: "/api/v1/answer/" + found}); res.Code != http.StatusOK {
		t.Fatalf("the kept mail holds no link that works, so this test proves nothing: %d for %q", res.Code, found)
	}
	for _, op := range loadContract().operations {
		if op.method != http.MethodGet || strings.Contains(op.path, "{token}") {
			continue
		}
		r := w.good(t, op)
		if r.key != "" {
			r.key = w.readKey
		}
		if strings.HasPrefix(op.path, "/api/v1/audit") {
			r.key = w.auditKey
		}
		res := w.send(t, r.call(t))
		if res.Code != http.StatusOK {
			t.Errorf("%s with a key that may read: got %d, want 200", op.OperationID, res.Code)
		}
		for _, secret := range []string{w.link, w.answeredLink, w.revokedLink, found} {
			if strings.Contains(res.Body.String(), secret) {
				t.Errorf("%s tells a key that may only read the link %s", op.OperationID, secret)
			}
		}
		if leak := secretOfALink.FindString(res.Body.String()); leak != "" {
			t.Errorf("%s tells a key that may only read what looks like a link: %s", op.OperationID, leak)
		}
	}
}

// TestKeptMailsShowLinksToWhoMayAct looks at one mail with the eyes of several.
func TestKeptMailsShowLinksToWhoMayAct(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(noon.AddDate(0, 3, 0))
	reps, err := w.access.Reps(t.Context())
	mia := survey.RepID(must(t, reps, err)[0].ID)
	asked := ask(t, w, survey.AskRequest{ContactID: newCompany(t, w, "C-90", "P-90"), SurveyID: survey.SurveyID(w.survey), By: mia})
	drain(t, w)
	owned := newCompany(t, w, "C-91", "P-91")
	contact, err := w.service.Contact(t.Context(), owned)
	_, errChange := w.service.ChangeCustomer(t.Context(), must(t, contact, err).CustomerID, 0, survey.CustomerFields{RepID: &mia})
	must(t, 0, errChange)
	ofMine := ask(t, w, survey.AskRequest{ContactID: owned, SurveyID: survey.SurveyID(w.survey)})
	drain(t, w)
	_, err = w.access.CreateRep(t.Context(), access.NewRep{Name: "Tom", Email: "tom@example.com", Access: access.LevelRep, Password: testPassword})
	must(t, 0, err)
	tom := newBrowser(t, w).logIn(w, "tom@example.com")
	for _, row := range []struct {
		name    string
		browser *browser
		mail    string
		shown   bool
	}{
		{"who asked", repBrowser(t, w), asked.Invitation.ID, true},
		{"the customer's rep", repBrowser(t, w), ofMine.Invitation.ID, true},
		{"an admin", adminBrowser(t, w), w.keptMail, true},
		{"another rep", tom, asked.Invitation.ID, false},
		{"a rep, where nobody of ours asked", tom, w.keptMail, false},
	} {
		body := row.browser.get("/kept-mails/" + row.mail).body
		if got := secretOfALink.MatchString(body); got != row.shown || strings.Contains(body, "/r/***") == row.shown {
			t.Errorf("%s sees the link: %v, want %v", row.name, got, row.shown)
		}
	}
}

// TestPagesShowRepsNoLinksOfOthers opens every page as a rep who asked nobody.
func TestPagesShowRepsNoLinksOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	for _, row := range pageRows(w) {
		if row.Method != http.MethodGet || row.Guard == "public" || row.Guard == "token" {
			continue
		}
		path := w.pathOf(t, row)
		if leak := secretOfALink.FindString(b.once(http.MethodGet, path, nil).Body.String()); leak != "" {
			t.Errorf("%s shows a rep the link %s", path, leak)
		}
	}
}
