package api

import (
	"reflect"
	"slices"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// promises are the headers that promise the caller something which an operation would break by overlooking them: that the
// change is made only where nobody else made one, that what arrived is what was sent, that another method is meant.
var promises = []string{
	headerIfMatch, headerIfNoneMatch, "If-Unmodified-Since", "Content-Range", "Content-Digest", "Repr-Digest", "Digest", "Content-MD5",
	"X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override",
}

// checkPromises refuses a request with a header that promises something which the operation, bound into t, does not keep.
func checkPromises(c echo.Context, t reflect.Type) error {
	header := c.Request().Header
	for _, name := range promises {
		if len(header.Values(name)) == 0 || name == headerIfNoneMatch && readsOnly(c) {
			continue
		}
		if !binds(t, name) {
			return survey.InvalidField(name, "is not kept by this operation; leave it out")
		}
	}
	return nil
}

// binds says whether a request that is bound into t reads the header.
func binds(t reflect.Type, header string) bool {
	return slices.ContainsFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool {
		return f.Tag.Get("header") == header
	})
}
