package api

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/analytics"
	"earshot/analytics/chart"
	"earshot/frontend"
	"earshot/survey"
)

// reportFilter reads which report is wanted: a list, and the rep's own customers or, where nothing is said, everybody's. Returns NotFound
// for a list of which there is no report.
func (s *Server) reportFilter(c echo.Context) (survey.AlarmFilter, error) {
	query := c.QueryParams()
	f := survey.AlarmFilter{List: cmp.Or(survey.List(typed(query, "list")), survey.Leaving)}
	if !slices.Contains(survey.NotedLists(), f.List) {
		return f, survey.Errorf(survey.NotFound, "there is no report of a list of that name")
	}
	scope, err := todayScope(c)
	f.Within = seenBy(c)
	if scope == survey.ScopeMine || sharesNothing(c) {
		f.RepID, f.Within = survey.RepID(repOf(c).ID), nil
	}
	return f, err
}

// reportPage shows what came of the alarms.
func (s *Server) reportPage(c echo.Context) error {
	f, err := s.reportFilter(c)
	if err != nil {
		return err
	}
	found, err := s.silences.AlarmReport(c.Request().Context(), f)
	if err != nil {
		return err
	}
	page := frontend.ReportPage{
		Shell: s.shell(c, frontend.PathToday), Lists: reportLists(f), Scopes: reportScopes(c, f), Since: found.Since, Total: found.Total,
		False: analytics.FalseShare(found.Total), Caught: analytics.CaughtShare(found.Total), AskedAnyway: found.AskedAnyway,
	}
	if !page.User.SeesAll {
		found.Drifts = nil // those are of everybody's customers
	}
	page.Notices = s.chanceNotices(found.Drifts)
	if found.Asked.Drawn+found.HeldOut.Drawn > 0 {
		page.Asking = analytics.AskingOf(found)
	}
	for _, m := range reportMonths(found) {
		page.Months = append(page.Months, frontend.ReportMonth{From: m.From, AlarmCounts: m.AlarmCounts})
	}
	for _, d := range found.Drifts {
		page.Chances = append(page.Chances, frontend.ReportChance{
			Step: frontend.StepWords(d.Step), Said: d.Said(), Stayed: d.Stayed, Of: d.Of, WrongSince: d.WrongSince,
		})
	}
	if page.User.Manages && len(found.Reps) > 1 {
		page.Reps = s.reportReps(c, found.Reps)
	}
	if len(page.Months) > 0 {
		page.Chart = pictured(frontend.PathReport+".svg", reportQuery(f), pageWidth, func(o chart.Options) chart.Picture { return chart.Alarms(reportDrawing(found), o) })
	}
	return s.page(c, http.StatusOK, page)
}

// reportMonths are the months since alarms have been written down, the newest first.
func reportMonths(r *survey.AlarmReport) []survey.AlarmMonth {
	if r.Since.IsZero() {
		return nil
	}
	end := slices.IndexFunc(r.Months, func(m survey.AlarmMonth) bool { return !m.From.After(r.Since) })
	if end < 0 {
		return r.Months
	}
	return r.Months[:end+1]
}

// reportReps name the reps.
func (s *Server) reportReps(c echo.Context, reps []survey.AlarmRep) []frontend.ReportRep {
	ids := make([]survey.RepID, len(reps))
	for i, r := range reps {
		ids[i] = r.RepID
	}
	s.learnReps(c, ids...)
	rows := make([]frontend.ReportRep, len(reps))
	for i, r := range reps {
		rows[i] = frontend.ReportRep{Name: s.repName(c, r.RepID), AlarmCounts: r.AlarmCounts}
	}
	return rows
}

// reportQuery is how a report is asked for.
func reportQuery(f survey.AlarmFilter) url.Values {
	query := url.Values{"list": {string(cmp.Or(f.List, survey.Leaving))}}
	if f.RepID != "" {
		query.Set("rep", string(survey.ScopeMine))
	}
	return query
}

func reportURL(f survey.AlarmFilter) string {
	return frontend.PathReport + "?" + reportQuery(f).Encode()
}

// reportLists switch the list, and reportScopes between the rep's own customers and everybody's.
func reportLists(f survey.AlarmFilter) []frontend.Tab {
	var tabs []frontend.Tab
	for _, l := range survey.NotedLists() {
		to := f
		to.List = l
		tabs = append(tabs, tab(frontend.ListName(l), reportURL(to), l == f.List))
	}
	return tabs
}

func reportScopes(c echo.Context, f survey.AlarmFilter) []frontend.Tab {
	mine := reportQuery(f)
	mine.Set("rep", string(survey.ScopeMine))
	return scopeTabs(c, f.RepID != "", frontend.PathReport+"?"+mine.Encode(), reportURL(survey.AlarmFilter{List: f.List}))
}

// chanceNotices say which chances are called wrong.
func (s *Server) chanceNotices(drifts []survey.StepDrift) []frontend.ChanceNotice {
	var notices []frontend.ChanceNotice
	for _, d := range drifts {
		if !d.WrongSince.IsZero() {
			notices = append(notices, frontend.ChanceNotice{Sentence: d.Sentence(s.here.TimeZone()), Since: d.WrongSince})
		}
	}
	return notices
}

// reportChartRequest says of which report the picture is.
type reportChartRequest struct {
	List string `query:"list" oneof:"probably_leaving unusually_silent drifting"`
	Rep  string `query:"rep" oneof:"me all"`
	look
}

// reportSVG answers with the picture of what came of the alarms.
func (s *Server) reportSVG(c echo.Context, in reportChartRequest) error {
	f, err := s.reportFilter(c)
	if err != nil {
		return err
	}
	found, err := s.silences.AlarmReport(c.Request().Context(), f)
	if err != nil {
		return err
	}
	return writePicture(c, chart.Alarms(reportDrawing(found), in.options()), asSVG(pixels{}))
}

// reportDrawing returns the months as the chart takes them.
func reportDrawing(r *survey.AlarmReport) []chart.AlarmMonth {
	var months []chart.AlarmMonth
	for _, m := range slices.Backward(reportMonths(r)) {
		// The picture takes months by the calendar, whatever the zone.
		start := time.Date(m.From.Year(), m.From.Month(), 1, 0, 0, 0, 0, time.UTC)
		months = append(months, chart.AlarmMonth{
			Start: start, Away: m.Caught(), Contacted: m.BackContacted, Themselves: m.ByThemselves(), Waiting: m.Waiting,
		})
	}
	return months
}
