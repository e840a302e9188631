package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// stateParam chooses the state of the mails that are listed; cursorParam is where the list goes on.
const (
	stateParam  = "state"
	cursorParam = "cursor"
)

// ledgerTabs are the states to choose from, in the order in which somebody looks for trouble.
var ledgerTabs = []struct {
	state survey.MailState
	text  string
}{
	{"", "All"}, {survey.MailUncertain, "Uncertain"}, {survey.MailQueued, "Waiting"}, {survey.MailSending, "Being sent"},
	{survey.MailAccepted, "Sent"}, {survey.MailRefused, "Refused"}, {survey.MailWithheld, "Not sent"}, {survey.MailNone, "Links"},
}

// invitationsPage is the send ledger.
func (s *Server) invitationsPage(c echo.Context) error {
	ctx := c.Request().Context()
	state, after := survey.MailState(c.QueryParam(stateParam)), survey.Cursor(c.QueryParam(cursorParam))
	list, err := s.service.Invitations(ctx, survey.InvitationFilter{MailState: state, After: after, Limit: pageRows})
	if err != nil {
		return err
	}
	page := frontend.InvitationsPage{Shell: s.shell(c, frontend.PathInvitations), Pager: pager(c, cursorParam, list.Next)}
	if page.Rows, err = s.invitationRows(c, list.Items); err != nil {
		return err
	}
	for _, t := range ledgerTabs {
		url := frontend.PathInvitations
		if t.state != "" {
			url += "?" + stateParam + "=" + string(t.state)
		}
		page.Tabs = append(page.Tabs, tab(t.text, url, t.state == state))
	}
	if after == "" && state != survey.MailUncertain {
		uncertain, err := s.service.Invitations(ctx, survey.InvitationFilter{MailState: survey.MailUncertain, Limit: pageRows})
		if err != nil {
			return err
		}
		if page.Uncertain, err = s.invitationRows(c, uncertain.Items); err != nil {
			return err
		}
	}
	return s.page(c, http.StatusOK, page)
}

// invitationRows shows invitations in a list, with the names of what they point at.
func (s *Server) invitationRows(c echo.Context, list []*survey.Invitation) ([]frontend.InvitationRow, error) {
	if len(list) == 0 {
		return nil, nil
	}
	surveys, pulses, err := s.surveysAndPulses(c)
	if err != nil {
		return nil, err
	}
	names, pulseNames := surveyNames(surveys), map[survey.PulseID]string{}
	for _, p := range pulses {
		pulseNames[survey.PulseID(p.ID)] = p.Name
	}
	rows := make([]frontend.InvitationRow, len(list))
	for i, inv := range list {
		customer, err := s.customerName(c, inv.CustomerID)
		if err != nil {
			return nil, err
		}
		rows[i] = s.invitationRow(c, inv)
		rows[i].Customer.Text, rows[i].Survey = customer, names[inv.SurveyID]
		if inv.PulseID != "" {
			rows[i].By = frontend.Link{Text: pulseNames[inv.PulseID], URL: pulseURL(inv.PulseID)}
			if rows[i].By.Text == "" {
				rows[i].By = frontend.Link{Text: "A pulse that was deleted"}
			}
		}
	}
	return rows, nil
}

// customerName returns the name of a customer, as of a moment ago.
func (s *Server) customerName(c echo.Context, id survey.CustomerID) (string, error) {
	return s.customerNames.recall(s.service.Clock(), id, func() (string, error) {
		found, err := s.service.Customer(c.Request().Context(), id)
		switch {
		case err == nil:
			return found.Name, nil
		case survey.KindOf(err) == survey.NotFound:
			return "A customer that was deleted", nil
		}
		return "", err
	})
}

// invitationRow shows one invitation, without the names of others.
func (s *Server) invitationRow(c echo.Context, inv *survey.Invitation) frontend.InvitationRow {
	url := frontend.PathInvitations + "/" + inv.ID
	row := frontend.InvitationRow{
		Customer: frontend.Link{URL: frontend.PathCustomers + "/" + string(inv.CustomerID)},
		Contact:  inv.ContactName, Email: inv.Email, By: frontend.Link{Text: "API"}, At: inv.CreatedAt, ExpiresAt: inv.ExpiresAt,
		State: inv.Mail.State, Reason: inv.Mail.Reason, Attempts: inv.Mail.Attempts, SentAt: inv.Mail.AcceptedAt,
	}
	row.Outcome, row.OutcomeAt = outcome(inv, s)
	if name := s.repName(c, inv.AskedBy); name != "" {
		row.By.Text = name
	}
	if s.service.Mailer == nil && inv.Mail.State == survey.MailAccepted {
		row.Mail = frontend.PathKeptMails + "/" + inv.ID
	}
	if row.Outcome == frontend.OutcomeAnswered {
		row.Response = frontend.PathResponses + "/" + string(survey.ResponseOf(survey.InvitationID(inv.ID)))
	}
	if inv.Mail.State == survey.MailUncertain {
		row.Resend = &frontend.Action{Label: "Send again", URL: url + "/resend", About: inv.Email}
		row.Leave = &frontend.Action{Label: "Count as sent", URL: url + "/leave", About: inv.Email, Look: frontend.Quiet}
	}
	if row.Outcome == frontend.OutcomeOpen {
		row.Revoke = &frontend.Action{Label: "Revoke", URL: url + "/revoke", About: inv.ContactName, Look: frontend.Quiet}
	}
	return row
}

// outcome says how an invitation ended, and when.
func outcome(inv *survey.Invitation, s *Server) (o frontend.Outcome, at time.Time) {
	switch {
	case !inv.AnsweredAt.IsZero():
		return frontend.OutcomeAnswered, inv.AnsweredAt
	case !inv.DeclinedAt.IsZero():
		return frontend.OutcomeDeclined, inv.DeclinedAt
	case !inv.RevokedAt.IsZero():
		return frontend.OutcomeRevoked, inv.RevokedAt
	case !inv.UnsubscribedAt.IsZero():
		return frontend.OutcomeUnsubscribed, inv.UnsubscribedAt
	case !s.service.Clock().Before(inv.ExpiresAt):
		return frontend.OutcomeExpired, inv.ExpiresAt
	}
	return frontend.OutcomeOpen, time.Time{}
}

// resolveMail decides what becomes of a mail of which nobody knows whether it was taken.
func (s *Server) resolveMail(resend bool, notice string) echo.HandlerFunc {
	return func(c echo.Context) error {
		if _, err := s.service.ResolveUncertain(c.Request().Context(), survey.InvitationID(c.Param("id")), resend, survey.RepID(repOf(c).ID)); err != nil {
			return err
		}
		return seeOther(c, frontend.PathInvitations, notice)
	}
}

// revokeInvitationPage takes an open ask back.
func (s *Server) revokeInvitationPage(c echo.Context) error {
	if _, err := s.service.RevokeInvitation(c.Request().Context(), survey.InvitationID(c.Param("id"))); err != nil {
		return err
	}
	return seeOther(c, frontend.PathInvitations, "revoked")
}
