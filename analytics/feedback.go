package analytics

import (
	"context"
	"errors"

	"earshot/survey"
)

// Responses is where answers are read from: the domain.
type Responses interface {
	// Responses returns one page of responses, newest first.
	Responses(ctx context.Context, f survey.ResponseFilter) (survey.Page[*survey.Response], error)
}

// Feedback says which answers of the installation make a trend, and how they are cut. Of a response that answered
// several questions on the scale, the first one counts, unless QuestionID names another.
type Feedback struct {
	Frame
	// SurveyID, QuestionID, Segment and RepID narrow the answers; empty is all.
	SurveyID   survey.SurveyID
	QuestionID string
	Segment    string
	RepID      survey.RepID
}

// Trend reads the answers page by page, so that memory does not grow with them, and folds them. Answers that were set
// aside as a machine's do not count. A frame that makes no sense is told as survey.Invalid with its field.
func (f Feedback) Trend(ctx context.Context, from Responses) (Trend, error) {
	fold, err := NewAccumulator(f.Frame)
	var frame *FrameError
	if errors.As(err, &frame) {
		return Trend{}, survey.InvalidField(frame.Field, "%s", frame.Reason)
	}
	if err != nil {
		return Trend{}, err
	}
	filter := survey.ResponseFilter{
		SurveyID: f.SurveyID, RepID: f.RepID, From: f.From, To: f.To, Limit: survey.MaxPage,
	}
	for {
		page, err := from.Responses(ctx, filter)
		if err != nil {
			return Trend{}, err
		}
		for _, r := range page.Items {
			if answer, ok := f.answer(r); ok {
				fold.Add(answer)
			}
		}
		if page.Next == "" {
			return fold.Trend(), nil
		}
		filter.After = page.Next
	}
}

// answer returns what a response says on the scale; false where it was not asked or does not belong to the cut.
func (f Feedback) answer(r *survey.Response) (Answer, bool) {
	if r.Suspect != "" || (f.Segment != "" && r.Segment != f.Segment) {
		return Answer{}, false
	}
	out := Answer{At: r.SubmittedAt, Segment: r.Segment, Rep: string(r.RepID)}
	for _, a := range r.Answers {
		if a.Score == nil || Scale(a.Kind) != f.Scale || (f.QuestionID != "" && a.QuestionID != f.QuestionID) {
			continue
		}
		out.Value = *a.Score
		return out, true
	}
	out.Skipped = true
	return out, f.SurveyID != ""
}
