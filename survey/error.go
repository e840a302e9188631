package survey

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"earshot/survey/store"
)

// Kind says what sort of failure an Error is; the edges map it to an HTTP status, an exit code or a page.
type Kind string

// The kinds of failure.
const (
	Invalid         Kind = "invalid"         // the input breaks a rule; Fields say which
	Unauthenticated Kind = "unauthenticated" // nobody is logged in, or the key is unknown
	Forbidden       Kind = "forbidden"       // the caller may not do this
	NotFound        Kind = "not_found"       // there is no such thing
	Conflict        Kind = "conflict"        // it exists already, or somebody else changed it meanwhile
	Gone            Kind = "gone"            // it was there and is over: expired, revoked, closed
	TooLarge        Kind = "too_large"       // the input is larger than allowed
	RateLimited     Kind = "rate_limited"    // too many tries; wait
	Unavailable     Kind = "unavailable"     // the store or the mail server cannot be reached now; try again
	Full            Kind = "full"            // no room is left on the disk
	Internal        Kind = "internal"        // a mistake of ours; the cause is logged and never shown
)

// Error is the one error type of the domain: a kind and a sentence that is safe to show to whoever caused it.
type Error struct {
	Kind    Kind
	Message string
	Fields  []FieldError
	// RetryAfter is after how long it makes sense to try again; 0 where that is not known.
	RetryAfter time.Duration
	cause      error
}

// FieldError says what is wrong with one field and what to do.
type FieldError struct {
	// Field is the field's path as the caller wrote it, e.g. "questions[2].choices".
	Field string `json:"field"`
	// Message is a whole clause, e.g. "must be an e-mail address".
	Message string `json:"message"`
	// Code names the rule, for those who word it in another language; empty where the message is all there is.
	Code string `json:"-"`
}

// Error returns the sentence with the fields.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message)
	for i, f := range e.Fields {
		b.WriteString([]string{": ", "; "}[min(i, 1)])
		b.WriteString(f.Field + " " + f.Message)
	}
	return b.String()
}

// Unwrap returns the cause, for the log.
func (e *Error) Unwrap() error { return e.cause }

// Errorf returns an Error of that kind. A %w in the format becomes its cause; the sentence must be safe to show.
func Errorf(kind Kind, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Kind: kind, Message: err.Error(), cause: errors.Unwrap(err)}
}

// InvalidField returns an Invalid error about one field.
func InvalidField(field, format string, args ...any) *Error {
	return &Error{
		Kind: Invalid, Message: "the input is not valid",
		Fields: []FieldError{{Field: field, Message: fmt.Sprintf(format, args...)}},
	}
}

// KindOf returns the kind of err: its own where it is an Error, else what the store's error means, else Internal.
func KindOf(err error) Kind {
	var own *Error
	var duplicate *store.DuplicateError
	switch {
	case errors.As(err, &own):
		return own.Kind
	case errors.Is(err, store.ErrNotFound):
		return NotFound
	case errors.Is(err, store.ErrConflict), errors.As(err, &duplicate):
		return Conflict
	case errors.Is(err, store.ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return Unavailable
	case errors.Is(err, store.ErrFull):
		return Full
	}
	return Internal
}

// wording is what is said of an error that is not an Error.
var wording = map[Kind]string{
	NotFound:    "there is no such thing",
	Conflict:    "it was changed by somebody else meanwhile, or exists already; read it again and repeat",
	Unavailable: "the database cannot be reached right now; nothing was lost, try again in a moment",
	Full:        "the disk of the server is full, so nothing was stored; tell its operator",
	Internal:    "something went wrong on our side; it has been logged",
}

// AsError returns err as an Error, with a sentence that is safe to show; nil stays nil.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	kind := KindOf(err)
	return &Error{Kind: kind, Message: wording[kind], cause: err}
}

// errNothingToDo leaves an Update without a write.
var errNothingToDo = errors.New("survey: nothing to do")
