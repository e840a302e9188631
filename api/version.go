package api

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// ifMatch is the version that a change asks for: what the ETag of an earlier answer told. 0 takes any.
type ifMatch int64

// UnmarshalText reads an entity tag, e.g. "7-5c9f2a81" with its quotes, or * for any. What stands behind the version tells how the
// answer looked and not what is stored, so it is no matter here; and the version alone will do.
func (m *ifMatch) UnmarshalText(text []byte) error {
	if string(text) == "*" {
		*m = 0
		return nil
	}
	inner, ok := strings.CutPrefix(string(text), `"`)
	inner, closed := strings.CutSuffix(inner, `"`)
	number, _, _ := strings.Cut(inner, "-")
	n, err := strconv.ParseInt(number, 10, 64)
	if !ok || !closed || err != nil || n < 1 {
		return errors.New(`must be the ETag of an earlier answer, e.g. "7-5c9f2a81" with its quotes, or *`)
	}
	*m = ifMatch(n)
	return nil
}

// cached is what a caller holds already: the ETag of an earlier answer.
type cached struct {
	IfNoneMatch string `header:"If-None-Match"`
}

// unchanged says whether the caller holds what has that tag: If-None-Match is a list of tags, or *, and compares weakly (RFC 9110,
// section 13.1.2).
func unchanged(c echo.Context, tag string) bool {
	for held := range strings.SplitSeq(strings.Join(c.Request().Header.Values(headerIfNoneMatch), ","), ",") {
		if held = strings.TrimSpace(held); held == "*" || strings.TrimPrefix(held, "W/") == tag {
			return true
		}
	}
	return false
}

// readsOnly says whether the request changes nothing.
func readsOnly(c echo.Context) bool {
	return c.Request().Method == http.MethodGet || c.Request().Method == http.MethodHead
}

// expectation is what the caller of a PUT says is there: If-Match a version, or * for anything; If-None-Match * for nothing.
type expectation struct {
	IfMatch     *ifMatch      `header:"If-Match"`
	IfNoneMatch *nothingThere `header:"If-None-Match"`
}

func (e expectation) expects() bool   { return e.IfMatch != nil || e.IfNoneMatch != nil }
func (e expectation) wantsNone() bool { return e.IfNoneMatch != nil }

// nothingThere is the one thing that If-None-Match can say of a change.
type nothingThere struct{}

// UnmarshalText reads *.
func (nothingThere) UnmarshalText(text []byte) error {
	if string(text) != "*" {
		return errors.New("must be * with a change: carry it out only where nothing is there yet")
	}
	return nil
}

// takenIsMismatch tells a caller who said that nothing is there that something is. A conflict about another field than the key is another matter.
func takenIsMismatch(err error) error {
	own := survey.AsError(err)
	if own == nil || own.Kind != survey.Conflict || len(own.Fields) != 1 || own.Fields[0].Field != "external_id" {
		return err
	}
	return survey.Errorf(changedMeanwhile, "there is one with this external id already")
}

// missingIsMismatch tells a caller who said that something is there that nothing is.
func missingIsMismatch(err error) error {
	if err == nil || survey.KindOf(err) != survey.NotFound {
		return err
	}
	return survey.Errorf(changedMeanwhile, "there is none with this external id")
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
//
// Its ETag is the version, and a hash of how the answer looks: some of what is told of a document is reckoned as it is read, such
// as whether a contact is mailed, and changes without the document.
func writeVersioned(c echo.Context, status int, body headed) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	tag := fmt.Sprintf(`"%d-%x"`, body.identity().Version, sum[:4])
	c.Response().Header().Set("ETag", tag)
	if readsOnly(c) && unchanged(c, tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.JSONBlob(status, append(text, '\n'))
}

// samePath refuses a body that contradicts the address.
func samePath(name, inPath string, inBody *string) error {
	if inBody != nil && *inBody != inPath {
		return survey.InvalidField(name, "must be the one in the address, or be left out")
	}
	return nil
}
