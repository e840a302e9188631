package api

import (
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"earshot/survey"
	"earshot/survey/mailhook"
)

// hookBody is the largest post of a mail service, in bytes: SendGrid sends many events together.
const hookBody = 2 << 20

// mimeAny takes a body of any type: Amazon SNS calls its JSON plain text.
const mimeAny = "*/*"

// mailHookRequest is what a mail service posts.
type mailHookRequest struct {
	Service string           `path:"service" oneof:"ses sendgrid postmark mailgun"`
	Events  streamed[[]byte] `body:"*/*"`
}

// mailHookResponse says how many of the events were news about our mails.
type mailHookResponse struct {
	News int `json:"news"`
}

// mailHook takes in what a mail service tells of our mails. Its signature is the key.
func (s *Server) mailHook(c echo.Context, in mailHookRequest) error {
	if s.hooks == nil || !s.hooks.Takes(in.Service) {
		return hookError(mailhook.ErrNotSet)
	}
	req := c.Request()
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return bodyError(err)
	}
	_, password, _ := req.BasicAuth()
	notices, err := s.hooks.Read(req.Context(), in.Service, mailhook.Request{Header: req.Header.Get, Password: password, Body: body})
	if err != nil {
		return hookError(err)
	}
	news, err := s.mails.ReceiveNotices(req.Context(), in.Service, notices)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, mailHookResponse{News: news})
}

// hookError says why a call of the hook is refused. Services try again after each of these.
func hookError(err error) error {
	switch {
	case errors.Is(err, mailhook.ErrNotSet):
		return survey.Errorf(survey.NotFound, "nothing is set up for this mail service")
	case errors.Is(err, mailhook.ErrStranger):
		return survey.Errorf(survey.Unauthenticated, "the signature or the password does not hold")
	case errors.Is(err, mailhook.ErrUnreadable):
		return survey.InvalidField("body", "is not what this service sends")
	case errors.Is(err, mailhook.ErrUnavailable):
		return survey.Errorf(survey.Unavailable, "the signature cannot be verified now: %w", err)
	}
	return err
}
