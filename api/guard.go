package api

import (
	"strings"

	"github.com/labstack/echo/v4"

	"earshot/survey"
	"earshot/survey/access"
)

// guard says whom a route lets in.
type guard int

// The guards.
const (
	// public lets everybody in.
	public guard = iota
	// token lets everybody in who has a link; its secret is a part of the path, and the use case checks it.
	token
	// keyRead and keyWrite let programs in that show an API key which may read, or write, in the route's area: see scopes.go.
	keyRead
	keyWrite
	// rep lets in who is logged in, admin only those of them who administer.
	rep
	admin
)

// Where guards leave who was let in, in Echo's context.
const (
	keyAPIKey = "earshot.api_key" //nolint:gosec // the name of a place, not a key
	keyRep    = "earshot.rep"
)

// guarded lets next run only for those whom the route's guard lets in.
func (s *Server) guarded(r route, next echo.HandlerFunc) echo.HandlerFunc {
	switch r.guard {
	case keyRead, keyWrite:
		return s.withKey(r, next)
	case rep:
		return s.withRep(access.LevelRep, next)
	case admin:
		return s.withRep(access.LevelAdmin, next)
	}
	return next
}

// withKey lets a request in that carries an API key with the route's scope. Keys are looked up each time, so that a revoked one
// is refused at once, by every process.
func (s *Server) withKey(r route, next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		scheme, key, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return survey.Errorf(survey.Unauthenticated, "an API key is needed: send it as Authorization: Bearer esk_…")
		}
		found, err := s.keys.APIKeyOf(c.Request().Context(), key)
		if err != nil {
			return err
		}
		if err := r.admit(found); err != nil {
			return err
		}
		c.Set(keyAPIKey, found)
		s.noteUse(c, found)
		return next(c)
	}
}

// withRep lets a logged-in rep in. Since the browser sends the cookie by itself, requests that change something must
// come from our own pages.
func (s *Server) withRep(level access.Level, next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := s.origin.Check(c.Request()); err != nil {
			return survey.Errorf(survey.Forbidden, "this request came from another site; open the page here and try again")
		}
		who, err := s.currentRep(c)
		if err != nil {
			return err
		}
		if level == access.LevelAdmin && who.Access != access.LevelAdmin {
			return survey.Errorf(survey.Forbidden, "only an admin may do this")
		}
		c.Set(keyRep, who)
		if led, err := s.leadToEnrol(c, who); led || err != nil {
			return err
		}
		return next(c)
	}
}

// currentRep returns who is logged in, or Unauthenticated.
func (s *Server) currentRep(c echo.Context) (*access.Rep, error) {
	token := s.cookieValue(c, sessionCookie)
	if token == "" {
		return nil, survey.Errorf(survey.Unauthenticated, "you are not logged in")
	}
	return s.doors.SessionRep(c.Request().Context(), token)
}

// repOf returns the rep whom the guard let in.
func repOf(c echo.Context) *access.Rep { return c.Get(keyRep).(*access.Rep) }

// apiKeyOf returns the API key that the guard let in.
func apiKeyOf(c echo.Context) *access.APIKey { return c.Get(keyAPIKey).(*access.APIKey) }
