package survey_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// counted is a naive count of responses: by survey, segment, rep, being set aside, the start of the month, and the first
// NPS score.
type counted map[string]int

func (c counted) add(sv survey.SurveyID, segment string, rep survey.RepID, suspect bool, month time.Time, scores []survey.Score, n int) {
	c[fmt.Sprint(sv, segment, rep, suspect, month.Format(time.RFC3339), scores)] += n
}

// TestAnswerGroupsCountEveryResponseOnce holds the counts that the store makes against counting one by one, in a zone
// whose clocks change, at the ends of months, with odd names.
func TestAnswerGroupsCountEveryResponseOnce(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	db := newStore(t)
	s, _ := newServiceOn(t, db)
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		sv := survey.SurveyID(fmt.Sprint("svy_", run))
		from := time.Date(2025, 3, 1, 0, 0, 0, 0, zone)
		to := from.AddDate(0, 9, 0)
		want := counted{}
		for i := range rapid.IntRange(0, 12).Draw(rt, "responses") {
			r := drawResponse(rt, sv, i, from.AddDate(0, 0, -20), zone)
			must(t, 0, write(t, db, "responses", store.Insert, r))
			if at := r.SubmittedAt; !at.Before(from) && at.Before(to) {
				local := at.In(zone)
				month := time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, zone)
				want.add(sv, r.Segment, r.RepID, r.Suspect != "", month, scoresOf(r), 1)
			}
		}
		groups, err := s.AnswerGroups(context.Background(), survey.AnswerGroupFilter{SurveyID: sv, From: from, To: to, Every: "month", Zone: zone})
		if err != nil {
			rt.Fatal(err)
		}
		got := counted{}
		for _, g := range groups {
			got.add(g.SurveyID, g.Segment, g.RepID, g.Suspect, g.Period, g.Scores, g.Count)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Errorf("counts differ (- one by one, + by the store):\n%s", diff)
		}
	})
}

func drawResponse(rt *rapid.T, sv survey.SurveyID, i int, from time.Time, zone *time.Location) *survey.Response {
	at := from.AddDate(0, 0, rapid.IntRange(0, 330).Draw(rt, "day")).In(zone)
	at = at.Add(time.Duration(rapid.SampledFrom([]int{0, 1, 2, 3, 23}).Draw(rt, "hour")) * time.Hour)
	r := &survey.Response{
		Meta: store.Meta{ID: fmt.Sprintf("rsp_%s_%d", sv, i)}, SurveyID: sv, SubmittedAt: store.Time(at), ChangedAt: store.Time(at),
		Segment: rapid.SampledFrom([]string{"", "retail & co", "ÿ"}).Draw(rt, "segment"),
		RepID:   rapid.SampledFrom([]survey.RepID{"", "rep_a"}).Draw(rt, "rep"),
		Suspect: rapid.SampledFrom([]string{"", "", "too fast", "a trap"}).Draw(rt, "suspect"),
	}
	var answers []survey.Answer
	for _, id := range []string{"nps", "a:b c"} {
		if score := rapid.IntRange(-1, 2).Draw(rt, id); score >= 0 {
			answers = append(answers, survey.Answer{QuestionID: id, Kind: survey.NPS, Score: &score})
		}
	}
	if rapid.Bool().Draw(rt, "text") {
		answers = append(answers, survey.Answer{QuestionID: "why", Kind: survey.OpenText, Text: "0"})
	}
	r.SetAnswers(answers)
	return r
}

func scoresOf(r *survey.Response) []survey.Score {
	var scores []survey.Score
	for _, a := range r.Answers {
		if a.Score != nil {
			scores = append(scores, survey.Score{QuestionID: a.QuestionID, Kind: a.Kind, Value: *a.Score})
		}
	}
	return scores
}
