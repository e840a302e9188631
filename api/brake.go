package api

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// brakeResponse is how mails ended of late, and whether they are held because of that.
type brakeResponse struct {
	Held             bool      `json:"held"`
	Reason           string    `json:"reason,omitempty"`
	HeldAt           time.Time `json:"held_at,omitzero"`
	Waiting          int       `json:"waiting"`
	Since            time.Time `json:"since,omitzero"`
	Accepted         int       `json:"accepted"`
	Refused          int       `json:"refused"`
	Bounced          int       `json:"bounced"`
	Complained       int       `json:"complained"`
	BouncePercent    float64   `json:"bounce_percent"`
	ComplaintPercent float64   `json:"complaint_percent"`
	BounceLimit      float64   `json:"bounce_limit"`
	ComplaintLimit   float64   `json:"complaint_limit"`
	ReleasedAt       time.Time `json:"released_at,omitzero"`
	ReleasedBy       string    `json:"released_by,omitempty"`
}

func viewBrake(s *survey.BrakeStatus) brakeResponse {
	return brakeResponse{
		Held: s.Holds(), Reason: string(s.Reason), HeldAt: s.HeldAt, Waiting: s.Waiting, Since: s.Since,
		Accepted: s.Ends.Accepted, Refused: s.Ends.Refused, Bounced: s.Ends.Bounced, Complained: s.Ends.Complained,
		BouncePercent: s.Ends.BadShare(), ComplaintPercent: s.Ends.ComplaintShare(), BounceLimit: s.Limits.Bounces, ComplaintLimit: s.Limits.Complaints,
		ReleasedAt: s.ReleasedAt, ReleasedBy: string(s.ReleasedBy),
	}
}

// readBrake answers how mails ended of late.
func (s *Server) readBrake(c echo.Context, _ struct{}) error {
	status, err := s.mails.BrakeStatus(c.Request().Context())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, viewBrake(status))
}

// releaseBrake lets the mails go that are held.
func (s *Server) releaseBrake(c echo.Context, _ struct{}) error {
	status, err := s.mails.ReleaseBrake(c.Request().Context(), "")
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, viewBrake(status))
}

// releaseBrakeNow lets them go for an admin.
func (s *Server) releaseBrakeNow(c echo.Context) error {
	if _, err := s.form(c); err != nil {
		return err
	}
	status, err := s.mails.ReleaseBrake(c.Request().Context(), survey.RepID(repOf(c).ID))
	switch {
	case survey.KindOf(err) == survey.Conflict: // somebody was faster: what was wanted
		return seeOther(c, frontend.PathMailCheck, "mails_go")
	case err != nil:
		return err
	}
	s.brakes.Put(s.here.Now(), "", status)
	return seeOther(c, frontend.PathMailCheck, "let_go")
}

// brakeStatus returns how the brake stood a moment ago.
func (s *Server) brakeStatus(ctx context.Context) (*survey.BrakeStatus, error) {
	ctx, cancel := context.WithTimeout(ctx, scrapeTime)
	defer cancel()
	return s.brakes.Recall(s.here.Now(), "", func() (*survey.BrakeStatus, error) { return s.mails.BrakeStatus(ctx) })
}

// brakeAlarm says that mails are held, and why; nil where they go out.
func (s *Server) brakeAlarm(c echo.Context) *frontend.BrakeAlarm {
	status, err := s.brakeStatus(c.Request().Context())
	if err != nil {
		s.log.Warn("whether mails are held could not be read", "error", err)
		return nil
	}
	if !status.Holds() {
		return nil
	}
	return &frontend.BrakeAlarm{Reason: status.Reason, Since: status.HeldAt, Waiting: status.Waiting, MailEnds: mailEnds(status), URL: frontend.PathMailCheck + "#ends"}
}

// mailEnds tells the figures with the lists behind them.
func mailEnds(s *survey.BrakeStatus) frontend.MailEnds {
	list := func(standing survey.Standing) string {
		return ledgerURL(stateParam, string(standing))
	}
	return frontend.MailEnds{
		MailEnds: s.Ends, Refused: list(survey.StandsRefused), Bounced: list(survey.StandsBounced), Complained: list(survey.StandsComplained),
	}
}

// brakePanel shows how mails ended of late, and lets held ones go.
func (s *Server) brakePanel(c echo.Context) (*frontend.BrakePanel, error) {
	status, err := s.mails.BrakeStatus(c.Request().Context())
	if err != nil {
		return nil, err
	}
	s.brakes.Put(s.here.Now(), "", status)
	panel := &frontend.BrakePanel{
		Ends: mailEnds(status), Limits: status.Limits, Since: status.Since, ReleasedAt: status.ReleasedAt, ReleasedBy: s.repName(c, status.ReleasedBy),
	}
	if status.Holds() {
		panel.Release = &frontend.Action{Label: "Let mails go", URL: frontend.PathMailCheck + "/release", Look: frontend.Danger}
	}
	return panel, nil
}
