package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// How much of each is shown on Today, and how many are counted at most: nobody works off more in a day.
const (
	todayQuiet  = 12
	todayLatest = 6
	todayCount  = 2000
	// todayDays is the period of its figures, in days.
	todayDays = 7
)

// The values of the parameter that says whose customers Today is about; without it, the rep's own if there are any.
const (
	scopeMine = "me"
	scopeAll  = "all"
)

// todayPage is what a rep opens in the morning.
func (s *Server) todayPage(c echo.Context) error {
	scope, err := s.scope(c)
	if err != nil {
		return err
	}
	page := frontend.TodayPage{Shell: s.shell(c, frontend.PathToday), Scopes: []frontend.Tab{
		tab("Mine", frontend.PathToday+"?rep="+scopeMine, scope != ""), tab("Everybody’s", frontend.PathToday+"?rep="+scopeAll, scope == ""),
	}}
	for _, fill := range []func(echo.Context, survey.RepID, *frontend.TodayPage) error{s.fillQuiet, s.fillLatest, s.fillStart} {
		if err := fill(c, scope, &page); err != nil {
			return err
		}
	}
	return s.page(c, http.StatusOK, page)
}

// scope returns the rep whose customers are shown; empty is everybody's.
func (s *Server) scope(c echo.Context) (survey.RepID, error) {
	me := survey.RepID(repOf(c).ID)
	switch c.QueryParam("rep") {
	case scopeMine:
		return me, nil
	case scopeAll:
		return "", nil
	}
	own, err := s.service.Customers(c.Request().Context(), survey.CustomerFilter{RepID: me, Limit: 1})
	if err != nil || len(own.Items) == 0 {
		return "", err
	}
	return me, nil
}

// ofRep adds the rep to a path with a query.
func ofRep(path string, id survey.RepID) string {
	if id == "" {
		return path
	}
	glue := "?"
	if strings.Contains(path, "?") {
		glue = "&"
	}
	return path + glue + "rep=" + string(id)
}

// fillQuiet puts the quiet customers on the page.
func (s *Server) fillQuiet(c echo.Context, scope survey.RepID, page *frontend.TodayPage) error {
	surveys, err := s.askableSurveys(c)
	if err != nil {
		return err
	}
	shown, total, more, err := s.countQuiet(c.Request().Context(), scope)
	if err != nil {
		return err
	}
	for _, q := range shown {
		row, err := s.quietRow(c, q, surveys)
		if err != nil {
			return err
		}
		page.Quiet = append(page.Quiet, row)
	}
	page.QuietTotal, page.AllQuiet = total, ofRep(frontend.PathCustomers+"?quiet=on", scope)
	page.Counts = append(page.Counts, counted("gone quiet", total, more, page.AllQuiet, frontend.Bad))
	return nil
}

// counted is a figure that is toned only where there is something to count; more says that there are more than that.
func counted(label string, n int, more bool, url string, tone frontend.Tone) frontend.Count {
	if more {
		label += ", at least"
	}
	if n == 0 {
		tone = frontend.Neutral
	}
	return frontend.Count{Label: label, Value: n, URL: url, Tone: tone}
}

// countQuiet returns those that are shown of the quiet customers, and how many there are.
func (s *Server) countQuiet(ctx context.Context, scope survey.RepID) (shown []survey.QuietCustomer, total int, more bool, err error) {
	filter := survey.QuietFilter{RepID: scope, Limit: survey.MaxPage}
	for total < todayCount {
		found, err := s.service.QuietCustomers(ctx, filter)
		if err != nil {
			return nil, 0, false, err
		}
		if shown == nil {
			shown = found.Items[:min(todayQuiet, len(found.Items))]
		}
		total += len(found.Items)
		if found.Next == "" {
			return shown, total, false, nil
		}
		filter.After = found.Next
	}
	return shown, total, true, nil
}

