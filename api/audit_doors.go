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

// The ways by which somebody is let in, as the log tells of them.
const (
	byPassword   = "password"
	bySecondStep = "password and second factor"
	byRecovery   = "password and recovery code"
	byPasskey    = "passkey"
	bySignOn     = "single sign-on"
)

// noteEntry writes that the rep is let in and by what, and what single sign-on made of their account: that is an act of
// administration which no admin does here. Where it cannot be written nobody is let in.
func (s *Server) noteEntry(c echo.Context, entry *access.Entry, by string) error {
	if entry.ByRecovery {
		by = byRecovery
	}
	r := audit.Result{Outcome: audit.Done}
	if entry.Made {
		r.Changed = append(r.Changed, audit.Change{Field: "account", Is: entry.Rep.Email})
	}
	if entry.Made || entry.Was != "" {
		r.Changed = append(r.Changed, audit.Change{Field: "access", Was: string(entry.Was), Is: string(entry.Rep.Access)})
	}
	if len(r.Changed) > 0 {
		r.Document = entry.Rep.ID
	}
	return s.noteAct(c, repActor(entry.Rep), []audit.Field{{Name: "by", Value: by}}, r)
}

// noteSecondHeldOff writes that somebody who knows a password was not let try a code, for there were too many wrong ones.
func (s *Server) noteSecondHeldOff(c echo.Context) {
	if second, err := s.steps.SecondStepOf(c.Request().Context(), s.cookieValue(c, pendingCookie)); err == nil {
		s.noteHeldOff(c, second.Email)
	}
}

// noteHeldOff writes that somebody was not let try at an account, for there were too many wrong ones.
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
