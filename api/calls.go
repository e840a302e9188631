package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

// callsOfAll is how many customers all reps call in a week together, as of a moment ago; 0 is no limit.
func (s *Server) callsOfAll(ctx context.Context) (int, error) {
	return s.calls.Recall(s.here.Now(), "", func() (int, error) {
		reps, err := s.allReps(ctx)
		return access.CallsPerWeek(reps), err
	})
}

// setCalls says how many customers a rep calls in a week.
func (s *Server) setCalls(ctx context.Context, id survey.RepID, perWeek int) (*access.Rep, error) {
	rep, err := s.staff.ChangeRep(ctx, id, access.RepChange{CallsPerWeek: &perWeek})
	s.calls.Forget("")
	return rep, err
}

// readCalls reads how many customers somebody calls in a week; an empty field is no limit.
func readCalls(form url.Values) (int, error) {
	text := typed(form, "calls_per_week")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, survey.InvalidField("calls_per_week", "must be a whole number, or empty")
	}
	return n, nil
}

// callsText is what stands in the field that readCalls reads.
func callsText(perWeek int) string {
	if perWeek == 0 {
		return ""
	}
	return strconv.Itoa(perWeek)
}

// saveCalls takes how many customers the logged-in rep calls in a week.
func (s *Server) saveCalls(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	perWeek, err := readCalls(form)
	if err == nil {
		_, err = s.setCalls(c.Request().Context(), survey.RepID(repOf(c).ID), perWeek)
	}
	if survey.KindOf(err) == survey.Invalid {
		page, broken := s.account(c)
		if broken != nil {
			return broken
		}
		page.Calls = frontend.CallsForm(pathCalls, form).Reject(err)
		return s.page(c, statusOf(survey.Invalid), page)
	}
	if err != nil {
		return err
	}
	return seeOther(c, frontend.PathAccount, "saved")
}

// pathCalls takes the form of one's own calls.
const pathCalls = frontend.PathAccount + "/calls"

// callsRequest says how many customers a rep calls in a week.
type callsRequest struct {
	idPath
	Body callsBody `body:"application/json"`
}

type callsBody struct {
	// CallsPerWeek of 0 is no limit.
	CallsPerWeek *int `json:"calls_per_week"`
}

// chooseCalls has a rep's list be as long as what they say, or an admin's program says for them.
func (s *Server) chooseCalls(c echo.Context, in callsRequest) error {
	if in.Body.CallsPerWeek == nil {
		return survey.InvalidField("calls_per_week", "is required")
	}
	rep, err := s.setCalls(c.Request().Context(), survey.RepID(in.ID), *in.Body.CallsPerWeek)
	if err != nil {
		return err
	}
	teams, err := s.teamNames(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, viewRep(rep, teams[rep.TeamID]))
}
