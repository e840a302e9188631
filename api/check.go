package api

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/go-playground/validator/v10"

	"earshot/survey"
)

// newValidator returns the checker of validate tags. It names fields as the caller wrote them.
var newValidator = sync.OnceValue(func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(callersName)
	return v
})

// callersName returns the name that a field has in the request. A body has none: its members stand for themselves.
func callersName(field reflect.StructField) string {
	for _, tag := range []string{"path", "query", "header", "json"} {
		if name, _, _ := strings.Cut(field.Tag.Get(tag), ","); name != "" {
			return name
		}
	}
	return ""
}

// checkInput checks what the validate tags of a request ask for.
func checkInput(in any) error {
	err := newValidator().Struct(in)
	if err == nil {
		return nil
	}
	var broken validator.ValidationErrors
	if !errors.As(err, &broken) {
		return err
	}
	failure := survey.Errorf(survey.Invalid, "the input is not valid")
	for _, b := range broken {
		failure.Fields = append(failure.Fields, survey.FieldError{Field: brokenField(b), Message: brokenMessage(b)})
	}
	return failure
}

// brokenField returns the path of a field as the caller wrote it, without the names of our types.
func brokenField(b validator.FieldError) string {
	_, path, _ := strings.Cut(b.Namespace(), ".")
	return strings.TrimPrefix(path, "Body.")
}

// brokenMessage says what a field has to be.
func brokenMessage(b validator.FieldError) string {
	switch b.Tag() {
	case "required":
		return "is missing"
	case "oneof":
		return "must be one of " + strings.ReplaceAll(b.Param(), " ", ", ")
	case "min", "gte":
		return bound("at least", b)
	case "max", "lte":
		return bound("at most", b)
	case "printascii":
		return "must be of plain letters, digits and signs"
	}
	return "is not valid"
}

// bound says a limit in the unit that the field has.
func bound(words string, b validator.FieldError) string {
	switch b.Kind() {
	case reflect.String:
		return fmt.Sprintf("must have %s %s characters", words, b.Param())
	case reflect.Slice, reflect.Map:
		return fmt.Sprintf("must have %s %s entries", words, b.Param())
	}
	return fmt.Sprintf("must be %s %s", words, b.Param())
}
