package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

// customerURL is where a customer's page is.
func customerURL(id survey.CustomerID) string { return frontend.PathCustomers + "/" + string(id) }

// pathID returns the identifier in the path, or NotFound for what cannot be one.
func pathID[T ~string](c echo.Context) (T, error) {
	var found id
	if err := found.UnmarshalText([]byte(c.Param("id"))); err != nil {
		return "", survey.Errorf(survey.NotFound, "there is nothing at this address")
	}
	return T(found), nil
}

// typed returns what stands in a field of a form or a query, without what no text should have.
func typed(values url.Values, name string) string {
	text := values.Get(name)
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "")
	}
	return strings.TrimSpace(strings.ReplaceAll(text, "\x00", ""))
}

// repOptions are the reps to choose from: who can log in, and kept, who is chosen already.
func (s *Server) repOptions(ctx context.Context, kept survey.RepID) ([]frontend.Option, error) {
	reps, err := s.allReps(ctx)
	if err != nil {
		return nil, err
	}
	var options []frontend.Option
	for _, r := range reps {
		if r.DisabledAt.IsZero() || survey.RepID(r.ID) == kept {
			options = append(options, frontend.Option{Value: r.ID, Text: r.Name})
		}
	}
	return options, nil
}

// ownerOptions are the reps to give a customer to: who can log in and works on customers, and kept, whose it is already.
func (s *Server) ownerOptions(ctx context.Context, kept survey.RepID) ([]frontend.Option, error) {
	reps, err := s.allReps(ctx)
	var options []frontend.Option
	for _, r := range reps {
		if r.DisabledAt.IsZero() && r.Access.Covers(access.LevelRep) || survey.RepID(r.ID) == kept {
			options = append(options, frontend.Option{Value: r.ID, Text: r.Name})
		}
	}
	return options, err
}

// knownRep returns what is wrong with a rep in a filter: one that is not among those to choose from.
func knownRep(options []frontend.Option, id survey.RepID) error {
	if id == "" || slices.ContainsFunc(options, func(o frontend.Option) bool { return o.Value == string(id) }) {
		return nil
	}
	return survey.InvalidField("rep", "must be one of the list")
}

// segmentsWith are the segments that there are, and one more that somebody typed.
func segmentsWith(segments []string, typed string) []string {
	if typed != "" && !slices.Contains(segments, typed) {
		segments = append(segments, typed)
	}
	return segments
}

// customerSearch is what is looked for in the list of customers.
type customerSearch struct {
	survey.CustomerFilter
	// list narrows to those of a list, the greatest loss first.
	list survey.List
}

// readCustomerSearch reads the filter in the address.
func readCustomerSearch(values url.Values) (customerSearch, error) {
	search := customerSearch{list: survey.List(typed(values, "list")), CustomerFilter: survey.CustomerFilter{
		NamePrefix: typed(values, "q"), Status: survey.Status(typed(values, "status")), Segment: typed(values, "segment"),
		RepID: survey.RepID(typed(values, "rep")), After: survey.Cursor(typed(values, cursorParam)), Limit: pageRows,
	}}
	if search.Status != "" && !slices.Contains(survey.Statuses(), search.Status) {
		return search, survey.InvalidField("status", "must be one of the list")
	}
	if search.list != "" && !slices.Contains(survey.Lists(), search.list) {
		return search, survey.InvalidField("list", "must be one of the list")
	}
	return search, nil
}

// filtered says whether anything narrows the list.
func (f customerSearch) filtered() bool {
	return f.list != "" || f.NamePrefix != "" || f.Status != "" || f.Segment != "" || f.RepID != ""
}

// customersPage lists customers.
func (s *Server) customersPage(c echo.Context) error {
	search, wrong := readCustomerSearch(c.QueryParams())
	search.Within = seenBy(c)
	reps, err := s.ownersFilter(c, search.RepID)
	if err != nil {
		return err
	}
	if wrong == nil {
		wrong = knownRep(reps, search.RepID)
	}
	filter, err := s.customersFilter(c, search, reps)
	if err != nil {
		return err
	}
	page := frontend.CustomersPage{
		Shell: s.shell(c, frontend.PathCustomers), Filter: filter, Filtered: search.filtered(),
	}
	if page.User.Works {
		page.New = frontend.PathCustomers + "/new"
	}
	if page.User.Admin {
		page.Import = frontend.PathImports
	}
	if wrong == nil {
		wrong = s.fillCustomers(c, search, &page)
	}
	if wrong != nil && survey.KindOf(wrong) != survey.Invalid {
		return wrong
	}
	page.Filter = page.Filter.Reject(wrong)
	return s.page(c, statusUnless(wrong), page)
}

// statusUnless is the status of a page that is shown although something was wrong; nil is nothing.
func statusUnless(err error) int {
	if err == nil {
		return http.StatusOK
	}
	return statusOf(survey.KindOf(err))
}

// customersFilter is the form above the list.
func (s *Server) customersFilter(c echo.Context, search customerSearch, reps []frontend.Option) (frontend.Form, error) {
	segments, err := s.directory.SegmentsWithin(c.Request().Context(), seenBy(c))
	if err != nil {
		return frontend.Form{}, err
	}
	return frontend.CustomersFilter(frontend.PathCustomers, c.QueryParams(), segmentsWith(segments, search.Segment), reps), nil
}

// fillCustomers puts the customers that are looked for on the page.
func (s *Server) fillCustomers(c echo.Context, search customerSearch, page *frontend.CustomersPage) error {
	list, err := s.searchCustomers(c.Request().Context(), search)
	if err != nil {
		return err
	}
	page.Pager, page.Feeds = pager(c, cursorParam, list.Next), feedNotices(c, list.Feeds)
	for _, line := range list.Items {
		page.Rows = append(page.Rows, s.customerRow(c, line))
	}
	return nil
}

// searchCustomers returns a page of the customers that are looked for; of those of a list with the feeds
// for which others are held.
func (s *Server) searchCustomers(ctx context.Context, search customerSearch) (*survey.QuietLines, error) {
	if search.list == "" {
		page, err := s.customers.CustomerLines(ctx, search.CustomerFilter)
		return &survey.QuietLines{Page: page}, err
	}
	return s.silences.QuietLines(ctx, survey.QuietFilter{
		List: search.list, RepID: search.RepID, Within: search.Within, Segment: search.Segment, Status: search.Status, NamePrefix: search.NamePrefix,
		After: search.After, Limit: search.Limit,
	})
}

// customerRow shows a customer in a list, with the silence and the latest score.
func (s *Server) customerRow(c echo.Context, line survey.CustomerLine) frontend.CustomerRow {
	x := line.Customer
	row := frontend.CustomerRow{
		Name: x.Name, URL: customerURL(survey.CustomerID(x.ID)), Status: x.Status, Segment: x.Segment, Rep: s.repName(c, x.RepID),
		ValuePerYear: x.ValuePerYear, LastAt: line.Silence.LastAt, List: line.Silence.List,
		Held: line.Silence.HeldBy != "", Unreachable: line.Unreachable,
	}
	row.Gone, row.AtLeast = figureOf(line.Silence)
	if line.Latest != nil {
		row.Score = scoreOf(line.Latest, "")
	}
	return row
}
