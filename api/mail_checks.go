package api

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// checksLife is how long a look at whether mails arrive holds: it asks the DNS and the mail server, and those who wait for it share one.
const checksLife = time.Minute

// mailLooks looks, one at a time.
type mailLooks struct {
	look func(context.Context) []survey.MailCheck

	mu     sync.Mutex
	checks []survey.MailCheck
	at     time.Time
}

// recall returns what was found, and when: a moment ago, or now.
func (l *mailLooks) recall(ctx context.Context, now time.Time) ([]survey.MailCheck, time.Time) {
	if l.look == nil {
		return nil, now
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.at.IsZero() || now.Sub(l.at) >= checksLife || now.Before(l.at) {
		l.checks, l.at = l.look(context.WithoutCancel(ctx)), now // whoever waits behind shall not be left without
	}
	return l.checks, l.at
}

// mailChecksResponse is what decides whether mails arrive.
type mailChecksResponse struct {
	CheckedAt time.Time           `json:"checked_at"`
	Checks    []mailCheckResponse `json:"checks"`
}

type mailCheckResponse struct {
	Name    string              `json:"name"`
	State   string              `json:"state"`
	Found   string              `json:"found"`
	Do      string              `json:"do,omitempty"`
	Publish []dnsRecordResponse `json:"publish,omitempty"`
}

type dnsRecordResponse struct {
	Type string `json:"type"`
	Name string `json:"name"`
	Text string `json:"text"`
}

// MailChecks is what the API answers of such checks, for those who show it elsewhere.
func MailChecks(at time.Time, checks []survey.MailCheck) any { return viewMailChecks(at, checks) }

func viewMailChecks(at time.Time, checks []survey.MailCheck) mailChecksResponse {
	response := mailChecksResponse{CheckedAt: at, Checks: make([]mailCheckResponse, 0, len(checks))}
	for _, found := range checks {
		view := mailCheckResponse{Name: found.Name, State: string(found.State), Found: found.Found, Do: found.Do}
		for _, r := range found.Publish {
			view.Publish = append(view.Publish, dnsRecordResponse(r))
		}
		response.Checks = append(response.Checks, view)
	}
	return response
}

// readMailChecks answers what decides whether mails arrive.
func (s *Server) readMailChecks(c echo.Context, _ struct{}) error {
	checks, at := s.looks.recall(c.Request().Context(), s.here.Now())
	return c.JSON(http.StatusOK, viewMailChecks(at, checks))
}
