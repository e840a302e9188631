package api

import (
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/audit"
)

// heldOffEvery and heldOffAtOnce bound what strangers can write into the audit log: how often it is noted that somebody
// who tried to log in was held off. All are counted by the metrics; these few say from where.
const (
	heldOffEvery  = time.Minute
	heldOffAtOnce = 30
)

// newHeldOff returns the bound.
func newHeldOff() *rate.Limiter { return rate.NewLimiter(rate.Every(heldOffEvery), heldOffAtOnce) }

// noteEntry writes that the rep is let in. Where it cannot be written nobody is.
func (s *Server) noteEntry(c echo.Context, who *access.Rep) error {
	return s.noteAct(c, repActor(who), nil, audit.Result{Outcome: audit.Done})
}

// noteHeldOff writes that somebody was not let try a password at an account, for there were too many wrong ones.
func (s *Server) noteHeldOff(c echo.Context, email string) {
	if !s.heldOff.Allow() {
		return
	}
	tried := []audit.Field{{Name: "email", Value: email}}
	r := audit.Result{Outcome: audit.Refused, Detail: string(survey.RateLimited)}
	if err := s.noteAct(c, audit.Actor{Kind: audit.Stranger}, tried, r); err != nil {
		s.log.WarnContext(c.Request().Context(), "a log-in that was held off could not be written into the audit log", "request_id", requestID(c), "error", err)
	}
}
