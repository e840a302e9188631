package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// How much of each is shown on Today.
const (
	todayQuiet  = 12
	todayLatest = 6
	// todayDays is the period of its figures, in days.
	todayDays = 7
)

// todayPage is what a rep opens in the morning.
func (s *Server) todayPage(c echo.Context) error {
	now := s.here.Now().In(s.here.TimeZone())
	from := time.Date(now.Year(), now.Month(), now.Day()+1-todayDays, 0, 0, 0, 0, now.Location())
	scope, err := todayScope(c)
	if err != nil {
		return err
	}
	if sharesNothing(c) {
		scope = survey.ScopeMine
	}
	allCalls, err := s.callsOfAll(c.Request().Context())
	if err != nil {
		return err
	}
	today, err := s.silences.Today(c.Request().Context(), survey.TodayRequest{
		Me: survey.RepID(repOf(c).ID), Scope: scope, Within: seenBy(c), Calls: repOf(c).CallsPerWeek, AllCalls: allCalls, Quiet: todayQuiet, Latest: todayLatest, From: from,
	})
	if err != nil {
		return err
	}
	page := frontend.TodayPage{
		Shell: s.shell(c, frontend.PathToday), Mine: today.RepID != "", Calls: today.Calls,
		AllResponses: ofRep(frontend.PathResponses, today.RepID),
		Scopes:       scopeTabs(c, today.RepID != "", todayURL(survey.ScopeMine), todayURL(survey.ScopeAll)),
		Counts:       todayCounts(today, from), Feeds: feedNotices(c, today.Feeds),
	}
	if page.User.SeesAll {
		page.Chances, page.Capacity = s.chanceNotices(today.Drifts), frontend.PathCapacity
	}
	_, _, reps := pointedAt(today.Latest)
	for _, l := range today.Lists {
		for _, q := range l.Customers {
			reps = append(reps, q.Customer.RepID)
		}
	}
	s.learnReps(c, reps...)
	page.Lists = s.todayLists(c, today)
	page.Latest = s.responseRows(c, today.Latest, today.Names, "")
	if !today.Answered {
		if page.Start, err = s.startSteps(c, today, page.User.Admin); err != nil {
			return err
		}
	}
	return s.page(c, http.StatusOK, page)
}

// todayScope reads whose customers are wanted; empty where nothing is said. Returns Invalid for what is none of the scopes.
func todayScope(c echo.Context) (survey.TodayScope, error) {
	scope := survey.TodayScope(typed(c.QueryParams(), "rep"))
	if !slices.Contains([]survey.TodayScope{"", survey.ScopeMine, survey.ScopeAll}, scope) {
		return "", survey.InvalidField("rep", "must be %s or %s", survey.ScopeMine, survey.ScopeAll)
	}
	return scope, nil
}

// sharesNothing says that the logged-in rep sees their own customers alone, besides those of nobody.
func sharesNothing(c echo.Context) bool {
	reach := viewerOf(c).See
	return !reach.All() && len(reach.Reps()) < 2
}

// scopeTabs switch between the own customers and all that the logged-in rep sees, where there are others.
func scopeTabs(c echo.Context, mine bool, toMine, toAll string) []frontend.Tab {
	switch {
	case viewerOf(c).See.All():
		return []frontend.Tab{tab("Mine", toMine, mine), tab("Everybody’s", toAll, !mine)}
	case sharesNothing(c):
		return nil
	}
	return []frontend.Tab{tab("Mine", toMine, mine), tab("The team’s", toAll, !mine)}
}

func todayURL(scope survey.TodayScope) string { return frontend.PathToday + "?rep=" + string(scope) }

