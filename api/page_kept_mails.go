package api

import (
	"maps"
	"net/http"
	"regexp"
	"slices"

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
	customers, err := s.customersOfMails(c, list.Items)
	if err != nil {
		return err
	}
	page := frontend.KeptMailsPage{Shell: s.shell(c, frontend.PathKeptMails), Pager: pager(c, cursorParam, list.Next)}
	for _, m := range list.Items {
		if _, seen := customers[m.Invitation()]; !seen && !page.User.SeesAll {
			continue
		}
		page.Rows = append(page.Rows, frontend.KeptMailRow{
			URL: frontend.PathKeptMails + "/" + m.ID, To: m.To, Subject: m.Subject, At: m.CreatedAt, Customer: customers[m.Invitation()],
		})
	}
	return s.page(c, http.StatusOK, page)
}

// customersOfMails returns links to the customers that mails are about, by their invitations; none where the invitation is gone, or the
// logged-in rep does not see the customer.
func (s *Server) customersOfMails(c echo.Context, mails []*survey.KeptMail) (map[survey.InvitationID]frontend.Link, error) {
	if len(mails) == 0 {
		return nil, nil
	}
	ids := make([]survey.InvitationID, len(mails))
	for i, m := range mails {
		ids[i] = m.Invitation()
	}
	asked, err := s.asks.CustomersAsked(c.Request().Context(), ids)
	if err != nil {
		return nil, err
	}
	names, err := s.directory.Names(c.Request().Context(), slices.Collect(maps.Values(asked)), nil)
	rows := make(map[survey.InvitationID]frontend.Link, len(asked))
	for id, customer := range asked {
		if !seesNamed(c, names, customer) {
			continue
		}
		rows[id] = frontend.Link{Text: orElse(names.Customers[customer], deletedCustomer), URL: customerURL(customer)}
	}
	return rows, err
}

// links finds the addresses in a mail's plain part.
var links = regexp.MustCompile(`https?://[^\s<>"]+`)

// keptMail returns the kept mail that the path names, as whoever is logged in may see it, and whether that is whole.
func (s *Server) keptMail(c echo.Context) (m *survey.KeptMail, whole bool, err error) {
	ctx, id, who := c.Request().Context(), c.Param("id"), repOf(c)
	if m, err = s.mails.KeptMail(ctx, id); err != nil || who.Access == access.LevelAdmin {
		return m, true, err
	}
	if whole, err = s.asks.LinksFor(ctx, id, survey.RepID(who.ID)); whole {
		whole, err = s.worksOnMail(c, m)
	}
	if !whole {
		m = m.Masked()
	}
	return m, whole, err
}

// worksOnMail says whether the logged-in rep works on the customer whom a mail is about.
func (s *Server) worksOnMail(c echo.Context, m *survey.KeptMail) (bool, error) {
	owned, err := s.ownedByInvitation(c.Request().Context(), m.Invitation())
	if survey.KindOf(err) == survey.NotFound {
		return false, nil
	}
	return err == nil && worksOn(c, owned.Rep), err
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
	customers, err := s.customersOfMails(c, []*survey.KeptMail{m})
	if err != nil {
		return err
	}
	if found, there := customers[m.Invitation()]; there {
		page.Customer, page.Invitation = found, invitationURL(string(m.Invitation()))
	}
	return s.page(c, http.StatusOK, page)
}

// keptMailHTML is the mail's own HTML, for a frame in which nothing can run.
func (s *Server) keptMailHTML(c echo.Context) error {
	m, _, err := s.keptMail(c)
	if err != nil {
		return err
	}
	return s.mailHTML(c, m.HTML)
}
