package api

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/analytics"
	"earshot/analytics/chart"
	"earshot/frontend"
	"earshot/survey"
)

// feedbackPage shows how one question was answered.
func (s *Server) feedbackPage(c echo.Context) error {
	choice, err := s.chooseFeedback(c, true)
	if err != nil {
		return err
	}
	page := frontend.FeedbackPage{Shell: s.shell(c, frontend.PathFeedback), Filter: choice.form(frontend.PathFeedback)}
	wrong := choice.wrong
	switch {
	case wrong != nil:
	case choice.survey == nil:
		page.Empty = "There is no survey yet. Make one, ask somebody, and the figures grow here as the answers arrive."
	case choice.question.ID == "":
		page.Empty = "This survey has no question with a scale. Its answers in words are under Answers."
	default:
		wrong = s.fillFeedback(c, choice, &page)
	}
	if wrong != nil && survey.KindOf(wrong) != survey.Invalid {
		return wrong
	}
	if wrong != nil {
		page.Filter, page.Empty = page.Filter.Reject(wrong), "Mend the filter above, and the figures are here."
	}
	return s.page(c, statusUnless(wrong), page)
}

// fillFeedback puts the figures on the page. All of them are of one trend.
func (s *Server) fillFeedback(c echo.Context, f *feedbackChoice, page *frontend.FeedbackPage) error {
	cut := s.cut(f.in, "")
	cut.BySegment, cut.ByRep, cut.Within = true, true, f.within
	trend, err := cut.Trend(c.Request().Context(), s.figures)
	if err != nil {
		return err
	}
	page.SetAside = trend.SetAside
	if trend.Everyone.Total.N == 0 {
		page.Empty = "Nobody answered this in that time. Take a longer period or fewer conditions; or ask somebody, and the figures grow here as the answers arrive."
		return nil
	}
	page.Survey, page.Question, page.Scope = f.survey.Name, f.questionText(s.here.Language()), s.feedbackScope(c, f)
	page.Scale, page.Metric, page.Metrics = trend.Scale, f.metric, f.metricTabs()
	page.Total, page.Skipped = frontend.FigureRow{Point: trend.Everyone.Total}, trend.Skipped
	page.Change = trend.Everyone.Change(f.metric)
	page.AllResponses = f.url(frontend.PathResponses)
	page.Buckets, page.Shares = s.bucketRows(f, trend), shareRows(f, trend.Everyone.Total.Distribution)
	page.Segments = groupRows(f, trend.Segments, "segment", func(name string) string { return name })
	page.Reps = groupRows(f, trend.Reps, "rep", func(id string) string { return s.repName(c, survey.RepID(id)) })
	s.nameReps(c, trend.Reps)
	page.SegmentsChart = groupsChart(f, trend, pathSegmentsImage, chart.BySegment, trend.Segments)
	page.RepsChart = groupsChart(f, trend, pathRepsImage, chart.ByRep, trend.Reps)
	page.Trend, page.Distribution = trendChart(f, trend), spreadChart(f, trend.Everyone.Total.Distribution)
	return nil
}

// nameReps puts the names of reps in the place of their ids.
func (s *Server) nameReps(c echo.Context, series []analytics.Series) {
	for i := range series {
		series[i].Name = s.repName(c, survey.RepID(series[i].Name))
	}
}

// feedbackScope says in words whose answers are shown, and of when.
func (s *Server) feedbackScope(c echo.Context, f *feedbackChoice) string {
	segment, owner, period := "all segments", "all reps", "from the first answer to the last"
	if f.in.Segment != "" {
		segment = f.in.Segment
	}
	if name := s.repName(c, survey.RepID(f.in.RepID)); name != "" {
		owner = name
	}
	from, to := s.dayOf(f.in.From), s.dayOf(f.in.To.Add(-time.Nanosecond))
	switch {
	case !f.in.From.IsZero() && !f.in.To.IsZero():
		period = from + " to " + to
	case !f.in.From.IsZero():
		period = "since " + from
	case !f.in.To.IsZero():
		period = "until " + to
	}
	return fmt.Sprintf("%s, %s, %s", segment, owner, period)
}

// metricTabs switch the figure.
func (f *feedbackChoice) metricTabs() []frontend.Tab {
	scale := analytics.Scale(f.in.Scale)
	var tabs []frontend.Tab
	for _, m := range scale.Metrics() {
		tabs = append(tabs, tab(m.Title(scale), f.url(frontend.PathFeedback, "metric", string(m)), m == f.metric && !f.levels))
	}
	if scale == analytics.ScaleProgress {
		tabs = append(tabs, tab("All five levels", f.url(frontend.PathFeedback, "metric", string(metricLevels)), f.levels))
	}
	return tabs
}

// bucketRows are the figures of each bucket, with links to the answers in it.
func (s *Server) bucketRows(f *feedbackChoice, t analytics.Trend) []frontend.FigureRow {
	rows := make([]frontend.FigureRow, len(t.Everyone.Points))
	for i, p := range t.Everyone.Points {
		from, to := p.Start, p.End
		if f.in.From.After(from) {
			from = f.in.From
		}
		if !f.in.To.IsZero() && f.in.To.Before(to) {
			to = f.in.To
		}
		rows[i] = frontend.FigureRow{Name: p.Bucket, Point: p}
		if p.N > 0 {
			rows[i].URL = f.url(frontend.PathResponses, "from", from.In(s.here.TimeZone()).Format(time.DateOnly),
				"to", to.Add(-time.Nanosecond).In(s.here.TimeZone()).Format(time.DateOnly))
		}
	}
	return rows
}

// shareRows are the steps of the scale, with links to those who chose them.
func shareRows(f *feedbackChoice, d analytics.Distribution) []frontend.ShareRow {
	rows := make([]frontend.ShareRow, len(d.Shares))
	for i, share := range d.Shares {
		rows[i] = frontend.ShareRow{Share: share}
		if share.Count > 0 {
			rows[i].URL = f.url(frontend.PathResponses, answerParam, strconv.Itoa(share.Value))
		}
	}
	return rows
}

// groupRows are the figures of each segment or rep, with links to the same page about that one alone. The changes are
// tested together, as they stand together, and left out where none can be told.
func groupRows(f *feedbackChoice, groups []analytics.Series, param string, name func(string) string) []frontend.FigureRow {
	changes := analytics.Changes(f.metric, groups)
	told := slices.ContainsFunc(changes, func(c analytics.Change) bool { return c.Verdict != analytics.TooFew })
	rows := make([]frontend.FigureRow, len(groups))
	for i, g := range groups {
		rows[i] = frontend.FigureRow{Name: name(g.Name), Point: g.Total}
		if told {
			rows[i].Change = &changes[i]
		}
		if g.Name != "" {
			rows[i].URL = f.url(frontend.PathFeedback, param, g.Name)
		}
	}
	return rows
}
