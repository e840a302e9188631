package api

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"earshot/analytics/chart"
	"earshot/frontend"
	"earshot/survey"
)

// capacityPage shows what each number of alarms a week would have reached in the last year, and what it would have cost.
func (s *Server) capacityPage(c echo.Context) error {
	kind := typed(c.QueryParams(), "kind")
	found, err := s.silences.Capacity(c.Request().Context(), survey.TouchpointKind(kind))
	if err != nil {
		return err
	}
	page := frontend.CapacityPage{
		Shell: s.shell(c, frontend.PathToday), Kind: found.Kind, Kinds: found.Kinds, Customers: found.Curve.Customers,
		Leavers: int(math.Round(found.Curve.Leavers)), LittleHistory: found.Curve.LittleHistory,
	}
	if found.InForce.PerWeek > 0 {
		page.InForce = found.InForce.String()
	}
	perWeek, err := s.callsOfAll(c.Request().Context())
	if err != nil {
		return err
	}
	page.Calls = found.Beside(perWeek)
	page.Chosen = found.Chosen > 0
	if page.Chosen && page.User.Admin {
		page.Leave = choosing(found.Kind, quietLimits, 0)
	}
	if len(found.Curve.Points) > 0 {
		page.Rows = capacityRows(found, page.User.Admin)
		page.Chart = pictured(frontend.PathCapacity+".svg", url.Values{"kind": {string(found.Kind)}}, pageWidth,
			func(o chart.Options) chart.Picture { return chart.Capacities(capacityDrawing(found), o) })
	}
	return s.page(c, http.StatusOK, page)
}

// chooseCapacity has the quiet list be as long as was chosen.
func (s *Server) chooseCapacity(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	kind := typed(form, "kind")
	perWeek, err := strconv.ParseFloat(typed(form, "per_week"), 64)
	if err != nil {
		return survey.InvalidField("per_week", "must be a number")
	}
	if err := s.silences.ChooseCapacity(c.Request().Context(), survey.TouchpointKind(kind), perWeek); err != nil {
		return err
	}
	return seeOther(c, frontend.PathCapacity+"?"+url.Values{"kind": {kind}}.Encode(), "list_chosen")
}

// quietLimits is the button that leaves the length of the list to Earshot.
const quietLimits = "Leave it to Earshot again"

// choosing is the button that has the list have at most so many alarms a week.
func choosing(kind survey.TouchpointKind, label string, perWeek float64) *frontend.Action {
	return &frontend.Action{Label: label, URL: frontend.PathCapacity, Look: frontend.Quiet, Hidden: []frontend.Hidden{
		{Name: "kind", Value: string(kind)}, {Name: "per_week", Value: strconv.FormatFloat(perWeek, 'f', -1, 64)},
	}}
}

// capacityRows are the usual capacities with what is in force in its place among them, and the buttons of an admin who may choose.
func capacityRows(found *survey.Capacity, admin bool) []frontend.CapacityRow {
	points := found.Curve.Capacities()
	at := len(points)
	if now := found.InForce; now.PerWeek > 0 {
		at = 0
		for at < len(points) && points[at].PerWeek < now.PerWeek {
			at++
		}
		if at == len(points) || points[at].PerWeek > now.PerWeek {
			points = slices.Insert(points, at, now)
		}
	}
	rows := make([]frontend.CapacityRow, len(points))
	for i, p := range points {
		rows[i] = frontend.CapacityRow{PerWeek: p.Rate(), Reached: p.Reached, Fine: p.Fine, InForce: i == at}
		if p.Reached > 0 {
			rows[i].Late = p.Late()
		}
		if admin && i != at {
			rows[i].Choose = choosing(found.Kind, "Choose", p.PerWeek)
			rows[i].Choose.About = p.Rate() + " a week"
		}
	}
	return rows
}

// capacityChartRequest says of which kind of sign of life the picture is.
type capacityChartRequest struct {
	curveRequest
	look
}

// capacitySVG answers with the picture of the curve.
func (s *Server) capacitySVG(c echo.Context, in capacityChartRequest) error {
	found, err := s.silences.Capacity(c.Request().Context(), survey.TouchpointKind(in.Kind))
	if err != nil {
		return err
	}
	return writePicture(c, chart.Capacities(capacityDrawing(found), in.options()), in.look, asSVG(pixels{}))
}

// capacityDrawing returns the curve as the chart takes it.
func capacityDrawing(found *survey.Capacity) chart.Capacity {
	var d chart.Capacity
	for _, p := range slices.Backward(found.Curve.Points) {
		d.Points = append(d.Points, chart.CapacityPoint{PerWeek: p.PerWeek, Reached: p.Reached, Label: p.Rate()})
	}
	if p := found.InForce; p.PerWeek > 0 {
		d.InForce = chart.CapacityPoint{PerWeek: p.PerWeek, Reached: p.Reached, Label: p.Rate(), Cost: []string{p.Late(), p.WereFine()}}
	}
	if found.Curve.LittleHistory {
		d.Note = fmt.Sprintf("Little history: only some %.0f left within the year.", found.Curve.Leavers)
	}
	return d
}