// quietRow shows one quiet customer, with what to do about the silence.
func (s *Server) quietRow(c echo.Context, q survey.QuietCustomer, surveys []frontend.Option) (frontend.QuietCustomer, error) {
	id := survey.CustomerID(q.Customer.ID)
	row := frontend.QuietCustomer{
		Name: q.Customer.Name, URL: customerURL(id), Segment: q.Customer.Segment, Rep: s.repName(c, q.Customer.RepID),
		Sentence: q.Sentence, Gone: q.Gone, LastAt: q.LastAt, ValuePerYear: q.Customer.ValuePerYear,
		Ask:    frontend.Action{Label: "Ask now", URL: customerURL(id) + "/ask", Look: frontend.Primary, About: q.Customer.Name},
		Snooze: *snoozeAction(id, pathWith(c, c.QueryParams(), noticeParam, "")),
	}
	row.Snooze.About = q.Customer.Name
	if len(surveys) == 0 {
		row.Ask.Disabled = "There is no open survey to ask"
	} else {
		row.Ask.Hidden = append(backTo(pathWith(c, c.QueryParams(), noticeParam, "")), frontend.Hidden{Name: "survey_id", Value: surveys[0].Value})
	}
	var err error
	if row.Asked, err = s.askedAlready(c, id); row.Asked != "" {
		row.Ask.Look = frontend.Plain // others come first
	}
	return row, err
}

// askedAlready says who was asked there lately; empty if nobody was.
func (s *Server) askedAlready(c echo.Context, id survey.CustomerID) (string, error) {
	latest, err := s.service.Invitations(c.Request().Context(), survey.InvitationFilter{
		CustomerID: id, From: s.service.Clock().AddDate(0, 0, -survey.CrowdDays), Limit: 1,
	})
	if err != nil || len(latest.Items) == 0 {
		return "", err
	}
	inv := latest.Items[0]
	said := fmt.Sprintf("%s was asked on %s", inv.ContactName, s.dayOf(inv.CreatedAt))
	switch how, _ := outcome(inv, s); {
	case inv.Mail.State == survey.MailWithheld || inv.Mail.State == survey.MailRefused:
		return said + ", but the mail did not go out.", nil
	case how == frontend.OutcomeOpen:
		return said + " and has not answered yet.", nil
	default:
		return said + ": " + string(how) + ".", nil
	}
}

// fillLatest puts the newest answers and the figures of the last days on the page.
func (s *Server) fillLatest(c echo.Context, scope survey.RepID, page *frontend.TodayPage) error {
	ctx := c.Request().Context()
	latest, err := s.service.Responses(ctx, survey.ResponseFilter{RepID: scope, Limit: todayLatest})
	if err != nil {
		return err
	}
	if page.Latest, err = s.responseRows(c, latest.Items, ""); err != nil {
		return err
	}
	page.AllResponses = ofRep(frontend.PathResponses, scope)
	from := s.service.Clock().In(s.service.TimeZone).AddDate(0, 0, 1-todayDays)
	answers, low, more, err := s.countAnswers(ctx, scope, from)
	if err != nil {
		return err
	}
	period := ofRep(frontend.PathResponses+"?from="+from.Format(time.DateOnly), scope)
	page.Counts = append(page.Counts,
		counted(fmt.Sprintf("low answers in %d days", todayDays), low, more, period+"&"+lowParam+"=on", frontend.Warning),
		counted(fmt.Sprintf("answers in %d days", todayDays), answers, more, period, frontend.Good))
	return nil
}

// countAnswers counts the answers since the day of from, and the low ones among them.
func (s *Server) countAnswers(ctx context.Context, scope survey.RepID, from time.Time) (all, low int, more bool, err error) {
	y, m, d := from.Date()
	filter := survey.ResponseFilter{RepID: scope, From: time.Date(y, m, d, 0, 0, 0, 0, from.Location()), Limit: survey.MaxPage}
	for all < todayCount {
		found, err := s.service.Responses(ctx, filter)
		if err != nil {
			return 0, 0, false, err
		}
		all += len(found.Items)
		for _, r := range found.Items {
			if scoreOf(r, "").Low() {
				low++
			}
		}
		if found.Next == "" {
			return all, low, false, nil
		}
		filter.After = found.Next
	}
	return all, low, true, nil
}
