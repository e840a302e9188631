package api

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// mailStatusResponse is how the servers stand that take our mails. What is wrong is that of the first of them, where none takes any.
type mailStatusResponse struct {
	relayFaultResponse
	Waiting int             `json:"waiting"`
	Relays  []relayResponse `json:"relays"`
}

// relayFaultResponse is what is wrong with one of them.
type relayFaultResponse struct {
	Paused  bool      `json:"paused"`
	Fault   string    `json:"fault,omitempty"`
	Reply   string    `json:"reply,omitempty"`
	Since   time.Time `json:"since,omitzero"`
	TriedAt time.Time `json:"tried_at,omitzero"`
	NextAt  time.Time `json:"next_at,omitzero"`
}

// relayResponse is one of them.
type relayResponse struct {
	Name string `json:"name"`
	relayFaultResponse
	Backup    bool               `json:"backup"`
	Share     float64            `json:"share"`
	Limits    mailLimitsResponse `json:"limits"`
	Used      mailLimitsResponse `json:"used"`
	WarmUpDay int                `json:"warm_up_day,omitempty"`
}

// mailLimitsResponse are how many mails may go, or went, in a time; 0 is left out.
type mailLimitsResponse struct {
	PerSecond int `json:"per_second,omitempty"`
	PerHour   int `json:"per_hour,omitempty"`
	PerDay    int `json:"per_day,omitempty"`
}

func viewFault(r *survey.Relay) relayFaultResponse {
	if !r.Paused() {
		return relayFaultResponse{}
	}
	return relayFaultResponse{Paused: true, Fault: string(r.Fault), Reply: r.Reply, Since: r.Since, TriedAt: r.TriedAt, NextAt: r.NextAt}
}

func viewMailStatus(m *survey.MailStatus) mailStatusResponse {
	view := mailStatusResponse{Waiting: m.Waiting, Relays: make([]relayResponse, 0, len(m.Relays))}
	if m.Paused() {
		view.relayFaultResponse = viewFault(m.Relays[0].Relay)
	}
	for _, r := range m.Relays {
		view.Relays = append(view.Relays, relayResponse{
			Name: r.Name, relayFaultResponse: viewFault(r.Relay), Backup: r.Backup, Share: r.Share, Limits: mailLimitsResponse(r.Limits),
			Used: mailLimitsResponse(r.Used), WarmUpDay: r.WarmUpDay,
		})
	}
	return view
}

// readRelay answers how the servers stand that take our mails.
func (s *Server) readRelay(c echo.Context, _ struct{}) error {
	status, err := s.mails.MailStatus(c.Request().Context())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, viewMailStatus(status))
}

// tryRelay has the servers tried now.
func (s *Server) tryRelay(c echo.Context, _ struct{}) error {
	status, err := s.mails.TryRelays(c.Request().Context())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, viewMailStatus(status))
}

// tryRelayNow has the servers tried now, and leads to the list that shows what becomes of the mails.
func (s *Server) tryRelayNow(c echo.Context) error {
	if _, err := s.form(c); err != nil {
		return err
	}
	status, err := s.mails.TryRelays(c.Request().Context())
	switch {
	case survey.KindOf(err) == survey.Conflict: // somebody was faster, or it has ended by itself: what was wanted
		return seeOther(c, frontend.PathInvitations, "mails_go")
	case err != nil:
		return err
	}
	s.relays.Put(s.here.Now(), "", status)
	return seeOther(c, frontend.PathInvitations, "trying")
}

// mailStatus returns how the mail servers stood a moment ago.
func (s *Server) mailStatus(ctx context.Context) (*survey.MailStatus, error) {
	ctx, cancel := context.WithTimeout(ctx, scrapeTime)
	defer cancel()
	return s.relays.Recall(s.here.Now(), "", func() (*survey.MailStatus, error) { return s.mails.MailStatus(ctx) })
}

// mailAlarm says that mail servers take no mails, and why; nil where all do.
func (s *Server) mailAlarm(c echo.Context) *frontend.MailAlarm {
	status, err := s.mailStatus(c.Request().Context())
	if err != nil {
		s.log.Warn("how the mail servers stand could not be read", "error", err)
		return nil
	}
	if status.Faulty() == 0 {
		return nil
	}
	alarm := &frontend.MailAlarm{
		Named: len(status.Relays) > 1, Waits: status.Paused(), Waiting: status.Waiting, Try: frontend.Action{Label: "Try now", URL: "/relay/try"},
	}
	for _, r := range status.Relays {
		if r.Paused() {
			alarm.Relays = append(alarm.Relays, relayAlarm(r))
		}
		if r.Since.After(alarm.Since) { // mails wait since the last one has a fault
			alarm.Since = r.Since
		}
	}
	return alarm
}

func relayAlarm(r survey.RelayStatus) frontend.RelayAlarm {
	return frontend.RelayAlarm{Name: r.Name, Fault: r.Fault, Reply: r.Reply, Since: r.Since, NextAt: r.NextAt}
}

// relayRows tells of each mail server how it stands.
func relayRows(status *survey.MailStatus) []frontend.RelayRow {
	var rows []frontend.RelayRow
	for _, r := range status.Relays {
		row := frontend.RelayRow{Name: r.Name, Backup: r.Backup, Part: r.Share, Limits: r.Limits, Used: r.Used, WarmUpDay: r.WarmUpDay}
		if r.Paused() {
			alarm := relayAlarm(r)
			row.Alarm = &alarm
		}
		rows = append(rows, row)
	}
	return rows
}
