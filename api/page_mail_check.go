package api

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// mailCheckPage shows what decides whether mails arrive.
func (s *Server) mailCheckPage(c echo.Context) error {
	return s.showMailCheck(c, http.StatusOK, url.Values{"to": {repOf(c).Email}}, nil, nil)
}

// showMailCheck shows it with the form as it was typed, what is wrong with it, and what became of a test mail.
func (s *Server) showMailCheck(c echo.Context, status int, values url.Values, wrong error, tested *frontend.MailTest) error {
	ctx := c.Request().Context()
	page := frontend.MailCheckPage{Shell: s.shell(c, frontend.PathSettings), Tested: tested}
	page.Checks, page.CheckedAt = s.looks.recall(ctx, s.here.Now())
	brake, err := s.brakePanel(c)
	if err != nil {
		return err
	}
	page.Brake = brake
	if s.here.Sends() {
		status, err := s.mailStatus(ctx)
		if err != nil {
			return err
		}
		page.Relays = relayRows(status)
		surveys, pulses, err := s.directory.SurveysAndPulses(ctx)
		if err != nil {
			return err
		}
		form := frontend.MailTestForm(frontend.PathMailCheck+"/test", values, askOptions(surveys, pulses)).Reject(wrong)
		page.Test = &form
	}
	return s.page(c, status, page)
}

// sendTestMail sends one mail that is about nobody, and shows what the mail server said.
func (s *Server) sendTestMail(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	r := survey.SampleRequest{To: typed(form, "to"), SurveyID: survey.SurveyID(typed(form, "survey_id")), Language: typed(form, "language")}
	outcome, err := s.mails.SendSample(c.Request().Context(), r)
	switch kind := survey.KindOf(err); {
	case err == nil:
		return s.showMailCheck(c, http.StatusOK, form, nil, &frontend.MailTest{To: r.To, Accepted: outcome.Delivery == survey.Accepted, Reply: outcome.Reply})
	case kind == survey.Invalid || kind == survey.Conflict || kind == survey.RateLimited || kind == survey.NotFound:
		return s.showMailCheck(c, refused(c, err), form, err, nil)
	}
	return err
}
