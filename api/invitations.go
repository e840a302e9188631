package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// invitationResponse is one ask to one contact as programs read it. The link is told only when it is made.
type invitationResponse struct {
	head
	SurveyID       string             `json:"survey_id"`
	SurveyVersion  int                `json:"survey_version"`
	PulseID        string             `json:"pulse_id"`
	AskedBy        string             `json:"asked_by"`
	CustomerID     string             `json:"customer_id"`
	ContactID      string             `json:"contact_id"`
	ContactName    string             `json:"contact_name"`
	Email          string             `json:"email"`
	Segment        string             `json:"segment"`
	RepID          string             `json:"rep_id"`
	Language       string             `json:"language"`
	CreatedAt      time.Time          `json:"created_at"`
	ExpiresAt      time.Time          `json:"expires_at"`
	Mail           mailResponse       `json:"mail"`
	AnsweredAt     time.Time          `json:"answered_at,omitzero"`
	DeclinedAt     time.Time          `json:"declined_at,omitzero"`
	RevokedAt      time.Time          `json:"revoked_at,omitzero"`
	UnsubscribedAt time.Time          `json:"unsubscribed_at,omitzero"`
	Successor      *successorResponse `json:"successor,omitempty"`
}

// mailResponse is what became of the one mail of an invitation.
type mailResponse struct {
	State      string    `json:"state"`
	Standing   string    `json:"standing"`
	MessageID  string    `json:"message_id"`
	LatestAt   time.Time `json:"latest_at,omitzero"`
	Attempts   int       `json:"attempts"`
	AcceptedAt time.Time `json:"accepted_at,omitzero"`
	BouncedAt  time.Time `json:"bounced_at,omitzero"`
	NextTryAt  time.Time `json:"next_try_at,omitzero"`
	Kept       bool      `json:"kept"`
	Reason     string    `json:"reason"`
	// History is told where one invitation is read.
	History   []mailEventResponse `json:"history,omitempty"`
	Forgotten int                 `json:"forgotten,omitempty"`
}

// mailEventResponse is one step of a mail on its way.
type mailEventResponse struct {
	At       time.Time `json:"at,omitzero"`
	Standing string    `json:"standing"`
	BeganAt  time.Time `json:"began_at,omitzero"`
	Reason   string    `json:"reason"`
	NextAt   time.Time `json:"next_at,omitzero"`
	By       string    `json:"by"`
}

// successorResponse is who was named as the right person to ask.
type successorResponse struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

func viewInvitation(i *survey.Invitation) invitationResponse {
	view := invitationResponse{
		head: head{i.ID, i.Version}, SurveyID: string(i.SurveyID), SurveyVersion: i.SurveyVersion, PulseID: string(i.PulseID),
		AskedBy: string(i.AskedBy), CustomerID: string(i.CustomerID), ContactID: string(i.ContactID),
		ContactName: i.ContactName, Email: i.Email, Segment: i.Segment, RepID: string(i.RepID), Language: i.Language,
		CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt,
		Mail: mailResponse{
			State: string(i.Mail.State), Standing: string(i.Standing()), MessageID: i.Mail.MessageID, LatestAt: i.Mail.LatestAt, Attempts: i.Mail.Attempts,
			AcceptedAt: i.Mail.AcceptedAt, BouncedAt: i.Mail.BouncedAt, NextTryAt: i.NextTry(), Kept: i.Kept(), Reason: i.Mail.Reason,
		},
		AnsweredAt: i.AnsweredAt, DeclinedAt: i.DeclinedAt, RevokedAt: i.RevokedAt, UnsubscribedAt: i.UnsubscribedAt,
	}
	if i.Successor != nil {
		view.Successor = &successorResponse{Name: i.Successor.Name, Email: i.Successor.Email}
	}
	return view
}

const pathInvitations = "/api/v1/invitations"

// Ways in which an invitation reaches the contact.
const (
	deliverByMail = "mail"
	deliverByLink = "link"
)

// askRequest is one ask.
type askRequest struct {
	CustomerID string `json:"customer_id"`
	ContactID  string `json:"contact_id"`
	SurveyID   string `json:"survey_id"`
	Delivery   string `json:"delivery"`
	AnswerDays int    `json:"answer_days"`
	Confirm    bool   `json:"confirm"`
}

func (r askRequest) input() (survey.AskRequest, error) {
	switch r.Delivery {
	case "", deliverByMail, deliverByLink:
	default:
		return survey.AskRequest{}, survey.InvalidField("delivery", "must be one of mail, link")
	}
	return survey.AskRequest{
		CustomerID: survey.CustomerID(r.CustomerID), ContactID: survey.ContactID(r.ContactID),
		SurveyID: survey.SurveyID(r.SurveyID), NoMail: r.Delivery == deliverByLink, AnswerDays: r.AnswerDays, Confirm: r.Confirm,
	}, nil
}

type createInvitationRequest struct {
	Body askRequest `body:"application/json"`
}

// askedResponse is a fresh invitation. The link is there if the caller hands it out; it is told this once.
type askedResponse struct {
	invitationResponse
	Link string `json:"link,omitempty"`
}

func viewAsked(a *survey.Asked) askedResponse {
	return askedResponse{invitationResponse: viewInvitation(a.Invitation), Link: a.Link}
}

// createInvitation asks a contact.
func (s *Server) createInvitation(c echo.Context, in createInvitationRequest) error {
	ask, err := in.Body.input()
	if err != nil {
		return err
	}
	asked, err := s.asks.AskNow(c.Request().Context(), ask)
	return writeCreated(c, pathInvitations, asked, err, viewAsked)
}

// viewHistory is viewInvitation with what befell the mail.
func viewHistory(i *survey.Invitation) invitationResponse {
	view := viewInvitation(i)
	view.Mail.Forgotten = i.Mail.Forgotten
	for _, e := range i.MailHistory() {
		view.Mail.History = append(view.Mail.History, mailEventResponse{
			At: e.At, Standing: string(e.Standing()), BeganAt: e.BeganAt, Reason: e.Reason, NextAt: e.NextAt, By: string(e.By),
		})
	}
	return view
}

// readInvitation answers with one invitation.
func (s *Server) readInvitation(c echo.Context, in idPath) error {
	found, err := s.asks.Invitation(c.Request().Context(), survey.InvitationID(in.ID))
	return writeOne(c, found, err, viewHistory)
}

// revokeInvitation takes an invitation back.
func (s *Server) revokeInvitation(c echo.Context, in idPath) error {
	revoked, err := s.asks.RevokeInvitation(c.Request().Context(), survey.InvitationID(in.ID))
	return writeOne(c, revoked, err, viewInvitation)
}

type resolveRequest struct {
	idPath
	Body resolveBody `body:"application/json"`
}

type resolveBody struct {
	Resend *bool `json:"resend"`
}

// resolveInvitation decides about a mail of which nobody knows whether it arrived.
func (s *Server) resolveInvitation(c echo.Context, in resolveRequest) error {
	if in.Body.Resend == nil {
		return survey.InvalidField("resend", "is required")
	}
	resolved, err := s.asks.ResolveUncertain(c.Request().Context(), survey.InvitationID(in.ID), *in.Body.Resend, "")
	return writeOne(c, resolved, err, viewInvitation)
}

// linkResponse is a link to an invitation; it is told this once.
type linkResponse struct {
	Link string `json:"link"`
}

// createLink makes another link to an open invitation, to be handed out by hand.
func (s *Server) createLink(c echo.Context, in idPath) error {
	link, err := s.asks.NewLink(c.Request().Context(), survey.InvitationID(in.ID))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, linkResponse{Link: link})
}
