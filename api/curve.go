package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// curveRequest says of which kind of sign of life a curve is.
type curveRequest struct {
	Kind string `query:"kind" oneof:"order payment login visit ticket complaint call meeting email_in email_out note answer"`
}

// curveResponse is what lists of the silent would have reached in a year, and what they would have cost.
type curveResponse struct {
	Kind          survey.TouchpointKind   `json:"kind"`
	Kinds         []survey.TouchpointKind `json:"kinds"`
	Customers     int                     `json:"customers"`
	Leavers       float64                 `json:"leavers"`
	LittleHistory bool                    `json:"little_history"`
	// ChosenPerWeek is left out where nobody has chosen.
	ChosenPerWeek float64 `json:"chosen_per_week,omitempty"`
	// InForce is left out where the list as it is would have told of nobody, Coming where InForce is the latest or the latest would have.
	InForce *pointResponse  `json:"in_force,omitempty"`
	Coming  *pointResponse  `json:"coming,omitempty"`
	Points  []pointResponse `json:"points"`
}

// pointResponse is what a list that begins at one alarm score would have reached, and what it would have cost.
type pointResponse struct {
	Score    float64 `json:"score"`
	PerWeek  float64 `json:"per_week"`
	Reached  float64 `json:"reached"`
	Fine     float64 `json:"fine"`
	DaysLate float64 `json:"days_late"`
}

func viewCurve(found *survey.Capacity) curveResponse {
	view := curveResponse{
		Kind: found.Kind, Kinds: append([]survey.TouchpointKind{}, found.Kinds...), Customers: found.Curve.Customers,
		Leavers: found.Curve.Leavers, LittleHistory: found.Curve.LittleHistory, ChosenPerWeek: found.Chosen,
		Points: make([]pointResponse, len(found.Curve.Points)),
	}
	for i, p := range found.Curve.Points {
		view.Points[i] = pointResponse(p)
	}
	view.InForce, view.Coming = viewList(&found.InForce), viewList(found.Coming)
	return view
}

// viewList shows the point of a list; nothing of one that tells of nobody.
func viewList(p *survey.ListPoint) *pointResponse {
	if p == nil || p.PerWeek == 0 {
		return nil
	}
	view := pointResponse(*p)
	return &view
}

// readCurve answers with what lists of each length would have reached.
func (s *Server) readCurve(c echo.Context, in curveRequest) error {
	return s.writeCurve(c, survey.TouchpointKind(in.Kind))
}

func (s *Server) writeCurve(c echo.Context, kind survey.TouchpointKind) error {
	found, err := s.silences.Capacity(c.Request().Context(), kind)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, viewCurve(found))
}

// lengthRequest says how long the quiet list of a kind of sign of life is to be.
type lengthRequest struct {
	Kind string     `query:"kind" required:"true" oneof:"order payment login visit ticket complaint call meeting email_in email_out note answer"`
	Body lengthBody `body:"application/json"`
}

type lengthBody struct {
	// PerWeek is how many alarms a week the list has at most; 0 leaves it to Earshot.
	PerWeek *float64 `json:"per_week"`
}

// chooseLength has the quiet list be as long as was chosen, and answers with the curve.
func (s *Server) chooseLength(c echo.Context, in lengthRequest) error {
	if in.Body.PerWeek == nil {
		return survey.InvalidField("per_week", "is required")
	}
	kind := survey.TouchpointKind(in.Kind)
	if err := s.silences.ChooseCapacity(c.Request().Context(), kind, *in.Body.PerWeek); err != nil {
		return err
	}
	return s.writeCurve(c, kind)
}
