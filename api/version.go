package api

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
)

// ifMatch is the version that a change asks for: what the ETag of an earlier answer told. 0 takes any.
type ifMatch int64

// UnmarshalText reads an entity tag, e.g. "7" with its quotes, or * for any.
func (m *ifMatch) UnmarshalText(text []byte) error {
	if string(text) == "*" {
		*m = 0
		return nil
	}
	inner, ok := strings.CutPrefix(string(text), `"`)
	inner, closed := strings.CutSuffix(inner, `"`)
	n, err := strconv.ParseInt(inner, 10, 64)
	if !ok || !closed || err != nil || n < 1 {
		return errors.New(`must be the ETag of an earlier answer, e.g. "7" with its quotes, or *`)
	}
	*m = ifMatch(n)
	return nil
}

// writeVersioned answers with a document and its version.
func writeVersioned(c echo.Context, status int, version int64, body any) error {
	c.Response().Header().Set("ETag", strconv.Quote(strconv.FormatInt(version, 10)))
	return c.JSON(status, body)
}

// writeCreated answers that a document was made and where it is.
func writeCreated(c echo.Context, location string, version int64, body any) error {
	c.Response().Header().Set(echo.HeaderLocation, location)
	return writeVersioned(c, http.StatusCreated, version, body)
}
