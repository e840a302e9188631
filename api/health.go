package api

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// healthResponse says that the process, or the whole installation, is well.
type healthResponse struct {
	Status string `json:"status"`
}

// health says that the process runs. It asks nobody else, so that a database away for a minute restarts nothing.
func (s *Server) health(c echo.Context) error {
	return c.JSON(http.StatusOK, healthResponse{Status: "ok"})
}

// readyTime is how long the database may take to say that it is there.
const readyTime = 2 * time.Second

// ready says that requests can be served: the database answers.
func (s *Server) ready(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), readyTime)
	defer cancel()
	if err := s.here.Ping(ctx); err != nil {
		return survey.Errorf(survey.Unavailable, "the database does not answer")
	}
	return c.JSON(http.StatusOK, healthResponse{Status: "ready"})
}
