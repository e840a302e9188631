package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/api"
	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/mail"
	"earshot/survey/mail/mailtest"
)

// TestScopesStandInTheContract holds the scope of each route against what the contract says of its operation.
func TestScopesStandInTheContract(t *testing.T) {
	t.Parallel()
	programs, _ := newWorld(t).Handler.(*api.Server).Rows()
	all := access.Scopes()
	for _, row := range programs {
		op, ok := loadContract().match(row.Method, parameter.ReplaceAllString(row.Path, "x"))
		if !ok {
			t.Errorf("%s %s is not in the contract", row.Method, row.Path)
			continue
		}
		told, security := "", op.Security
		if security == nil {
			security = &loadContract().doc.Security
		}
		for _, needs := range *security {
			told = strings.Join(needs["apiKey"], " ")
		}
		if told != row.Scope {
			t.Errorf("%s takes the scope %q, the contract says %q", op.OperationID, row.Scope, told)
		}
		if keyed := strings.HasPrefix(row.Guard, "key"); keyed && row.Path != "/api/v1/me" && (!slices.Contains(all, access.Scope(row.Scope)) || !strings.Contains(row.Scope, ":")) {
			t.Errorf("%s %s belongs to no area: name the first part of its path in api/scopes.go", row.Method, row.Path)
		}
	}
}

// TestEachAreaOpensItsOwn asks for each operation with a key of each single scope.
func TestEachAreaOpensItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	programs, _ := w.Handler.(*api.Server).Rows()
	for _, scope := range access.Scopes() {
		key, _, err := w.access.CreateAPIKey(t.Context(), "", access.NewAPIKey{Name: "x", Scopes: []access.Scope{scope}})
		must(t, 0, err)
		for _, row := range programs {
			if !strings.HasPrefix(row.Guard, "key") {
				continue
			}
			// Nothing in the world is called so, and nothing takes such a parameter: whoever is let in is told that.
			path := parameter.ReplaceAllString(row.Path, "missing_0") + "?nonsense=1"
			res := w.knock(call{method: row.Method, path: path, key: key})
			let := scope.Allows(access.Scope(row.Scope))
			if refused := res.Code == http.StatusForbidden; refused == let {
				t.Errorf("%s %s with a key for %s: got %d", row.Method, row.Path, scope, res.Code)
			}
			if !let && !strings.Contains(res.Body.String(), row.Scope) {
				t.Errorf("%s %s does not say that it needs %s: %s", row.Method, row.Path, row.Scope, res.Body)
			}
		}
	}
}

// relayTo is the program's own way to a mail server.
func relayTo(t testing.TB, sink *mailtest.Server) survey.Mailer {
	t.Helper()
	settings, err := mail.ParseURL(sink.URL())
	must(t, settings, err)
	settings.FromAddress = "survey@brunnen.example"
	sender, err := mail.NewSMTP(settings)
	return must(t, sender, err)
}

// TestTestKeysNeverMail sends every operation as the contract has it, with a test key and then with another, and looks what a
// real mail server was handed.
func TestTestKeysNeverMail(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		key   func(*world) string
		mails bool
	}{
		"test key":  {func(w *world) string { return w.testKey }, false},
		"other key": {func(w *world) string { return w.writeKey }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink := mailtest.Start(t)
			w := newMailingWorld(t, relayTo(t, sink))
			w.at(noon.AddDate(0, 6, 0)) // nobody rests any more from being asked
			drain(t, w)
			before := len(sink.Messages())
			for _, op := range loadContract().operations {
				r := w.good(t, op)
				if r.key != "" {
					r.key = row.key(w)
				}
				w.knock(r.call(t))
			}
			w.send(t, call{method: "POST", path: "/api/v1/invitations", key: row.key(w), body: `{"survey_id":"` + w.anySurvey(t) + `","contact_id":"` + string(newCompany(t, w, "T-1", "T-1")) + `"}`})
			drain(t, w)
			if mailed := len(sink.Messages()) - before; (mailed > 0) != row.mails {
				t.Errorf("the mail server was handed %d mails", mailed)
			}
		})
	}
}

// anySurvey is an open survey.
func (w *world) anySurvey(t testing.TB) string {
	t.Helper()
	made, err := w.service.CreateSurvey(t.Context(), survey.SurveyInput{Name: "Trial", Template: survey.TemplateQuiet})
	return must(t, made, err).ID
}

