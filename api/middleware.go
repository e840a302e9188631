package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"earshot/survey"
)

// The preconditions of a request.
const (
	headerIfMatch     = "If-Match"
	headerIfNoneMatch = "If-None-Match"
)

// Limits of a request on its connection. A caller that is slower than this is cut off; routes that take much move them on.
const (
	readTime  = 30 * time.Second
	writeTime = time.Minute
)

// pace sets the connection's time limits for one request, whatever server this runs in.
func pace(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		morePatience(c, readTime, writeTime)
		return next(c)
	}
}

// morePatience moves the connection's time limits on. A connection without any, as in tests, has none to move.
func morePatience(c echo.Context, read, write time.Duration) {
	control, now := http.NewResponseController(c.Response()), time.Now()
	_ = control.SetReadDeadline(now.Add(read))
	_ = control.SetWriteDeadline(now.Add(write))
}

// keyRequestID is where a request's id stands in Echo's context.
const keyRequestID = "earshot.request_id"

// identify gives the request an id: the caller's, where it is sane, else a random one.
func (s *Server) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := c.Request().Header.Get(echo.HeaderXRequestID)
		if !saneRequestID(id) {
			id = rand.Text()
		}
		c.Set(keyRequestID, id)
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		return next(c)
	}
}

// saneRequestID says whether a caller's id may stand in our log: 8 to 64 letters, digits, dots, dashes, underscores.
func saneRequestID(id string) bool {
	if len(id) < 8 || len(id) > 64 {
		return false
	}
	return strings.IndexFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("._-", r)
	}) < 0
}

// requestID returns the id that identify gave.
func requestID(c echo.Context) string {
	id, _ := c.Get(keyRequestID).(string)
	return id
}

// harden sets the headers that every answer carries. Pages widen the content policy themselves.
func (s *Server) harden(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("Cache-Control", "no-store")
		if s.secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// observe logs and counts the request, after a failure was answered too.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		if err := next(c); err != nil {
			c.Error(err)
		}
		took, status := time.Since(start), c.Response().Status
		pattern := routePattern(c)
		s.metrics.count(c.Request().Method, pattern, status, took)
		s.log.LogAttrs(c.Request().Context(), slog.LevelInfo, "request",
			slog.String("request_id", requestID(c)), slog.String("method", c.Request().Method),
			slog.String("path", s.maskedPath(c)), slog.Int("status", status),
			slog.Int64("bytes", c.Response().Size), slog.Duration("took", took))
		return nil
	}
}

// routePattern returns the path of the route that matched; empty if none did, so that metrics do not grow with the
// addresses that strangers try.
func routePattern(c echo.Context) string {
	if matched, ok := c.Get(keyRoute).(string); ok {
		return matched
	}
	return ""
}

// longestLogged is how much of a path is logged, in bytes: more than any of ours has, and too little to fill a disk with.
const longestLogged = 300

// maskedPath returns the request's path as it may be logged: the rest of a path that goes on with a secret is left out.
func (s *Server) maskedPath(c echo.Context) string {
	path := c.Request().URL.Path
	for _, prefix := range s.secretPrefixes {
		if strings.HasPrefix(path, prefix) && len(path) > len(prefix) {
			return prefix + "***"
		}
	}
	if len(path) > longestLogged {
		return path[:longestLogged] + "…"
	}
	return path
}

// survivePanics answers a panic as a failure of ours and logs where it happened.
func (s *Server) survivePanics(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			value := recover()
			if value == nil {
				return
			}
			if err, ok := value.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(value)
			}
			s.log.ErrorContext(c.Request().Context(), "panic", "request_id", requestID(c), "value", fmt.Sprint(value),
				"stack", string(debug.Stack()))
			err = survey.Errorf(survey.Internal, "something went wrong on our side; it has been logged")
		}()
		return next(c)
	}
}

// gzipLeast is the least answer worth compressing: below it the whole fits into one packet anyway.
const gzipLeast = 1400

// compress packs the answers of the API and of the reps' pages. Respondents' pages are small enough as they are, and
// what is not made of text, or is streamed, is left alone.
func compress() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(middleware.GzipConfig{
		Level: 4, MinLength: gzipLeast,
		Skipper: func(c echo.Context) bool {
			path := c.Request().URL.Path
			return strings.HasPrefix(path, "/r/") || strings.HasSuffix(path, "/bulk") ||
				strings.HasSuffix(path, ".png")
		},
	})
}

// cutHeader is what of a header is told back: enough to find it.
func cutHeader(value string) string { return value[:min(len(value), 40)] }

// limited bounds what a request may send and how long it may take. A compressed body is refused, for what it unpacks to has
// no bound of its own.
func limited(r route, next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		req := c.Request()
		if packed := req.Header.Get(echo.HeaderContentEncoding); packed != "" && !strings.EqualFold(packed, "identity") && r.body > 0 {
			return survey.Errorf(wrongMediaType, "the body must not be compressed: leave out Content-Encoding: %s", cutHeader(packed))
		}
		ctx, cancel := context.WithTimeout(req.Context(), r.timeLimit())
		defer cancel()
		req = req.WithContext(ctx)
		req.Body = http.MaxBytesReader(c.Response().Writer, req.Body, r.body)
		c.SetRequest(req)
		return next(c)
	}
}
