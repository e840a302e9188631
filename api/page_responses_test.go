package api_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"earshot/survey"
)

func TestResponsesList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	r, err := w.service.Response(context.Background(), survey.ResponseID(w.response))
	one := must(t, r, err)
	for _, tt := range []struct {
		name, query string
		rows        int
		text        string
	}{
		{"all", "", 7, "Faster replies, please."},
		{"with an answer", "survey=" + w.survey + "&question=satisfaction&answer=5", 2, "Answer 5 of 5"},
		{"the low ones", "low=on", 1, "2 of 5"},
		{"of a customer", "customer=" + string(one.CustomerID), 1, "Nordlicht C-3"},
		{"of a segment", "segment=retail", 0, "No answers here."},
		{"of a day", "from=2026-03-02&to=2026-03-02", 1, "4 of 5"},
		{"of a rep", "rep=" + w.rep, 0, "No answers here."},
		{"a question without a scale", "survey=" + w.survey + "&question=better", 7, "Nordlicht"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			shown := b.get("/responses?"+tt.query).want(http.StatusOK, tt.text)
			if got := shown.Find("tbody tr").Length(); got != tt.rows {
				t.Errorf("got %d rows, want %d: %s", got, tt.rows, shown.words("tbody"))
			}
		})
	}
	b.get("/responses?answer=many").want(http.StatusBadRequest)
	b.get("/responses?cursor=nonsense").want(http.StatusBadRequest)
}

func TestResponsesPager(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 60 {
		contact := newCompany(t, w, fmt.Sprintf("Q-%d", i), fmt.Sprintf("Q-%d", i))
		asked := ask(t, w, survey.AskRequest{ContactID: contact, SurveyID: survey.SurveyID(w.survey), NoMail: true})
		answerWith(t, w, asked.Link, 1+i%5)
	}
	b := repBrowser(t, w)
	for query, want := range map[string]int{"": 67, "?low=on": 25} {
		total, seen := 0, map[string]bool{}
		shown := b.get("/responses" + query)
		for {
			for _, row := range shown.want(http.StatusOK).Find("td.name a").EachIter() {
				seen[row.AttrOr("href", "")] = true
				total++
			}
			if shown.Find("a[rel=next]").Length() == 0 {
				break
			}
			shown = b.get(shown.link("a[rel=next]"))
		}
		if total != want || len(seen) != want {
			t.Errorf("%q: got %d rows of %d answers, want each of %d once", query, total, len(seen), want)
		}
	}
}

func TestResponsePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	shown := b.get("/responses/"+w.response).want(http.StatusOK, "Answer from Ana Ruiz", "Nordlicht C-3", "decision maker", "p-3@nordlicht.example",
		"Satisfaction, version 1", "How satisfied are you with us?", "4 of 5", "What could we do better?", "Faster replies, please.", "logistics")
	b.get(shown.link("a:contains('Nordlicht')")).want(http.StatusOK, "Faster replies, please.")
	b.get(shown.link("a:contains('Satisfaction')")).want(http.StatusOK, "Satisfaction")

	r, err := w.service.Response(context.Background(), survey.ResponseID(w.response))
	must(t, 0, w.service.DeleteContact(context.Background(), must(t, r, err).ContactID, 0))
	b.get("/responses/"+w.response).want(http.StatusOK, "Answer from Ana Ruiz", "Faster replies, please.")
	if got := b.get("/responses?customer=" + string(r.CustomerID)); !strings.Contains(got.body, "A former contact") {
		t.Error("the list does not say that the contact was removed")
	}
}

func TestResponsePageShowsWhatWasSkipped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked := ask(t, w, survey.AskRequest{ContactID: newCompany(t, w, "S-1", "S-1"), SurveyID: survey.SurveyID(w.survey), NoMail: true})
	score := 3
	receipt, err := w.service.SubmitByAPI(context.Background(), tokenOf(asked.Link), []survey.Answer{{QuestionID: "satisfaction", Score: &score}}, survey.Submission{Language: "de"})
	id := must(t, receipt, err).ResponseID
	repBrowser(t, w).get("/responses/"+string(id)).want(http.StatusOK, "3 of 5", "What could we do better? Not answered", "German")
}
