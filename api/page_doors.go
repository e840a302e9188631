package api

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

// forgotPage asks who has forgotten their password; where passwords let nobody in it leads to what does.
func (s *Server) forgotPage(c echo.Context) error {
	if s.steps.SignOnOnly() {
		return c.Redirect(http.StatusSeeOther, frontend.PathLogin)
	}
	return s.page(c, http.StatusOK, s.forgot(c, frontend.ForgotForm(frontend.PathForgot, url.Values{})))
}

// forgot is that page.
func (s *Server) forgot(c echo.Context, form frontend.Form) frontend.ForgotPage {
	return frontend.ForgotPage{Shell: s.shell(c, ""), Mails: s.post.Sends(), Form: form}
}

// askReset has a link mailed, and says the same whether there is such an account or not.
func (s *Server) askReset(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	page := s.forgot(c, frontend.ForgotForm(frontend.PathForgot, form))
	if !page.Mails {
		return s.page(c, statusOf(survey.Conflict), page)
	}
	err = s.resets.AskReset(c.Request().Context(), form.Get("email"), s.browser(c), s.post)
	if err != nil {
		if !slices.Contains(loginTroubles, survey.KindOf(err)) {
			return err
		}
		page.Form = page.Form.Reject(err)
		return s.page(c, refused(c, err), page)
	}
	page.Asked = true
	return s.page(c, http.StatusOK, page)
}

// resetPage shows the form of a link that was mailed. It changes nothing, for programs that look into mails open links too.
func (s *Server) resetPage(c echo.Context) error {
	if err := s.resets.ResetOpen(c.Request().Context(), c.Param("token")); err != nil {
		return err
	}
	return s.page(c, http.StatusOK, frontend.ResetPage{Form: frontend.ResetForm(c.Request().URL.Path)})
}

// resetPassword sets the password by a link. It logs nobody in: that is done at the log-in page, with all that it asks for.
func (s *Server) resetPassword(c echo.Context) error {
	ctx, token := c.Request().Context(), c.Param("token")
	form, err := s.form(c)
	if err != nil {
		return err
	}
	if err := s.resets.ResetOpen(ctx, token); err != nil {
		return err
	}
	if err := s.beginAct(c); err != nil {
		return err
	}
	entry, err := s.resets.ResetPassword(ctx, token, form.Get("new_password"), s.browser(c), s.post)
	if kind := survey.KindOf(err); err != nil && (kind == survey.Invalid || kind == survey.Unavailable) {
		return s.page(c, refused(c, err), frontend.ResetPage{Form: frontend.ResetForm(c.Request().URL.Path).Reject(err)})
	}
	if err != nil {
		return err
	}
	actAbout(c, entry.Rep.ID)
	s.setCookie(c, sessionCookie, "", 0)
	s.setCookie(c, deviceCookie, entry.Device, access.DeviceLength)
	return seeOther(c, frontend.PathLogin, "password_set")
}

// Where sessions are ended.
const (
	pathEndSession = frontend.PathAccount + "/sessions/end"
	pathEndOthers  = frontend.PathAccount + "/sessions/end-others"
)

// logins are where a rep is logged in; end takes the form that ends one of them, and is empty where none does.
func (s *Server) logins(c echo.Context, of survey.RepID, end string) ([]frontend.LoginRow, error) {
	found, err := s.sessions.Sessions(c.Request().Context(), of, s.cookieValue(c, sessionCookie))
	var rows []frontend.LoginRow
	for _, login := range found {
		row := frontend.LoginRow{
			Browser: frontend.BrowserWords(login.Agent), Network: login.Network, Since: login.CreatedAt, Used: login.LastUsed(), Here: login.Here,
		}
		if end != "" && !login.Here {
			row.End = &frontend.Action{Label: "Log out", URL: end, About: row.Browser, Hidden: []frontend.Hidden{{Name: "id", Value: login.ID}}}
		}
		rows = append(rows, row)
	}
	return rows, err
}

// endOthers logs out everywhere else, where there is anywhere else.
func endOthers(logins []frontend.LoginRow) *frontend.Action {
	if !slices.ContainsFunc(logins, func(l frontend.LoginRow) bool { return !l.Here }) {
		return nil
	}
	return &frontend.Action{Label: "Log out everywhere else", URL: pathEndOthers, Look: frontend.Danger}
}

// endAll logs a rep out everywhere, where they are logged in.
func endAll(rep *access.Rep, logins []frontend.LoginRow) *frontend.Action {
	if len(logins) == 0 {
		return nil
	}
	return &frontend.Action{Label: "Log out everywhere", URL: repURL(rep) + "/sessions/end", About: rep.Name, Look: frontend.Danger}
}

// endSession logs the rep out in another place.
func (s *Server) endSession(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	if err := s.sessions.EndSession(c.Request().Context(), survey.RepID(repOf(c).ID), form.Get("id")); err != nil {
		return err
	}
	return seeOther(c, frontend.PathAccount, "logged_out")
}

// endOtherSessions logs the rep out everywhere but here, and has other browsers known no more.
func (s *Server) endOtherSessions(c echo.Context) error {
	err := s.sessions.EndSessions(c.Request().Context(), survey.RepID(repOf(c).ID),
		s.cookieValue(c, sessionCookie), s.cookieValue(c, deviceCookie))
	if err != nil {
		return err
	}
	return seeOther(c, frontend.PathAccount, "logged_out")
}

// endSessionsOf logs another rep out everywhere.
func (s *Server) endSessionsOf(c echo.Context) error {
	found, err := s.staff.Rep(c.Request().Context(), survey.RepID(c.Param("id")))
	if err != nil {
		return err
	}
	if err := s.sessions.EndSessions(c.Request().Context(), survey.RepID(found.ID), "", ""); err != nil {
		return err
	}
	return seeOther(c, repURL(found), "logged_out")
}
