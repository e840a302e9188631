package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

// nextParam carries where somebody wanted to go before they had to log in.
const nextParam = "next"

// asset serves a file that pages load. Its name changes with its bytes, so browsers may keep it for good.
func (s *Server) asset(c echo.Context) error {
	found, ok := s.frontend.Assets()[c.Param("name")]
	if !ok {
		return survey.Errorf(survey.NotFound, "there is no such file")
	}
	header := c.Response().Header()
	header.Set(echo.HeaderCacheControl, keepForGood)
	header.Set("ETag", found.ETag)
	if c.Request().Header.Get("If-None-Match") == found.ETag {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, found.ContentType, found.Body)
}

// keepForGood lets everybody keep what never changes under its name.
const keepForGood = "public, max-age=31536000, immutable"

// toLogin sends the browser to the login page, from where it comes back if it was only looking.
func toLogin(c echo.Context) error {
	target := frontend.PathLogin + "?" + noticeParam + "=login"
	if c.Request().Method == http.MethodGet && c.Request().URL.Path != frontend.PathToday {
		target += "&" + nextParam + "=" + url.QueryEscape(c.Request().URL.RequestURI())
	}
	return c.Redirect(http.StatusSeeOther, target)
}

// localPath returns next if it is a path here, else Today: a link must not send people elsewhere once they log in.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n") {
		return frontend.PathToday
	}
	return next
}

// setupPage shows the form that makes the first admin.
func (s *Server) setupPage(c echo.Context) error {
	if err := s.doors.SetupOpen(c.Request().Context(), c.Param("token")); err != nil {
		return err
	}
	return s.page(c, http.StatusOK, frontend.SetupPage{Form: frontend.SetupForm(c.Request().URL.Path, url.Values{})})
}

// setUp makes the first admin and logs them in.
func (s *Server) setUp(c echo.Context) error {
	ctx, link := c.Request().Context(), c.Param("token")
	if err := s.doors.SetupOpen(ctx, link); err != nil {
		return err
	}
	form, err := s.form(c)
	if err != nil {
		return err
	}
	in := access.NewRep{Name: form.Get("name"), Email: form.Get("email"), Password: form.Get("password")}
	if err := s.beginAct(c); err != nil {
		return err
	}
	first, err := s.doors.FirstAdmin(ctx, link, in)
	if err != nil {
		if survey.KindOf(err) != survey.Invalid {
			return err
		}
		return s.page(c, statusOf(survey.Invalid), frontend.SetupPage{Form: frontend.SetupForm(c.Request().URL.Path, form).Reject(err)})
	}
	actAbout(c, first.ID)
	token, err := s.doors.BeginSession(ctx, survey.RepID(first.ID))
	if err != nil {
		return err
	}
	s.setSession(c, token)
	return seeOther(c, frontend.PathToday, "welcome")
}

// form returns the form that was posted, after making sure that it came from a page of ours.
func (s *Server) form(c echo.Context) (url.Values, error) {
	if err := s.origin.Check(c.Request()); err != nil {
		return nil, survey.Errorf(survey.Forbidden, "this form came from another site; open the page here and try again")
	}
	form, err := c.FormParams()
	if err != nil {
		return nil, formError(err)
	}
	return form, nil
}

// loginPage shows the way in.
func (s *Server) loginPage(c echo.Context) error {
	if _, err := s.currentRep(c); err == nil {
		return c.Redirect(http.StatusSeeOther, localPath(c.QueryParam(nextParam)))
	}
	return s.page(c, http.StatusOK, frontend.LoginPage{
		Shell: s.shell(c, ""), Form: frontend.LoginForm(frontend.PathLogin, c.QueryParams()), Hint: loginHint,
	})
}

// loginHint helps whoever has no account yet.
const loginHint = "The first account is created with the link that Earshot prints when it starts. Further ones are made by an admin, under Settings."

// logIn checks the password and begins a session.
func (s *Server) logIn(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	typed := access.Credentials{Email: form.Get("email"), Password: form.Get("password")}
	entry, err := s.doors.Login(c.Request().Context(), typed, browserOf(c))
	if err != nil {
		kind := survey.KindOf(err)
		if !slices.Contains(loginTroubles, kind) {
			return err
		}
		if kind == survey.RateLimited {
			s.noteHeldOff(c, typed.Email)
		}
		retryLater(c, survey.AsError(err))
		return s.page(c, statusOf(kind), frontend.LoginPage{Form: frontend.LoginForm(frontend.PathLogin, form).Reject(err), Hint: loginHint})
	}
	if err := s.letIn(c, entry.Rep, entry.Session); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, localPath(form.Get(nextParam)))
}

// loginTroubles are the failures that are told beside the form, which keeps the address that was typed.
var loginTroubles = []survey.Kind{survey.Unauthenticated, survey.RateLimited, survey.Invalid, survey.Unavailable}

// browserOf tells where the request comes from.
func browserOf(c echo.Context) access.Browser {
	return access.Browser{Remote: c.RealIP(), Agent: c.Request().UserAgent()}
}

// setSession gives the browser the cookie of a session; an empty token takes it away.
func (s *Server) setSession(c echo.Context, token string) {
	age := int(access.SessionLength.Seconds())
	if token == "" {
		age = -1
	}
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure wherever the installation is reached by HTTPS; on plain HTTP browsers would drop it
		Name: sessionCookie, Value: token, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode,
	})
}

// logOut ends the session.
func (s *Server) logOut(c echo.Context) error {
	cookie, err := c.Cookie(sessionCookie)
	if err != nil {
		return err
	}
	if err := s.doors.Logout(c.Request().Context(), cookie.Value); err != nil {
		return err
	}
	s.setSession(c, "")
	return seeOther(c, frontend.PathLogin, "bye")
}

// account returns the page of the logged-in rep's own account.
func (s *Server) account(c echo.Context) frontend.AccountPage {
	return frontend.AccountPage{
		Shell: s.shell(c, frontend.PathAccount), Email: repOf(c).Email,
		Calls:    frontend.CallsForm(pathCalls, url.Values{"calls_per_week": {callsText(repOf(c).CallsPerWeek)}}),
		Password: frontend.PasswordForm(frontend.PathAccount),
		Logout:   frontend.Action{Label: "Log out", URL: frontend.PathLogout},
	}
}

// accountPage shows it.
func (s *Server) accountPage(c echo.Context) error { return s.page(c, http.StatusOK, s.account(c)) }

// changePassword gives the rep another password; it ends all sessions but begins a new one here.
func (s *Server) changePassword(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	ctx, who := c.Request().Context(), repOf(c)
	err = s.doors.ChangePassword(ctx, survey.RepID(who.ID), form.Get("current_password"), form.Get("new_password"))
	if kind := survey.KindOf(err); err != nil && (kind == survey.Invalid || kind == survey.RateLimited) {
		retryLater(c, survey.AsError(err))
		page := s.account(c)
		page.Password = page.Password.Reject(err)
		return s.page(c, statusOf(kind), page)
	}
	if err != nil {
		return err
	}
	token, err := s.doors.BeginSession(ctx, survey.RepID(who.ID))
	if err != nil {
		return err
	}
	s.setSession(c, token)
	return seeOther(c, frontend.PathAccount, "saved")
}
