package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/analytics"
	"earshot/survey"
)

// reportRequest says of which list the report is, and of whose customers.
type reportRequest struct {
	List  string `query:"list" oneof:"probably_leaving unusually_silent drifting" default:"probably_leaving"`
	RepID string `query:"rep_id" max:"128"`
}

// reportResponse is what came of the alarms.
type reportResponse struct {
	List survey.List `json:"list"`
	// Since is since when alarms have been written down; left out while there was none.
	Since      time.Time             `json:"since,omitzero"`
	ReviewedAt time.Time             `json:"reviewed_at,omitzero"`
	Months     []reportMonthResponse `json:"months"`
	Total      alarmCountsResponse   `json:"total"`
	Reps       []reportRepResponse   `json:"reps"`
	// FalseShare and CaughtShare are shares from 0 to 1 with their intervals.
	FalseShare  analytics.Estimate `json:"false_share"`
	CaughtShare analytics.Estimate `json:"caught_share"`
	Asking      []askingResponse   `json:"asking"`
	AskedAnyway int                `json:"asked_anyway"`
	Chances     []chanceResponse   `json:"chances"`
}

type reportMonthResponse struct {
	// Month is as 2006-01.
	Month  string              `json:"month"`
	Counts alarmCountsResponse `json:"counts"`
}

type reportRepResponse struct {
	RepID  survey.RepID        `json:"rep_id"`
	Counts alarmCountsResponse `json:"counts"`
}

// alarmCountsResponse counts alarms by what came of them.
type alarmCountsResponse struct {
	Told          int `json:"told"`
	Late          int `json:"late"`
	Corrected     int `json:"corrected"`
	Waiting       int `json:"waiting"`
	BackInUsual   int `json:"back_in_usual"`
	BackLater     int `json:"back_later"`
	BackContacted int `json:"back_contacted"`
	StillSilent   int `json:"still_silent"`
	Left          int `json:"left"`
	Missed        int `json:"missed"`
	// LeadDays is left out where nobody stayed away.
	LeadDays *int `json:"lead_days,omitempty"`
}

// askingResponse compares who was asked with who was kept out of asking.
type askingResponse struct {
	analytics.Asking
	Sentence string `json:"sentence"`
}

// chanceResponse compares what was said with what came, of the alarms whose chance had reached one step.
type chanceResponse struct {
	Step       float64   `json:"step"`
	Since      time.Time `json:"since"`
	Of         int       `json:"of"`
	Said       float64   `json:"said"`
	Stayed     int       `json:"stayed"`
	WrongSince time.Time `json:"wrong_since,omitzero"`
	Sentence   string    `json:"sentence"`
}

func viewCounts(c survey.AlarmCounts) alarmCountsResponse {
	view := alarmCountsResponse{
		Told: c.Told, Late: c.Late, Corrected: c.Corrected, Waiting: c.Waiting, BackInUsual: c.BackInUsual, BackLater: c.BackLater,
		BackContacted: c.BackContacted, StillSilent: c.StillSilent, Left: c.SaidGoodbye, Missed: c.Missed,
	}
	if c.LeadOf > 0 {
		view.LeadDays = &c.LeadDays
	}
	return view
}

// readReport answers with what came of the alarms.
func (s *Server) readReport(c echo.Context, in reportRequest) error {
	r, err := s.silences.AlarmReport(c.Request().Context(), survey.AlarmFilter{List: survey.List(in.List), RepID: survey.RepID(in.RepID)})
	if err != nil {
		return err
	}
	view := reportResponse{
		List: r.List, Since: r.Since, ReviewedAt: r.ReviewedAt, Total: viewCounts(r.Total), FalseShare: analytics.FalseShare(r.Total),
		CaughtShare: analytics.CaughtShare(r.Total), AskedAnyway: r.AskedAnyway, Reps: []reportRepResponse{}, Chances: []chanceResponse{},
	}
	for _, m := range r.Months {
		view.Months = append(view.Months, reportMonthResponse{m.From.Format("2006-01"), viewCounts(m.AlarmCounts)})
	}
	for _, rep := range r.Reps {
		view.Reps = append(view.Reps, reportRepResponse{rep.RepID, viewCounts(rep.AlarmCounts)})
	}
	for _, a := range analytics.AskingOf(r) {
		view.Asking = append(view.Asking, askingResponse{a, a.Sentence()})
	}
	for _, d := range r.Drifts {
		view.Chances = append(view.Chances, chanceResponse{
			Step: d.Step, Since: d.From, Of: d.Of, Said: d.Said(), Stayed: d.Stayed, WrongSince: d.WrongSince, Sentence: d.Sentence(s.here.TimeZone()),
		})
	}
	return c.JSON(http.StatusOK, view)
}
