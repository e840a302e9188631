package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"earshot/analytics"
	"earshot/survey"
)

// trendOf asks the API for the trend that a page with that filter shows.
func trendOf(t testing.TB, w *world, group, query string) analytics.Trend {
	t.Helper()
	return readJSON[analytics.Trend](t, w, call{method: "GET", key: w.readKey,
		path: "/api/v1/feedback/trend?scale=csat&survey_id=" + w.survey + "&question_id=satisfaction&group=" + group + query})
}

func TestFeedbackShowsTheFiguresOfTheAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	for _, tt := range []struct{ name, page, api string }{
		{"as it opens", "", "&from=2025-04-01T00:00:00Z&to=2026-03-03T00:00:00Z"},
		{"all time", "from=&to=", ""},
		{"a month by weeks", "from=2026-01-01&to=2026-01-31&every=week", "&every=week&from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z"},
		{"a segment", "from=&segment=logistics", "&segment=logistics"},
		{"another metric", "from=&metric=mean", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			shown := b.get("/feedback?" + tt.page).want(http.StatusOK)
			metric := analytics.MetricTopTwo
			if strings.Contains(tt.page, "metric=mean") {
				metric = analytics.MetricMean
			}
			trend := trendOf(t, w, "segment", tt.api)
			if trend.Everyone.Total.N == 0 {
				t.Fatal("the API has no answers there, so that the row shows nothing")
			}
			sameFigure(t, shown, trend.Everyone.Total, metric)
			sameBuckets(t, shown, trend.Everyone.Points, metric)
			sameShares(t, shown, trend.Everyone.Total.Distribution)
			if got := shown.Find("#segments").Parent().Find("tbody tr").Length(); got != len(trend.Segments) {
				t.Errorf("got %d segments, want the API's %d", got, len(trend.Segments))
			}
		})
	}
}

// sameFigure holds the figure at the head of the page against a point.
func sameFigure(t *testing.T, shown *screen, p analytics.Point, m analytics.Metric) {
	t.Helper()
	want, e := "–", m.Of(p)
	if !e.Suppressed {
		want = m.Format(e.Value)
	}
	shown.wantWords(".headline .big", strings.Join(strings.Fields(want), " "))
	if words := shown.words(".headline"); !strings.Contains(words, fmt.Sprintf("%d answer", p.N)) {
		t.Errorf("got %q, want the API's %d answers in it", words, p.N)
	}
}

// sameBuckets holds the table behind the picture against points.
func sameBuckets(t *testing.T, shown *screen, points []analytics.Point, m analytics.Metric) {
	t.Helper()
	rows := shown.Find(".numbers tbody tr")
	if rows.Length() != len(points) {
		t.Fatalf("got %d rows, want the API's %d buckets", rows.Length(), len(points))
	}
	for i, p := range points {
		cells, e := rows.Eq(i).Find("td"), m.Of(p)
		if got := cells.Eq(1).Text(); got != fmt.Sprint(p.N) {
			t.Errorf("%s: got %s answers, want the API's %d", p.Bucket, got, p.N)
		}
		if got := cells.Eq(2).Text(); !e.Suppressed && got != m.Format(e.Value) {
			t.Errorf("%s: got %s, want the API's %s", p.Bucket, got, m.Format(e.Value))
		}
	}
}

// sameShares holds the table of the distribution against the API's, and its percentages against 100.
func sameShares(t *testing.T, shown *screen, d analytics.Distribution) {
	t.Helper()
	rows := shown.Find("#spread").Parent().Find("tbody tr")
	if rows.Length() != len(d.Shares) {
		t.Fatalf("got %d steps, want the API's %d", rows.Length(), len(d.Shares))
	}
	for i, share := range d.Shares {
		cells := rows.Eq(i).Find("td")
		if got := cells.Eq(1).Text() + cells.Eq(2).Text(); got != fmt.Sprint(share.Count)+analytics.FormatPercent(share.Percent) {
			t.Errorf("%s: got %q, want the API's %d and %v %%", share.Label, got, share.Count, share.Percent)
		}
	}
}

