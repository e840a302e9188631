package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
	"earshot/survey/access"
)

// keptMailResponse is a mail that was kept because no mail server is set.
type keptMailResponse struct {
	ID           string    `json:"id"`
	InvitationID string    `json:"invitation_id"`
	To           string    `json:"to"`
	Subject      string    `json:"subject"`
	CreatedAt    time.Time `json:"created_at"`
}

func viewKeptMail(m *survey.KeptMail) keptMailResponse {
	return keptMailResponse{ID: m.ID, InvitationID: string(m.Invitation()), To: m.To, Subject: m.Subject, CreatedAt: m.CreatedAt}
}

// keptMailContentResponse is such a mail with its content.
type keptMailContentResponse struct {
	keptMailResponse
	Text string `json:"text"`
	HTML string `json:"html"`
}

// listKeptMails answers with the kept mails, newest first.
func (s *Server) listKeptMails(c echo.Context, in paging) error {
	page, err := s.mails.KeptMails(c.Request().Context(), in.after(), in.Limit)
	return writePage(c, page, err, viewKeptMail)
}

// readKeptMail answers with one kept mail: to a key that may only read, without what its links open.
func (s *Server) readKeptMail(c echo.Context, in idPath) error {
	found, err := s.mails.KeptMail(c.Request().Context(), string(in.ID))
	if err != nil {
		return err
	}
	if !apiKeyOf(c).Allows(access.AreaAsking.Writing()) {
		found = found.Masked()
	}
	return c.JSON(http.StatusOK, keptMailContentResponse{keptMailResponse: viewKeptMail(found), Text: found.Text, HTML: found.HTML})
}
