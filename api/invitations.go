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
	MailState      string             `json:"mail_state"`
	Mail           mailResponse       `json:"mail"`
	Reminders      []mailResponse     `json:"reminders"`
	NextReminderAt time.Time          `json:"next_reminder_at,omitzero"`
	AnsweredAt     time.Time          `json:"answered_at,omitzero"`
	DeclinedAt     time.Time          `json:"declined_at,omitzero"`
	RevokedAt      time.Time          `json:"revoked_at,omitzero"`
	UnsubscribedAt time.Time          `json:"unsubscribed_at,omitzero"`
	RepliedAt      time.Time          `json:"replied_at,omitzero"`
	Successor      *successorResponse `json:"successor,omitempty"`
}

// mailResponse is what became of one mail of an invitation.
type mailResponse struct {
	State      string    `json:"state"`
	MessageID  string    `json:"message_id"`
	LatestAt   time.Time `json:"latest_at,omitzero"`
	Attempts   int       `json:"attempts"`
	AcceptedAt time.Time `json:"accepted_at,omitzero"`
	BouncedAt  time.Time `json:"bounced_at,omitzero"`
	NextTryAt  time.Time `json:"next_try_at,omitzero"`
	Kept       bool      `json:"kept"`
	Reason     string    `json:"reason"`
}

// successorResponse is who was named as the right person to ask.
type successorResponse struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// viewInvitation shows an invitation as of now.
func (s *Server) viewInvitation(i *survey.Invitation) invitationResponse {
	view := invitationResponse{
		head: head{i.ID, i.Version}, SurveyID: string(i.SurveyID), SurveyVersion: i.SurveyVersion, PulseID: string(i.PulseID),
		AskedBy: string(i.AskedBy), CustomerID: string(i.CustomerID), ContactID: string(i.ContactID),
		ContactName: i.ContactName, Email: i.Email, Segment: i.Segment, RepID: string(i.RepID), Language: i.Language,
		CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt, MailState: string(i.MailState), Mail: viewMail(&i.Mail),
		Reminders: make([]mailResponse, len(i.Reminders)), NextReminderAt: i.NextReminder(s.here.Now()),
		AnsweredAt: i.AnsweredAt, DeclinedAt: i.DeclinedAt, RevokedAt: i.RevokedAt, UnsubscribedAt: i.UnsubscribedAt, RepliedAt: i.RepliedAt,
	}
	latest := &view.Mail
	for n := range i.Reminders {
		view.Reminders[n] = viewMail(&i.Reminders[n])
		latest = &view.Reminders[n]
	}
	latest.NextTryAt = i.NextTry()
	if i.Successor != nil {
		view.Successor = &successorResponse{Name: i.Successor.Name, Email: i.Successor.Email}
	}
	return view
}

func viewMail(m *survey.Mail) mailResponse {
	return mailResponse{
		State: string(m.State), MessageID: m.MessageID, LatestAt: m.LatestAt, Attempts: m.Attempts,
		AcceptedAt: m.AcceptedAt, BouncedAt: m.BouncedAt, Kept: m.Kept(), Reason: m.Reason,
	}
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

func (s *Server) viewAsked(a *survey.Asked) askedResponse {
	return askedResponse{invitationResponse: s.viewInvitation(a.Invitation), Link: a.Link}
}

// createInvitation asks a contact.
func (s *Server) createInvitation(c echo.Context, in createInvitationRequest) error {
	ask, err := in.Body.input()
	if err != nil {
		return err
	}
	asked, err := s.asks.AskNow(c.Request().Context(), ask)
	return writeCreated(c, pathInvitations, asked, err, s.viewAsked)
}

type listInvitationsRequest struct {
	paging
	CustomerID string    `query:"customer_id" max:"128"`
	PulseID    string    `query:"pulse_id" max:"128"`
	SurveyID   string    `query:"survey_id" max:"128"`
	RepID      string    `query:"rep_id" max:"128"`
	MailState  string    `query:"mail_state" oneof:"queued sending accepted uncertain refused bounced withheld none"`
	From       time.Time `query:"from"`
	To         time.Time `query:"to"`
}

// listInvitations answers with invitations, newest first.
func (s *Server) listInvitations(c echo.Context, in listInvitationsRequest) error {
	page, err := s.asks.Invitations(c.Request().Context(), survey.InvitationFilter{
		CustomerID: survey.CustomerID(in.CustomerID), PulseID: survey.PulseID(in.PulseID),
		SurveyID: survey.SurveyID(in.SurveyID), RepID: survey.RepID(in.RepID), MailState: survey.MailState(in.MailState),
		From: in.From, To: in.To, After: in.after(), Limit: in.Limit,
	})
	return writePage(c, page, err, s.viewInvitation)
}

// readInvitation answers with one invitation.
func (s *Server) readInvitation(c echo.Context, in idPath) error {
	found, err := s.asks.Invitation(c.Request().Context(), survey.InvitationID(in.ID))
	return writeOne(c, found, err, s.viewInvitation)
}

// revokeInvitation takes an invitation back.
func (s *Server) revokeInvitation(c echo.Context, in idPath) error {
	revoked, err := s.asks.RevokeInvitation(c.Request().Context(), survey.InvitationID(in.ID))
	return writeOne(c, revoked, err, s.viewInvitation)
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
	return writeOne(c, resolved, err, s.viewInvitation)
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
