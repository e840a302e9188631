package api

import (
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// slowingResponse is the evidence that a customer comes ever more seldom.
type slowingResponse struct {
	// Since is when the longer gaps began: before it they came every UsualDays, since then every NowDays.
	Since     time.Time `json:"since"`
	UsualDays float64   `json:"usual_days"`
	NowDays   float64   `json:"now_days"`
	// Came is on how many days they came since then, Expected on how many at their usual pace, Fewer the share that is missing: 0 to 1.
	Came     int     `json:"came"`
	Expected float64 `json:"expected"`
	Fewer    float64 `json:"fewer"`
	// OneIn says that at most one in so many steady customers looks so in a quarter.
	OneIn float64 `json:"one_in"`
}

func viewSlowing(s *survey.SlowingSilence) *slowingResponse {
	if s == nil {
		return nil
	}
	return &slowingResponse{
		Since: s.Since, UsualDays: s.Usual, NowDays: s.Now, Came: s.Came, Expected: s.Expected, Fewer: s.Fewer, OneIn: s.OneIn,
	}
}

// newcomerResponse compares a customer who has shown up once or twice with those like them.
type newcomerResponse struct {
	// Times is on how many days they have shown up, Left the chance that they have left for good: 0 to 1.
	Times int     `json:"times"`
	Left  float64 `json:"left"`
	// OverdueDays is within how many days nine in ten of the Similar customers who came back had done so; they were followed for
	// FollowedDays.
	OverdueDays  int `json:"overdue_days"`
	Similar      int `json:"similar"`
	FollowedDays int `json:"followed_days"`
}

func viewNewcomer(n *survey.NewcomerSilence) *newcomerResponse {
	if n == nil {
		return nil
	}
	return &newcomerResponse{Times: n.Times, Left: n.Left, OverdueDays: n.Overdue, Similar: n.Similar, FollowedDays: n.Followed}
}

// listSlowing answers with the customers that come ever more seldom, the greatest loss first.
func (s *Server) listSlowing(c echo.Context, in listQuietRequest) error {
	page, err := s.silences.QuietCustomers(c.Request().Context(), in.filter(survey.Slowing))
	return writePage(c, page, err, viewQuiet)
}

// listNewcomers answers with the newcomers that have not come back when most of those like them had, the greatest loss first.
func (s *Server) listNewcomers(c echo.Context, in listQuietRequest) error {
	page, err := s.silences.QuietCustomers(c.Request().Context(), in.filter(survey.Unreturned))
	return writePage(c, page, err, viewQuiet)
}
