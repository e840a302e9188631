package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"earshot/api"
	"earshot/cmd/earshot/internal/collections"
	"earshot/cmd/earshot/internal/company"
	"earshot/cmd/earshot/internal/journey"
	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/audit"
	"earshot/survey/idempotency"
	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/mongodb/mongotest"
)

// TestMongoDBCommandsOfAFlow keeps what a contact costs MongoDB: at most four commands until the answer is acknowledged.
func TestMongoDBCommandsOfAFlow(t *testing.T) {
	t.Parallel()
	where := mongotest.Server(t)
	db := journey.Open(t, where)
	prepared := journey.Prepare(t, db, 2)
	prepared.Invite(t, db)
	journey.Close(t, db)
	counted := openCounted(t, where)
	counted.flow(t, prepared.Tokens[0])
	const most = 4
	if got := counted.flow(t, prepared.Tokens[1]); got < 2 || got > most {
		t.Errorf("a flow costs %d commands, want 2 to %d", got, most)
	}
}

// TestMongoDBCommandsOfAPage keeps what a page costs MongoDB, whatever the number of its rows: each command is a trip.
func TestMongoDBCommandsOfAPage(t *testing.T) {
	t.Parallel()
	where := mongotest.Server(t)
	db := journey.Open(t, where)
	pages, err := frontend.New(frontend.Config{Company: "Counted", BaseURL: "http://counted.invalid"})
	if err != nil {
		t.Fatal(err)
	}
	const customers = 120 // more than two pages of a list
	end := time.Now()
	made := company.Make(1, customers, end)
	if err := fill(t.Context(), &filling{db: db, made: made, seed: 1, end: end, composer: pages, baseURL: "http://counted.invalid"}); err != nil {
		t.Fatal(err)
	}
	keepMails(t, db)
	journey.Close(t, db)
	counted := openCounted(t, where)
	session := counted.logIn(t)
	// What is kept for some seconds (names of reps and of a customer, the backlog of effects, the mail relay, the brake) is read besides.
	const most, cold = 6, 5
	for _, path := range []string{
		"/?rep=all", "/?rep=me", "/customers", "/customers?list=probably_leaving", "/customers?list=unusually_silent", "/customers?list=drifting", "/customers?list=slowing", "/customers?list=not_returned", "/customers?segment=retail", "/feedback", "/responses",
		"/surveys", "/pulses", "/invitations", "/kept-mails", "/imports", "/feeds", "/settings", "/suppressions",
		counted.first(t, session, "/customers", "/customers/cus_"), counted.first(t, session, "/responses", "/responses/rsp_"),
		counted.first(t, session, "/surveys", "/surveys/srv_"), counted.first(t, session, "/pulses", "/pulses/pul_"),
		counted.first(t, session, "/kept-mails", "/kept-mails/inv_"),
	} {
		fresh := openCounted(t, where)
		if got, _ := fresh.see(t, session, path); got < 1 || got > most+cold {
			t.Errorf("the first look at %s costs %d commands, want 1 to %d", path, got, most+cold)
		}
		got, _ := fresh.see(t, session, path)
		for range 2 { // for what is kept may be over just now
			again, _ := fresh.see(t, session, path)
			got = min(got, again)
		}
		if got < 1 || got > most {
			t.Errorf("%s costs %d commands, want 1 to %d", path, got, most)
		}
	}
}

// keepMails keeps a mail of each of some invitations, which are of different customers.
func keepMails(t *testing.T, db store.Store) {
	t.Helper()
	find := func(name string) *store.Spec {
		return collections.Specs()[slices.IndexFunc(collections.Specs(), func(s *store.Spec) bool { return s.Name == name })]
	}
	ids := store.NewCollection[survey.Invitation](db, find("invitations"))
	asked, _, err := ids.Find(t.Context(), store.Query{Index: store.ByID, Limit: 60})
	if err != nil {
		t.Fatal(err)
	}
	if len(asked) < 60 {
		t.Fatalf("there are %d invitations, want 60", len(asked))
	}
	mails := store.NewCollection[survey.KeptMail](db, find("outbox"))
	for _, inv := range asked {
		m := &survey.KeptMail{Meta: store.Meta{ID: inv.ID}, To: inv.Email, Subject: "How happy are you?", CreatedAt: inv.CreatedAt}
		var taken *store.TakenError
		if err := mails.Insert(t.Context(), m); err != nil && !errors.As(err, &taken) {
			t.Fatal(err)
		}
	}
}

