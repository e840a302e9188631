package api

import (
	"fmt"
	"math"
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
	return s.showCapacity(c, c.QueryParams(), nil)
}

// showCapacity shows the page of the kind that the values name, with the form as it was filled in and what was wrong with it, if anything.
func (s *Server) showCapacity(c echo.Context, values url.Values, wrong error) error {
	kind := survey.TouchpointKind(typed(values, "kind"))
	if kind != "" && !slices.Contains(survey.TouchpointKinds(), kind) {
		return survey.Errorf(survey.NotFound, "there is no kind of sign of life of that name")
	}
	found, err := s.silences.Capacity(c.Request().Context(), kind)
	if err != nil {
		return err
	}
	page := frontend.CapacityPage{
		Shell: s.shell(c, frontend.PathToday), Kind: found.Kind, Kinds: found.Kinds, Customers: found.Curve.Customers,
		Leavers: int(math.Round(found.Curve.Leavers)), LittleHistory: found.Curve.LittleHistory,
		Sooner: found.Curve.Sooner(), Dearer: found.Curve.Dearer(),
	}
	if found.InForce.PerWeek > 0 {
		page.InForce = found.InForce.String()
	}
	if found.Coming != nil {
		page.Coming = found.Coming.String()
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
		if page.User.Admin {
			least, most := found.Curve.Range()
			form := frontend.CapacityForm(frontend.PathCapacity, found.Kind, least, most, values).Reject(wrong)
			page.Form = &form
		}
		page.Chart = pictured(frontend.PathCapacity+".svg", url.Values{"kind": {string(found.Kind)}}, pageWidth,
			func(o chart.Options) chart.Picture { return chart.Capacities(capacityDrawing(found), o) })
	}
	return s.page(c, statusUnless(wrong), page)
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
		err = survey.InvalidField("per_week", "must be a number")
	} else {
		err = s.silences.ChooseCapacity(c.Request().Context(), survey.TouchpointKind(kind), perWeek)
	}
	switch {
	case err != nil && survey.KindOf(err) == survey.Invalid:
		return s.showCapacity(c, form, err)
	case err != nil:
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

// capacityRows are the table, with the buttons of an admin who may choose: what no list would have had cannot be.
func capacityRows(found *survey.Capacity, admin bool) []frontend.CapacityRow {
	lengths := found.Lengths()
	least, _ := found.Curve.Range()
	rows := make([]frontend.CapacityRow, len(lengths))
	for i, p := range lengths {
		rows[i] = frontend.CapacityRow{PerWeek: p.Rate(), Reached: p.Reached, Fine: p.Fine, InForce: p.InForce, Coming: p.Coming, Own: p.Own}
		if p.Reached > 0 {
			rows[i].Late = p.Late()
		}
		latest := p.Coming || found.Coming == nil && p.InForce
		if admin && !latest && p.PerWeek >= least {
			perWeek := p.PerWeek
			if p.Own {
				perWeek = 0 // it stays Earshot's own when that changes
			}
			rows[i].Choose = choosing(found.Kind, "Choose", perWeek)
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
	return writePicture(c, chart.Capacities(capacityDrawing(found), in.options()), asSVG(pixels{}))
}

// capacityDrawing returns the curve as the chart takes it.
func capacityDrawing(found *survey.Capacity) chart.Capacity {
	point := func(p survey.ListPoint) chart.CapacityPoint {
		return chart.CapacityPoint{PerWeek: p.PerWeek, Reached: p.Reached, Label: p.Rate()}
	}
	var d chart.Capacity
	for _, p := range slices.Backward(found.Curve.Points) {
		d.Points = append(d.Points, point(p))
	}
	for _, p := range found.Lengths() {
		d.Told = append(d.Told, point(p.ListPoint))
	}
	if p := found.InForce; p.PerWeek > 0 {
		d.InForce = point(p)
		d.InForce.Cost = []string{p.Late(), p.WereFine()}
	}
	if found.Curve.LittleHistory {
		d.Note = fmt.Sprintf("Little history: only some %.0f left within the year.", found.Curve.Leavers)
	}
	return d
}
