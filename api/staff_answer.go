package api

import (
	"net/url"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// staffDevice is who of ours uses this browser, by the session in it, or by a log-in of before; empty where nobody does, or that cannot
// be read now: an answer is taken all the same.
func (s *Server) staffDevice(c echo.Context) survey.RepID {
	if who, err := s.currentRep(c); err == nil {
		return survey.RepID(who.ID)
	}
	token := s.cookieValue(c, deviceCookie)
	if token == "" {
		return ""
	}
	known, err := s.doors.DeviceRep(c.Request().Context(), token)
	if err != nil {
		return ""
	}
	return known
}

// tracesOf is traces, with who of ours sent the form: whoever is logged in here answers for somebody else.
func (s *Server) tracesOf(c echo.Context, form url.Values) survey.Traces {
	traces := s.traces(form)
	traces.Staff = s.staffDevice(c)
	return traces
}

// offerCounting puts on a response's page who of ours gave it, and lets a manager decide whether it counts.
func (s *Server) offerCounting(c echo.Context, r *survey.Response, owned survey.Owned, page *frontend.ResponsePage) {
	page.GivenBy = s.repName(c, r.GivenBy)
	may := page.User.Manages && worksOn(c, owned.Rep)
	url := responseURL(survey.ResponseID(r.ID))
	switch {
	case r.Counted != nil:
		page.CountedBy, page.CountedAt = s.repName(c, r.Counted.By), r.Counted.At
		if may {
			page.Judge = &frontend.Action{Label: "Set aside again", URL: url + "/set-aside", Look: frontend.Quiet}
		}
	case r.Suspect != "" && may:
		page.Judge = &frontend.Action{Label: "Count it all the same", URL: url + "/count"}
	}
}

// countResponse has a response count that was set aside.
func (s *Server) countResponse(c echo.Context) error {
	id, err := pathID[survey.ResponseID](c)
	if err != nil {
		return err
	}
	if _, err := s.responses.CountResponse(c.Request().Context(), id, survey.RepID(repOf(c).ID)); err != nil {
		return err
	}
	return seeOther(c, responseURL(id), "counted")
}

// setAsideAgain takes that back.
func (s *Server) setAsideAgain(c echo.Context) error {
	id, err := pathID[survey.ResponseID](c)
	if err != nil {
		return err
	}
	if _, err := s.responses.SetAsideAgain(c.Request().Context(), id); err != nil {
		return err
	}
	return seeOther(c, responseURL(id), "set_aside")
}
