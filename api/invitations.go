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
	Standing       string             `json:"standing"`
	Mail           mailResponse       `json:"mail"`
	Reminders      []mailResponse     `json:"reminders"`
	NextReminderAt time.Time          `json:"next_reminder_at,omitzero"`
	AnsweredAt     time.Time          `json:"answered_at,omitzero"`
	DeclinedAt     time.Time          `json:"declined_at,omitzero"`
	RevokedAt      time.Time          `json:"revoked_at,omitzero"`
	UnsubscribedAt time.Time          `json:"unsubscribed_at,omitzero"`
	RepliedAt      time.Time          `json:"replied_at,omitzero"`
	Successor      *successorResponse `json:"successor,omitempty"`
	Test           bool               `json:"test,omitempty"`
}

// mailResponse is what became of one mail of an invitation.
type mailResponse struct {
	State      string    `json:"state"`
	Standing   string    `json:"standing"`
	MessageID  string    `json:"message_id"`
	LatestAt   time.Time `json:"latest_at,omitzero"`
	Attempts   int       `json:"attempts"`
	Relay      string    `json:"relay,omitempty"`
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
	Relay    string    `json:"relay,omitempty"`
	By       string    `json:"by"`
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
		CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt, MailState: string(i.MailState), Standing: string(i.Standing()), Mail: viewMail(&i.Mail),
		Reminders: make([]mailResponse, len(i.Reminders)), NextReminderAt: i.NextReminder(s.here.Now()),
		AnsweredAt: i.AnsweredAt, DeclinedAt: i.DeclinedAt, RevokedAt: i.RevokedAt, UnsubscribedAt: i.UnsubscribedAt, RepliedAt: i.RepliedAt, Test: i.Test,
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
		State: string(m.State), Standing: string(m.Standing()), MessageID: m.MessageID, LatestAt: m.LatestAt, Attempts: m.Attempts, Relay: m.Relay,
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
	ask.Test = apiKeyOf(c).Test
	asked, err := s.asks.AskNow(c.Request().Context(), ask)
	if behind := survey.BehindRefusal(err); behind != "" {
		s.tellBehind(c, behind)
	}
	return writeCreated(c, pathInvitations, asked, err, s.viewAsked)
}

// keyBehind is where the invitation stands in Echo's context that is why another was refused.
const keyBehind = "earshot.behind"

// tellBehind has a refusal tell the invitation that is why. One that cannot be read, or is not made yet, is left out.
func (s *Server) tellBehind(c echo.Context, id survey.InvitationID) {
	if found, err := s.asks.Invitation(c.Request().Context(), id); err == nil {
		view := s.viewInvitation(found)
		c.Set(keyBehind, &view)
	}
}

// viewHistory is viewInvitation with what befell its mails.
func (s *Server) viewHistory(i *survey.Invitation) invitationResponse {
	view := s.viewInvitation(i)
	view.Mail.addHistory(i.MailHistory(0), i.Mail.Forgotten)
	for n := range view.Reminders {
		view.Reminders[n].addHistory(i.MailHistory(n+1), i.Reminders[n].Forgotten)
	}
	return view
}

// addHistory tells what befell the mail, of which some was forgotten.
func (m *mailResponse) addHistory(events []survey.MailEvent, forgotten int) {
	m.Forgotten = forgotten
	for _, e := range events {
		m.History = append(m.History, mailEventResponse{
			At: e.At, Standing: string(e.Standing()), BeganAt: e.BeganAt, Reason: e.Reason, NextAt: e.NextAt, By: string(e.By),
		})
	}
}

// readInvitation answers with one invitation.
func (s *Server) readInvitation(c echo.Context, in idRead) error {
	found, err := s.asks.Invitation(c.Request().Context(), survey.InvitationID(in.ID))
	return writeOne(c, found, err, s.viewHistory)
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
