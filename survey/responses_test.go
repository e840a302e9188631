package survey_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"earshot/survey"
)

func TestSubmitByAPI(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		answers []survey.Answer
		wrong   string // the field; empty: none
	}{
		{"scored", []survey.Answer{{QuestionID: "happy", Score: ref(3)}}, ""},
		{"everything", []survey.Answer{
			{QuestionID: "price", Kind: survey.Single, Choices: []string{"fair"}}, {QuestionID: "happy", Score: ref(3)},
			{QuestionID: "next", Text: "x"},
		}, ""},
		{"an unknown question", []survey.Answer{{QuestionID: "happy", Score: ref(3)}, {QuestionID: "nope", Text: "x"}}, "nope"},
		{"twice", []survey.Answer{{QuestionID: "happy", Score: ref(3)}, {QuestionID: "happy", Score: ref(4)}}, "happy"},
		{"words for a score", []survey.Answer{{QuestionID: "happy", Text: "3"}}, "happy"},
		{"a score for words", []survey.Answer{{QuestionID: "happy", Score: ref(3)}, {QuestionID: "next", Score: ref(1)}}, "next"},
		{"a score for a choice", []survey.Answer{{QuestionID: "happy", Score: ref(3)}, {QuestionID: "price", Score: ref(1)}}, "price"},
		{"another kind", []survey.Answer{{QuestionID: "happy", Kind: survey.NPS, Score: ref(3)}}, "happy"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			receipt, err := o.SubmitByAPI(o.ctx, o.link(survey.TemplateQuiet), tt.answers, survey.Submission{Language: "de"})
			if tt.wrong != "" {
				wantKind(t, err, survey.Invalid)
				if fields := survey.AsError(err).Fields; len(fields) != 1 || fields[0].Field != tt.wrong {
					t.Errorf("got problems %v, want one of %q", fields, tt.wrong)
				}
				return
			}
			response, err := o.Response(o.ctx, must(t, receipt, err).ResponseID)
			if got := must(t, response, err); len(got.Answers) != len(tt.answers) || got.Language != "de" {
				t.Errorf("got %d answers in %q, want %d in de", len(got.Answers), got.Language, len(tt.answers))
			}
		})
	}
}

func TestResponsesAreFiltered(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var sent []*survey.Response
	for i := range 6 {
		receipt, err := o.Submit(o.ctx, o.link(survey.TemplateCSAT), form("satisfied", fmt.Sprint(1+i%5)))
		response, err := o.Response(o.ctx, must(t, receipt, err).ResponseID)
		sent = append(sent, must(t, response, err))
		o.watch.pass(time.Hour)
	}
	for _, tt := range []struct {
		name   string
		filter survey.ResponseFilter
		want   []int // places in sent
	}{
		{"all", survey.ResponseFilter{}, []int{5, 4, 3, 2, 1, 0}},
		{"customer", survey.ResponseFilter{CustomerID: sent[2].CustomerID}, []int{2}},
		{"survey", survey.ResponseFilter{SurveyID: sent[3].SurveyID}, []int{3}},
		{"survey of another customer", survey.ResponseFilter{SurveyID: sent[3].SurveyID, CustomerID: sent[2].CustomerID}, nil},
		{"rep", survey.ResponseFilter{RepID: "rep_nobody"}, nil},
		{"segment", survey.ResponseFilter{Segment: "retail"}, []int{5, 4, 3, 2, 1, 0}},
		{"time", survey.ResponseFilter{From: sent[1].SubmittedAt, To: sent[4].SubmittedAt}, []int{3, 2, 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got, want []string
			for _, i := range tt.want {
				want = append(want, sent[i].ID)
			}
			tt.filter.Limit = 2
			for {
				page, err := o.Responses(o.ctx, tt.filter)
				for _, r := range must(t, page, err).Items {
					got = append(got, r.ID)
				}
				if tt.filter.After = page.Next; page.Next == "" {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestResponsesChanged(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	first, second := o.link(survey.TemplateCSAT), o.link(survey.TemplateCSAT)
	var ids []string
	for _, token := range []string{first, second, first} {
		receipt, err := o.Submit(o.ctx, token, form("satisfied", fmt.Sprint(1+len(ids))))
		ids = append(ids, string(must(t, receipt, err).ResponseID))
		o.watch.pass(time.Minute)
	}
	page, err := o.ResponsesChanged(o.ctx, monday.Add(time.Second), "", 10)
	var got []string
	for _, r := range must(t, page, err).Items {
		got = append(got, r.ID)
	}
	if want := []string{ids[1], ids[0]}; !slices.Equal(got, want) {
		t.Errorf("got %v since the first answer, want the second, then the first that was changed: %v", got, want)
	}
}
