package api

import (
	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// progress is how far a new installation is.
type progress struct{ customers, contacts, touchpoints, surveys, pulses bool }

// startSteps are the first steps, for the time until the first answer is there.
func (s *Server) startSteps(c echo.Context, today *survey.Today, admin bool) ([]frontend.Step, error) {
	there, err := s.directory.FirstRecords(c.Request().Context())
	if err != nil {
		return nil, err
	}
	return firstSteps(progress{
		customers: there.Customers, contacts: there.Contacts, touchpoints: there.Touchpoints, surveys: len(today.Surveys) > 0, pulses: len(today.Pulses) > 0,
	}, admin), nil
}

// firstSteps are what to do on the way to the first answer. Only admins can import and make surveys and pulses.
func firstSteps(done progress, admin bool) []frontend.Step {
	steps := []frontend.Step{
		{Title: "Bring your customers", Text: "A CSV file from your own systems, or the API.", Done: done.customers,
			Link: frontend.Link{Text: "Import a file", URL: frontend.PathImports}},
		{Title: "Bring the people there", Text: "Without a contact and an e-mail address nobody can be asked. Who must not be mailed comes along.", Done: done.contacts,
			Link: frontend.Link{Text: "Import contacts", URL: frontend.PathImports + "?kind=contacts"}},
		{Title: "Bring what they did", Text: "Orders, calls, logins: two years of dates are enough to know a rhythm.", Done: done.touchpoints,
			Link: frontend.Link{Text: "Import touchpoints", URL: frontend.PathImports + "?kind=touchpoints"}},
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
