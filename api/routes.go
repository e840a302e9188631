package api

import (
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// route is one row of the list of everything that Earshot answers to.
type route struct {
	method string
	// path is Echo's pattern: a parameter is written as :name. A parameter named token is a secret and never logged.
	path    string
	guard   guard
	handler echo.HandlerFunc
	// owner tells whose customer the route is about, by what stands in its path; nil where it is about none.
	owner func(echo.Context) (survey.Owned, error)
	// in is the struct into which an operation's request is bound; nil where the handler reads the request itself.
	in reflect.Type
	// act is the act of administration that the route is, as the audit log names it; empty where it is none. notesItself says
	// that the handler tells the log, isDaily that the route changes something and is no act.
	act                  string
	notesItself, isDaily bool
	// isLive says that test keys are refused.
	isLive bool
	// body is the largest body in bytes; 0 takes none.
	body int64
	// time is how long the request may take; 0 means normalTime.
	time time.Duration
}

// Largest bodies, in bytes.
const (
	smallBody = 64 << 10  // one document
	largeBody = 512 << 10 // a survey with all its wordings
)

// How long a request may take.
const (
	normalTime = 15 * time.Second
	bulkTime   = 30 * time.Minute
)

// repeatable says whether the request may be sent again under an Idempotency-Key: every POST of a program that shows an API key.
func (r route) repeatable() bool {
	return r.method == http.MethodPost && (r.guard == keyRead || r.guard == keyWrite)
}

func (r route) timeLimit() time.Duration {
	if r.time == 0 {
		return normalTime
	}
	return r.time
}

// keyRoute is where the path of the matched route stands in Echo's context.
const keyRoute = "earshot.route"

// register adds a route, and HEAD beside each GET: what GET answers, without the body, which net/http drops.
func (s *Server) register(r route) {
	own := s.audited(r, r.handler)
	if r.repeatable() {
		own = s.repeatable(own)
	}
	handler := limited(r, s.guarded(r, own))
	marked := func(c echo.Context) error {
		c.Set(keyRoute, r.path)
		if err := decodePath(c); err != nil {
			return err
		}
		return handler(c)
	}
	s.echo.Add(r.method, r.path, marked)
	if r.method == http.MethodGet {
		s.echo.Add(http.MethodHead, r.path, marked)
	}
	if prefix, _, secret := strings.Cut(r.path, ":token"); secret && !slices.Contains(s.secretPrefixes, prefix) {
		s.secretPrefixes = append(s.secretPrefixes, prefix)
	}
}

// decodePath decodes the parameters of the path, once. Echo takes them from the path as it was sent where that is not how
// Go would have written it (url.URL.RawPath), and there leaves them encoded.
func decodePath(c echo.Context) error {
	if c.Request().URL.RawPath == "" {
		return nil
	}
	values := slices.Clone(c.ParamValues())
	for i, value := range values {
		decoded, err := url.PathUnescape(value)
		if err != nil {
			return survey.Errorf(survey.NotFound, "there is nothing at this address")
		}
		values[i] = decoded
	}
	c.SetParamValues(values...)
	return nil
}

// routes is the whole surface: what programs use, then what people see.
func (s *Server) routes() []route {
	return slices.Concat(s.jsonRoutes(), s.pageRoutes())
}
