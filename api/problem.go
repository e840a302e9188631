package api

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// problem is what a caller is told of a failure, as RFC 9457 has it.
type problem struct {
	// Type names the kind of failure: problemType followed by the domain's kind, or by what HTTP itself refused.
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	// Instance names this one failure; RequestID is the part of it that stands in the log too.
	Instance  string `json:"instance"`
	RequestID string `json:"request_id"`
	// Confirmable says that the same request with confirm would be carried out.
	Confirmable bool                `json:"confirmable,omitempty"`
	Errors      []survey.FieldError `json:"errors,omitempty"`
	// Invitation is the one for which an ask was refused.
	Invitation *invitationResponse `json:"invitation,omitempty"`
}

// The beginnings of the names that problems carry. They are names, not addresses.
const (
	problemType     = "urn:earshot:problem:"
	problemInstance = "urn:earshot:request:"
)

// statuses is the one map from the domain's kinds of failure to HTTP.
var statuses = map[survey.Kind]int{
	survey.Invalid:         http.StatusBadRequest,
	survey.Unauthenticated: http.StatusUnauthorized,
	survey.Forbidden:       http.StatusForbidden,
	survey.NotFound:        http.StatusNotFound,
	survey.Conflict:        http.StatusConflict,
	survey.Gone:            http.StatusGone,
	survey.TooLarge:        http.StatusRequestEntityTooLarge,
	survey.RateLimited:     http.StatusTooManyRequests,
	survey.Unavailable:     http.StatusServiceUnavailable,
	survey.Full:            http.StatusInsufficientStorage,
	survey.Internal:        http.StatusInternalServerError,
}

// Failures that HTTP has and the domain does not.
const (
	methodNotAllowed survey.Kind = "method_not_allowed"
	wrongMediaType   survey.Kind = "unsupported_media_type"
	changedMeanwhile survey.Kind = "precondition_failed"
	keyReused        survey.Kind = "idempotency_key_reused"
)

// httpStatuses are the statuses of the failures that HTTP has and the domain does not.
var httpStatuses = map[survey.Kind]int{
	methodNotAllowed: http.StatusMethodNotAllowed,
	wrongMediaType:   http.StatusUnsupportedMediaType,
	changedMeanwhile: http.StatusPreconditionFailed,
	keyReused:        http.StatusUnprocessableEntity,
}

// retryAfter is after how long a caller may try again where the failure itself does not tell.
var retryAfter = map[survey.Kind]time.Duration{
	survey.RateLimited: time.Minute,
	survey.Unavailable: 2 * time.Second,
}

// retryLater tells the caller when to try again, in whole seconds, if it makes sense.
func retryLater(c echo.Context, failure *survey.Error) {
	if wait := cmp.Or(failure.RetryAfter, retryAfter[failure.Kind]); wait > 0 {
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	}
}

// failureOf returns err as the domain's error, whoever made it: the domain, Echo's router or the HTTP library.
func failureOf(c echo.Context, err error) *survey.Error {
	var routing *echo.HTTPError
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return survey.Errorf(survey.TooLarge, "the body is larger than the %d bytes that are allowed here", large.Limit)
	case !errors.As(err, &routing):
		return precondition(c, survey.AsError(err))
	case routing.Code == http.StatusNotFound:
		return survey.Errorf(survey.NotFound, "there is nothing at this address")
	case routing.Code == http.StatusMethodNotAllowed:
		return survey.Errorf(methodNotAllowed, "%s is not possible here", c.Request().Method)
	}
	return survey.Errorf(survey.Internal, "something went wrong on our side; it has been logged: %w", err)
}

// precondition tells a caller who sent If-Match that it did not match. A conflict about a field is another matter.
func precondition(c echo.Context, err *survey.Error) *survey.Error {
	if err.Kind != survey.Conflict || len(err.Fields) > 0 || c.Request().Header.Get(headerIfMatch) == "" {
		return err
	}
	return survey.Errorf(changedMeanwhile, "somebody else changed it since you read it; read it again and decide anew")
}

// statusOf returns the HTTP status of a kind of failure.
func statusOf(kind survey.Kind) int {
	if status, ok := statuses[kind]; ok {
		return status
	}
	if status, ok := httpStatuses[kind]; ok {
		return status
	}
	return http.StatusInternalServerError
}

// refused returns the status of a failure that a page tells in its own words, and tells the caller when to try again.
func refused(c echo.Context, err error) int {
	failure := survey.AsError(err)
	retryLater(c, failure)
	return statusOf(failure.Kind)
}

// newProblem returns what is told of a failure.
func newProblem(c echo.Context, err *survey.Error) problem {
	status, id := statusOf(err.Kind), requestID(c)
	behind, _ := c.Get(keyBehind).(*invitationResponse)
	return problem{
		Type: problemType + string(err.Kind), Title: http.StatusText(status), Status: status, Detail: sentence(err.Message),
		Instance: problemInstance + id, RequestID: id,
		Confirmable: survey.NeedsConfirmation(err), Errors: err.Fields, Invitation: behind,
	}
}

// told is the detail with what is wrong with each field, as a page says it.
func (p problem) told() string {
	whole := survey.Error{Message: strings.TrimSuffix(p.Detail, "."), Fields: p.Errors}
	return sentence(whole.Error())
}

// sentence makes a domain's message, which begins in lower case, a sentence.
func sentence(message string) string {
	if message == "" {
		return ""
	}
	s := strings.ToUpper(message[:1]) + message[1:]
	if strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

// writeError answers with err: as a problem to programs, as a page to people. It is Echo's error handler, and the only
// place that writes failures. Failures of ours are logged here, once.
func (s *Server) writeError(err error, c echo.Context) {
	failure := failureOf(c, err)
	p := newProblem(c, failure)
	if p.Status == http.StatusInternalServerError || p.Status == http.StatusInsufficientStorage {
		s.log.ErrorContext(c.Request().Context(), "request failed", "request_id", p.RequestID, "kind", failure.Kind,
			"error", causeOf(err))
	}
	if c.Response().Committed {
		return
	}
	retryLater(c, failure)
	if failure.Kind == survey.Unauthenticated && forPrograms(c) {
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer realm="earshot"`)
	}
	write := s.writeErrorPage
	if forPrograms(c) {
		write = writeProblem
	}
	if err := write(c, p); err != nil {
		s.log.WarnContext(c.Request().Context(), "answer not written", "request_id", p.RequestID, "error", err)
	}
}

// causeOf returns what is behind an error, for the log.
func causeOf(err error) error {
	if cause := errors.Unwrap(err); cause != nil {
		return cause
	}
	return err
}

// forPrograms says whether the request came for something that programs read.
func forPrograms(c echo.Context) bool {
	path := c.Request().URL.Path
	return strings.HasPrefix(path, "/api/") || path == "/metrics" || path == "/healthz" || path == "/readyz" || path == "/openapi.yaml"
}

// writeProblem answers with p.
func writeProblem(c echo.Context, p problem) error {
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return c.Blob(p.Status, "application/problem+json", body)
}
