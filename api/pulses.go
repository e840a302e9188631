package api

import (
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// pulseRequest is a pulse as programs write it.
type pulseRequest struct {
	Name       string        `json:"name"`
	SurveyID   string        `json:"survey_id"`
	Audience   string        `json:"audience"`
	Lists      []survey.List `json:"lists"`
	Segment    string        `json:"segment"`
	Weekdays   []int         `json:"weekdays"`
	Hour       *int          `json:"hour"`
	TimeZone   string        `json:"time_zone"`
	DailyCap   int           `json:"daily_cap"`
	RestDays   int           `json:"rest_days"`
	AnswerDays int           `json:"answer_days"`
	HoldOut    int           `json:"hold_out"`
	Priority   string        `json:"priority"`
}

func (r pulseRequest) input(m ifMatch) survey.PulseInput {
	hour := survey.DefaultHour
	if r.Hour != nil {
		hour = *r.Hour
	}
	return survey.PulseInput{
		Name: r.Name, SurveyID: survey.SurveyID(r.SurveyID), Audience: survey.Audience(r.Audience), Lists: r.Lists, Segment: r.Segment,
		Weekdays: r.Weekdays, Hour: hour, TimeZone: r.TimeZone, DailyCap: r.DailyCap, RestDays: r.RestDays,
		AnswerDays: r.AnswerDays, HoldOut: r.HoldOut, Priority: survey.Priority(r.Priority), Version: int64(m),
	}
}

// pulseResponse is a pulse as programs read it.
type pulseResponse struct {
	head
	Name     string `json:"name"`
	SurveyID string `json:"survey_id"`
	Audience string `json:"audience"`
	// Lists are the lists whose customers are asked; left out where everyone is.
	Lists      []survey.List    `json:"lists,omitempty"`
	Segment    string           `json:"segment"`
	Weekdays   []int            `json:"weekdays"`
	Hour       int              `json:"hour"`
	TimeZone   string           `json:"time_zone"`
	DailyCap   int              `json:"daily_cap"`
	RestDays   int              `json:"rest_days"`
	AnswerDays int              `json:"answer_days"`
	HoldOut    int              `json:"hold_out"`
	Priority   string           `json:"priority"`
	Paused     bool             `json:"paused"`
	NextRunAt  time.Time        `json:"next_run_at,omitzero"`
	Run        pulseRunResponse `json:"run"`
	Warning    string           `json:"warning,omitempty"`
	CreatedAt  time.Time        `json:"created_at"`
	UpdatedAt  time.Time        `json:"updated_at"`
}

// pulseRunResponse is the run under way, or the last one.
type pulseRunResponse struct {
	StartedAt  time.Time `json:"started_at,omitzero"`
	FinishedAt time.Time `json:"finished_at,omitzero"`
	Considered int       `json:"considered"`
	Asked      int       `json:"asked"`
	Held       int       `json:"held"`
	HeldOut    int       `json:"held_out"`
	Capped     bool      `json:"capped"`
	Problem    string    `json:"problem"`
	// Reasons counts those held by why.
	Reasons map[survey.HoldKind]int `json:"reasons,omitempty"`
}

func viewPulse(p *survey.Pulse) pulseResponse {
	return pulseResponse{
		head: head{p.ID, p.Version}, Name: p.Name, SurveyID: string(p.SurveyID), Audience: string(p.Audience), Lists: p.AskedLists(),
		Segment: p.Segment, Weekdays: p.Weekdays, Hour: p.Hour, TimeZone: p.TimeZone, DailyCap: p.DailyCap,
		RestDays: p.RestDays, AnswerDays: p.AnswerDays, HoldOut: p.HoldOut, Priority: string(p.Rank()), Paused: p.Paused, NextRunAt: p.NextRun(),
		Run: pulseRunResponse{
			StartedAt: p.Run.StartedAt, FinishedAt: p.Run.FinishedAt, Considered: p.Run.Considered, Asked: p.Run.Asked,
			Held: p.Run.Held, HeldOut: p.Run.HeldOut, Capped: p.Run.Capped, Problem: p.Run.Problem,
			Reasons: p.Run.Reasons,
		},
		CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
	}
}

const pathPulses = "/api/v1/pulses"

// listPulses answers with pulses in the order of their names.
func (s *Server) listPulses(c echo.Context, in paging) error {
	page, err := s.pulses.Pulses(c.Request().Context(), in.after(), in.Limit)
	return writePage(c, page, err, viewPulse)
}

type createPulseRequest struct {
	Body pulseRequest `body:"application/json"`
}

// warned shows a pulse with what is odd about it now: a segment may be misspelled, or not be there yet.
func (s *Server) warned(c echo.Context) func(*survey.Pulse) pulseResponse {
	return func(p *survey.Pulse) pulseResponse {
		view := viewPulse(p)
		if known, err := s.directory.HasSegment(c.Request().Context(), p.Segment); err != nil {
			s.log.Warn("whether a segment has customers could not be read", "error", err)
		} else if !known {
			view.Warning = "no customer is in the segment “" + p.Segment + "” now"
		}
		return view
	}
}

// createPulse adds a pulse.
func (s *Server) createPulse(c echo.Context, in createPulseRequest) error {
	made, err := s.pulses.CreatePulse(c.Request().Context(), in.Body.input(0))
	return writeCreated(c, pathPulses, made, err, s.warned(c))
}

// readPulse answers with one pulse.
func (s *Server) readPulse(c echo.Context, in idRead) error {
	found, err := s.pulses.Pulse(c.Request().Context(), survey.PulseID(in.ID))
	return writeOne(c, found, err, s.warned(c))
}

type changePulseRequest struct {
	idVersioned
	Body pulseRequest `body:"application/json"`
}

// changePulse replaces a pulse's settings.
func (s *Server) changePulse(c echo.Context, in changePulseRequest) error {
	changed, err := s.pulses.ChangePulse(c.Request().Context(), survey.PulseID(in.ID), in.Body.input(in.IfMatch))
	return writeOne(c, changed, err, s.warned(c))
}

// deletePulse removes a pulse; its invitations stay.
func (s *Server) deletePulse(c echo.Context, in idVersioned) error {
	return nothing(c, s.pulses.DeletePulse(c.Request().Context(), survey.PulseID(in.ID), int64(in.IfMatch)))
}

// pausePulse stops a pulse until it is resumed.
func (s *Server) pausePulse(c echo.Context, in idPath) error {
	changed, err := s.pulses.PausePulse(c.Request().Context(), survey.PulseID(in.ID))
	return writeOne(c, changed, err, viewPulse)
}

// resumePulse lets a paused pulse go on.
func (s *Server) resumePulse(c echo.Context, in idPath) error {
	changed, err := s.pulses.ResumePulse(c.Request().Context(), survey.PulseID(in.ID))
	return writeOne(c, changed, err, viewPulse)
}

// runPulse starts a run now; workers carry it out.
func (s *Server) runPulse(c echo.Context, in idPath) error {
	started, err := s.asks.RunPulseNow(c.Request().Context(), survey.PulseID(in.ID), "")
	return writeOne(c, started, err, viewPulse)
}
