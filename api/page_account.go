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
	if unchanged(c, found.ETag) {
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
	entry, err := s.doors.Enter(ctx, first, s.browser(c))
	if err != nil {
		return err
	}
	s.admit(c, entry)
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
	return s.page(c, http.StatusOK, s.login(c, c.QueryParams()))
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
	entry, err := s.doors.Login(c.Request().Context(), typed, s.browser(c))
	if err != nil {
		kind := survey.KindOf(err)
		if !slices.Contains(loginTroubles, kind) {
			return err
		}
		if kind == survey.RateLimited {
			s.noteHeldOff(c, typed.Email)
		}
		page := s.login(c, form)
		page.Form = page.Form.Reject(err)
		return s.page(c, refused(c, err), page)
	}
	return s.letIn(c, entry, byPassword, form.Get(nextParam))
}

// loginTroubles are the failures that are told beside the form, which keeps the address that was typed.
var loginTroubles = []survey.Kind{survey.Unauthenticated, survey.RateLimited, survey.Invalid, survey.Unavailable}

// logOut ends the session.
func (s *Server) logOut(c echo.Context) error {
	ctx, session, notice := c.Request().Context(), s.cookieValue(c, sessionCookie), "bye"
	if signed, err := s.guardian.SignedOn(ctx, session); err == nil && signed && s.signOn != nil {
		notice = "signed_out"
	}
	if err := s.doors.Logout(ctx, session); err != nil {
		return err
	}
	s.setCookie(c, sessionCookie, "", 0)
	return seeOther(c, frontend.PathLogin, notice)
}

// account returns the page of the logged-in rep's own account.
func (s *Server) account(c echo.Context) (frontend.AccountPage, error) {
	logins, err := s.logins(c, survey.RepID(repOf(c).ID), pathEndSession)
	return frontend.AccountPage{
		Shell: s.shell(c, frontend.PathAccount), Email: repOf(c).Email, WeakPassword: repOf(c).PasswordWeak,
		Calls:    frontend.CallsForm(pathCalls, url.Values{"calls_per_week": {callsText(repOf(c).CallsPerWeek)}}),
		Password: s.passwordForm(repOf(c)),
		Logout:   frontend.Action{Label: "Log out", URL: frontend.PathLogout},
		Logins:   logins, EndOthers: endOthers(logins),
	}, err
}

// passwordForm takes another password; it is empty for whoever has none that would let them in.
func (s *Server) passwordForm(who *access.Rep) frontend.Form {
	if s.steps.SignOnOnly() || who.PasswordHash == "" {
		return frontend.Form{}
	}
	return frontend.PasswordForm(frontend.PathAccount)
}

// accountPage shows it.
func (s *Server) accountPage(c echo.Context) error {
	page, err := s.account(c)
	if err != nil {
		return err
	}
	return s.page(c, http.StatusOK, page)
}

// changePassword gives the rep another password; it ends all sessions but begins a new one here.
func (s *Server) changePassword(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	ctx, who := c.Request().Context(), repOf(c)
	err = s.doors.ChangePassword(ctx, survey.RepID(who.ID), form.Get("current_password"), form.Get("new_password"))
	if kind := survey.KindOf(err); err != nil && (kind == survey.Invalid || kind == survey.RateLimited) {
		page, broken := s.account(c)
		if broken != nil {
			return broken
		}
		page.Password = page.Password.Reject(err)
		return s.page(c, refused(c, err), page)
	}
	if err != nil {
		return err
	}
	s.resets.TellChanged(ctx, who, s.post)
	entry, err := s.doors.Enter(ctx, who, s.browser(c))
	if err != nil {
		return err
	}
	s.admit(c, entry)
	return seeOther(c, frontend.PathAccount, "saved")
}
