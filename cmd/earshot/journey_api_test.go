package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"reflect"
	"strings"
	"testing"
	"time"

	"earshot/cmd/earshot/internal/journey"
	"earshot/survey/access"
	"earshot/survey/mail/mailtest"
)

// baseURL is where contacts reach the installation of this journey: behind a proxy that speaks TLS, which the test's
// client goes around.
const baseURL = "https://feedback.northwind.example"

// TestJourneyByAPI goes the whole way as an integrator's program does, on both engines, without a browser.
func TestJourneyByAPI(t *testing.T) {
	t.Parallel()
	journey.OnEach(t, func(t *testing.T, where string) {
		key := makeKey(t, where)
		sink := mailtest.Start(t)
		p := journey.StartBehind(t, baseURL, "-store", where, "-smtp", sink.URL(), "-mail-from", journey.Sender, "-company", "Northwind")
		w := &apiWalk{T: t, api: journey.NewClient(t, p.URL, key), visitor: journey.NewClient(t, p.URL, ""), sink: sink, company: journey.NewCompany(time.Now())}
		w.importAll()
		customer := w.findTheSilent()
		letter := w.ask(customer)
		w.scan(letter)
		w.answer(letter)
		w.figures()
		w.unsubscribe(customer, letter)
	})
}

// makeKey makes an API key in an empty store.
func makeKey(t *testing.T, where string) string {
	t.Helper()
	db := journey.Open(t, where)
	defer journey.Close(t, db)
	s, err := access.New(access.Options{Store: db})
	if err != nil {
		t.Fatal(err)
	}
	key, _, err := s.CreateAPIKey(context.Background(), "", access.NewAPIKey{Name: "Integrator", Scopes: []access.Scope{access.ScopeWrite}})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// apiWalk is a program on the way.
type apiWalk struct {
	*testing.T
	// api shows the key, visitor is whoever has a link.
	api, visitor *journey.Client
	sink         *mailtest.Server
	company      journey.Company
	survey       string
}

func (w *apiWalk) importAll() {
	for _, file := range []struct {
		query, content string
		rows           int
	}{
		{"kind=customers", w.company.Customers, 12},
		{"kind=contacts", w.company.Contacts, 12},
		{"kind=touchpoints&default_kind=order", w.company.Touchpoints, w.company.Rows},
	} {
		for round, want := range []journey.Import{{Created: file.rows}, {Unchanged: file.rows}} {
			got := w.api.Import(file.query, file.content)
			if got.State != "finished" || got.Created != want.Created || got.Unchanged != want.Unchanged || got.Failed != 0 {
				w.Fatalf("%s, time %d: got %+v, want %d created, %d unchanged", file.query, round+1, got, want.Created, want.Unchanged)
			}
		}
	}
}

// quietLine is one line of the quiet list.
type quietLine struct {
	Customer struct{ ID, Name string }
	Silence  struct {
		Sentence string
		Days     int
		Gone     float64
	}
}

func (w *apiWalk) findTheSilent() string {
	var lines []quietLine
	journey.Eventually(w, "all silent customers are on the quiet list", 30*time.Second, func() error {
		lines = journey.All[quietLine](w.api, "/api/v1/quiet")
		if len(lines) != len(w.company.Silent) {
			return fmt.Errorf("there are %d on it, want %d", len(lines), len(w.company.Silent))
		}
		return nil
	})
	for _, line := range lines {
		if !strings.HasPrefix(line.Customer.Name, "Silent") || !journey.Silent(line.Silence.Days) ||
			!strings.Contains(line.Silence.Sentence, fmt.Sprintf("silent for %d days", line.Silence.Days)) {
			w.Errorf("got %+v, want a silent customer", line)
		}
	}
	return lines[0].Customer.ID
}

func (w *apiWalk) ask(customer string) journey.Letter {
	var made struct{ ID string }
	w.api.Post("/api/v1/surveys", map[string]any{"name": "How are we doing?", "template": "quiet"}, &made)
	w.survey = made.ID
	w.api.Do(http.MethodPost, "/api/v1/invitations", map[string]any{"customer_id": customer, "survey_id": w.survey}, http.StatusCreated)
	w.api.Do(http.MethodPost, "/api/v1/invitations", map[string]any{"customer_id": customer, "survey_id": w.survey}, http.StatusConflict)
	letter := journey.ReadLetter(w, w.sink.Wait(1)[0])
	if got := letter.Header.Get("List-Unsubscribe-Post"); got != "List-Unsubscribe=One-Click" {
		w.Errorf("List-Unsubscribe-Post is %q, want that of RFC 8058", got)
	}
	for _, link := range append(letter.Links, letter.Unsubscribe) {
		if !strings.HasPrefix(link, baseURL+"/") {
			w.Errorf("a link leads to %s, want one below %s", link, baseURL)
		}
	}
	if letter.Text == "" || letter.HTML == "" || len(letter.Scores) != 5 {
		w.Fatalf("got a mail with %d score links, the text %q and the page %q", len(letter.Scores), letter.Text, letter.HTML)
	}
	var ledgers []ledger
	journey.Eventually(w, "the mail is noted as accepted", 10*time.Second, func() error {
		if ledgers = journey.All[ledger](w.api, "/api/v1/invitations"); ledgers[0].Mail.State != "accepted" {
			return fmt.Errorf("it is %s", ledgers[0].Mail.State)
		}
		return nil
	})
	if got := letter.Header.Get("Message-Id"); got != "<"+ledgers[0].Mail.MessageID+">" {
		w.Errorf("the Message-ID is %s, the ledger has %s", got, ledgers[0].Mail.MessageID)
	}
	return letter
}

// scan follows every link as a mail scanner does.
func (w *apiWalk) scan(letter journey.Letter) {
	before := invitations(w.api)
	for _, link := range append(letter.Links, letter.Unsubscribe) {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			w.visitor.Do(method, strings.TrimPrefix(link, baseURL), nil, http.StatusOK)
		}
	}
	if after := invitations(w.api); !reflect.DeepEqual(after, before) {
		w.Errorf("following links changed %v to %v", before, after)
	}
}