// TestFeedbackLeadsToTheAnswersBehind follows every link of the page and counts the answers there.
func TestFeedbackLeadsToTheAnswersBehind(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	shown := b.get("/feedback").want(http.StatusOK)
	for _, table := range []string{".numbers tbody tr", "section:has(#spread) tbody tr"} {
		linked := 0
		for _, row := range shown.Find(table).EachIter() {
			n := row.Find("td").Eq(1).Text()
			href, ok := row.Find("a").Attr("href")
			if !ok && n != "0" {
				t.Errorf("%s: %s answers without a link to them", table, n)
			}
			if !ok {
				continue
			}
			linked++
			if got := b.get(href).want(http.StatusOK).Find("tbody tr").Length(); fmt.Sprint(got) != n {
				t.Errorf("%s shows %d answers, want the %s of the figure", href, got, n)
			}
		}
		if linked < 2 {
			t.Errorf("%s: got %d links, want several", table, linked)
		}
	}
	all := b.get(shown.link("a:contains('Read the answers')")).want(http.StatusOK, "“How satisfied are you with us?”")
	if got := all.Find("tbody tr").Length(); got != 7 {
		t.Errorf("got %d answers behind all, want 7", got)
	}
	b.get(all.link(".crumb a")).want(http.StatusOK, "How satisfied are you with us?").wantWords(".headline .big", shown.words(".headline .big"))
	b.get(shown.link("section:has(#segments) tbody a")).want(http.StatusOK, "logistics, all reps")
}

func TestFeedbackFilterRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	for _, tt := range []struct{ name, query, field, problem string }{
		{"no day", "from=yesterday", "from", "Must be a day"},
		{"an end before the beginning", "from=2026-02-01&to=2026-01-01", "to", "Must not lie before the first day."},
		{"unknown buckets", "every=fortnight", "every", "Must be day, week, month or quarter."},
		{"centuries of quarters", "from=2025-01-01&to=2400-01-01&every=quarter", "from", "Lies too far before"},
		{"too many buckets", "from=1990-01-01&to=2026-01-01&every=day", "from", "Lies too far before"},
		{"an unknown survey", "survey=srv_unknown", "survey", "Must be one of the list."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			shown := b.get("/feedback?"+tt.query).want(http.StatusBadRequest, "Mend the filter above")
			if got := shown.problem(tt.field); !strings.HasPrefix(got, tt.problem) {
				t.Errorf("got %q beside the field, want %q", got, tt.problem)
			}
			if wanted, _ := url.ParseQuery(tt.query); tt.field == "from" && shown.value("to") != wanted.Get("to") {
				t.Errorf("the filter shows %q, want what was asked for", shown.value("to"))
			}
			if res := b.once(http.MethodGet, "/feedback/trend.svg?"+tt.query, nil); res.Code != http.StatusBadRequest {
				t.Errorf("the picture: got %d, want 400", res.Code)
			}
			if tt.field != "every" && !strings.Contains(tt.query, "every=") {
				b.get("/responses?" + tt.query).want(http.StatusBadRequest)
			}
		})
	}
	b.get("/feedback?question=better&metric=unknown").want(http.StatusOK, "How satisfied are you with us?")
	b.get("/feedback?from=2020-01-01&to=2020-12-31").want(http.StatusOK, "Nobody answered this in that time.")
}

func TestFeedbackPictures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	shown := b.get("/feedback").want(http.StatusOK)
	seen := map[string]bool{}
	for _, source := range shown.Find("picture source, picture img").EachIter() {
		path := source.AttrOr("srcset", source.AttrOr("src", ""))
		res := b.once(http.MethodGet, path, nil)
		if res.Code != http.StatusOK || res.Header().Get("Content-Type") != "image/svg+xml" || !strings.HasPrefix(res.Header().Get("Cache-Control"), "private") {
			t.Errorf("%s: got %d %s %q, want a private SVG", path, res.Code, res.Header().Get("Content-Type"), res.Header().Get("Cache-Control"))
		}
		seen[res.Header().Get("ETag")] = true
	}
	if len(seen) != 8 {
		t.Errorf("got %d pictures that differ, want two, each light and dark, wide and narrow", len(seen))
	}
	png := b.once(http.MethodGet, shown.link(".downloads a:contains('PNG')"), nil)
	if png.Code != http.StatusOK || !strings.HasPrefix(png.Body.String(), "\x89PNG") {
		t.Errorf("got %d, want a PNG", png.Code)
	}
}

