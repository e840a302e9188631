package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// silenceResponse is a customer's present silence, judged now against the customer's own rhythm.
type silenceResponse struct {
	// Sentence says it in plain words.
	Sentence string `json:"sentence"`
	// Kind is the kind of sign of life whose rhythm the sentence is about; empty where there was none yet.
	Kind string `json:"kind"`
	// KindDays is how many days ago the last of that kind was.
	KindDays        int       `json:"kind_days"`
	LastAt          time.Time `json:"last_at,omitzero"`
	Days            int       `json:"days"`
	UsualLowDays    float64   `json:"usual_low_days"`
	UsualMiddleDays float64   `json:"usual_middle_days"`
	UsualHighDays   float64   `json:"usual_high_days"`
	// DueOn is the day by whose end nine tenths of such gaps are over.
	DueOn string `json:"due_on,omitempty"`
	// Tail is the share of such gaps that get this long, Gone the chance that the customer has left: 0 to 1.
	Tail float64 `json:"tail"`
	Gone float64 `json:"gone"`
	// GoneAtLeast says that there is too little history to tell a higher chance than Gone.
	GoneAtLeast bool `json:"gone_at_least,omitempty"`
	// Silent30Days and Silent90Days are the chances that no sign of life comes within so many days.
	Silent30Days float64 `json:"silent_30_days"`
	Silent90Days float64 `json:"silent_90_days"`
	// List is the list of customers to look after on which they stand, since Since; empty if on none.
	List       string    `json:"list,omitempty"`
	Since      time.Time `json:"since,omitzero"`
	Quiet      bool      `json:"quiet"`
	QuietSince time.Time `json:"quiet_since,omitzero"`
	Step       float64   `json:"step"`
	// Drifting says that a customer who is not quiet has stopped buying, Stopped the chance of that, 0 to 1, and StoppedAtLeast that
	// there is too little history to tell a higher one.
	Drifting       bool      `json:"drifting"`
	DriftingSince  time.Time `json:"drifting_since,omitzero"`
	Stopped        float64   `json:"stopped,omitempty"`
	StoppedAtLeast bool      `json:"stopped_at_least,omitempty"`
	// Slowing is the evidence of who is on that list, Newcomer the comparison of who has shown Kind once or twice.
	Slowing  *slowingResponse  `json:"slowing,omitempty"`
	Newcomer *newcomerResponse `json:"newcomer,omitempty"`
	// Held says why the silence is no alarm, of which feed data are missing, and since when it would be one.
	Held      string    `json:"held,omitempty"`
	HeldBy    string    `json:"held_by,omitempty"`
	HeldSince time.Time `json:"held_since,omitzero"`
}

func viewSilence(s survey.Silence) silenceResponse {
	view := silenceResponse{
		Sentence: s.Sentence, Kind: string(s.Kind), KindDays: s.KindDays, LastAt: s.LastAt, Days: s.Days, UsualLowDays: s.UsualLow,
		UsualMiddleDays: s.UsualMid, UsualHighDays: s.UsualHigh, DueOn: string(s.DueOn), Tail: s.Tail, Gone: s.Gone, GoneAtLeast: s.GoneAtLeast,
		Silent30Days: s.Silent30, Silent90Days: s.Silent90, Step: s.Step, List: string(s.List), Since: s.Since,
		Stopped: s.Stopped, StoppedAtLeast: s.StoppedAtLeast,
		Slowing: viewSlowing(s.Slowing), Newcomer: viewNewcomer(s.Newcomer), Held: s.Held, HeldBy: s.HeldBy, HeldSince: s.HeldSince,
	}
	switch s.List {
	case survey.Leaving:
		view.Quiet, view.QuietSince = true, s.Since
	case survey.Drifting:
		view.Drifting, view.DriftingSince = true, s.Since
	}
	return view
}

// quietResponse is one line of a list.
type quietResponse struct {
	Customer customerResponse `json:"customer"`
	Silence  silenceResponse  `json:"silence"`
	// Unreachable says that the mails to all who could be asked there come back.
	Unreachable bool `json:"unreachable"`
}

