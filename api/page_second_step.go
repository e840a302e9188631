package api

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

// letIn gives the browser of somebody who may come in the session, or leads to the second step.
func (s *Server) letIn(c echo.Context, entry *access.Entry, by, next string) error {
	if entry.Pending != "" {
		s.setCookie(c, pendingCookie, entry.Pending, access.SecondStepLasts)
		return c.Redirect(http.StatusSeeOther, withNext(frontend.PathSecondStep, next))
	}
	if err := s.noteEntry(c, entry, by); err != nil {
		return err
	}
	s.admit(c, entry)
	if entry.ByRecovery {
		s.resets.TellRecovery(c.Request().Context(), entry.Rep, s.post)
		return seeOther(c, localPath(next), "by_recovery")
	}
	return c.Redirect(http.StatusSeeOther, localPath(next))
}

// withNext adds to a path where to go afterwards.
func withNext(path, next string) string {
	if next == "" || localPath(next) == frontend.PathToday {
		return path
	}
	return path + "?" + url.Values{nextParam: {next}}.Encode()
}

// secondStep returns the page of the second step, with what stands in its form.
func (s *Server) secondStep(c echo.Context, values url.Values) (*frontend.SecondStepPage, error) {
	second, err := s.steps.SecondStepOf(c.Request().Context(), s.cookieValue(c, pendingCookie))
	if err != nil {
		return nil, err
	}
	page := &frontend.SecondStepPage{Shell: s.shell(c, ""), App: second.App, Recovery: second.Recovery}
	if second.App || second.Recovery {
		page.Code = frontend.CodeForm(frontend.PathSecondStep, values, second.App, second.Recovery, "Log in")
	}
	page.Passkey = passkeyForm(frontend.PathSecondStep, "Use a passkey", second.Passkey, values)
	return page, nil
}

// passkeyForm is a form that uses a passkey; nil without options.
func passkeyForm(action, label, options string, values url.Values) *frontend.PasskeyForm {
	if options == "" {
		return nil
	}
	return &frontend.PasskeyForm{Action: action, Label: label, Options: options, Hidden: []frontend.Hidden{{Name: nextParam, Value: values.Get(nextParam)}}}
}

// secondStepPage shows it. A log-in that is over begins anew.
func (s *Server) secondStepPage(c echo.Context) error {
	page, err := s.secondStep(c, c.QueryParams())
	if survey.KindOf(err) == survey.Unauthenticated && err != nil {
		return c.Redirect(http.StatusSeeOther, withNext(frontend.PathLogin, c.QueryParam(nextParam)))
	}
	if err != nil {
		return err
	}
	return s.page(c, http.StatusOK, page)
}

// takeSecondStep finishes the log-in.
func (s *Server) takeSecondStep(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	ctx, proof := c.Request().Context(), access.Proof{Code: form.Get("code"), Passkey: form.Get("passkey")}
	entry, err := s.steps.SecondStep(ctx, s.cookieValue(c, pendingCookie), proof, s.browser(c))
	if err == nil {
		s.setCookie(c, pendingCookie, "", 0)
		return s.letIn(c, entry, bySecondStep, form.Get(nextParam))
	}
	kind := survey.KindOf(err)
	if !slices.Contains(loginTroubles, kind) && kind != survey.Conflict {
		return err
	}
	if kind == survey.RateLimited {
		s.noteSecondHeldOff(c)
	}
	page, over := s.secondStep(c, form)
	if over != nil {
		return s.loginRefused(c, form, errors.Join(err, over))
	}
	page.Code = page.Code.Reject(err)
	return s.page(c, refused(c, err), page)
}

// loginRefused shows the log-in page with why somebody was not let in otherwise than by its form.
func (s *Server) loginRefused(c echo.Context, values url.Values, err error) error {
	page := s.login(c, values)
	page.Problem = sentence(survey.AsError(err).Error())
	return s.page(c, refused(c, err), page)
}

// loginByPasskey lets somebody in without a password.
func (s *Server) loginByPasskey(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	entry, err := s.steps.LoginByPasskey(c.Request().Context(), form.Get("passkey"), s.browser(c))
	if err != nil {
		if kind := survey.KindOf(err); slices.Contains(loginTroubles, kind) || kind == survey.Forbidden || kind == survey.Conflict {
			return s.loginRefused(c, form, err)
		}
		return err
	}
	return s.letIn(c, entry, byPasskey, form.Get(nextParam))
}

// login is the page of the ways in. Passkeys are left out where the store cannot be read now: the page shall come all the same.
func (s *Server) login(c echo.Context, values url.Values) frontend.LoginPage {
	page := frontend.LoginPage{Shell: s.shell(c, ""), Hint: loginHint}
	if s.signOn != nil {
		page.SignOn = frontend.Link{Text: "Log in with " + s.signOn.Name(), URL: withNext(frontend.PathSignOn, values.Get(nextParam))}
	}
	if s.steps.SignOnOnly() {
		page.Hint = "This installation lets people in by single sign-on only."
		return page
	}
	page.Form, page.Forgot = frontend.LoginForm(frontend.PathLogin, values), s.post.Sends()
	options, err := s.steps.EntryOptions(c.Request().Context())
	if err != nil {
		s.logFailure(c, err)
	}
	page.Passkey = passkeyForm(frontend.PathPasskeyLogin, "Log in with a passkey", options, values)
	return page
}

// wayInPage shows the link that the operator of the machine has made.
func (s *Server) wayInPage(c echo.Context) error {
	if err := s.steps.WayInOpen(c.Request().Context(), c.Param("token")); err != nil {
		return wayInOver(err)
	}
	return s.page(c, http.StatusOK, frontend.WayInPage{Shell: s.shell(c, ""), Enter: frontend.Action{Label: "Come in", URL: c.Request().URL.Path, Look: frontend.Primary}})
}

// comeIn uses it.
func (s *Server) comeIn(c echo.Context) error {
	if _, err := s.form(c); err != nil {
		return err
	}
	if err := s.steps.WayInOpen(c.Request().Context(), c.Param("token")); err != nil {
		return wayInOver(err)
	}
	if err := s.beginAct(c); err != nil {
		return err
	}
	entry, err := s.steps.ComeIn(c.Request().Context(), c.Param("token"), s.browser(c))
	if err != nil {
		return wayInOver(err)
	}
	actAbout(c, entry.Rep.ID)
	s.admit(c, entry)
	return seeOther(c, frontend.PathAccount, "way_in")
}

// wayInOver says that a link is over, rather than lead to the log-in.
func wayInOver(err error) error {
	if survey.KindOf(err) == survey.Unauthenticated {
		return survey.Errorf(survey.Gone, "this link is over or was used; make another one with: earshot way-in")
	}
	return err
}
