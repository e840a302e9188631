package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// meResponse tells a program about the API key that it uses.
type meResponse struct {
	Name      string    `json:"name"`
	Prefix    string    `json:"prefix"`
	Scope     string    `json:"scope"`
	CreatedAt time.Time `json:"created_at"`
}

// me tells about the API key that is used.
func (s *Server) me(c echo.Context, _ struct{}) error {
	key := apiKeyOf(c)
	return c.JSON(http.StatusOK, meResponse{
		Name: key.Name, Prefix: key.Prefix, Scope: string(key.Scope), CreatedAt: key.CreatedAt,
	})
}