func viewQuiet(q survey.QuietCustomer) quietResponse {
	return quietResponse{Customer: viewCustomer(q.Customer), Silence: viewSilence(q.Silence), Unreachable: q.Unreachable}
}

type listQuietRequest struct {
	paging
	RepID   string `query:"rep_id" max:"128"`
	Segment string `query:"segment" max:"80"`
}

// filter is what is asked for of a list.
func (in listQuietRequest) filter(list survey.List) survey.QuietFilter {
	return survey.QuietFilter{
		List: list, RepID: survey.RepID(in.RepID), Segment: in.Segment, After: in.after(), Limit: in.Limit,
	}
}

// listStepRequest says of which step of a silence.
type listStepRequest struct {
	listQuietRequest
	List string `query:"list" default:"probably_leaving" oneof:"probably_leaving unusually_silent"`
}

// listQuiet answers with the customers who have fallen silent, the greatest loss first: who are probably leaving, or the step before.
func (s *Server) listQuiet(c echo.Context, in listStepRequest) error {
	page, err := s.silences.QuietCustomers(c.Request().Context(), in.filter(survey.List(in.List)))
	return writePage(c, page, err, viewQuiet)
}

// listDrifting answers with the customers that have stopped buying while they show up otherwise, the greatest loss first.
func (s *Server) listDrifting(c echo.Context, in listQuietRequest) error {
	page, err := s.silences.QuietCustomers(c.Request().Context(), in.filter(survey.Drifting))
	return writePage(c, page, err, viewQuiet)
}

// rhythmResponse is how a customer usually shows up.
type rhythmResponse struct {
	silenceResponse
	// Known says that there was a sign of life.
	Known        bool                  `json:"known"`
	SnoozedUntil time.Time             `json:"snoozed_until,omitzero"`
	Gaps         []gapResponse         `json:"gaps"`
	Kinds        []kindSilenceResponse `json:"kinds"`
}

// gapResponse is one completed gap between two active days.
type gapResponse struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	Days int       `json:"days"`
}

// kindSilenceResponse is the silence of one kind of sign of life.
type kindSilenceResponse struct {
	Kind   string    `json:"kind"`
	Days   int       `json:"days"`
	Events int       `json:"events"`
	Tail   float64   `json:"tail"`
	LastAt time.Time `json:"last_at"`
}

func viewRhythm(r *survey.RhythmDetails) rhythmResponse {
	view := rhythmResponse{
		silenceResponse: viewSilence(r.Silence), Known: r.Known, SnoozedUntil: r.SnoozedUntil,
		Gaps: make([]gapResponse, len(r.Gaps)), Kinds: make([]kindSilenceResponse, len(r.Kinds)),
	}
	for i, g := range r.Gaps {
		view.Gaps[i] = gapResponse(g)
	}
	for i, k := range r.Kinds {
		view.Kinds[i] = kindSilenceResponse{Kind: string(k.Kind), Days: k.Days, Events: k.Events, Tail: k.Tail, LastAt: k.LastAt}
	}
	return view
}

// readRhythm answers with a customer's rhythm.
func (s *Server) readRhythm(c echo.Context, in idPath) error {
	found, err := s.silences.Rhythm(c.Request().Context(), survey.CustomerID(in.ID))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, viewRhythm(found))
}

type snoozeRequest struct {
	idPath
	Body snoozeBody `body:"application/json"`
}

type snoozeBody struct {
	Until time.Time `json:"until"`
}

// snooze keeps a customer out of the lists of the quiet and the drifting for a while.
func (s *Server) snooze(c echo.Context, in snoozeRequest) error {
	if in.Body.Until.IsZero() {
		return survey.InvalidField("until", "is required")
	}
	return nothing(c, s.silences.Snooze(c.Request().Context(), survey.CustomerID(in.ID), in.Body.Until))
}

// wake ends a snooze.
func (s *Server) wake(c echo.Context, in idPath) error {
	return nothing(c, s.silences.Snooze(c.Request().Context(), survey.CustomerID(in.ID), time.Time{}))
}
