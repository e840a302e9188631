package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey/access"
)

// meResponse tells a program about the API key that it uses.
type meResponse struct {
	Name      string    `json:"name"`
	Prefix    string    `json:"prefix"`
	Scope     string    `json:"scope"`
	Scopes    []string  `json:"scopes"`
	Mode      string    `json:"mode"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	// PreviousUntil is until when the secret before the present one works, where there is one.
	PreviousUntil time.Time `json:"previous_until,omitzero"`
}

// The modes of a key.
const (
	modeLive = "live"
	modeTest = "test"
)

// scopeOfAll is the widest scope of everything that the key has: write, read, or some, where it is let into areas alone.
func scopeOfAll(key *access.APIKey) string {
	for _, s := range []access.Scope{access.ScopeWrite, access.ScopeRead} {
		if key.Allows(s) {
			return string(s)
		}
	}
	return "some"
}

// me tells about the API key that is used.
func (s *Server) me(c echo.Context, _ struct{}) error {
	key := apiKeyOf(c)
	view := meResponse{
		Name: key.Name, Prefix: key.Prefix, Scope: scopeOfAll(key), Mode: modeLive, CreatedAt: key.CreatedAt, ExpiresAt: key.ExpiresAt,
	}
	for _, s := range key.Scopes() {
		view.Scopes = append(view.Scopes, string(s))
	}
	if key.Test {
		view.Mode = modeTest
	}
	if s.here.Now().Before(key.PreviousUntil) {
		view.PreviousUntil = key.PreviousUntil
	}
	return c.JSON(http.StatusOK, view)
}
