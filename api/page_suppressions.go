package api

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// suppressionsPage lists the addresses that must not be mailed.
func (s *Server) suppressionsPage(c echo.Context) error {
	return s.showSuppressions(c, http.StatusOK, frontend.SuppressionForm(frontend.PathSuppressions, url.Values{}))
}

// showSuppressions shows the list with a form in some state.
func (s *Server) showSuppressions(c echo.Context, status int, form frontend.Form) error {
	list, err := s.mails.Suppressions(c.Request().Context(), survey.Cursor(c.QueryParam(cursorParam)), pageRows)
	if err != nil {
		return err
	}
	page := frontend.SuppressionsPage{Shell: s.shell(c, frontend.PathSettings), Form: &form, Pager: pager(c, cursorParam, list.Next)}
	for _, x := range list.Items {
		row := frontend.SuppressionRow{Email: x.Email, Reason: x.Reason, Note: x.Note, At: x.CreatedAt}
		// What the person said themselves is not for us to take back.
		if page.User.Admin && x.Reason != survey.Unsubscribed && x.Reason != survey.Complained {
			row.Lift = &frontend.Action{Label: "Mail again", URL: frontend.PathSuppressions + "/lift", About: x.Email, Look: frontend.Quiet,
				Hidden: []frontend.Hidden{{Name: "email", Value: x.Email}}}
		}
		page.Rows = append(page.Rows, row)
	}
	return s.page(c, status, page)
}

// addSuppression puts an address on the list.
func (s *Server) addSuppression(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	_, err = s.mails.Suppress(c.Request().Context(), survey.SuppressionInput{Email: form.Get("email"), Note: form.Get("note")})
	if err != nil && survey.KindOf(err) == survey.Invalid {
		return s.showSuppressions(c, statusOf(survey.Invalid), frontend.SuppressionForm(frontend.PathSuppressions, form).Reject(err))
	}
	if err != nil {
		return err
	}
	return seeOther(c, frontend.PathSuppressions, "suppressed")
}

// liftSuppression takes an address off the list.
func (s *Server) liftSuppression(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	if err := s.mails.Unsuppress(c.Request().Context(), form.Get("email"), false); err != nil {
		return err
	}
	return seeOther(c, frontend.PathSuppressions, "saved")
}
