package api

import (
	"encoding"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// bind reads a request into a T, a struct whose fields say by a tag where they come from:
//
//	ID   string      `path:"id"`
//	Page int         `query:"page" default:"1" min:"1"`
//	Body someRequest `body:"application/json"`
//
// It is strict: query parameters and JSON members that T does not know, values of a wrong type, values given twice, null,
// text that is not UTF-8 and anything behind the JSON are refused, and the error names the field. Parameters are held
// against the tags of checkParameter.
func bind[T any](c echo.Context) (T, error) {
	var in T
	return in, bindInto(c, reflect.ValueOf(&in).Elem())
}

// bound is the handler that binds its request first.
func bound[T any](h func(echo.Context, T) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		in, err := bind[T](c)
		if err != nil {
			return err
		}
		return h(c, in)
	}
}

// bindInto fills the struct v.
func bindInto(c echo.Context, v reflect.Value) error {
	query, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return survey.Errorf(survey.Invalid, "the query part of the address cannot be read")
	}
	known, err := bindFields(c, v, query)
	if err != nil {
		return err
	}
	for name := range query {
		if !slices.Contains(known, name) {
			return survey.InvalidField(name, "is not a parameter of this operation")
		}
	}
	return checkPromises(c, v.Type())
}

// bindFields fills the fields of v and returns the names of the query parameters that it knows.
func bindFields(c echo.Context, v reflect.Value, query url.Values) (known []string, err error) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Anonymous {
			inner, err := bindFields(c, v.Field(i), query)
			if err != nil {
				return nil, err
			}
			known = append(known, inner...)
			continue
		}
		if name := field.Tag.Get("query"); name != "" {
			known = append(known, name)
		}
		if err := bindField(c, v.Field(i), field, query); err != nil {
			return nil, err
		}
	}
	return known, nil
}

// bindField fills one field from the place that its tag names.
func bindField(c echo.Context, v reflect.Value, field reflect.StructField, query url.Values) error {
	if name := field.Tag.Get("path"); name != "" {
		return setValues(v, name, []string{c.Param(name)}, field.Tag)
	}
	if name := field.Tag.Get("header"); name != "" {
		return setValues(v, name, c.Request().Header.Values(name), field.Tag)
	}
	if name := field.Tag.Get("query"); name != "" {
		return setValues(v, name, query[name], field.Tag)
	}
	switch media := field.Tag.Get("body"); media {
	case "":
		return nil
	case echo.MIMEApplicationJSON:
		return bindJSON(c, v.Addr().Interface())
	default:
		return wantMediaType(c, media)
	}
}

// streamed is a body that is not read as a whole: the handler reads one T after the other.
type streamed[T any] struct{ _ *T }

// setValues sets v to the one value, or to the default where there is none, and checks it.
func setValues(v reflect.Value, name string, values []string, tag reflect.StructTag) error {
	text := tag.Get("default")
	switch {
	case len(values) > 1:
		return survey.InvalidField(name, "is given more than once")
	case len(values) == 1:
		text = values[0]
	case text == "":
		return checkParameter(v, name, tag)
	}
	if err := setText(v, name, text); err != nil {
		return err
	}
	return checkParameter(v, name, tag)
}

// setText parses text as v's type.
func setText(v reflect.Value, name, text string) error {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return survey.InvalidField(name, "is not UTF-8 text")
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		return setText(v.Elem(), name, text)
	}
	if t, ok := v.Addr().Interface().(*time.Time); ok {
		return setTime(t, name, text)
	}
	if own, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if err := own.UnmarshalText([]byte(text)); err != nil {
			return survey.InvalidField(name, "%s", err)
		}
		return nil
	}
	return setScalar(v, name, text)
}

// setTime parses a time.
func setTime(t *time.Time, name, text string) error {
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return survey.InvalidField(name, "must be a time as in RFC 3339, e.g. 2026-01-31T09:30:00Z")
	}
	if !boundedTime(parsed) {
		return survey.InvalidField(name, "%s", timeBounds)
	}
	*t = parsed
	return nil
}

// setScalar parses text as a string, a whole number or a truth value.
func setScalar(v reflect.Value, name, text string) error {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return survey.InvalidField(name, "must be a whole number")
		}
		v.SetInt(int64(n))
	case reflect.Bool:
		if text != "true" && text != "false" {
			return survey.InvalidField(name, "must be true or false")
		}
		v.SetBool(text == "true")
	default:
		return fmt.Errorf("parameter %s has the type %s, which bind does not read", name, v.Type())
	}
	return nil
}

// bindJSON reads the body, one JSON document, into target.
func bindJSON(c echo.Context, target any) error {
	if err := wantMediaType(c, echo.MIMEApplicationJSON); err != nil {
		return err
	}
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return bodyError(err)
	}
	if len(body) == 0 {
		return survey.InvalidField("body", "is missing: send a JSON object")
	}
	return decodeJSON(body, target)
}

// wantMediaType refuses a body of another type, or of another character set than UTF-8. That of a file of rows or of a mail is found
// out from it.
func wantMediaType(c echo.Context, want string) error {
	if want == mimeAny {
		return nil
	}
	header := c.Request().Header.Get(echo.HeaderContentType)
	got, params, err := mime.ParseMediaType(header)
	charset := params["charset"]
	switch tells := want == mimeCSV || want == mimeMail; {
	case err == nil && want == mimeCSV && got == mimeXLSX:
		return nil
	case err == nil && got == want && (tells || charset == "" || strings.EqualFold(charset, "utf-8")):
		return nil
	case tells:
		return survey.Errorf(wrongMediaType, "the body must be sent as Content-Type: %s", want)
	}
	return survey.Errorf(wrongMediaType, "the body must be sent as Content-Type: %s, in UTF-8", want)
}

// bodyError tells a body that is too large, which HTTP has a status for, from one that broke off.
func bodyError(err error) error {
	var own *survey.Error
	switch {
	case errors.As(err, &own):
		return err
	case failsForSize(err):
		return err
	}
	return survey.InvalidField("body", "broke off before its end")
}
