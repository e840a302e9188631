package api

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// relayResponse is how the server stands that takes our mails.
type relayResponse struct {
	Paused  bool      `json:"paused"`
	Fault   string    `json:"fault,omitempty"`
	Reply   string    `json:"reply,omitempty"`
	Since   time.Time `json:"since,omitzero"`
	TriedAt time.Time `json:"tried_at,omitzero"`
	NextAt  time.Time `json:"next_at,omitzero"`
	Waiting int       `json:"waiting"`
}

func viewRelay(s *survey.RelayStatus) relayResponse {
	if !s.Paused() {
		return relayResponse{}
	}
	return relayResponse{
		Paused: true, Fault: string(s.Fault), Reply: s.Reply, Since: s.Since, TriedAt: s.TriedAt, NextAt: s.NextAt, Waiting: s.Waiting,
	}
}

// readRelay answers how the server stands that takes our mails.
func (s *Server) readRelay(c echo.Context, _ struct{}) error {
	status, err := s.mails.RelayStatus(c.Request().Context())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, viewRelay(status))
}

// tryRelay has the server tried now.
func (s *Server) tryRelay(c echo.Context, _ struct{}) error {
	status, err := s.mails.TryRelay(c.Request().Context())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, viewRelay(status))
}

// tryRelayNow has the server tried now, and leads to the list that shows what becomes of the mails.
func (s *Server) tryRelayNow(c echo.Context) error {
	if _, err := s.form(c); err != nil {
		return err
	}
	status, err := s.mails.TryRelay(c.Request().Context())
	switch {
	case survey.KindOf(err) == survey.Conflict: // somebody was faster, or it has ended by itself: what was wanted
		return seeOther(c, frontend.PathInvitations, "mails_go")
	case err != nil:
		return err
	}
	s.relays.Put(s.here.Now(), "", status)
	return seeOther(c, frontend.PathInvitations, "trying")
}

// relayStatus returns how the mail server stood a moment ago.
func (s *Server) relayStatus(ctx context.Context) (*survey.RelayStatus, error) {
	ctx, cancel := context.WithTimeout(ctx, scrapeTime)
	defer cancel()
	return s.relays.Recall(s.here.Now(), "", func() (*survey.RelayStatus, error) { return s.mails.RelayStatus(ctx) })
}

// mailAlarm says that mails wait, and why; nil where they go out.
func (s *Server) mailAlarm(c echo.Context) *frontend.MailAlarm {
	status, err := s.relayStatus(c.Request().Context())
	if err != nil {
		s.log.Warn("how the mail server stands could not be read", "error", err)
		return nil
	}
	if !status.Paused() {
		return nil
	}
	return &frontend.MailAlarm{
		Fault: status.Fault, Reply: status.Reply, Since: status.Since, NextAt: status.NextAt, Waiting: status.Waiting,
		Try: frontend.Action{Label: "Try now", URL: "/relay/try"},
	}
}
