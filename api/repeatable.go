package api

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"earshot/survey"
	"earshot/survey/idempotency"
)

// The header by which a program names a request that it may send again, and that which tells that an answer was given before.
const (
	headerIdempotencyKey = "Idempotency-Key"
	headerReplayed       = "Idempotent-Replayed"
)

// maxIdempotencyKey is the longest key, in bytes.
const maxIdempotencyKey = 255

// keptHeaders are what is kept of an answer's header.
var keptHeaders = []string{echo.HeaderContentType, echo.HeaderLocation, "ETag"}

// repeatable lets a request that carries an Idempotency-Key be sent again: it is carried out once, and who sends it again
// gets the answer that was given. A failure that may pass is not kept, so that it can be tried again.
func (s *Server) repeatable(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		keys := c.Request().Header.Values(headerIdempotencyKey)
		if len(keys) == 0 {
			return next(c)
		}
		if err := checkIdempotencyKey(keys); err != nil {
			return err
		}
		body, fingerprint, err := s.spoolBody(c)
		defer body.close(s.log)
		if err != nil {
			return err
		}
		_, caller, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
		request := idempotency.Request{Of: apiKeyOf(c).ID, Caller: caller, Key: keys[0], Fingerprint: fingerprint}
		try, answer, err := s.repeats.Begin(c.Request().Context(), request)
		switch {
		case errors.Is(err, idempotency.ErrReused):
			return survey.Errorf(keyReused, "this Idempotency-Key was used for another request; give each request a key of its own")
		case errors.Is(err, idempotency.ErrSealed):
			return survey.Errorf(keyReused, "this request was carried out already, under another secret of your API key, by which alone its answer can be read; look at what it made, or send it with that secret")
		case errors.Is(err, idempotency.ErrBusy):
			return survey.Errorf(survey.Unavailable, "the first request with this Idempotency-Key is still being worked on; send it again in a moment")
		case err != nil:
			return err
		case answer != nil:
			return replay(c, answer)
		}
		return s.carryOut(c, try, body, next)
	}
}

// checkIdempotencyKey says what is wrong with a key.
func checkIdempotencyKey(keys []string) error {
	strange := func(r rune) bool { return r < '!' || r > '~' }
	switch key := keys[0]; {
	case len(keys) > 1:
		return survey.InvalidField(headerIdempotencyKey, "is given more than once")
	case key == "" || len(key) > maxIdempotencyKey || strings.ContainsFunc(key, strange):
		return survey.InvalidField(headerIdempotencyKey, "must be 1 to %d printable characters of ASCII without blanks, such as a UUID", maxIdempotencyKey)
	}
	return nil
}

// spoolBody reads the whole body and returns it with the hash of all that makes the request.
func (s *Server) spoolBody(c echo.Context) (*spool, string, error) {
	req, body, sum := c.Request(), &spool{}, sha256.New()
	fmt.Fprintf(sum, "%s %s\n%s\n", req.Method, req.URL.RequestURI(), req.Header.Get(echo.HeaderContentType))
	if _, err := io.Copy(body, &patientBody{c: c, sum: sum}); err != nil {
		var ours *spoolError
		if errors.As(err, &ours) {
			return body, "", err
		}
		return body, "", bodyError(err)
	}
	return body, hex.EncodeToString(sum.Sum(nil)), nil
}

// patientBody reads a request's body, hashes it, and lets it go on as long as it comes.
type patientBody struct {
	c   echo.Context
	sum hash.Hash
}

// Read implements io.Reader.
func (b *patientBody) Read(into []byte) (int, error) {
	n, err := b.c.Request().Body.Read(into)
	b.sum.Write(into[:n])
	morePatience(b.c, readTime, bulkPatience)
	return n, err
}

// carryOut works on the request and keeps its answer before it is sent, so that whoever gets none can ask for it again.
func (s *Server) carryOut(c echo.Context, try *idempotency.Try, body *spool, next echo.HandlerFunc) error {
	out := &recorder{ResponseWriter: c.Response().Writer}
	defer out.body.close(s.log)
	ended := false
	defer func() {
		c.Response().Writer = out.ResponseWriter
		if !ended {
			try.Release()
		}
	}()
	reader, err := body.reader()
	if err != nil {
		return err
	}
	req := c.Request().WithContext(try.Context())
	req.Body = io.NopCloser(reader)
	c.SetRequest(req)
	c.Response().Writer = out
	if err := next(c); err != nil {
		s.writeError(brokeOff(c, try, err), c)
	}
	if out.status == 0 {
		out.status = http.StatusOK
	}
	if ended = final(out.status); ended {
		if err := s.keepAnswer(c, try, out); err != nil {
			s.log.WarnContext(c.Request().Context(), "an answer is not kept for who asks again", "request_id", requestID(c), "error", err)
		}
	}
	morePatience(c, readTime, bulkTime)
	out.ResponseWriter.WriteHeader(out.status)
	return out.body.copyTo(out.ResponseWriter)
}

// brokeOff adds to a refusal that an earlier try at the request may be why.
func brokeOff(c echo.Context, try *idempotency.Try, err error) error {
	failure := failureOf(c, err)
	if failure.Kind == survey.Conflict && try.Again() {
		told := *failure
		told.Message += "; an earlier try at this request broke off, and may have done it"
		return &told
	}
	return err
}

// final says whether trying the same again leads to the same: it is done, or refused for what was sent.
func final(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	}
	return status > 0 && status < http.StatusInternalServerError
}

// keepAnswer keeps what was recorded.
func (s *Server) keepAnswer(c echo.Context, try *idempotency.Try, out *recorder) error {
	header := map[string]string{}
	for _, name := range keptHeaders {
		if value := c.Response().Header().Get(name); value != "" {
			header[name] = value
		}
	}
	body, err := out.body.reader()
	if err != nil {
		return err
	}
	return try.Finish(out.status, header, body)
}

// replay gives the answer that was given before.
func replay(c echo.Context, answer *idempotency.Answer) error {
	morePatience(c, readTime, bulkTime)
	header := c.Response().Header()
	for name, value := range answer.Header() {
		header.Set(name, value)
	}
	header.Set(headerReplayed, "true")
	c.Response().WriteHeader(answer.Status())
	return answer.WriteTo(c.Request().Context(), c.Response())
}

// recorder keeps what a handler answers.
type recorder struct {
	http.ResponseWriter
	status int
	body   spool
}

// WriteHeader notes the status.
func (r *recorder) WriteHeader(status int) { r.status = status }

// Write keeps a piece of the body.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.body.Write(b)
}

// Flush does nothing: the answer is sent as a whole.
func (r *recorder) Flush() {}

// Unwrap lets the connection's time limits be moved on.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
