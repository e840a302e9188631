package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// feedResponse is how a feed of touchpoints is.
type feedResponse struct {
	ID string `json:"id"`
	// Source is files, key or reps; KeyName is the name of the API keys that it is.
	Source  string `json:"source"`
	KeyName string `json:"key_name"`
	Kind    string `json:"kind"`
	State   string `json:"state"`
	// UsualPerDay is left out where too little is known.
	UsualPerDay float64   `json:"usual_per_day,omitempty"`
	ArrivedAt   time.Time `json:"arrived_at,omitzero"`
	// The days are calendar days of the installation.
	LatestOn     string              `json:"latest_on,omitempty"`
	MissingSince string              `json:"missing_since,omitempty"`
	Sentence     string              `json:"sentence,omitempty"`
	Held         int                 `json:"held"`
	Pauses       []feedPauseResponse `json:"pauses"`
	Days         []int               `json:"days"`
}

// feedPauseResponse is days on which nothing is expected, from the first to the last.
type feedPauseResponse struct {
	From string `json:"from"`
	To   string `json:"to"`
}

func (s *Server) viewFeed(f *survey.FeedStatus) feedResponse {
	date := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(s.here.TimeZone()).Format(time.DateOnly)
	}
	view := feedResponse{
		ID: f.ID, Source: string(f.Source), Kind: string(f.Kind), State: string(f.State), UsualPerDay: f.Rate, ArrivedAt: f.ArrivedAt,
		LatestOn: date(f.LatestOn), MissingSince: date(f.Since), Sentence: f.Sentence, Held: f.Held,
		Pauses: make([]feedPauseResponse, len(f.Pauses)), Days: f.Days,
	}
	switch name, is := f.Source.Key(); {
	case is:
		view.Source, view.KeyName = "key", name
	case f.Source == survey.FromReps:
		view.Source = "reps"
	}
	for i, p := range f.Pauses {
		view.Pauses[i] = feedPauseResponse{date(p.From), date(p.To)}
	}
	return view
}

// feedListResponse is all feeds.
type feedListResponse struct {
	Items []feedResponse `json:"items"`
}

// listFeeds answers with all feeds.
func (s *Server) listFeeds(c echo.Context, _ struct{}) error {
	list, err := s.feeds.Feeds(c.Request().Context())
	if err != nil {
		return err
	}
	out := feedListResponse{Items: make([]feedResponse, len(list))}
	for i := range list {
		out.Items[i] = s.viewFeed(&list[i])
	}
	return c.JSON(http.StatusOK, out)
}

// answerFeed answers with a feed.
func (s *Server) answerFeed(c echo.Context, f *survey.FeedStatus, err error) error {
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, s.viewFeed(f))
}

// readFeed answers with one feed.
func (s *Server) readFeed(c echo.Context, in idPath) error {
	f, err := s.feeds.Feed(c.Request().Context(), string(in.ID))
	return s.answerFeed(c, f, err)
}

// acceptFeed takes what a feed brings now as right.
func (s *Server) acceptFeed(c echo.Context, in idPath) error {
	f, err := s.feeds.AcceptFeed(c.Request().Context(), string(in.ID))
	return s.answerFeed(c, f, err)
}

// endFeed says that a feed is over.
func (s *Server) endFeed(c echo.Context, in idPath) error {
	f, err := s.feeds.EndFeed(c.Request().Context(), string(in.ID))
	return s.answerFeed(c, f, err)
}

type feedPauseRequest struct {
	idPath
	Body feedPauseBody `body:"application/json"`
}

type feedPauseBody struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// pauseFeed declares days on which nothing is expected.
func (s *Server) pauseFeed(c echo.Context, in feedPauseRequest) error {
	f, err := s.declarePause(c, string(in.ID), in.Body)
	return s.answerFeed(c, f, err)
}

// declarePause reads the days of a pause and declares it.
func (s *Server) declarePause(c echo.Context, feed string, in feedPauseBody) (*survey.FeedStatus, error) {
	from, err := s.readDay("from", in.From)
	if err != nil {
		return nil, err
	}
	to, err := s.readDay("to", in.To)
	if err != nil {
		return nil, err
	}
	return s.feeds.PauseFeed(c.Request().Context(), feed, from, to)
}

// readDay reads a calendar day of the installation.
func (s *Server) readDay(field, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, survey.InvalidField(field, "is required")
	}
	day, err := time.ParseInLocation(time.DateOnly, text, s.here.TimeZone())
	if err != nil {
		return time.Time{}, survey.InvalidField(field, "must be a day, e.g. 2026-12-24")
	}
	return day, nil
}

