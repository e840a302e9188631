package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/analytics"
	"earshot/survey"
)

// zone is a time zone by its IANA name.
type zone struct{ *time.Location }

// UnmarshalText reads the name of a time zone.
func (z *zone) UnmarshalText(text []byte) error {
	location, err := time.LoadLocation(string(text))
	if err != nil || len(text) == 0 || location == time.Local {
		return errors.New("must be the name of a time zone, such as Europe/Berlin")
	}
	z.Location = location
	return nil
}

// feedbackRequest says which answers are meant and how they are cut. It is the same for figures and charts.
type feedbackRequest struct {
	Scale      string    `query:"scale" required:"true" oneof:"nps csat progress"`
	Every      string    `query:"every" oneof:"day week month quarter" default:"month"`
	TimeZone   zone      `query:"time_zone"`
	From       time.Time `query:"from"`
	To         time.Time `query:"to"`
	SurveyID   string    `query:"survey_id" max:"128"`
	QuestionID string    `query:"question_id" max:"40"`
	Segment    string    `query:"segment" max:"80"`
	RepID      string    `query:"rep_id" max:"128"`
}

// cut returns what analytics shall read. group is empty, "segment" or "rep".
func (s *Server) cut(in feedbackRequest, group string) analytics.Feedback {
	where := in.TimeZone.Location
	if where == nil {
		where = s.here.TimeZone()
	}
	return analytics.Feedback{
		Frame: analytics.Frame{
			Scale: analytics.Scale(in.Scale), Every: analytics.Every(in.Every), From: in.From, To: in.To, Zone: where,
			BySegment: group == "segment", ByRep: group == "rep",
		},
		SurveyID: survey.SurveyID(in.SurveyID), QuestionID: in.QuestionID, Segment: in.Segment, RepID: survey.RepID(in.RepID),
	}
}

// readTrend computes a trend.
func (s *Server) readTrend(ctx context.Context, in feedbackRequest, group string) (analytics.Trend, error) {
	return s.cut(in, group).Trend(ctx, s.figures)
}

// groupedRequest asks for the series of each group besides that of everyone.
type groupedRequest struct {
	feedbackRequest
	Group string `query:"group" oneof:"segment rep"`
}

// trend answers with figures over time, as analytics computes them for pages, charts and tables alike.
func (s *Server) trend(c echo.Context, in groupedRequest) error {
	trend, err := s.readTrend(c.Request().Context(), in.feedbackRequest, in.Group)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, trend)
}

// distributionResponse is how the answers of a period spread over the scale.
type distributionResponse struct {
	Scale    analytics.Scale        `json:"scale"`
	Zone     string                 `json:"zone"`
	From     time.Time              `json:"from,omitzero"`
	To       time.Time              `json:"to,omitzero"`
	Everyone analytics.Distribution `json:"everyone"`
	Segments []groupDistribution    `json:"segments"`
	Reps     []groupDistribution    `json:"reps"`
}

// groupDistribution is the distribution of one segment or rep; of those that have none where Name is empty.
type groupDistribution struct {
	Name         string                 `json:"name"`
	Distribution analytics.Distribution `json:"distribution"`
}

func viewDistributions(list []analytics.Series) []groupDistribution {
	view := make([]groupDistribution, len(list))
	for i, s := range list {
		view[i] = groupDistribution{Name: s.Name, Distribution: s.Total.Distribution}
	}
	return view
}

// distribution answers with how the answers spread.
func (s *Server) distribution(c echo.Context, in groupedRequest) error {
	trend, err := s.readTrend(c.Request().Context(), in.feedbackRequest, in.Group)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, distributionResponse{
		Scale: trend.Scale, Zone: trend.Zone, From: trend.From, To: trend.To,
		Everyone: trend.Everyone.Total.Distribution,
		Segments: viewDistributions(trend.Segments), Reps: viewDistributions(trend.Reps),
	})
}
