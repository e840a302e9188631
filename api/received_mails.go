package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// receivedMailResponse is a mail that came back.
type receivedMailResponse struct {
	ID           string               `json:"id"`
	Kind         string               `json:"kind"`
	Service      string               `json:"service,omitempty"`
	InvitationID string               `json:"invitation_id,omitempty"`
	CustomerID   string               `json:"customer_id,omitempty"`
	ContactID    string               `json:"contact_id,omitempty"`
	From         string               `json:"from"`
	Subject      string               `json:"subject"`
	Failures     []survey.MailFailure `json:"failures"`
	Text         string               `json:"text"`
	Followed     string               `json:"followed,omitempty"`
	ReceivedAt   time.Time            `json:"received_at"`
	// ForwardedAt is when it was sent on to the rep, NotForwarded why it was not.
	ForwardedAt  time.Time `json:"forwarded_at,omitzero"`
	NotForwarded string    `json:"not_forwarded,omitempty"`
}

func viewReceivedMail(m *survey.ReceivedMail) receivedMailResponse {
	forward := m.Forward
	if forward == nil {
		forward = &survey.Forwarding{}
	}
	return receivedMailResponse{
		ForwardedAt: forward.DoneAt, NotForwarded: forward.Failure,
		ID: m.ID, Kind: string(m.Kind), Service: m.Service, InvitationID: string(m.InvitationID), CustomerID: string(m.CustomerID), ContactID: string(m.ContactID),
		From: m.From, Subject: m.Subject, Failures: append([]survey.MailFailure{}, m.Failures...), Text: m.Text, Followed: string(m.Followed), ReceivedAt: m.ReceivedAt,
	}
}

// receivedMailsRequest says which mails that came back are wanted.
type receivedMailsRequest struct {
	paging
	InvitationID string `query:"invitation_id" max:"64"`
	Kind         string `query:"kind" oneof:"bounce delayed complaint auto_reply unsubscribe reply unknown"`
}

// listReceivedMails answers with the mails that came back, newest first.
func (s *Server) listReceivedMails(c echo.Context, in receivedMailsRequest) error {
	page, err := s.mails.ReceivedMails(c.Request().Context(), survey.ReceivedFilter{
		InvitationID: survey.InvitationID(in.InvitationID), Kind: survey.ReceivedKind(in.Kind), After: in.after(), Limit: in.Limit,
	})
	return writePage(c, page, err, viewReceivedMail)
}

// mimeMail is the media type of a mail.
const mimeMail = "message/rfc822"

// receivedMailBody is how large a mail may be that came back, in bytes.
const receivedMailBody = survey.MaxReceivedMail

// receiveMailRequest is a mail that came back, as it came.
type receiveMailRequest struct {
	Recipient string           `query:"recipient" max:"320"`
	Mail      streamed[[]byte] `body:"message/rfc822"`
}

// receiveMail takes in a mail that came back.
func (s *Server) receiveMail(c echo.Context, in receiveMailRequest) error {
	received, err := s.mails.Receive(c.Request().Context(), in.Recipient, &patientReader{c: c, in: c.Request().Body})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusAccepted, viewReceivedMail(received))
}
