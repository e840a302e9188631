package analytics

import (
	"context"
	"errors"

	"earshot/survey"
)

// Feedback says which answers of the installation make a trend, and how they are cut. Of a response that answered
// several questions on the scale, the first one counts, unless QuestionID names another.
type Feedback struct {
	Frame
	// SurveyID, QuestionID, Segment and RepID narrow the answers; empty is all.
	SurveyID   survey.SurveyID
	QuestionID string
	Segment    string
	RepID      survey.RepID
	// Within is for whose customers the answers were asked; nil is everybody's.
	Within *survey.Reach
}

// Trend makes the trend of what the source has counted. Answers that were set aside as a machine's do not count. A frame
// that makes no sense is told as survey.Invalid with its field.
func (f Feedback) Trend(ctx context.Context, from Source) (Trend, error) {
	fold, err := NewAccumulator(f.Frame)
	var frame *FrameError
	if errors.As(err, &frame) {
		return Trend{}, survey.InvalidField(frame.Field, "%s", frame.Reason)
	}
	if err != nil {
		return Trend{}, err
	}
	groups, err := from.AnswerGroups(ctx, survey.AnswerGroupFilter{
		SurveyID: f.SurveyID, From: f.From, To: f.To, Every: string(f.Every), Zone: f.zone(),
	})
	if err != nil {
		return Trend{}, err
	}
	setAside := 0
	for i := range groups {
		g := &groups[i]
		switch {
		case f.Segment != "" && g.Segment != f.Segment, f.RepID != "" && g.RepID != f.RepID, !f.Within.Asked(g.RepID):
		case g.Suspect:
			setAside += g.Count
		default:
			if answer, ok := f.answer(g); ok {
				fold.AddMany(answer, g.Count)
			}
		}
	}
	trend := fold.Trend()
	trend.SetAside = setAside
	return trend, nil
}

// answer returns what the responses of a group say on the scale; false where it was not asked.
func (f Feedback) answer(g *survey.AnswerGroup) (Answer, bool) {
	out := Answer{At: g.Period, Segment: g.Segment, Rep: string(g.RepID)}
	if out.At.Before(f.From) {
		out.At = f.From // the first bucket is cut
	}
	for _, s := range g.Scores {
		if Scale(s.Kind) != f.Scale || (f.QuestionID != "" && s.QuestionID != f.QuestionID) {
			continue
		}
		out.Value = s.Value
		return out, true
	}
	out.Skipped = true
	return out, f.SurveyID != ""
}
