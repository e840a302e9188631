package api

import (
	"net/http"
	"regexp"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// keptMailsPage lists the mails that were kept because no mail server is set.
func (s *Server) keptMailsPage(c echo.Context) error {
	ctx := c.Request().Context()
	list, err := s.service.KeptMails(ctx, survey.Cursor(c.QueryParam(cursorParam)), pageRows)
	if err != nil {
		return err
	}
	page := frontend.KeptMailsPage{Shell: s.shell(c, frontend.PathKeptMails), Pager: pager(c, cursorParam, list.Next)}
	for _, m := range list.Items {
		row := frontend.KeptMailRow{URL: frontend.PathKeptMails + "/" + m.ID, To: m.To, Subject: m.Subject, At: m.CreatedAt}
		if row.Customer, err = s.customerOfInvitation(c, survey.InvitationID(m.ID)); err != nil {
			return err
		}
		page.Rows = append(page.Rows, row)
	}
	return s.page(c, http.StatusOK, page)
}

// customerOfInvitation returns a link to the customer that an invitation is about; empty if the invitation is gone.
func (s *Server) customerOfInvitation(c echo.Context, id survey.InvitationID) (frontend.Link, error) {
	inv, err := s.service.Invitation(c.Request().Context(), id)
	if err != nil && survey.KindOf(err) == survey.NotFound {
		return frontend.Link{}, nil
	}
	if err != nil {
		return frontend.Link{}, err
	}
	name, err := s.customerName(c, inv.CustomerID)
	return frontend.Link{Text: name, URL: frontend.PathCustomers + "/" + string(inv.CustomerID)}, err
}

// links finds the addresses in a mail's plain part.
var links = regexp.MustCompile(`https?://[^\s<>"]+`)

// keptMailPage shows one kept mail with links to try it out.
func (s *Server) keptMailPage(c echo.Context) error {
	m, err := s.service.KeptMail(c.Request().Context(), survey.InvitationID(c.Param("id")))
	if err != nil {
		return err
	}
	page := frontend.KeptMailPage{
		Shell: s.shell(c, frontend.PathKeptMails), Subject: m.Subject, Text: m.Text, At: m.CreatedAt,
		Frame:   frontend.PathKeptMails + "/" + m.ID + "/html",
		Headers: []frontend.Fact{{Name: "To", Value: m.To}, {Name: "Subject", Value: m.Subject}},
	}
	seen := map[string]bool{}
	for _, url := range links.FindAllString(m.Text, -1) {
		if !seen[url] {
			page.Links = append(page.Links, frontend.Link{Text: url, URL: url})
		}
		seen[url] = true
	}
	if page.Customer, err = s.customerOfInvitation(c, survey.InvitationID(m.ID)); err != nil {
		return err
	}
	return s.page(c, http.StatusOK, page)
}

// keptMailHTML is the mail's own HTML, for a frame in which nothing can run.
func (s *Server) keptMailHTML(c echo.Context) error {
	m, err := s.service.KeptMail(c.Request().Context(), survey.InvitationID(c.Param("id")))
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set(echo.HeaderContentSecurityPolicy, s.frontend.MailPolicy())
	header.Set(echo.HeaderXFrameOptions, "SAMEORIGIN")
	return c.HTML(http.StatusOK, m.HTML)
}