func TestFeedbackPictureIsSentOnceUntilItChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	first := b.once(http.MethodGet, "/feedback/distribution.svg", nil)
	again := func() int { return b.conditional("/feedback/distribution.svg", first.Header().Get("ETag")).Code }
	if got := again(); got != http.StatusNotModified {
		t.Errorf("the same again: got %d, want 304", got)
	}
	contact := newCompany(t, w, "C-77", "P-77")
	asked := ask(t, w, survey.AskRequest{ContactID: contact, SurveyID: survey.SurveyID(w.survey), NoMail: true})
	answerWith(t, w, asked.Link, 1)
	if got := again(); got != http.StatusOK {
		t.Errorf("after one more answer: got %d, want 200", got)
	}
}

func TestFeedbackOfASurveyInWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := satisfaction()
	in.Name, in.Content.Questions = "Words", in.Content.Questions[1:]
	made, err := w.service.CreateSurvey(context.Background(), in)
	id := must(t, made, err).ID
	repBrowser(t, w).get("/feedback?survey="+id).want(http.StatusOK, "This survey has no question with a scale.")
}

func TestFeedbackCountsWhatIsSetAside(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked := ask(t, w, survey.AskRequest{ContactID: newCompany(t, w, "C-78", "P-78"), SurveyID: survey.SurveyID(w.survey), NoMail: true})
	_, err := w.service.Submit(context.Background(), tokenOf(asked.Link), survey.Submission{
		Form: url.Values{"satisfaction": {"1"}}, Traces: survey.Traces{Trap: "buy now"},
	})
	must(t, 0, err)
	b := repBrowser(t, w)
	b.get("/feedback").want(http.StatusOK, "Set aside: 1 response that a machine seems to have given, or one of our own people.", "7 answers")
	b.get("/responses").want(http.StatusOK, "Not counted:")
}

func TestFeedbackByRep(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := context.Background()
	reps, err := w.access.Reps(ctx)
	owner := survey.RepID(must(t, reps, err)[0].ID)
	for i, score := range []int{1, 2, 2, 3, 1} {
		contact := newCompany(t, w, fmt.Sprintf("R-%d", i), fmt.Sprintf("R-%d", i))
		found, err := w.service.Contact(ctx, contact)
		_, err2 := w.service.ChangeCustomer(ctx, must(t, found, err).CustomerID, 0, survey.CustomerFields{RepID: &owner})
		must(t, 0, err2)
		asked := ask(t, w, survey.AskRequest{ContactID: contact, SurveyID: survey.SurveyID(w.survey), NoMail: true})
		answerWith(t, w, asked.Link, score)
	}
	b := repBrowser(t, w)
	shown := b.get("/feedback?metric=mean").want(http.StatusOK, "Mia Berg")
	trend := trendOf(t, w, "rep", "")
	row := shown.Find("section:has(#reps) tbody tr:contains('Mia Berg') td")
	for _, series := range trend.Reps {
		if series.Name == string(owner) && row.Eq(2).Text() != analytics.MetricMean.Format(series.Total.Mean.Value) {
			t.Errorf("got %s for Mia Berg, want the API's %v", row.Eq(2).Text(), series.Total.Mean.Value)
		}
	}
	b.get(shown.link("section:has(#reps) tbody a:contains('Mia Berg')")).want(http.StatusOK, "all segments, Mia Berg", "5 answers").wantWords(".headline .big", "1.8")
	today := b.get("/?rep=all")
	today.wantWords(".counts dt:contains('low answers') + dd", "4")
	if got := b.get(today.link(".counts dt:contains('low answers') + dd a")).want(http.StatusOK, "Low answers").Find("tbody tr").Length(); got != 4 {
		t.Errorf("got %d low answers behind the count, want its 4", got)
	}
}
