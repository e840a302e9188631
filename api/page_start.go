package api

import (
	"context"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// progress is how far a new installation is.
type progress struct{ customers, touchpoints, surveys, pulses bool }

// fillStart puts the first steps on the page until the first answer is there.
func (s *Server) fillStart(c echo.Context, _ survey.RepID, page *frontend.TodayPage) error {
	ctx := c.Request().Context()
	answered, err := s.service.Responses(ctx, survey.ResponseFilter{Limit: 1})
	if err != nil || len(answered.Items) > 0 {
		return err
	}
	surveys, pulses, err := s.surveysAndPulses(c)
	if err != nil {
		return err
	}
	done := progress{surveys: len(surveys) > 0, pulses: len(pulses) > 0}
	if done.customers, done.touchpoints, err = s.recordsThere(ctx); err != nil {
		return err
	}
	page.Start = firstSteps(done, page.User.Admin)
	return nil
}

// recordsSampled is how many customers are looked at for touchpoints.
const recordsSampled = 10

// recordsThere says whether there are customers, and whether any of the first ones ever did something.
func (s *Server) recordsThere(ctx context.Context) (customers, touchpoints bool, err error) {
	found, err := s.service.Customers(ctx, survey.CustomerFilter{Limit: recordsSampled})
	if err != nil {
		return false, false, err
	}
	for _, x := range found.Items {
		history, err := s.service.Touchpoints(ctx, survey.TouchpointFilter{CustomerID: survey.CustomerID(x.ID), Limit: 1})
		if err != nil {
			return false, false, err
		}
		if len(history.Items) > 0 {
			return true, true, nil
		}
	}
	return len(found.Items) > 0, false, nil
}

// firstSteps are what to do on the way to the first answer. Only admins can import and make surveys and pulses.
func firstSteps(done progress, admin bool) []frontend.Step {
	steps := []frontend.Step{
		{Title: "Bring your customers", Text: "A CSV file from your own systems, or the API.", Done: done.customers,
			Link: frontend.Link{Text: "Import a file", URL: frontend.PathImports}},
		{Title: "Bring what they did", Text: "Orders, calls, logins: two years of dates are enough to know a rhythm.", Done: done.touchpoints,
			Link: frontend.Link{Text: "Import touchpoints", URL: frontend.PathImports}},
		{Title: "Choose a survey", Text: "The quiet pulse asks one short question, and what could be better.", Done: done.surveys,
			Link: frontend.Link{Text: "See the templates", URL: frontend.PathSurveys}},
		{Title: "Let it ask by itself", Text: "A pulse asks customers that have gone quiet, at most as often as you say.", Done: done.pulses,
			Link: frontend.Link{Text: "Make a pulse", URL: frontend.PathPulses + "/new"}},
	}
	if !admin {
		for i := range steps {
			steps[i].Link = frontend.Link{}
		}
	}
	return steps
}
