package api

import (
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// cursorParam is where a list goes on.
const cursorParam = "cursor"

// invitationRows shows invitations in a list, with the names of what they point at.
func (s *Server) invitationRows(c echo.Context, list []*survey.Invitation, names survey.Names) []frontend.InvitationRow {
	var rows []frontend.InvitationRow
	for _, inv := range list {
		row := s.invitationRow(c, inv)
		keepToMay(c, &row, names.Owned(inv.CustomerID, inv.RepID))
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
		URL: url, Customer: frontend.Link{URL: frontend.PathCustomers + "/" + string(inv.CustomerID)},
		Contact: inv.ContactName, Email: inv.Email, By: frontend.Link{Text: "API"}, At: inv.CreatedAt, ExpiresAt: inv.ExpiresAt,
		Standing: inv.Standing(), Reminder: len(inv.Reminders), NextReminderAt: inv.NextReminder(s.here.Now()),
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
