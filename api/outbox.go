package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// outboxResponse is a mail that was kept because no mail server is set.
type outboxResponse struct {
	InvitationID string    `json:"invitation_id"`
	To           string    `json:"to"`
	Subject      string    `json:"subject"`
	CreatedAt    time.Time `json:"created_at"`
}

func viewOutbox(m *survey.OutboxMail) outboxResponse {
	return outboxResponse{InvitationID: m.ID, To: m.To, Subject: m.Subject, CreatedAt: m.CreatedAt}
}

// outboxMailResponse is such a mail with its content.
type outboxMailResponse struct {
	outboxResponse
	Text string `json:"text"`
	HTML string `json:"html"`
}

// listOutbox answers with the kept mails, newest first.
func (s *Server) listOutbox(c echo.Context) error {
	in, err := bind[paging](c)
	if err != nil {
		return err
	}
	page, err := s.service.Outbox(c.Request().Context(), in.after(), in.Limit)
	return writePage(c, page, err, viewOutbox)
}

// readOutbox answers with one kept mail.
func (s *Server) readOutbox(c echo.Context) error {
	in, err := bind[idPath](c)
	if err != nil {
		return err
	}
	found, err := s.service.OutboxMail(c.Request().Context(), survey.InvitationID(in.ID))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, outboxMailResponse{outboxResponse: viewOutbox(found), Text: found.Text, HTML: found.HTML})
}
