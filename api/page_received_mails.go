package api

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// kindParam chooses what mails that came back are.
const kindParam = "kind"

// receivedMailsPage lists the mails that came back, with what followed.
func (s *Server) receivedMailsPage(c echo.Context) error {
	kind := survey.ReceivedKind(c.QueryParam(kindParam))
	if kind != "" && !slices.Contains(survey.ReceivedKinds(), kind) {
		return survey.Errorf(survey.NotFound, "no mail that came back can be of such a kind")
	}
	list, err := s.mails.ReceivedMails(c.Request().Context(), survey.ReceivedFilter{Kind: kind, After: survey.Cursor(c.QueryParam(cursorParam)), Limit: pageRows})
	if err != nil {
		return err
	}
	names, err := s.namesOfReceived(c, list.Items)
	if err != nil {
		return err
	}
	page := frontend.ReceivedPage{
		Shell: s.shell(c, frontend.PathInvitations), Pager: pager(c, cursorParam, list.Next), Filtered: kind != "",
		Tabs: []frontend.Tab{tab("All", frontend.PathReceived, kind == "")},
	}
	for _, k := range survey.ReceivedKinds() {
		page.Tabs = append(page.Tabs, tab(frontend.ReceivedName(k), frontend.PathReceived+"?"+kindParam+"="+string(k), k == kind))
	}
	for _, m := range list.Items {
		if page.User.SeesAll || m.CustomerID != "" && seesNamed(c, names, m.CustomerID) {
			page.Rows = append(page.Rows, receivedRow(m, &names))
		}
	}
	return s.page(c, http.StatusOK, page)
}

// namesOfReceived returns the names of whom the mails are about.
func (s *Server) namesOfReceived(c echo.Context, list []*survey.ReceivedMail) (survey.Names, error) {
	var customers []survey.CustomerID
	var contacts []survey.ContactID
	for _, m := range list {
		if m.InvitationID != "" {
			customers, contacts = append(customers, m.CustomerID), append(contacts, m.ContactID)
		}
	}
	if len(customers) == 0 {
		return survey.Names{}, nil
	}
	return s.directory.Names(c.Request().Context(), customers, contacts)
}

// receivedRow shows a mail that came back; without names it is on the page of what it is about.
func receivedRow(m *survey.ReceivedMail, names *survey.Names) frontend.ReceivedRow {
	row := frontend.ReceivedRow{
		At: m.ReceivedAt, Kind: m.Kind, From: m.From, Subject: m.Subject, Text: m.Text, Failures: m.Failures, Followed: m.Followed, Pending: len(m.Owes) > 0,
	}
	switch {
	case m.InvitationID == "":
	case names == nil:
		row.Invitation.Text = receivedAbout(m.Reminder)
	default:
		row.Customer = frontend.Link{Text: orElse(names.Customers[m.CustomerID], deletedCustomer), URL: customerURL(m.CustomerID)}
		if row.Customer.Text == deletedCustomer {
			row.Customer.URL = ""
		}
		row.Invitation = frontend.Link{Text: orElse(names.Contacts[m.ContactID], formerContact), URL: invitationURL(string(m.InvitationID))}
	}
	return row
}

// receivedAbout says which mail of an invitation one that came back is about.
func receivedAbout(reminder int) string {
	return mailTitles[min(reminder, len(mailTitles)-1)]
}
