package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"earshot/api"
	"earshot/cmd/earshot/internal/collections"
	"earshot/cmd/earshot/internal/journey"
	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
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
	server, err := api.New(api.Config{Service: p.service, Access: people, Frontend: pages})
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
