package api

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"earshot/survey"
)

// errNull refuses null: a member is either there with a value or not there at all.
var errNull = errors.New("null is not a value here")

// strictJSON are the options by which requests are read. The library refuses members given twice and text that is not
// UTF-8 by itself, and tells "name" from "NAME".
func strictJSON() json.Options {
	return json.JoinOptions(
		json.RejectUnknownMembers(true),
		json.WithUnmarshalers(json.JoinUnmarshalers(json.UnmarshalFromFunc(func(dec *jsontext.Decoder, target any) error {
			if _, fine := target.(interface{ takesNull() }); !fine && dec.PeekKind() == 'n' {
				return errNull
			}
			return json.SkipFunc
		}), json.UnmarshalFromFunc(readBoundedTime))),
	)
}

// decodeJSON reads one JSON document into target and says which member is wrong, by its path.
func decodeJSON(body []byte, target any) error {
	err := json.Unmarshal(body, target, strictJSON())
	if err == nil {
		return nil
	}
	var semantic *json.SemanticError
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &semantic):
		return survey.InvalidField(fieldPath(semantic.JSONPointer), "%s", semanticMessage(semantic))
	case errors.Is(err, jsontext.ErrDuplicateName):
		return survey.InvalidField(fieldPathOf(err), "is given more than once")
	case errors.As(err, &syntactic):
		return survey.InvalidField(fieldPath(syntactic.JSONPointer), "is not JSON from byte %d on: %s", syntactic.ByteOffset, syntactic.Err)
	}
	return survey.InvalidField("body", "is not JSON")
}

// semanticMessage says what is wrong with a member that is JSON but does not fit.
func semanticMessage(err *json.SemanticError) string {
	switch {
	case errors.Is(err, json.ErrUnknownName):
		return "is not known here"
	case errors.Is(err, errNull):
		return "must not be null: leave it out instead"
	}
	var own *survey.Error
	if errors.As(err, &own) {
		return own.Message
	}
	return "must be " + typeName(err.GoType)
}

// typeName says in words what a type takes.
func typeName(t reflect.Type) string {
	if t == nil {
		return "of another type"
	}
	if t == reflect.TypeFor[time.Time]() {
		return "a time as in RFC 3339, e.g. 2026-01-31T09:30:00Z"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typeName(t.Elem())
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int32, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Slice:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	}
	return "of another type"
}

// fieldPathOf returns the path of the member that a syntax error is about.
func fieldPathOf(err error) string {
	var syntactic *jsontext.SyntacticError
	if !errors.As(err, &syntactic) {
		return "body"
	}
	return fieldPath(syntactic.JSONPointer)
}

// fieldPath writes a JSON pointer as a caller would: "/questions/2/choices" as "questions[2].choices".
func fieldPath(pointer jsontext.Pointer) string {
	var path strings.Builder
	for token := range pointer.Tokens() {
		switch {
		case strings.Trim(token, "0123456789") == "":
			path.WriteString("[" + token + "]")
		case path.Len() == 0:
			path.WriteString(token)
		default:
			path.WriteString("." + token)
		}
	}
	if path.Len() == 0 {
		return "body"
	}
	return path.String()
}

// failsForSize says whether reading a body ended because it is too large.
func failsForSize(err error) bool {
	var large *http.MaxBytesError
	return errors.As(err, &large)
}
