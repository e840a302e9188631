package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// effectResponse is how far one effect is behind.
type effectResponse struct {
	Collection string    `json:"collection"`
	Effect     string    `json:"effect"`
	Due        int64     `json:"due"`
	Estimated  bool      `json:"estimated"`
	OldestAt   time.Time `json:"oldest_at,omitzero"`
	Working    int64     `json:"working"`
	Failing    int64     `json:"failing"`
	NextTryAt  time.Time `json:"next_try_at,omitzero"`
	Error      string    `json:"error,omitempty"`
	Dead       int64     `json:"dead_letters"`
}

func viewBacklog(b survey.Backlog) effectResponse {
	return effectResponse{
		Collection: b.Queue, Effect: b.Effect, Due: b.Due, Estimated: b.Estimated, OldestAt: b.Oldest, Working: b.Working,
		Failing: b.Failing, NextTryAt: b.NextTry, Error: b.Error, Dead: b.Dead,
	}
}

// listEffects answers with how far each effect is behind.
func (s *Server) listEffects(c echo.Context, _ struct{}) error {
	list, err := s.effects.Backlogs(c.Request().Context())
	return writePage(c, survey.Page[survey.Backlog]{Items: list}, err, viewBacklog)
}

// deadLetterResponse is an effect that failed too often.
type deadLetterResponse struct {
	Collection string    `json:"collection"`
	Effect     string    `json:"effect"`
	Document   string    `json:"document"`
	CustomerID string    `json:"customer_id,omitempty"`
	OwedAt     time.Time `json:"owed_at"`
	DeadAt     time.Time `json:"dead_at"`
	Tries      int       `json:"tries"`
	Error      string    `json:"error"`
}

func viewDeadLetter(l *survey.DeadLetter) deadLetterResponse {
	return deadLetterResponse{
		Collection: l.Collection, Effect: l.Effect, Document: l.Document, CustomerID: string(l.CustomerID),
		OwedAt: l.Since, DeadAt: l.DeadSince, Tries: l.Tries, Error: l.Error,
	}
}

// deadLettersRequest asks for the dead letters of a collection, or of one effect of it.
type deadLettersRequest struct {
	paging
	Collection string `query:"collection" required:"true" max:"64"`
	Effect     string `query:"effect" max:"64"`
}

// listDeadLetters answers with dead letters, the oldest first.
func (s *Server) listDeadLetters(c echo.Context, in deadLettersRequest) error {
	page, err := s.effects.DeadLetters(c.Request().Context(), survey.DeadLetterFilter{
		Collection: in.Collection, Effect: in.Effect, After: in.after(), Limit: in.Limit,
	})
	return writePage(c, page, err, viewDeadLetter)
}

// restartRequest says which dead letters to start again: that of one document, or all of an effect.
type restartRequest struct {
	Collection string  `json:"collection"`
	Effect     string  `json:"effect"`
	Document   *string `json:"document"`
}

type restartDeadLettersRequest struct {
	Body restartRequest `body:"application/json"`
}

// restartResponse says how many dead letters are tried again.
type restartResponse struct {
	Restarted int `json:"restarted"`
}

// restartDeadLetters has dead letters tried again.
func (s *Server) restartDeadLetters(c echo.Context, in restartDeadLettersRequest) error {
	restarted, err := s.restart(c, in.Body)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, restartResponse{restarted})
}

// restart starts what was asked for and returns how many that were.
func (s *Server) restart(c echo.Context, in restartRequest) (int, error) {
	ctx := c.Request().Context()
	switch {
	case in.Effect == "":
		return 0, survey.InvalidField("effect", "must say which effect to start again")
	case in.Document == nil:
		return s.effects.RestartDeadLetters(ctx, in.Collection, in.Effect)
	}
	return 1, s.effects.RestartDeadLetter(ctx, in.Collection, in.Effect, *in.Document)
}
