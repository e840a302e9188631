package api

import (
	"net/http"
	"regexp"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

// keptMailsPage lists the mails that were kept because no mail server is set.
func (s *Server) keptMailsPage(c echo.Context) error {
	ctx := c.Request().Context()
	list, err := s.mails.KeptMails(ctx, survey.Cursor(c.QueryParam(cursorParam)), pageRows)
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
	inv, err := s.asks.Invitation(c.Request().Context(), id)
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

// keptMail returns the kept mail that the path names, as whoever is logged in may see it, and whether that is whole.
func (s *Server) keptMail(c echo.Context) (m *survey.KeptMail, whole bool, err error) {
	ctx, id, who := c.Request().Context(), survey.InvitationID(c.Param("id")), repOf(c)
	if m, err = s.mails.KeptMail(ctx, id); err != nil || who.Access == access.LevelAdmin {
		return m, true, err
	}
	if whole, err = s.asks.LinksFor(ctx, id, survey.RepID(who.ID)); !whole {
		m = m.Masked()
	}
	return m, whole, err
}

// linksIn returns the addresses in a text, each once.
func linksIn(text string) []frontend.Link {
	var found []frontend.Link
	seen := map[string]bool{}
	for _, url := range links.FindAllString(text, -1) {
		if !seen[url] {
			found = append(found, frontend.Link{Text: url, URL: url})
		}
		seen[url] = true
	}
	return found
}

// keptMailPage shows one kept mail with links to try it out.
func (s *Server) keptMailPage(c echo.Context) error {
	m, whole, err := s.keptMail(c)
	if err != nil {
		return err
	}
	page := frontend.KeptMailPage{
		Shell: s.shell(c, frontend.PathKeptMails), Subject: m.Subject, Text: m.Text, At: m.CreatedAt,
		LinksMasked: !whole,
		Frame:       frontend.PathKeptMails + "/" + m.ID + "/html",
		Headers:     []frontend.Fact{{Name: "To", Value: m.To}, {Name: "Subject", Value: m.Subject}},
	}
	if whole {
		page.Links = linksIn(m.Text)
	}
	if page.Customer, err = s.customerOfInvitation(c, survey.InvitationID(m.ID)); err != nil {
		return err
	}
	return s.page(c, http.StatusOK, page)
}

// keptMailHTML is the mail's own HTML, for a frame in which nothing can run.
func (s *Server) keptMailHTML(c echo.Context) error {
	m, _, err := s.keptMail(c)
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set(echo.HeaderContentSecurityPolicy, s.frontend.MailPolicy())
	header.Set(echo.HeaderXFrameOptions, "SAMEORIGIN")
	return c.HTML(http.StatusOK, m.HTML)
}
