package api

import (
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// timelineResponse is one thing that happened with a customer: exactly one of the three is there.
type timelineResponse struct {
	At         time.Time           `json:"at"`
	Touchpoint *touchpointResponse `json:"touchpoint,omitempty"`
	Invitation *invitationResponse `json:"invitation,omitempty"`
	Response   *responseResponse   `json:"response,omitempty"`
}

func (s *Server) viewTimeline(t survey.TimelineItem) timelineResponse {
	view := timelineResponse{At: t.At}
	switch {
	case t.Touchpoint != nil:
		v := viewTouchpoint(t.Touchpoint)
		view.Touchpoint = &v
	case t.Invitation != nil:
		v := s.viewInvitation(t.Invitation)
		view.Invitation = &v
	case t.Response != nil:
		v := viewResponse(t.Response)
		view.Response = &v
	}
	return view
}

type timelineRequest struct {
	idPath
	paging
}

// timeline answers with what happened with a customer, latest first.
func (s *Server) timeline(c echo.Context, in timelineRequest) error {
	page, err := s.touchpoints.Timeline(c.Request().Context(), survey.CustomerID(in.ID), in.after(), in.Limit)
	return writePage(c, page, err, s.viewTimeline)
}