// listURL leads to all customers of a list, of a rep or of all.
func listURL(list survey.List, id survey.RepID) string {
	return ofRep(frontend.PathCustomers+"?list="+string(list), id)
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

// todayCounts are the figures at the top of the page; the answers are counted from a day on.
func todayCounts(t *survey.Today, from time.Time) []frontend.Count {
	period := ofRep(frontend.PathResponses+"?from="+from.Format(time.DateOnly), t.RepID)
	return []frontend.Count{
		counted("probably leaving", t.List(survey.Leaving).Total, listURL(survey.Leaving, t.RepID), frontend.Bad),
		counted("unusually silent", t.List(survey.Unusual).Total, listURL(survey.Unusual, t.RepID), frontend.Warning),
		counted(fmt.Sprintf("low answers in %d days", todayDays), t.Low, period+"&"+lowParam+"=on", frontend.Warning),
		counted(fmt.Sprintf("answers in %d days", todayDays), t.Answers, period, frontend.Good),
	}
}

// counted is a figure that is toned only where there is something to count.
func counted(label string, n int, url string, tone frontend.Tone) frontend.Count {
	if n == 0 {
		tone = frontend.Neutral
	}
	return frontend.Count{Label: label, Value: n, URL: url, Tone: tone}
}

// callFirst has a row offer a call before a question. whom is whom to call there, or nil.
func callFirst(row *frontend.QuietCustomer, whom *survey.Contact) {
	if row.Ask.URL != "" { // who may not ask there, records nothing either
		row.Record = frontend.Action{Label: "Record a call", URL: row.URL + "#touch", Get: true, Look: frontend.Primary, About: row.Name}
		row.Ask.Look = frontend.Plain
	}
	if whom != nil {
		row.Call = &frontend.Person{Name: whom.Name, Role: whom.Role, Email: whom.Email}
		if row.Unreachable {
			row.Call.Email = ""
		}
	}
}

// quietRow shows one customer of a list, with what to do about the silence. asked is who was asked there lately, or nil.
func (s *Server) quietRow(c echo.Context, q survey.QuietCustomer, asked *survey.Invitation, surveys []frontend.Option) frontend.QuietCustomer {
	id := survey.CustomerID(q.Customer.ID)
	row := frontend.QuietCustomer{
		List: q.List,
		Name: q.Customer.Name, URL: customerURL(id), Segment: q.Customer.Segment, Rep: s.repName(c, q.Customer.RepID),
		Unreachable: q.Unreachable,
		Sentence:    q.Sentence, LastAt: q.LastAt, ValuePerYear: q.Customer.ValuePerYear,
		Ask:    frontend.Action{Label: "Ask now", URL: customerURL(id) + "/ask", Look: frontend.Primary, About: q.Customer.Name},
		Snooze: *snoozeAction(id, pathWith(c, c.QueryParams(), noticeParam, "")),
	}
	row.Snooze.About = q.Customer.Name
	row.Gone, row.AtLeast = figureOf(q.Silence)
	if q.Customer.RenewsSoon(s.today()) {
		row.RenewsOn = q.Customer.RenewsOn.In(s.here.TimeZone())
	}
	if !worksOn(c, q.Customer.RepID) {
		row.Ask, row.Snooze = frontend.Action{}, frontend.Action{}
		if asked != nil {
			row.Asked = s.askedAlready(asked)
		}
		return row
	}
	if len(surveys) == 0 {
		row.Ask.Disabled = "There is no open survey to ask"
	} else {
		row.Ask.Hidden = append(backTo(pathWith(c, c.QueryParams(), noticeParam, "")), frontend.Hidden{Name: "survey_id", Value: surveys[0].Value})
	}
	if asked != nil {
		row.Asked = s.askedAlready(asked)
		row.Ask.Look = frontend.Plain // others come first
	}
	return row
}

// askedAlready says who was asked, and what became of it.
func (s *Server) askedAlready(inv *survey.Invitation) string {
	said := fmt.Sprintf("%s was asked on %s", inv.ContactName, s.dayOf(inv.CreatedAt))
	switch how, _ := outcome(inv, s); {
	case inv.Mail.State == survey.MailBounced:
		return said + ", but the mail came back."
	case inv.Mail.State == survey.MailWithheld || inv.Mail.State == survey.MailRefused:
		return said + ", but the mail did not go out."
	case how == frontend.OutcomeOpen:
		return said + " and has not answered yet."
	default:
		return said + ": " + string(how) + "."
	}
}
