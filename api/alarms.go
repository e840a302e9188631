package api

import (
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// alarmResponse is one silence of which somebody was told, and what became of it.
type alarmResponse struct {
	head
	CustomerID   string              `json:"customer_id"`
	RepID        string              `json:"rep_id"`
	Segment      string              `json:"segment"`
	ValuePerWeek float64             `json:"value_per_week"`
	List         survey.List         `json:"list"`
	Kind         string              `json:"kind"`
	Begun        string              `json:"begun"`
	ToldAt       time.Time           `json:"told_at,omitzero"`
	Late         bool                `json:"late"`
	Days         int                 `json:"days"`
	Chance       float64             `json:"chance"`
	AtLeast      bool                `json:"at_least,omitempty"`
	Steps        []alarmStepResponse `json:"steps"`
	UsualUntil   time.Time           `json:"usual_until,omitzero"`
	BeyondDoubt  time.Time           `json:"beyond_doubt,omitzero"`
	MaturesAt    time.Time           `json:"matures_at"`
	Outcome      survey.AlarmOutcome `json:"outcome"`
	Settled      bool                `json:"settled"`
	ReturnedAt   time.Time           `json:"returned_at,omitzero"`
	ReturnedBy   string              `json:"returned_by,omitempty"`
	BackAt       time.Time           `json:"back_at,omitzero"`
	BackBy       string              `json:"back_by,omitempty"`
	AskedAt      time.Time           `json:"asked_at,omitzero"`
	ContactedAt  time.Time           `json:"contacted_at,omitzero"`
	SnoozedUntil time.Time           `json:"snoozed_until,omitzero"`
	LeftAt       time.Time           `json:"left_at,omitzero"`
	MissedAt     time.Time           `json:"missed_at,omitzero"`
	Arm          survey.Arm          `json:"arm,omitempty"`
	DrawnAt      time.Time           `json:"drawn_at,omitzero"`
	DrawnBy      string              `json:"drawn_by,omitempty"`
	FollowedAt   time.Time           `json:"followed_at,omitzero"`
}

// alarmStepResponse is when a silence reached a step, and the chance that was said then.
type alarmStepResponse struct {
	Step   float64   `json:"step"`
	Chance float64   `json:"chance"`
	At     time.Time `json:"at"`
}

func viewAlarm(a *survey.Alarm) alarmResponse {
	view := alarmResponse{
		head: head{a.ID, a.Version}, CustomerID: string(a.CustomerID), RepID: string(a.RepID), Segment: a.Segment, ValuePerWeek: a.ValuePerWeek,
		List: a.List, Kind: string(a.Kind), Begun: string(a.Begun), ToldAt: a.ToldAt, Late: a.Late, Days: a.Days, Chance: a.Chance, AtLeast: a.AtLeast,
		Steps: make([]alarmStepResponse, len(a.Steps)), UsualUntil: a.UsualUntil, BeyondDoubt: a.BeyondDoubt, MaturesAt: a.MaturesAt,
		Outcome: a.Outcome, Settled: a.Mature, ReturnedAt: a.ReturnedAt, ReturnedBy: string(a.ReturnedBy), BackAt: a.BackAt, BackBy: string(a.BackBy),
		AskedAt: a.AskedAt, ContactedAt: a.ContactedAt, SnoozedUntil: a.SnoozedUntil, LeftAt: a.LeftAt, MissedAt: a.MissedAt,
		Arm: a.Arm, DrawnAt: a.DrawnAt, DrawnBy: string(a.DrawnBy), FollowedAt: a.FollowedAt,
	}
	for i, s := range a.Steps {
		view.Steps[i] = alarmStepResponse(s)
	}
	return view
}

type listAlarmsRequest struct {
	paging
	CustomerID string `query:"customer_id" max:"128"`
	List       string `query:"list" oneof:"probably_leaving unusually_silent drifting"`
	RepID      string `query:"rep_id" max:"128"`
}

// listAlarms answers with alarms, those that were told last first.
func (s *Server) listAlarms(c echo.Context, in listAlarmsRequest) error {
	page, err := s.silences.Alarms(c.Request().Context(), survey.AlarmsFilter{
		CustomerID: survey.CustomerID(in.CustomerID), List: survey.List(in.List), RepID: survey.RepID(in.RepID), After: in.after(), Limit: in.Limit,
	})
	return writePage(c, page, err, viewAlarm)
}
