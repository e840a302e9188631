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
	// rep lets in who is logged in, to their own account: whatever their level.
	rep
	// see lets in who is logged in, to what they may see; whole only those of them who see everybody's customers.
	see
	whole
	// work lets in whoever works on customers, manage only managers and admins, admin only those who administer.
	work
	manage
	admin
)

// Where guards leave who was let in, in Echo's context.
const (
	keyAPIKey = "earshot.api_key" //nolint:gosec // the name of a place, not a key
	keyRep    = "earshot.rep"
	keyViewer = "earshot.viewer"
)

// guarded lets next run only for those whom the route's guard lets in.
func (s *Server) guarded(r route, next echo.HandlerFunc) echo.HandlerFunc {
	switch r.guard {
	case public, token:
		return next
	case keyRead, keyWrite:
		return s.withKey(r, next)
	}
	return s.withRep(r, next)
}

// leastLevel is the level from which on somebody is let in.
func (g guard) leastLevel() access.Level {
	switch g {
	case work:
		return access.LevelRep
	case manage:
		return access.LevelManager
	case admin:
		return access.LevelAdmin
	}
	return access.LevelAnalyst
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

// withRep lets a logged-in rep in whose level is enough, and who sees, or works on, the customer that the route is about. Since the
// browser sends the cookie by itself, requests that change something must come from our own pages.
func (s *Server) withRep(r route, next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := s.origin.Check(c.Request()); err != nil {
			return survey.Errorf(survey.Forbidden, "this request came from another site; open the page here and try again")
		}
		if err := s.recognise(c); err != nil {
			return err
		}
		if err := r.admits(repOf(c), viewerOf(c)); err != nil {
			return err
		}
		if err := r.reaches(c, viewerOf(c)); err != nil {
			return err
		}
		if led, err := s.leadToEnrol(c, repOf(c)); led || err != nil {
			return err
		}
		return next(c)
	}
}

// recognise notes who is logged in, and whose customers are theirs to see. Returns Unauthenticated where nobody is.
func (s *Server) recognise(c echo.Context) error {
	who, err := s.currentRep(c)
	if err != nil {
		return err
	}
	viewer, err := s.doors.Viewer(c.Request().Context(), who)
	if err != nil {
		return err
	}
	c.Set(keyRep, who)
	c.Set(keyViewer, viewer)
	return nil
}

// admits refuses who may not go this way at all, whatever it is about.
func (r route) admits(who *access.Rep, viewer survey.Viewer) error {
	switch {
	case who.Access.Covers(r.guard.leastLevel()) && (r.guard != whole || viewer.See.All()):
		return nil
	case r.guard == admin:
		return survey.Errorf(survey.Forbidden, "only an admin may do this")
	case r.guard == manage:
		return survey.Errorf(survey.Forbidden, "only a manager or an admin may do this")
	case r.guard == whole:
		return survey.Errorf(survey.Forbidden, "this is about everybody's customers, and you see only some of them; an admin may look at it")
	}
	return survey.Errorf(survey.Forbidden, "you may read, and change nothing; an admin can let you work on customers")
}

// reaches refuses what is about a customer whom the viewer does not see, as if there were none, or does not work on where that is asked for.
func (r route) reaches(c echo.Context, viewer survey.Viewer) error {
	reach := viewer.See
	if r.guard != see {
		reach = viewer.Work
	}
	if r.owner == nil || reach.All() {
		return nil
	}
	owned, err := r.owner(c)
	switch {
	case err != nil && survey.KindOf(err) != survey.NotFound:
		return err
	case err != nil, !viewer.Sees(owned): // told in the same words, so that nobody learns which it is
		return survey.Errorf(survey.NotFound, "there is nothing at this address")
	case r.guard != see && !viewer.Works(owned):
		return survey.Errorf(survey.Forbidden, "this customer belongs to another rep; ask them, or have a manager give you the customer")
	}
	return nil
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

// viewerOf returns whose customers they see and work on.
func viewerOf(c echo.Context) survey.Viewer { return c.Get(keyViewer).(survey.Viewer) }

// apiKeyOf returns the API key that the guard let in.
func apiKeyOf(c echo.Context) *access.APIKey { return c.Get(keyAPIKey).(*access.APIKey) }
