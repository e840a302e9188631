package api

import (
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// newTouchpointRequest is a touchpoint as programs write it. Customer and contact are named by our ids or by the caller's
// own keys.
type newTouchpointRequest struct {
	ExternalID         string    `json:"external_id"`
	CustomerID         string    `json:"customer_id"`
	CustomerExternalID string    `json:"customer_external_id"`
	ContactID          string    `json:"contact_id"`
	ContactExternalID  string    `json:"contact_external_id"`
	Kind               string    `json:"kind"`
	At                 time.Time `json:"at"`
	Value              float64   `json:"value"`
	Note               string    `json:"note"`
}

func (r newTouchpointRequest) input() survey.TouchpointInput {
	return survey.TouchpointInput{
		ExternalID: r.ExternalID, CustomerID: survey.CustomerID(r.CustomerID), CustomerExternalID: r.CustomerExternalID,
		ContactID: survey.ContactID(r.ContactID), ContactExternalID: r.ContactExternalID,
		Kind: survey.TouchpointKind(r.Kind), At: r.At, Value: r.Value, Note: r.Note,
	}
}

// touchpointChange is what to change of a touchpoint. What is left out stays; an empty text clears.
type touchpointChange struct {
	ContactID *string    `json:"contact_id"`
	Kind      *string    `json:"kind"`
	At        *time.Time `json:"at"`
	Value     *float64   `json:"value"`
	Note      *string    `json:"note"`
}

func (r touchpointChange) fields() survey.TouchpointFields {
	return survey.TouchpointFields{
		ContactID: as[survey.ContactID](r.ContactID), Kind: as[survey.TouchpointKind](r.Kind), At: r.At, Value: r.Value,
		Note: r.Note,
	}
}

// touchpointResponse is a touchpoint as programs read it.
type touchpointResponse struct {
	head
	ExternalID string    `json:"external_id"`
	CustomerID string    `json:"customer_id"`
	ContactID  string    `json:"contact_id"`
	Kind       string    `json:"kind"`
	At         time.Time `json:"at"`
	Value      float64   `json:"value"`
	Note       string    `json:"note"`
	// SignOfLife says that it came from the customer, so that it ends a silence.
	SignOfLife bool      `json:"sign_of_life"`
	RecordedAt time.Time `json:"recorded_at"`
}

func viewTouchpoint(t *survey.Touchpoint) touchpointResponse {
	return touchpointResponse{
		head: head{t.ID, t.Version}, ExternalID: t.ExternalID, CustomerID: string(t.CustomerID), ContactID: string(t.ContactID),
		Kind: string(t.Kind), At: t.At, Value: t.Value, Note: t.Note, SignOfLife: t.Kind.SignOfLife(), RecordedAt: t.RecordedAt,
	}
}

const pathTouchpoints = "/api/v1/touchpoints"

type listTouchpointsRequest struct {
	paging
	CustomerID string    `query:"customer_id" required:"true" max:"128"`
	Kind       string    `query:"kind" oneof:"order payment login visit ticket complaint call meeting email_in email_out note answer"`
	From       time.Time `query:"from"`
	To         time.Time `query:"to"`
}

// listTouchpoints answers with a customer's touchpoints, latest first.
func (s *Server) listTouchpoints(c echo.Context, in listTouchpointsRequest) error {
	page, err := s.touchpoints.Touchpoints(c.Request().Context(), survey.TouchpointFilter{
		CustomerID: survey.CustomerID(in.CustomerID), Kind: survey.TouchpointKind(in.Kind), From: in.From, To: in.To,
		After: in.after(), Limit: in.Limit,
	})
	return writePage(c, page, err, viewTouchpoint)
}

type createTouchpointRequest struct {
	Body newTouchpointRequest `body:"application/json"`
}

// createTouchpoint records that a customer showed up, or what we did.
func (s *Server) createTouchpoint(c echo.Context, in createTouchpointRequest) error {
	touchpoint := in.Body.input()
	touchpoint.Source = survey.FromKey(apiKeyOf(c).Name)
	made, err := s.touchpoints.RecordTouchpoint(c.Request().Context(), touchpoint)
	return writeCreated(c, pathTouchpoints, made, err, viewTouchpoint)
}

// readTouchpoint answers with one touchpoint.
func (s *Server) readTouchpoint(c echo.Context, in idRead) error {
	found, err := s.touchpoints.Touchpoint(c.Request().Context(), survey.TouchpointID(in.ID))
	return writeOne(c, found, err, viewTouchpoint)
}

type changeTouchpointRequest struct {
	idVersioned
	Body touchpointChange `body:"application/json"`
}

// changeTouchpoint changes what is sent of a touchpoint.
func (s *Server) changeTouchpoint(c echo.Context, in changeTouchpointRequest) error {
	changed, err := s.touchpoints.ChangeTouchpoint(c.Request().Context(), survey.TouchpointID(in.ID), int64(in.IfMatch), in.Body.fields())
	return writeOne(c, changed, err, viewTouchpoint)
}

// deleteTouchpoint removes a touchpoint.
func (s *Server) deleteTouchpoint(c echo.Context, in idVersioned) error {
	return nothing(c, s.touchpoints.DeleteTouchpoint(c.Request().Context(), survey.TouchpointID(in.ID), int64(in.IfMatch)))
}

// bulkTouchpoints records many touchpoints.
func (s *Server) bulkTouchpoints(c echo.Context, _ bulkRequest[newTouchpointRequest]) error {
	source := survey.FromKey(apiKeyOf(c).Name)
	input := func(r newTouchpointRequest) survey.TouchpointInput {
		in := r.input()
		in.Source = source
		return in
	}
	return streamRows(c, s, input, s.bulk.PutTouchpoints)
}
