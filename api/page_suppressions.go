package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// suppressionsPage lists the addresses that must not be mailed.
func (s *Server) suppressionsPage(c echo.Context) error {
	return s.showSuppressions(c, http.StatusOK, frontend.SuppressionForm(frontend.PathSuppressions, url.Values{}))
}

// readSuppressionSearch reads the filter in the address.
func readSuppressionSearch(values url.Values) (survey.SuppressionFilter, error) {
	f := survey.SuppressionFilter{Search: typed(values, "q"), Reason: survey.SuppressionReason(typed(values, "reason"))}
	if f.Reason != "" && !slices.Contains(survey.SuppressionReasons(), f.Reason) {
		return f, survey.InvalidField("reason", "must be one of the list")
	}
	return f, nil
}

// suppressionsTable is what the page lists, as CSV.
func (s *Server) suppressionsTable(c echo.Context) error {
	f, err := readSuppressionSearch(c.QueryParams())
	if err != nil {
		return err
	}
	return s.writeSuppressions(c, f)
}

// suppressionsTableURL is where what the filter lets through is as CSV.
func suppressionsTableURL(f survey.SuppressionFilter) string {
	values := url.Values{}
	if f.Search != "" {
		values.Set("q", f.Search)
	}
	if f.Reason != "" {
		values.Set("reason", string(f.Reason))
	}
	return strings.TrimSuffix(frontend.PathSuppressions+".csv?"+values.Encode(), "?")
}

// showSuppressions shows the list with the form for another line in some state.
func (s *Server) showSuppressions(c echo.Context, status int, form frontend.Form) error {
	f, wrong := readSuppressionSearch(c.QueryParams())
	page := frontend.SuppressionsPage{
		Shell: s.shell(c, frontend.PathSettings), Filter: frontend.SuppressionsFilter(frontend.PathSuppressions, c.QueryParams()),
		Filtered: f != survey.SuppressionFilter{}, Table: suppressionsTableURL(f),
	}
	if page.User.Works {
		page.Form = &form
	}
	if !page.User.SeesAll { // an address tells of a customer
		return s.page(c, status, page)
	}
	if wrong != nil {
		page.Filter = page.Filter.Reject(wrong)
		return s.page(c, statusUnless(wrong), page)
	}
	if strings.Contains(f.Search, "@") {
		page.History = suppressionHistoryURL(f.Search)
	}
	f.After, f.Limit = survey.Cursor(c.QueryParam(cursorParam)), pageRows
	list, err := s.mails.Suppressions(c.Request().Context(), f)
	if err != nil {
		return err
	}
	page.Pager = pager(c, cursorParam, list.Next)
	for _, x := range list.Items {
		row := frontend.SuppressionRow{Email: x.Email, History: suppressionHistoryURL(x.Email), Reason: x.Reason, Note: x.Note, At: x.CreatedAt}
		// What the person said themselves is not for us to take back.
		if page.User.Manages && x.Reason != survey.Unsubscribed && x.Reason != survey.Complained {
			row.Lift = &frontend.Action{Label: "Mail again", URL: frontend.PathSuppressions + "/lift", About: x.Email, Look: frontend.Quiet,
				Hidden: []frontend.Hidden{{Name: "email", Value: x.Email}}}
		}
		page.Rows = append(page.Rows, row)
	}
	return s.page(c, status, page)
}

// suppressionHistoryURL is where all that befell an address is told.
func suppressionHistoryURL(email string) string {
	return frontend.PathSuppressions + "/history?" + url.Values{"email": {email}}.Encode()
}

// byRep tells the list who changes it on its page.
func byRep(c echo.Context) survey.SuppressedBy {
	return survey.SuppressedBy{Means: survey.ByRep, ID: repOf(c).ID}
}

// suppressionHistoryPage tells who put an address on the list or took it off, when, why and by what.
func (s *Server) suppressionHistoryPage(c echo.Context) error {
	email := typed(c.QueryParams(), "email")
	page := frontend.SuppressionHistoryPage{Shell: s.shell(c, frontend.PathSettings), Email: email}
	lines, err := s.mails.SuppressionHistory(c.Request().Context(), email)
	if err != nil && survey.KindOf(err) != survey.NotFound {
		return err
	}
	for _, x := range lines {
		page.Listed = page.Listed || x.LiftedAt.IsZero()
		for _, e := range x.History {
			by, err := s.suppressedBy(c, e.By)
			if err != nil {
				return err
			}
			page.Rows = append(page.Rows, frontend.SuppressionEventRow{At: e.At, Email: x.Email, Lifted: e.Lifted, Reason: e.Reason, Note: e.Note, By: by})
		}
	}
	slices.SortStableFunc(page.Rows, func(a, b frontend.SuppressionEventRow) int { return b.At.Compare(a.At) })
	return s.page(c, http.StatusOK, page)
}

// suppressedBy says in words who changed the list, with a link to what they did it by.
func (s *Server) suppressedBy(c echo.Context, by survey.SuppressedBy) (frontend.Link, error) {
	switch by.Means {
	case survey.ByRep:
		return frontend.Link{Text: orElse(s.repName(c, survey.RepID(by.ID)), "A rep")}, nil
	case survey.ByKey:
		return frontend.Link{Text: "The API key " + by.Name}, nil
	case survey.ByImport:
		return frontend.Link{Text: "The import of " + by.Name, URL: importURL(by.ID)}, nil
	case survey.ByBounce:
		return s.suppressingInvitation(c, "The mail server, asked to take the invitation of ", by.ID)
	case survey.ByLink:
		return s.suppressingInvitation(c, "They themselves, by the link in the invitation of ", by.ID)
	case survey.ByMail:
		return s.suppressingInvitation(c, "They themselves or their provider, by a mail about the invitation of ", by.ID)
	}
	return frontend.Link{Text: "Not known"}, nil
}

// suppressingInvitation names an invitation by its day, and leads to it.
func (s *Server) suppressingInvitation(c echo.Context, words, id string) (frontend.Link, error) {
	inv, err := s.asks.Invitation(c.Request().Context(), survey.InvitationID(id))
	switch {
	case err == nil:
		return frontend.Link{Text: words + s.dayOf(inv.CreatedAt), URL: invitationURL(inv.ID)}, nil
	case survey.KindOf(err) == survey.NotFound:
		return frontend.Link{Text: words + "a customer that was deleted"}, nil
	}
	return frontend.Link{}, err
}

// addSuppression puts an address on the list.
func (s *Server) addSuppression(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	_, err = s.mails.Suppress(c.Request().Context(), survey.SuppressionInput{Email: form.Get("email"), Note: form.Get("note"), By: byRep(c)})
	if err != nil && survey.KindOf(err) == survey.Invalid {
		return s.showSuppressions(c, statusOf(survey.Invalid), frontend.SuppressionForm(frontend.PathSuppressions, form).Reject(err))
	}
	if err != nil {
		return err
	}
	return seeOther(c, frontend.PathSuppressions, "suppressed")
}

// liftSuppression takes an address off the list.
func (s *Server) liftSuppression(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	if !viewerOf(c).See.All() { // who does not see the list would lift blindly, and learn who is on it
		return survey.Errorf(survey.Forbidden, "the list is about everybody's customers, and you see only some of them; an admin can take the address off it")
	}
	if err := s.mails.Unsuppress(c.Request().Context(), form.Get("email"), false, byRep(c)); err != nil {
		return err
	}
	return seeOther(c, frontend.PathSuppressions, "saved")
}
