package api

import (
	"net/http"
	"slices"
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

// ledgerTab is one state to choose.
type ledgerTab struct {
	state survey.MailState
	text  string
}

// ledgerTabs are the states to choose from, in the order in which somebody looks for trouble.
var ledgerTabs = []ledgerTab{
	{"", "All"}, {survey.MailUncertain, "Uncertain"}, {survey.MailQueued, "Waiting"}, {survey.MailSending, "Being sent"},
	{survey.MailAccepted, "Sent"}, {survey.MailRefused, "Refused"}, {survey.MailBounced, "Came back"}, {survey.MailWithheld, "Not sent"}, {survey.MailNone, "Links"},
}

// invitationsPage is the send ledger.
func (s *Server) invitationsPage(c echo.Context) error {
	ctx := c.Request().Context()
	if wanted := survey.MailState(c.QueryParam(stateParam)); !slices.ContainsFunc(ledgerTabs, func(t ledgerTab) bool { return t.state == wanted }) {
		return survey.Errorf(survey.NotFound, "no invitation can be in such a state")
	}
	state, after := survey.MailState(c.QueryParam(stateParam)), survey.Cursor(c.QueryParam(cursorParam))
	list, err := s.asks.Invitations(ctx, survey.InvitationFilter{MailState: state, After: after, Limit: pageRows})
	if err != nil {
		return err
	}
	var uncertain survey.Page[*survey.Invitation]
	if after == "" && state != survey.MailUncertain {
		uncertain, err = s.asks.Invitations(ctx, survey.InvitationFilter{MailState: survey.MailUncertain, Limit: pageRows})
		if err != nil {
			return err
		}
	}
	names, err := s.namesFor(c, slices.Concat(list.Items, uncertain.Items))
	if err != nil {
		return err
	}
	page := frontend.InvitationsPage{
		Shell: s.shell(c, frontend.PathInvitations), Pager: pager(c, cursorParam, list.Next),
		Rows: s.invitationRows(c, list.Items, names), Uncertain: s.invitationRows(c, uncertain.Items, names),
	}
	for _, t := range ledgerTabs {
		url := frontend.PathInvitations
		if t.state == survey.MailAccepted && !s.here.Sends() {
			t.text = "Kept"
		}
		if t.state != "" {
			url += "?" + stateParam + "=" + string(t.state)
		}
		page.Tabs = append(page.Tabs, tab(t.text, url, t.state == state))
	}
	return s.page(c, http.StatusOK, page)
}

// invitationRows shows invitations in a list, with the names of what they point at.
func (s *Server) invitationRows(c echo.Context, list []*survey.Invitation, names survey.Names) []frontend.InvitationRow {
	var rows []frontend.InvitationRow
	for _, inv := range list {
		row := s.invitationRow(c, inv)
		row.Customer.Text, row.Survey = orElse(names.Customers[inv.CustomerID], deletedCustomer), names.Surveys[inv.SurveyID]
		if inv.PulseID != "" {
			row.By = frontend.Link{Text: names.Pulses[inv.PulseID], URL: pulseURL(inv.PulseID)}
			if row.By.Text == "" {
				row.By = frontend.Link{Text: "A pulse that was deleted"}
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// namesFor returns the names that rows of invitations tell.
func (s *Server) namesFor(c echo.Context, list []*survey.Invitation) (survey.Names, error) {
	if len(list) == 0 {
		return survey.Names{}, nil
	}
	var customers []survey.CustomerID
	for _, inv := range list {
		customers = append(customers, inv.CustomerID)
	}
	s.learnReps(c, askersOf(list)...)
	return s.directory.Names(c.Request().Context(), customers, nil)
}

// askersOf returns who asked.
func askersOf(list []*survey.Invitation) []survey.RepID {
	reps := make([]survey.RepID, len(list))
	for i, inv := range list {
		reps[i] = inv.AskedBy
	}
	return reps
}

// deletedCustomer stands for a customer who was deleted.
const deletedCustomer = "A customer that was deleted"

// customerName returns the name of a customer, as of a moment ago.
func (s *Server) customerName(c echo.Context, id survey.CustomerID) (string, error) {
	return s.customerNames.Recall(s.here.Now(), id, func() (string, error) {
		found, err := s.customers.Customer(c.Request().Context(), id)
		switch {
		case err == nil:
			return found.Name, nil
		case survey.KindOf(err) == survey.NotFound:
			return deletedCustomer, nil
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
		State: inv.MailState, Reminder: len(inv.Reminders), NextReminderAt: inv.NextReminder(s.here.Now()),
	}
	latest := inv.LatestMail()
	row.Reason, row.Attempts, row.SentAt = latest.Reason, latest.Attempts, latest.AcceptedAt
	if next := inv.NextTry(); next.After(s.here.Now()) {
		row.NextTryAt = next
	}
	row.Outcome, row.OutcomeAt = outcome(inv, s)
	if name := s.repName(c, inv.AskedBy); name != "" {
		row.By.Text = name
	}
	if latest.Kept() {
		row.Mail = frontend.PathKeptMails + "/" + survey.MailName(survey.InvitationID(inv.ID), len(inv.Reminders))
	}
	if row.Outcome == frontend.OutcomeAnswered {
		row.Response = frontend.PathResponses + "/" + string(survey.ResponseOf(survey.InvitationID(inv.ID)))
	}
	if latest.State == survey.MailUncertain {
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
	case !inv.RepliedAt.IsZero():
		return frontend.OutcomeReplied, inv.RepliedAt
	case !s.here.Now().Before(inv.ExpiresAt):
		return frontend.OutcomeExpired, inv.ExpiresAt
	}
	return frontend.OutcomeOpen, time.Time{}
}

// resolveMail decides what becomes of a mail of which nobody knows whether it was taken.
func (s *Server) resolveMail(resend bool, notice string) echo.HandlerFunc {
	return func(c echo.Context) error {
		if _, err := s.asks.ResolveUncertain(c.Request().Context(), survey.InvitationID(c.Param("id")), resend, survey.RepID(repOf(c).ID)); err != nil {
			return err
		}
		return seeOther(c, frontend.PathInvitations, notice)
	}
}

// revokeInvitationPage takes an open ask back.
func (s *Server) revokeInvitationPage(c echo.Context) error {
	if _, err := s.asks.RevokeInvitation(c.Request().Context(), survey.InvitationID(c.Param("id"))); err != nil {
		return err
	}
	return seeOther(c, frontend.PathInvitations, "revoked")
}