// logIn returns the session of the demo's admin.
func (p *countedProgram) logIn(tb testing.TB) *http.Cookie {
	tb.Helper()
	values := url.Values{"email": {demoEmail}, "password": {demoPassword}}
	post := httptest.NewRequest(http.MethodPost, "/login", strings.NewReader(values.Encode()))
	post.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	p.handler.ServeHTTP(answer, post)
	for _, cookie := range answer.Result().Cookies() {
		if cookie.Name == "earshot_session" {
			return cookie
		}
	}
	tb.Fatalf("got %d and no session: %.300s", answer.Code, answer.Body)
	return nil
}

// see looks at a page and returns what it cost and what it shows.
func (p *countedProgram) see(tb testing.TB, session *http.Cookie, path string) (commands int64, page string) {
	tb.Helper()
	before := p.commands.Load()
	get := httptest.NewRequest(http.MethodGet, path, nil)
	get.AddCookie(session)
	answer := httptest.NewRecorder()
	p.handler.ServeHTTP(answer, get)
	if answer.Code != http.StatusOK {
		tb.Fatalf("%s: got %d: %.300s", path, answer.Code, answer.Body)
	}
	return p.commands.Load() - before, answer.Body.String()
}

// first returns where the first link on a page leads that begins so.
func (p *countedProgram) first(tb testing.TB, session *http.Cookie, path, beginning string) string {
	tb.Helper()
	_, page := p.see(tb, session, path)
	_, rest, found := strings.Cut(page, `href="`+beginning)
	end := strings.IndexAny(rest, `"?#`)
	if !found || end < 0 {
		tb.Fatalf("%s has no link to %s…", path, beginning)
	}
	return beginning + rest[:end]
}

// countedProgram is the program's inside on MongoDB, with a count of the commands that it sends.
type countedProgram struct {
	handler  http.Handler
	service  *survey.Service
	commands atomic.Int64
}

// openCounted opens it on a store. Nothing works in it beside what is called.
func openCounted(tb testing.TB, where string) *countedProgram {
	tb.Helper()
	p := &countedProgram{}
	db, err := mongodb.Open(context.Background(), where, collections.Specs(), mongodb.WithObserver(func(string, string) { p.commands.Add(1) }))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { journey.Close(tb, db) })
	pages, err := frontend.New(frontend.Config{Company: "Counted", BaseURL: "http://counted.invalid"})
	if err != nil {
		tb.Fatal(err)
	}
	people, err := access.New(access.Options{Store: db})
	if err != nil {
		tb.Fatal(err)
	}
	if p.service, err = survey.NewService(survey.Options{Store: db, Reps: people, Composer: pages, BaseURL: "http://counted.invalid"}); err != nil {
		tb.Fatal(err)
	}
	repeats, err := idempotency.New(idempotency.Options{Store: db})
	if err != nil {
		tb.Fatal(err)
	}
	server, err := api.New(api.Config{Service: p.service, Access: people, Audit: audit.New(db, nil), Repeats: repeats, Frontend: pages})
	if err != nil {
		tb.Fatal(err)
	}
	p.handler = server
	return p
}

// flow fetches the page and posts the answers; it returns the number of commands.
func (p *countedProgram) flow(tb testing.TB, token string) int64 {
	tb.Helper()
	before := p.commands.Load()
	values := form(9, "Deliveries have been spot on this quarter.")
	post := httptest.NewRequest(http.MethodPost, "/r/"+token, strings.NewReader(values.Encode()))
	post.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, request := range []*http.Request{httptest.NewRequest(http.MethodGet, "/r/"+token, nil), post} {
		answer := httptest.NewRecorder()
		p.handler.ServeHTTP(answer, request)
		if answer.Code != http.StatusOK {
			tb.Fatalf("%s: got %d: %.300s", request.Method, answer.Code, answer.Body)
		}
	}
	return p.commands.Load() - before
}
