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
		Shell: s.shell(c, frontend.PathSettings), Form: &form, Filter: frontend.SuppressionsFilter(frontend.PathSuppressions, c.QueryParams()),
		Filtered: f != survey.SuppressionFilter{}, Table: suppressionsTableURL(f),
	}
	if wrong != nil {
		page.Filter = page.Filter.Reject(wrong)
		return s.page(c, statusUnless(wrong), page)
	}
	f.After, f.Limit = survey.Cursor(c.QueryParam(cursorParam)), pageRows
	list, err := s.mails.Suppressions(c.Request().Context(), f)
	if err != nil {
		return err
	}
	page.Pager = pager(c, cursorParam, list.Next)
	for _, x := range list.Items {
		row := frontend.SuppressionRow{Email: x.Email, Reason: x.Reason, Note: x.Note, At: x.CreatedAt}
		// What the person said themselves is not for us to take back.
		if page.User.Admin && x.Reason != survey.Unsubscribed && x.Reason != survey.Complained {
			row.Lift = &frontend.Action{Label: "Mail again", URL: frontend.PathSuppressions + "/lift", About: x.Email, Look: frontend.Quiet,
				Hidden: []frontend.Hidden{{Name: "email", Value: x.Email}}}
		}
		page.Rows = append(page.Rows, row)
	}
	return s.page(c, status, page)
}

// addSuppression puts an address on the list.
func (s *Server) addSuppression(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	_, err = s.mails.Suppress(c.Request().Context(), survey.SuppressionInput{Email: form.Get("email"), Note: form.Get("note")})
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
	if err := s.mails.Unsuppress(c.Request().Context(), form.Get("email"), false); err != nil {
		return err
	}
	return seeOther(c, frontend.PathSuppressions, "saved")
}