// TestTests follows an invitation that is a test to its end.
func TestTests(t *testing.T) {
	t.Parallel()
	sink := mailtest.Start(t)
	w := newMailingWorld(t, relayTo(t, sink))
	body := `{"survey_id":"` + w.survey + `","contact_id":"` + string(newCompany(t, w, "T-1", "T-1")) + `","delivery":"mail"}`
	var asked struct {
		ID   string
		Test bool
	}
	for range 2 { // the first keeps nobody from being asked again
		res := w.send(t, call{method: "POST", path: "/api/v1/invitations", key: w.testKey, body: body})
		if res.Code != http.StatusCreated || json.Unmarshal(res.Body.Bytes(), &asked) != nil || !asked.Test {
			t.Fatalf("got %d, %s", res.Code, res.Body)
		}
	}
	drain(t, w)
	kept := w.send(t, call{method: "GET", path: "/api/v1/kept-mails/" + asked.ID, key: w.testKey})
	if kept.Code != http.StatusOK || len(sink.Messages()) != 0 {
		t.Errorf("the mail: got %d and %d at the mail server, want it kept", kept.Code, len(sink.Messages()))
	}
	inv, err := w.service.Invitation(t.Context(), survey.InvitationID(asked.ID))
	if must(t, inv, err); !inv.Mail.Kept() || inv.Mail.Reason != "kept, for it is a test" {
		t.Errorf("the ledger says %s %q", inv.Mail.State, inv.Mail.Reason)
	}
	if res := w.send(t, call{method: "POST", path: "/api/v1/invitations", key: w.writeKey, body: body}); res.Code != http.StatusCreated {
		t.Errorf("in earnest, after two tests: got %d, want 201: %s", res.Code, res.Body)
	}
}

// TestAnswersToTestsCountNowhere compares the figures before and after.
func TestAnswersToTestsCountNowhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	figures := func() string {
		drain(t, w)
		return w.send(t, call{method: "GET", path: "/api/v1/feedback/distribution?scale=csat&survey_id=" + w.survey, key: w.readKey}).Body.String()
	}
	before := figures()
	for _, key := range []string{w.testKey, w.writeKey} {
		contact := newCompany(t, w, "T-"+key[4:8], "T-"+key[4:8])
		res := w.send(t, call{method: "POST", path: "/api/v1/invitations", key: key, body: `{"survey_id":"` + w.survey + `","contact_id":"` + string(contact) + `","delivery":"link"}`})
		var asked struct{ Link string }
		if res.Code != http.StatusCreated || json.Unmarshal(res.Body.Bytes(), &asked) != nil {
			t.Fatalf("got %d, %s", res.Code, res.Body)
		}
		token := asked.Link[strings.LastIndex(asked.Link, "/")+1:]
		answer := w.send(t, call{method: "POST", path: "/api/v1/answer/" + token, body: `{"answers":[{"question_id":"satisfaction","score":1}]}`})
		if answer.Code >= 300 {
			t.Fatalf("the answer: got %d, %s", answer.Code, answer.Body)
		}
		if key == w.testKey {
			if now := figures(); now != before {
				t.Errorf("an answer to a test changes the figures from %s to %s", before, now)
			}
		}
	}
	if figures() == before {
		t.Error("nor does an answer in earnest")
	}
}

func TestMe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secret, key, err := w.access.CreateAPIKey(t.Context(), "", access.NewAPIKey{
		Name: "Trial", Scopes: []access.Scope{"reps:read"}, Test: true, ExpiresAt: noon.Add(15 * 24 * time.Hour)})
	must(t, key, err)
	res := w.send(t, call{method: "GET", path: "/api/v1/me", key: secret})
	for _, want := range []string{`"scope":"some"`, `"scopes":["reps:read"]`, `"mode":"test"`, `"expires_at":"2026-03-17T12:00:00Z"`} {
		if !strings.Contains(res.Body.String(), want) {
			t.Errorf("it does not say %s: %s", want, res.Body)
		}
	}
	if got := res.Header().Get("Earshot-Key-Expires"); got != "" {
		t.Errorf("15 days before its end it warns: %q", got)
	}
	w.at(noon.Add(2 * 24 * time.Hour))
	res = w.send(t, call{method: "GET", path: "/api/v1/customers", key: secret})
	again := w.send(t, call{method: "GET", path: "/api/v1/reps", key: secret})
	if got := again.Header().Get("Earshot-Key-Expires"); res.Code != http.StatusForbidden || got != "2026-03-17T12:00:00Z" {
		t.Errorf("13 days before its end it says %q (%d)", got, res.Code)
	}
	adminBrowser(t, w).get("/settings").want(http.StatusOK, "For tests", "Read reps", "Ends", "Last used")
}
