package api

import (
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
	"earshot/survey/access"
)

// areas says which area of the API a route belongs to, by the first part of its path; the key in use is told of to any key.
var areas = map[string]access.Area{
	"customers": access.AreaCustomers, "contacts": access.AreaCustomers,
	"touchpoints": access.AreaTouchpoints,
	"quiet":       access.AreaQuiet, "drifting": access.AreaQuiet, "slowing": access.AreaQuiet, "newcomers": access.AreaQuiet,
	"alarms": access.AreaQuiet, "feeds": access.AreaQuiet,
	"imports": access.AreaImports,
	"surveys": access.AreaSurveys, "survey-templates": access.AreaSurveys,
	"pulses": access.AreaPulses, "forecast": access.AreaPulses,
	"invitations": access.AreaAsking, "kept-mails": access.AreaAsking,
	"suppressions": access.AreaMail, "received-mails": access.AreaMail, "mail": access.AreaMail, "mail-brake": access.AreaMail,
	"mailbox": access.AreaMail, "relay": access.AreaMail,
	"responses": access.AreaFeedback, "feedback": access.AreaFeedback,
	"reps": access.AreaReps,
	"look": access.AreaSystem, "effects": access.AreaSystem, "dead-letters": access.AreaSystem, "metrics": access.AreaSystem,
	"audit": access.AreaAudit,
}

// ownPath is where a key reads about itself.
const ownPath = "/api/v1/me"

// area is which area of the API the route belongs to; empty for none.
func (r route) area() access.Area {
	first, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(r.path, "/api/v1"), "/"), "/")
	first, _, _ = strings.Cut(first, ".")
	return areas[first]
}

// scope is what a key must be let to do for the route; empty where any key may. A route of no area is for those who may do
// everything.
func (r route) scope() access.Scope {
	area := r.area()
	switch {
	case r.guard != keyRead && r.guard != keyWrite, r.path == ownPath:
		return ""
	case area == "" && r.guard == keyRead:
		return access.ScopeRead
	case area == "":
		return access.ScopeWrite
	case r.guard == keyRead:
		return area.Reading()
	}
	return area.Writing()
}

// live is the route refused to test keys: it decides about what was not made as a test.
func (r route) live() route {
	r.isLive = true
	return r
}

// testAreas are those in which a test key may change something: nothing there mails by itself.
var testAreas = []access.Area{access.AreaCustomers, access.AreaTouchpoints, access.AreaImports, access.AreaAsking}

// barsTests says whether the route is refused to test keys.
func (r route) barsTests() bool {
	return r.guard == keyWrite && (r.isLive || !slices.Contains(testAreas, r.area()))
}

// admit says what keeps the key from the route; nil if nothing does.
func (r route) admit(key *access.APIKey) error {
	if wanted := r.scope(); !key.Allows(wanted) {
		return survey.Errorf(survey.Forbidden, "the API key may not do this; it needs one with the scope %s", wanted)
	}
	if key.Test && r.barsTests() {
		return survey.Errorf(survey.Forbidden, "a test key may not do this, for mails could go out or what is real be decided about; use another key")
	}
	return nil
}

// headerKeyExpires tells, with every answer from two weeks before its end on, when the key stops working.
const headerKeyExpires = "Earshot-Key-Expires"

// noteUse notes that the key was used, and warns of its end. What cannot be noted is logged and keeps nobody.
func (s *Server) noteUse(c echo.Context, key *access.APIKey) {
	if key.EndsSoon(s.here.Now()) {
		c.Response().Header().Set(headerKeyExpires, key.ExpiresAt.Format(time.RFC3339))
	}
	if err := s.keys.NoteKeyUse(c.Request().Context(), key, c.RealIP()); err != nil {
		s.log.WarnContext(c.Request().Context(), "it could not be noted that an API key was used", "request_id", requestID(c), "key", key.Prefix, "error", err)
	}
}
