package api

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"earshot/survey"
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

// cached is what a caller holds already: the ETag of an earlier answer.
type cached struct {
	IfNoneMatch string `header:"If-None-Match"`
}

// head is what every document begins with in JSON.
type head struct {
	ID string `json:"id"`
	// Version counts the changes; it is the ETag too.
	Version int64 `json:"version"`
}

func (h head) identity() head { return h }

// headed is what is told of a document.
type headed interface{ identity() head }

// writeOne answers with one document as view shows it, or with err.
func writeOne[D any, V headed](c echo.Context, found D, err error, view func(D) V) error {
	if err != nil {
		return err
	}
	return writeVersioned(c, http.StatusOK, view(found))
}

// writeCreated answers that a document was made, which is to be found below path, or with err.
func writeCreated[D any, V headed](c echo.Context, path string, made D, err error, view func(D) V) error {
	if err != nil {
		return err
	}
	body := view(made)
	c.Response().Header().Set(echo.HeaderLocation, path+"/"+body.identity().ID)
	return writeVersioned(c, http.StatusCreated, body)
}

// writeAccepted answers that something was begun, which is to be followed below path.
func writeAccepted[D any, V headed](c echo.Context, path string, begun D, view func(D) V) error {
	body := view(begun)
	c.Response().Header().Set(echo.HeaderLocation, path+"/"+body.identity().ID)
	return writeVersioned(c, http.StatusAccepted, body)
}

// writePut answers with the document that a PUT left: that it was made, or that it was there.
func writePut[D any, V headed](c echo.Context, row survey.RowResult, path string, stored D, err error, view func(D) V) error {
	if row.Status == survey.RowCreated {
		return writeCreated(c, path, stored, err, view)
	}
	return writeOne(c, stored, err, view)
}

// writeVersioned answers with a document and its version.
func writeVersioned(c echo.Context, status int, body headed) error {
	c.Response().Header().Set("ETag", strconv.Quote(strconv.FormatInt(body.identity().Version, 10)))
	return c.JSON(status, body)
}

// samePath refuses a body that contradicts the address.
func samePath(name, inPath string, inBody *string) error {
	if inBody != nil && *inBody != inPath {
		return survey.InvalidField(name, "must be the one in the address, or be left out")
	}
	return nil
}
