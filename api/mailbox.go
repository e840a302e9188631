package api

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// mailboxResponse is how the mailbox stands to which what comes back goes.
type mailboxResponse struct {
	Set     bool      `json:"set"`
	Mailbox string    `json:"mailbox,omitempty"`
	ReadAt  time.Time `json:"read_at,omitzero"`
	Failing bool      `json:"failing"`
	Fault   string    `json:"fault,omitempty"`
	Reply   string    `json:"reply,omitempty"`
	Since   time.Time `json:"since,omitzero"`
	NextAt  time.Time `json:"next_at,omitzero"`
}

func viewMailbox(m *survey.Mailbox) mailboxResponse {
	if m == nil {
		return mailboxResponse{}
	}
	return mailboxResponse{
		Set: true, Mailbox: m.Name, ReadAt: m.ReadAt, Failing: m.Fault != "", Fault: string(m.Fault), Reply: m.Reply, Since: m.Since, NextAt: m.NextAt,
	}
}

// readMailbox answers how the mailbox stands.
func (s *Server) readMailbox(c echo.Context, _ struct{}) error {
	m, err := s.mails.MailboxStatus(c.Request().Context())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, viewMailbox(m))
}

// mailboxStatus returns how the mailbox stood a moment ago; nil where there is none.
func (s *Server) mailboxStatus(ctx context.Context) (*survey.Mailbox, error) {
	ctx, cancel := context.WithTimeout(ctx, scrapeTime)
	defer cancel()
	return s.mailboxes.Recall(s.here.Now(), "", func() (*survey.Mailbox, error) { return s.mails.MailboxStatus(ctx) })
}

// mailboxAlarm says that what comes back is not read, and why; nil where it is.
func (s *Server) mailboxAlarm(c echo.Context) *frontend.MailboxAlarm {
	m, err := s.mailboxStatus(c.Request().Context())
	if err != nil {
		s.log.Warn("how the mailbox stands could not be read", "error", err)
		return nil
	}
	if m == nil || !m.Alarming() {
		return nil
	}
	return &frontend.MailboxAlarm{Fault: m.Fault, Reply: m.Reply, Since: m.Since, NextAt: m.NextAt}
}