// mostNotices is how many feeds a page tells of one by one: where a whole program has died, all its feeds stop at once.
const mostNotices = 3

// feedNotices are what is said of feeds that have stopped or thinned, those first that hold the most alarms.
func feedNotices(c echo.Context, feeds []survey.FeedStatus) []frontend.FeedNotice {
	var notices []frontend.FeedNotice
	brief := !viewerOf(c).See.All()
	for _, f := range feeds {
		notices = append(notices, frontend.FeedNotice{Sentence: f.Sentence, Held: f.Held, Brief: brief})
	}
	slices.SortStableFunc(notices, func(a, b frontend.FeedNotice) int { return b.Held - a.Held })
	if len(notices) <= mostNotices {
		return notices
	}
	rest := frontend.FeedNotice{Brief: brief, Sentence: fmt.Sprintf("%d more feeds have stopped or thinned.", len(notices)-mostNotices+1)}
	for _, n := range notices[mostNotices-1:] {
		rest.Held += n.Held
	}
	return append(notices[:mostNotices-1:mostNotices-1], rest)
}

// feedsPage lists the feeds.
func (s *Server) feedsPage(c echo.Context) error { return s.showFeeds(c, "", nil, nil) }

// showFeeds lists the feeds, with what was typed to pause one and what was wrong with it.
func (s *Server) showFeeds(c echo.Context, paused string, typed url.Values, wrong error) error {
	list, err := s.feeds.Feeds(c.Request().Context())
	if err != nil {
		return err
	}
	page := frontend.FeedsPage{Shell: s.shell(c, frontend.PathFeeds)}
	for i := range list {
		row := s.feedRow(&list[i], page.User.Admin)
		if row.Pause != nil {
			form := frontend.FeedPauseForm(feedURL(list[i].ID)+"/pause", "pause-"+strconv.Itoa(i), nil)
			if list[i].ID == paused {
				form = frontend.FeedPauseForm(form.Action, form.ID, typed).Reject(wrong)
			}
			row.Pause = &form
		}
		page.Feeds = append(page.Feeds, row)
	}
	return s.page(c, statusUnless(wrong), page)
}

func feedURL(id string) string { return frontend.PathFeeds + "/" + url.PathEscape(id) }

// feedRow shows a feed, with what an admin can say of it.
func (s *Server) feedRow(f *survey.FeedStatus, admin bool) frontend.FeedRow {
	row := frontend.FeedRow{
		Source: f.Source, Kind: f.Kind, State: f.State, Usual: f.HowOften(), ArrivedAt: f.ArrivedAt, LatestOn: f.LatestOn,
		Sentence: f.Sentence, Held: f.Held, Days: f.Days,
	}
	today := s.here.Now().AddDate(0, 0, -1)
	for _, p := range f.Pauses {
		if p.To.After(today) {
			row.Pauses = append(row.Pauses, p)
		}
	}
	if !admin {
		return row
	}
	if f.Noticed() {
		row.Accept = &frontend.Action{Label: "Nothing is missing", URL: feedURL(f.ID) + "/accept", About: row.Name()}
	}
	if f.State != survey.FeedOver {
		row.End = &frontend.Action{Label: "This feed is over", URL: feedURL(f.ID) + "/end", About: row.Name(), Look: frontend.Quiet}
		row.Pause = &frontend.Form{}
	}
	return row
}

// acceptFeedPage takes what a feed brings now as right.
func (s *Server) acceptFeedPage(c echo.Context) error {
	if _, err := s.form(c); err != nil {
		return err
	}
	_, err := s.feeds.AcceptFeed(c.Request().Context(), c.Param("id"))
	switch {
	case survey.KindOf(err) == survey.Conflict: // somebody was faster, or the data have come
		return seeOther(c, frontend.PathFeeds, "feed_back")
	case err != nil:
		return err
	}
	return seeOther(c, frontend.PathFeeds, "nothing_missing")
}

// endFeedPage says that a feed is over.
func (s *Server) endFeedPage(c echo.Context) error {
	if _, err := s.form(c); err != nil {
		return err
	}
	if _, err := s.feeds.EndFeed(c.Request().Context(), c.Param("id")); err != nil {
		return err
	}
	return seeOther(c, frontend.PathFeeds, "feed_over")
}

// pauseFeedPage declares days on which nothing is expected.
func (s *Server) pauseFeedPage(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	_, err = s.declarePause(c, c.Param("id"), feedPauseBody{From: typed(form, "from"), To: typed(form, "to")})
	switch {
	case survey.KindOf(err) == survey.Invalid:
		return s.showFeeds(c, c.Param("id"), form, err)
	case err != nil:
		return err
	}
	return seeOther(c, frontend.PathFeeds, "pause_declared")
}
