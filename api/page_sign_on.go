package api

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

// signOnLasts is how long somebody may take to log in at the provider.
const signOnLasts = 10 * time.Minute

// signOnWaits is what signOnCookie holds.
type signOnWaits struct {
	access.SignOnBegun
	Next string
}

// noSignOn is said where no provider is set.
func noSignOn() error {
	return survey.Errorf(survey.NotFound, "no provider of single sign-on is set here (-oidc-issuer)")
}

// beginSignOn sends the browser to the provider.
func (s *Server) beginSignOn(c echo.Context) error {
	if s.signOn == nil {
		return noSignOn()
	}
	begun, err := s.signOn.Begin(c.Request().Context(), c.QueryParam("anew") != "")
	if err != nil {
		return s.signOnRefused(c, err)
	}
	waits, err := json.Marshal(signOnWaits{SignOnBegun: *begun, Next: localPath(c.QueryParam(nextParam))})
	if err != nil {
		return err
	}
	s.setCookie(c, signOnCookie, base64.RawURLEncoding.EncodeToString(waits), signOnLasts)
	return c.Redirect(http.StatusSeeOther, begun.URL)
}

// endSignOn lets in whom the provider sends back. What waits in the cookie serves once.
func (s *Server) endSignOn(c echo.Context) error {
	if s.signOn == nil {
		return noSignOn()
	}
	var waits signOnWaits
	raw, err := base64.RawURLEncoding.DecodeString(s.cookieValue(c, signOnCookie))
	if err != nil || json.Unmarshal(raw, &waits) != nil || waits.State == "" {
		return s.signOnRefused(c, survey.Errorf(survey.Unauthenticated, "that log-in was not begun in this browser, or took too long; begin again"))
	}
	s.setCookie(c, signOnCookie, "", 0)
	person, err := s.signOn.Finish(c.Request().Context(), waits.SignOnBegun, access.SignOnAnswer{
		Code: c.QueryParam("code"), State: c.QueryParam("state"), Issuer: c.QueryParam("iss"),
		Error: c.QueryParam("error"), Description: c.QueryParam("error_description"),
	})
	if err != nil {
		return s.signOnRefused(c, err)
	}
	entry, err := s.steps.LoginBySignOn(c.Request().Context(), *person, s.browser(c))
	if err != nil {
		return s.signOnRefused(c, err)
	}
	return s.letIn(c, entry, bySignOn, waits.Next)
}

// signOnRefused tells on the log-in page why the provider's way did not lead in.
func (s *Server) signOnRefused(c echo.Context, err error) error {
	kind := survey.KindOf(err)
	if !slices.Contains(loginTroubles, kind) && kind != survey.Forbidden && kind != survey.Conflict {
		return err
	}
	s.log.WarnContext(c.Request().Context(), "single sign-on did not let somebody in", "request_id", requestID(c), "kind", kind, "error", err)
	return s.loginRefused(c, c.QueryParams(), err)
}

// signOut logs somebody out at the provider, too. That is a step of its own, for it ends their work elsewhere as well.
func (s *Server) signOut(c echo.Context) error {
	if s.signOn == nil {
		return noSignOn()
	}
	to, err := s.signOn.LogoutURL(c.Request().Context())
	if err != nil || to == "" {
		return seeOther(c, frontend.PathLogin, "bye")
	}
	return c.Redirect(http.StatusSeeOther, to)
}