// invitations returns all of them but for their versions, which count one more when what an invitation owed is struck, a moment after it was done.
func invitations(api *journey.Client) []map[string]any {
	all := journey.All[map[string]any](api, "/api/v1/invitations")
	for _, invitation := range all {
		delete(invitation, "version")
	}
	return all
}

// token returns the secret of a link to answer.
func token(w *testing.T, link string) string {
	w.Helper()
	u, err := url.Parse(link)
	if err != nil {
		w.Fatal(err)
	}
	return path.Base(u.Path)
}

func (w *apiWalk) answer(letter journey.Letter) {
	at := "/api/v1/answer/" + token(w.T, letter.Scores[0])
	answers := map[string]any{"answers": []map[string]any{{"question_id": "happy", "score": 2}, {"question_id": "better", "text": complaint}}}
	var first, again struct {
		ResponseID string `json:"response_id"`
		Changed    bool
	}
	w.visitor.Post(at, answers, &first)
	w.visitor.Post(at, answers, &again)
	if first.ResponseID == "" || first != again {
		w.Errorf("answering twice gave %+v and %+v, want the same response", first, again)
	}
	surveyed := journey.All[struct{ ID string }](w.api, "/api/v1/surveys")
	for i := range w.company.Silent {
		var customer struct{ ID string }
		w.api.Get(fmt.Sprintf("/api/v1/customers/by-external-id/K-%d", i), &customer)
		var asked struct{ Link string }
		body := map[string]any{"customer_id": customer.ID, "survey_id": surveyed[0].ID, "delivery": "link"}
		got := w.api.Do(http.MethodPost, "/api/v1/invitations", body, http.StatusCreated, http.StatusConflict)
		if got.Status == http.StatusConflict {
			continue // the one who was asked by mail
		}
		got.Into(w, &asked)
		w.visitor.Post("/api/v1/answer/"+token(w.T, asked.Link), map[string]any{"answers": []map[string]any{{"question_id": "happy", "score": i + 1}}}, nil)
	}
}

func (w *apiWalk) figures() {
	query := "?survey_id=" + w.survey + "&question_id=happy&scale=csat"
	var distributions struct {
		Everyone struct {
			N      int
			Shares []struct {
				Count   int
				Percent float64
			}
		}
	}
	w.api.Get("/api/v1/feedback/distribution"+query, &distributions)
	count, percent := 0, 0.0
	for _, share := range distributions.Everyone.Shares {
		count, percent = count+share.Count, percent+share.Percent
	}
	if want := len(w.company.Silent); distributions.Everyone.N != want || count != want || percent != 100 {
		w.Errorf("got %+v, want %d answers and 100 percent", distributions, want)
	}
	for _, format := range []string{"svg", "png"} {
		picture := w.api.Do(http.MethodGet, "/api/v1/feedback/distribution."+format+query, nil, http.StatusOK)
		if len(picture.Body) < 1000 {
			w.Errorf("the %s is %d bytes", format, len(picture.Body))
		}
	}
	w.api.Do(http.MethodGet, "/api/v1/feedback/trend.svg"+query, nil, http.StatusOK)
}

func (w *apiWalk) unsubscribe(customer string, letter journey.Letter) {
	form := url.Values{"List-Unsubscribe": {"One-Click"}}
	for range 2 {
		w.visitor.Do(http.MethodPost, strings.TrimPrefix(letter.Unsubscribe, baseURL), form, http.StatusOK)
	}
	refused := w.api.Do(http.MethodPost, "/api/v1/invitations", map[string]any{"customer_id": customer, "survey_id": w.survey, "confirm": true}, http.StatusConflict)
	if !strings.Contains(string(refused.Body), "unsubscribed") {
		w.Errorf("the refusal says %s, want that the contact has unsubscribed", refused.Body)
	}
	var suppression struct{ Reason string }
	w.api.Get("/api/v1/suppressions/"+letter.Recipients[0], &suppression)
	if suppression.Reason != "unsubscribed" {
		w.Errorf("the address is suppressed as %q, want unsubscribed", suppression.Reason)
	}
}
